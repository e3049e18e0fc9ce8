import { Worker } from 'node:worker_threads';
import type { Database } from '../../../src/infrastructure/database/database.ts';
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { inMemory, PgliteDatabase } from '../../../src/infrastructure/database/pglite.ts';
import { PostgresDatabase, withPostgresSession } from '../../../src/infrastructure/database/postgres.ts';
import { SupabaseDatabase } from '../../../src/infrastructure/database/supabase.ts';
import { contractMigrations } from './contract-migrations.ts';
import { makeCuttable } from './cuttable.ts';
import { startPostgrest } from './postgrest.ts';
import { makeTestDatabase, type TestDatabase } from './test-database.ts';

/** Longest time of one call in the adapters under test, milliseconds. */
export const limitMs = 1500;
/** Longest time of a long call in the adapters under test, milliseconds. */
export const longMs = 4000;

/** One adapter over a database with the contract's functions, and the power to take that database away. */
export interface UnderTest {
  database: Database;
  /** Longest time of one call and of a long one, milliseconds. */
  limitMs: number;
  longMs: number;
  down: () => Promise<void>;
  up: () => Promise<void>;
  close: () => Promise<void>;
}

const workerUrl = new URL('../../../src/infrastructure/database/pglite-worker.ts', import.meta.url);

export async function underPglite(): Promise<UnderTest> {
  const migrations = await contractMigrations();
  let isDown = false;
  let worker: Worker | undefined;
  const database = await PgliteDatabase.open({
    directory: inMemory,
    statementTimeoutMs: limitMs,
    longTimeoutMs: longMs,
    prepare: (session) => migrate(session, migrations),
    makeWorker: (dataDirectory) => {
      if (isDown) throw new Error('no threads today');
      worker = new Worker(workerUrl, { workerData: { dataDirectory } });
      return worker;
    },
  });
  return {
    database,
    limitMs,
    longMs,
    down: async () => {
      isDown = true;
      await worker?.terminate();
    },
    up: async () => {
      isDown = false;
    },
    close: () => database.close(),
  };
}

/** A database on the test server with the contract's functions. */
export async function migrated(): Promise<TestDatabase> {
  const testDatabase = await makeTestDatabase();
  const migrations = await contractMigrations();
  await withPostgresSession(testDatabase.url, (session) => migrate(session, migrations));
  return testDatabase;
}

export async function underPostgres(): Promise<UnderTest> {
  const { url, drop } = await migrated();
  const cable = await makeCuttable(new URL(url));
  const database = new PostgresDatabase({
    url: cable.url,
    maxConnections: 5,
    statementTimeoutMs: limitMs,
    longTimeoutMs: longMs,
    connectTimeoutMs: 5000,
    applicationName: 'contract',
  });
  const close = async () => {
    await database.close();
    await cable.cut();
    await drop();
  };
  return { database, limitMs, longMs, down: cable.cut, up: cable.mend, close };
}

export async function underSupabase(): Promise<UnderTest> {
  const { url, drop } = await migrated();
  const serviceRoleKey = 'the key of a test';
  const rest = await startPostgrest({ databaseUrl: url, serviceRoleKey, statementTimeoutMs: longMs + 1000 });
  const database = new SupabaseDatabase({
    url: rest.url,
    serviceRoleKey,
    timeoutMs: limitMs,
    longTimeoutMs: longMs,
  });
  const close = async () => {
    await database.close();
    await rest.close();
    await drop();
  };
  return { database, limitMs, longMs, down: rest.stop, up: rest.restart, close };
}
