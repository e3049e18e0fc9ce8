import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RpcOptions } from '../../application/ports/rpc.ts';
import { Calls, longTimeoutMs, type WatchCall } from './calls.ts';
import type { Database, SqlSession } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { PgliteThread } from './pglite-thread.ts';
import { callOver, Signatures } from './signatures.ts';

export const inMemory = 'memory://';

export interface PgliteOptions {
  /** Where the data are kept, or `memory://`: they end with the thread. */
  directory: string;
  /** Longest time of one statement, milliseconds; one that takes longer costs a restart of the thread. */
  statementTimeoutMs: number;
  /** The same of a call that `isLong`; ten minutes when it is left out. Other calls wait until it has ended. */
  longTimeoutMs?: number;
  /** Runs whenever the database is opened, also after its thread has died, before any call: migrations. */
  prepare: (session: SqlSession) => Promise<unknown>;
  watch?: WatchCall | undefined;
  /** For tests that end the thread. */
  makeWorker?: (dataDirectory: string) => Worker;
}

const makeWorkerThread = (dataDirectory: string) =>
  new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: { dataDirectory } });

interface Opened {
  thread: PgliteThread;
  signatures: Signatures;
}

/**
 * PostgreSQL inside this process, in a thread of its own. One process per directory. When the thread dies,
 * what was running is `unavailable`, and the next call starts it again. A write that was answered survives
 * the end of the process; PGlite does not wait for the disk, so a power cut may lose the last seconds.
 */
export class PgliteDatabase implements Database {
  readonly #calls: Calls;
  readonly #options: PgliteOptions;
  readonly #unlock: () => Promise<void>;
  #opened: Promise<Opened> | undefined;
  /** The newest thread, living or not. */
  #thread: PgliteThread | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: PgliteOptions, unlock: () => Promise<void>) {
    this.#calls = new Calls(undefined, options.watch);
    this.#options = options;
    this.#unlock = unlock;
  }

  /** @throws DirectoryHeldError when another process has the directory; whatever `prepare` throws. */
  static async open(options: PgliteOptions): Promise<PgliteDatabase> {
    const { opened } = await PgliteDatabase.begin(options);
    return opened;
  }

  /**
   * Comes back when the thread runs, which is long before it is open: the caller's own thread has time until then.
   * `opened` throws whatever `prepare` throws.
   * @throws DirectoryHeldError when another process has the directory.
   */
  static async begin(options: PgliteOptions): Promise<{ opened: Promise<PgliteDatabase> }> {
    const persistent = options.directory !== inMemory;
    const unlock = persistent ? await lockDirectory(options.directory) : async () => undefined;
    const database = new PgliteDatabase(options, unlock);
    const opened = database.#open().then(
      () => database,
      async (error: unknown) => {
        await database.close();
        throw error;
      },
    );
    return { opened };
  }

  /** For whoever can watch calls only after it was opened. */
  watchWith(watch: WatchCall): void {
    this.#calls.watchWith(watch);
  }

  call(
    fn: string,
    args: Readonly<Record<string, unknown>>,
    { isLong = false }: RpcOptions = {},
  ): Promise<unknown> {
    const limitMs = isLong ? (this.#options.longTimeoutMs ?? longTimeoutMs) : undefined;
    return this.#calls.run(fn, async () => {
      const { thread, signatures } = await this.#open();
      return callOver((text, values) => thread.query(text, values, limitMs), signatures, fn, args);
    });
  }

  /**
   * For a library that brings its own SQL and stands beside us in this database, the job queue; ours is functions.
   * Errors are the database's own, with `code` = SQLSTATE.
   * @throws RpcError when the database is closed.
   */
  async executeSql(text: string, values: readonly unknown[] = []): Promise<{ rows: unknown[] }> {
    let failure: { error: unknown } | undefined;
    const rows = await this.#calls.run('execute_sql', async () => {
      const { thread } = await this.#open();
      return thread.sql(text, values).catch((error: unknown) => {
        failure = { error };
      });
    });
    if (failure !== undefined) throw failure.error;
    return { rows: rows as unknown[] };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The living thread; started when there is none, once for all who ask at the same time. */
  #open(): Promise<Opened> {
    this.#opened ??= this.#start().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #start(): Promise<Opened> {
    const { directory, makeWorker = makeWorkerThread, prepare, statementTimeoutMs } = this.#options;
    // Beside the lock: PGlite makes a database only in an empty directory.
    const data = directory === inMemory ? inMemory : path.resolve(directory, 'pglite');
    // Two threads on one directory would spoil it.
    if (this.#thread !== undefined) await this.#thread.exited;
    const thread = new PgliteThread(makeWorker(data), () => {
      this.#opened = undefined;
    });
    this.#thread = thread;
    try {
      await prepare(thread);
      thread.limit(statementTimeoutMs);
      return { thread, signatures: new Signatures((text) => thread.query(text)) };
    } catch (error) {
      await thread.terminate();
      throw error;
    }
  }

  async #close(): Promise<void> {
    await this.#calls.close();
    await this.#thread?.close();
    await this.#unlock();
  }
}
