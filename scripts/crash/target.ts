/** The database under the crash test. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { Database, SqlSession } from '../../src/infrastructure/database/database.ts';
import { migrate } from '../../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../../src/infrastructure/database/migration-files.ts';
import { openDatabase } from '../../src/infrastructure/database/open.ts';
import { PgliteDatabase } from '../../src/infrastructure/database/pglite.ts';
import { withPostgresSession } from '../../src/infrastructure/database/postgres.ts';

export const engines = ['pglite', 'postgres'] as const;
export type Engine = (typeof engines)[number];

export interface CrashTarget {
  engine: Engine;
  /** A URL of a migrated database, or a directory. */
  where: string;
}

const callsAtOnce = 20;
const timeoutMs = 15_000;

export const openTarget = ({ engine, where }: CrashTarget): Promise<Database> =>
  openDatabase({
    url: engine === 'postgres' ? where : undefined,
    replicaUrl: undefined,
    supabaseUrl: undefined,
    supabaseKey: undefined,
    directory: where,
    maxConnections: callsAtOnce,
    timeoutMs,
  });

/** As short as it may be: what a killed relay had taken is published when it is over. */
export const leaseSeconds = 1;

/** What the owner of the tables reads; nobody else has the directory meanwhile. */
export async function asOwner<T>(
  { engine, where }: CrashTarget,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  if (engine === 'postgres') return withPostgresSession(where, work);
  const done = Promise.withResolvers<T>();
  const prepare = async (session: SqlSession) => done.resolve(await work(session));
  const database = await PgliteDatabase.open({ directory: where, statementTimeoutMs: timeoutMs, prepare });
  await database.close();
  return done.promise;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function withPostgres<T>(server: string, work: (target: CrashTarget) => Promise<T>): Promise<T> {
  const name = `crash_${randomBytes(8).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  try {
    const url = new URL(server);
    url.pathname = `/${name}`;
    const migrations = await readMigrations();
    await withPostgresSession(url.href, (session) => migrate(session, migrations));
    return await work({ engine: 'postgres', where: url.href });
  } finally {
    await onServer(server, `drop database ${name} with (force)`);
  }
}

/** An empty directory: the first process makes the database, and may be killed meanwhile. */
async function withDirectory<T>(work: (target: CrashTarget) => Promise<T>): Promise<T> {
  const where = await mkdtemp(path.join(tmpdir(), 'crash-'));
  try {
    return await work({ engine: 'pglite', where });
  } finally {
    await rm(where, { recursive: true, force: true });
  }
}

/**
 * A database of its own, gone afterwards.
 * @param server URL of a PostgreSQL on which databases may be made; the embedded engine needs none.
 */
export const withTarget = <T>(
  engine: Engine,
  server: string,
  work: (target: CrashTarget) => Promise<T>,
): Promise<T> => (engine === 'postgres' ? withPostgres(server, work) : withDirectory(work));
