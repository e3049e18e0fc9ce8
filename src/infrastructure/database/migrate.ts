import type { SqlSession } from './database.ts';
import { type Migration, MigrationError } from './migration-files.ts';

/** `pg_advisory_xact_lock` key: any number that nobody else uses in this database. */
const lockKey = 4_017_293_558;

/**
 * A migration that cannot get at a table within this time fails instead of letting everybody queue behind it.
 */
const lockTimeout = '10s';

export interface AppliedMigration {
  number: number;
  name: string;
  checksum: string;
  /** ISO, UTC. */
  appliedAt: string;
}

const createTable = `
  create schema if not exists internal;
  create table if not exists internal.migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  );
  alter table internal.migrations enable row level security`;

const readApplied = `
  select number::text, name::text, checksum::text, pg_catalog.to_char(
    applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as applied_at
  from internal.migrations m order by m.number`;

const hasTable = "select pg_catalog.to_regclass('internal.migrations')::text as found";

const record = 'insert into internal.migrations (number, name, checksum) values ($1::integer, $2, $3)';

/** What has been applied to a database, in order; nothing in one that was never migrated. Changes nothing. */
export async function appliedMigrations(session: SqlSession): Promise<readonly AppliedMigration[]> {
  const [table] = await session.query(hasTable);
  if (!table?.found) return [];
  const rows = await session.query(readApplied);
  return rows.map((row) => ({
    number: Number(row.number),
    name: row.name ?? '',
    checksum: row.checksum ?? '',
    appliedAt: row.applied_at ?? '',
  }));
}

/** The first way in which a database and the files do not tell the same story, or undefined. */
export function divergence(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): string | undefined {
  for (const [index, { number, name, checksum }] of applied.entries()) {
    const file = migrations[index];
    if (file === undefined) return `${name}: applied to the database, but there is no such file`;
    if (number !== file.number) return `${file.name}: not applied, although ${name} after it is`;
    if (name !== file.name || checksum !== file.checksum) {
      return `${file.name}: the file has changed since it was applied (as ${name}); write a new one instead`;
    }
  }
  return undefined;
}

/** Where in a file the database stopped reading, for a message. */
function lineOf(sql: string, error: unknown): string {
  const position = Number((error as { position?: unknown }).position);
  return position > 0 ? ` (line ${sql.slice(0, position - 1).split('\n').length})` : '';
}

async function run(session: SqlSession, { name, sql }: Migration): Promise<void> {
  try {
    await session.script(sql);
    await session.script('select internal.lock_down()');
  } catch (error) {
    throw new MigrationError(`${name}${lineOf(sql, error)}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Applies the next file in one transaction that begins with the lock, so that of two processes one waits and
 * then finds the work done. The lock ends with the transaction: a pooler may stand between.
 * @returns the file's name, or undefined when nothing was left.
 */
async function applyNext(session: SqlSession, migrations: readonly Migration[]): Promise<string | undefined> {
  await session.query('select pg_catalog.pg_advisory_xact_lock($1)::text', [String(lockKey)]);
  await session.script(
    `set local search_path = ''; set local lock_timeout = '${lockTimeout}'; ${createTable}`,
  );
  const applied = await appliedMigrations(session);
  const problem = divergence(applied, migrations);
  if (problem !== undefined) throw new MigrationError(problem);
  const next = migrations[applied.length];
  if (next === undefined) return undefined;
  await run(session, next);
  await session.query(record, [String(next.number), next.name, next.checksum]);
  return next.name;
}

async function inTransaction<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  await session.script('begin');
  try {
    const result = await work();
    await session.script('commit');
    return result;
  } catch (error) {
    // The first error is the one to hear of; a lost connection rolls back by itself.
    await session.script('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Brings a database up to date: each file in a transaction of its own, in order, forward only. Safe to run
 * from many processes at once, and again at any time.
 * @returns the names of what this call applied.
 * @throws MigrationError when a file fails (everything before it stays) or the database tells another story.
 */
export async function migrate(
  session: SqlSession,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const applied = await appliedMigrations(session);
  // Mostly: then nothing is locked and nothing is written.
  if (applied.length === migrations.length && divergence(applied, migrations) === undefined) return [];
  const done: string[] = [];
  for (;;) {
    const name = await inTransaction(session, () => applyNext(session, migrations));
    if (name === undefined) return done;
    done.push(name);
  }
}
