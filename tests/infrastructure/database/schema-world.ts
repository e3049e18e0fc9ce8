import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Rpc } from '../../../src/application/ports/rpc.ts';
import type { TextRow } from '../../../src/infrastructure/database/database.ts';
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../../../src/infrastructure/database/migration-files.ts';
import { PostgresDatabase, withPostgresSession } from '../../../src/infrastructure/database/postgres.ts';
import { rpcErrorOf } from '../../../src/infrastructure/database/rpc-errors.ts';
import { callOver, Signatures } from '../../../src/infrastructure/database/signatures.ts';
import { migratedPglite } from './migrated-pglite.ts';
import { describeOnPostgres, makeTestDatabase } from './test-database.ts';

/** A migrated database: the functions as the application calls them, the tables as their owner sees them. */
export interface SchemaWorld {
  call: Rpc['call'];
  /** As the owner of the tables. Columns are cast to text where they are read. */
  sql: (text: string, values?: readonly string[]) => Promise<readonly TextRow[]>;
  close: () => Promise<void>;
}

async function overPglite(): Promise<SchemaWorld> {
  const database = await migratedPglite();
  const sql: SchemaWorld['sql'] = async (text, values = []) =>
    (await database.query<TextRow>(text, [...values])).rows;
  const signatures = new Signatures((text) => sql(text));
  const call: Rpc['call'] = async (fn, args) => {
    try {
      return await callOver(sql, signatures, fn, args);
    } catch (error) {
      throw rpcErrorOf(fn, error);
    }
  };
  return { call, sql, close: () => database.close() };
}

async function overPostgres(): Promise<SchemaWorld> {
  const { url, drop } = await makeTestDatabase();
  const migrations = await readMigrations();
  await withPostgresSession(url, (session) => migrate(session, migrations));
  const options = { statementTimeoutMs: 15_000, connectTimeoutMs: 15_000, applicationName: 'schema' };
  const database = new PostgresDatabase({ url, maxConnections: 50, ...options });
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  return {
    call: (fn, args) => database.call(fn, args),
    sql: async (text, values = []) => (await owner.query<TextRow>(text, [...values])).rows,
    close: async () => {
      await database.close();
      await owner.end();
      await drop();
    },
  };
}

type Suite = (world: SchemaWorld) => void;

/** The world is there when a test runs, not before. */
function during(open: () => Promise<SchemaWorld>, suite: Suite): void {
  let opened: SchemaWorld | undefined;
  const world = () => {
    if (opened === undefined) throw new Error('the database is not open');
    return opened;
  };
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  suite({
    call: (fn, args, options) => world().call(fn, args, options),
    sql: (text, values) => world().sql(text, values),
    close: () => world().close(),
  });
}

/** Fifty connections at once: there is no concurrency inside PGlite. */
export function onPostgres(name: string, suite: Suite): void {
  describeOnPostgres(`${name} over PostgreSQL`, () => during(overPostgres, suite));
}

/** The same suite over both kinds of database. */
export function onBoth(name: string, suite: Suite): void {
  describe(`${name} over PGlite`, () => during(overPglite, suite));
  onPostgres(name, suite);
}

/** An id that nothing else has. */
export const someone = (): string => `u-${randomUUID()}`;

/** As long as a hash must be. */
export const someHash = (): string => `hash-${randomUUID()}`;

/** Calls of one function at the same time; what each answered. */
export const atOnce = <T>(count: number, call: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => call(n)));

export const now = Date.parse('2026-03-10T12:00:00Z');
export const hour = 3_600_000;
export const today = '2026-03-10';
