import { parseArgs } from 'node:util';
import type { SqlSession } from './database.ts';
import { appliedMigrations, divergence, migrate } from './migrate.ts';
import { migrationsDirectory, readMigrations } from './migration-files.ts';
import { PgliteDatabase } from './pglite.ts';
import { withPostgresSession } from './postgres.ts';

/** Which database: a PostgreSQL, or without `url` the embedded one. */
export interface MigrationTarget {
  url: string | undefined;
  directory: string;
}

export interface MigrateCommand {
  args: readonly string[];
  target: MigrationTarget;
  /** Where the files are; for tests. */
  migrations?: string;
  print: (line: string) => void;
}

const usage = `Usage: npm run migrate [-- --status]
  --status   say what is applied and what is not, and change nothing`;

/** What `work` answers; the embedded database is opened for it alone and closed again. */
async function withSession<T>(
  target: MigrationTarget,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  if (target.url !== undefined) return withPostgresSession(target.url, work);
  let result: Promise<T> | undefined;
  const prepare = (session: SqlSession) => {
    result = work(session);
    return result;
  };
  const database = await PgliteDatabase.open({
    directory: target.directory,
    statementTimeoutMs: 1000,
    prepare,
  });
  await database.close();
  return result as Promise<T>;
}

async function showStatus({ target, migrations: directory, print }: MigrateCommand): Promise<number> {
  const migrations = await readMigrations(directory);
  const applied = await withSession(target, appliedMigrations);
  const width = Math.max(...migrations.map(({ name }) => name.length));
  for (const [index, { name }] of migrations.entries()) {
    const at = applied[index]?.appliedAt;
    print(`${name.padEnd(width)}  ${at ? `applied ${at}` : 'pending'}`);
  }
  const problem = divergence(applied, migrations);
  if (problem !== undefined) print(`Problem: ${problem}`);
  return problem === undefined ? 0 : 1;
}

async function bringUpToDate({ target, migrations: directory, print }: MigrateCommand): Promise<number> {
  const migrations = await readMigrations(directory);
  const done = await withSession(target, (session) => migrate(session, migrations));
  for (const name of done) print(`applied ${name}`);
  if (done.length === 0) print('Nothing to do.');
  return 0;
}

/** `npm run migrate`. @returns the exit code: 0, 1 for a failure, 64 for arguments nobody understands. */
export async function migrateCommand(command: MigrateCommand): Promise<number> {
  const { args, print, migrations = migrationsDirectory } = command;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { status: { type: 'boolean', default: false } },
    });
    return await (values.status ? showStatus : bringUpToDate)({ ...command, migrations });
  } catch (error) {
    print((error as Error).message);
    if (!String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')) return 1;
    print(usage);
    return 64;
  }
}
