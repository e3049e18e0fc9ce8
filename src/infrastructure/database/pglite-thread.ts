import type { Worker } from 'node:worker_threads';
import type { SqlSession, TextRow } from './database.ts';

export interface ThreadRequest {
  id: number;
  /** `sql` = one statement with values or any number without, whose transaction is ended when it fails. */
  kind: 'query' | 'script' | 'sql' | 'close';
  text: string;
  values: readonly unknown[];
}

export interface ThreadReply {
  id: number;
  /** Text, but for `sql`, whose rows are as PGlite reads them. */
  rows?: readonly unknown[];
  error?: { message: string; code: string | undefined; position: string | undefined } | undefined;
}

interface Waiting {
  /** Of this request alone; undefined = the usual one. */
  limitMs: number | undefined;
  resolve: (rows: readonly unknown[]) => void;
  reject: (error: Error) => void;
}

/** One life of the worker: requests and the replies to them. When it ends, whatever still waits fails. */
export class PgliteThread implements SqlSession {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onEnd: () => void;
  #lastId = 0;
  #end: Error | undefined;
  #limitMs: number | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #closing = false;
  /** Resolves when nothing of the thread runs any more; only then may another open the same directory. */
  readonly exited: Promise<void>;

  /** `onEnd` is called once, as soon as the thread answers no more. */
  constructor(worker: Worker, onEnd: () => void) {
    this.#worker = worker;
    this.#onEnd = onEnd;
    this.exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    worker.on('error', (error) => this.#fail(new Error(`the database's thread died: ${error.message}`)));
    worker.on('exit', () => this.#fail(new Error("the database's thread has ended")));
  }

  /**
   * From now on a statement that takes longer ends the thread: nothing else stops a query in PGlite. What was
   * committed stays, as after a crash.
   */
  limit(statementMs: number): void {
    this.#limitMs = statementMs;
  }

  /** @param limitMs for a statement that may take longer than the others. */
  query(text: string, values: readonly string[] = [], limitMs?: number): Promise<readonly TextRow[]> {
    return this.#ask('query', text, values, limitMs) as Promise<readonly TextRow[]>;
  }

  /** Values and rows of any type; a transaction that the text began and did not end is rolled back. */
  sql(text: string, values: readonly unknown[]): Promise<readonly unknown[]> {
    return this.#ask('sql', text, values);
  }

  async script(text: string): Promise<void> {
    await this.#ask('script', text);
  }

  /** After everything that was asked before. */
  async close(): Promise<void> {
    this.#closing = true;
    if (!this.#end) await this.#ask('close', '').catch(() => this.#worker.terminate());
    await this.exited;
  }

  async terminate(): Promise<void> {
    this.#fail(new Error("the database's thread was stopped"));
    await this.#worker.terminate();
    await this.exited;
  }

  #ask(
    kind: ThreadRequest['kind'],
    text: string,
    values: readonly unknown[] = [],
    limitMs?: number,
  ): Promise<readonly unknown[]> {
    if (this.#end) return Promise.reject(this.#end);
    this.#lastId += 1;
    const request: ThreadRequest = { id: this.#lastId, kind, text, values };
    return new Promise<readonly unknown[]>((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject, limitMs });
      if (this.#waiting.size === 1) this.#watch();
      this.#worker.postMessage(request);
    });
  }

  #settle({ id, rows, error }: ThreadReply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#watch();
    if (error) waiting?.reject(Object.assign(new Error(error.message), error));
    else waiting?.resolve(rows ?? []);
  }

  /** Statements run one after another: since the last reply the time belongs to the oldest one that waits. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    // To close means to write everything down, which may take its time.
    const statements = this.#waiting.size - (this.#closing ? 1 : 0);
    if (this.#limitMs === undefined || statements <= 0) return;
    const [oldest = 0] = this.#waiting.keys();
    const limitMs = this.#waiting.get(oldest)?.limitMs ?? this.#limitMs;
    // One more turn: after a pause of our own the reply may be here, unread.
    this.#watchdog = setTimeout(() => setImmediate(() => this.#giveUp(oldest, limitMs)), limitMs);
  }

  #giveUp(id: number, limitMs: number): void {
    if (!this.#waiting.has(id)) return;
    this.#fail(new Error(`a statement took longer than ${limitMs} ms`));
    void this.#worker.terminate();
  }

  #fail(error: Error): void {
    if (this.#end) return;
    this.#end = error;
    clearTimeout(this.#watchdog);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#onEnd();
  }
}
