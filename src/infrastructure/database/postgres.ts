import pg from 'pg';
import type { RpcOptions } from '../../application/ports/rpc.ts';
import { Calls, longTimeoutMs, type WatchCall } from './calls.ts';
import type { Database, PoolState, SqlSession, TextRow } from './database.ts';
import { ServerLink } from './server-link.ts';
import { callOver, Signatures } from './signatures.ts';

export interface PostgresOptions {
  url: string;
  /** A replica for calls that are `readOnly`; without it they go to the primary. */
  replicaUrl?: string | undefined;
  /** Per process and server. */
  maxConnections: number;
  /** Longest time of one call on the server, milliseconds. */
  statementTimeoutMs: number;
  /** The same of a call that `isLong`; ten minutes when it is left out. */
  longTimeoutMs?: number;
  /** Longest wait for a connection, a new one or a free one, milliseconds. */
  connectTimeoutMs: number;
  /** How this process is called in pg_stat_activity. */
  applicationName: string;
  /** Told when a server does not answer in time, and when it does again. */
  onState?: ((isUp: boolean) => void) | undefined;
  /** Told of each call that the database has no function for. */
  onUnknownFunction?: ((fn: string) => void) | undefined;
  watch?: WatchCall | undefined;
}

/** How much longer than the server's own limit we wait, for a server that does not answer at all. */
const graceMs = 1000;

/** Every session alike: instants in UTC, and no name found by chance in a schema of somebody else. */
const sessionSettings = '-c search_path= -c TimeZone=UTC';

/** A connection is kept after an error of a statement, and dropped after an error of its own. */
const isBroken = (error: unknown) => !(error instanceof pg.DatabaseError) || error.severity === 'FATAL';

/** A busy pool is no silent server: calls before this one hold its connections, and the server goes on with them. */
const isWaitForPool = (message: string) => message.startsWith('timeout exceeded');

/** No answer in time, by the driver's own clock or the network's: a limit of the server's own is an answer. */
const isSilence = (error: unknown) =>
  error instanceof Error &&
  !(error instanceof pg.DatabaseError) &&
  /timeout|ETIMEDOUT/.test(error.message) &&
  !isWaitForPool(error.message);

/** Longest wait of a probe for its connection, and again for its answer, milliseconds. */
const probeMs = 1000;

/** The driver's own limit, which it takes for a query alone too; its types do not know. */
type PatientQuery = pg.QueryConfig & { query_timeout: number };

/** One server: its connections and its functions. */
class Server {
  readonly #settings: pg.PoolConfig;
  readonly #link: ServerLink;
  #pool: pg.Pool;
  /** Pools of before a silence, whose last calls end. */
  readonly #former = new Set<Promise<void>>();
  readonly #longMs: number;
  readonly #signatures = new Signatures((text) => this.#run(text, []));

  constructor(url: string, options: PostgresOptions) {
    this.#longMs = options.longTimeoutMs ?? longTimeoutMs;
    this.#settings = {
      connectionString: url,
      max: options.maxConnections,
      connectionTimeoutMillis: options.connectTimeoutMs,
      statement_timeout: options.statementTimeoutMs,
      query_timeout: options.statementTimeoutMs + graceMs,
      idle_in_transaction_session_timeout: options.statementTimeoutMs,
      application_name: options.applicationName,
      options: sessionSettings,
      keepAlive: true,
    };
    this.#pool = this.#makePool();
    this.#link = new ServerLink({
      probe: () => this.#probe(),
      onState: (isUp) => {
        // What was idle during a silence may be dead without knowing.
        if (!isUp) this.#renewPool();
        options.onState?.(isUp);
      },
    });
  }

  #makePool(): pg.Pool {
    const pool = new pg.Pool(this.#settings);
    // A connection that is lost fails the call that uses it and is dropped; nobody else need hear of it.
    // Without listeners, on the pool for idle ones and on those in use, it would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  }

  #renewPool(): void {
    const ending = this.#pool.end().finally(() => this.#former.delete(ending));
    this.#former.add(ending);
    this.#pool = this.#makePool();
  }

  async #probe(): Promise<void> {
    const client = new pg.Client({
      ...this.#settings,
      connectionTimeoutMillis: probeMs,
      query_timeout: probeMs,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
    } finally {
      // A server that is silent says no good-bye either.
      void client.end().catch(() => undefined);
    }
  }

  pool(): Omit<PoolState, 'server'> {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  call(fn: string, args: Readonly<Record<string, unknown>>, isLong: boolean): Promise<unknown> {
    const run = (text: string, values: readonly string[]) =>
      isLong ? this.#runLong(text, values) : this.#run(text, values);
    return callOver(run, this.#signatures, fn, args);
  }

  async close(): Promise<void> {
    this.#link.close();
    await Promise.all([this.#pool.end(), ...this.#former]);
  }

  #run(text: string, values: readonly string[]): Promise<readonly TextRow[]> {
    return this.#with(async (client) => (await client.query<TextRow>(text, [...values])).rows);
  }

  /** The limit ends with the transaction, so that the connection's next call has the usual one. */
  #runLong(text: string, values: readonly string[]): Promise<readonly TextRow[]> {
    return this.#with(async (client) => {
      await client.query(`begin; set local statement_timeout = ${this.#longMs}`);
      const long: PatientQuery = { text, values: [...values], query_timeout: this.#longMs + graceMs };
      try {
        const { rows } = await client.query<TextRow>(long);
        await client.query('commit');
        return rows;
      } catch (error) {
        // A connection that is lost has no transaction to end.
        if (!isBroken(error)) await client.query('rollback');
        throw error;
      }
    });
  }

  /** Not `pool.query`, which drops the connection after every error, also one that a function raised. */
  async #with<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    this.#link.check();
    const client = await this.#pool.connect().catch((error: unknown) => this.#fail(error));
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } catch (error) {
      broken = isBroken(error);
      return this.#fail(error);
    } finally {
      client.release(broken);
    }
  }

  #fail(error: unknown): never {
    if (isSilence(error)) this.#link.shut();
    throw error;
  }
}

/** PostgreSQL 15 or newer, over a pool. Opens no connection before the first call. */
export class PostgresDatabase implements Database {
  readonly #calls: Calls;
  readonly #primary: Server;
  readonly #replica: Server | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: PostgresOptions) {
    this.#calls = new Calls(options.onUnknownFunction, options.watch);
    this.#primary = new Server(options.url, options);
    if (options.replicaUrl !== undefined) this.#replica = new Server(options.replicaUrl, options);
  }

  call(
    fn: string,
    args: Readonly<Record<string, unknown>>,
    { readOnly = false, isLong = false }: RpcOptions = {},
  ): Promise<unknown> {
    const server = (readOnly && this.#replica) || this.#primary;
    return this.#calls.run(fn, () => server.call(fn, args, isLong));
  }

  pools(): readonly PoolState[] {
    const replica = this.#replica?.pool();
    return [
      { server: 'primary', ...this.#primary.pool() },
      ...(replica === undefined ? [] : [{ server: 'replica', ...replica } as const]),
    ];
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#calls.close();
    await Promise.all([this.#primary.close(), this.#replica?.close()]);
  }
}

/** One connection of its own for migrations: no limit on a statement's time unless `limitMs` is given. */
export async function withPostgresSession<T>(
  url: string,
  work: (session: SqlSession) => Promise<T>,
  limitMs?: number,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'learning-analytics migrate',
    connectionTimeoutMillis: limitMs ?? 10_000,
    ...(limitMs === undefined ? {} : { query_timeout: limitMs }),
    options: sessionSettings,
  });
  // Without a listener a connection that is lost between two statements would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work({
      query: async (text, values = []) => (await client.query<TextRow>(text, [...values])).rows,
      script: async (text) => void (await client.query(text)),
    });
  } finally {
    await client.end();
  }
}
