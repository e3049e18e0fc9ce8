import { createHash, randomUUID } from 'node:crypto';
import { existsSync, openAsBlob } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import packageJson from '../../../package.json' with { type: 'json' };
import type { TextRow } from '../../../src/infrastructure/database/database.ts';
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { type Migration, readMigrations } from '../../../src/infrastructure/database/migration-files.ts';
import { PgliteDatabase } from '../../../src/infrastructure/database/pglite.ts';

const cache = path.resolve('node_modules/.cache/databases');

/** Of the migrations and of the engine that runs them: another of either is another database. */
function nameOf(migrations: readonly Migration[]): string {
  const engine = packageJson.dependencies['@electric-sql/pglite'];
  const parts = [engine, ...migrations.map(({ checksum }) => checksum)];
  return path.join(cache, createHash('sha256').update(parts.join()).digest('hex'));
}

async function makeMigrated(migrations: readonly Migration[]): Promise<PGlite> {
  const database = await PGlite.create();
  const query = async (text: string, values: readonly string[] = []) =>
    (await database.query<TextRow>(text, [...values])).rows;
  await migrate({ query, script: async (text) => void (await database.exec(text)) }, migrations);
  return database;
}

/** Renamed when it is whole: test files start at once, and another may read it now. */
async function keep(database: PGlite, file: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const whole = `${file}.${randomUUID()}`;
  const dump = await database.dumpDataDir('none');
  await writeFile(whole, Buffer.from(await dump.arrayBuffer()));
  await rename(whole, file);
}

/** A database in memory with all migrations; from a copy of the first such one, as making one costs five seconds. */
export async function migratedPglite(): Promise<PGlite> {
  const migrations = await readMigrations();
  const file = `${nameOf(migrations)}.tar`;
  if (existsSync(file)) return PGlite.create({ loadDataDir: await openAsBlob(file) });
  const database = await makeMigrated(migrations);
  await keep(database, file);
  return database;
}

/** A directory as the application makes it at its first start; a copy of the first such one, for the same reason. */
export async function migratedDirectory(prefix: string): Promise<string> {
  const migrations = await readMigrations();
  const first = nameOf(migrations);
  if (!existsSync(first)) {
    const making = `${first}.${randomUUID()}`;
    const database = await PgliteDatabase.open({
      directory: making,
      statementTimeoutMs: 15_000,
      prepare: (session) => migrate(session, migrations),
    });
    await database.close();
    // Another test file may have been first.
    await rename(making, first).catch(() => rm(making, { recursive: true }));
  }
  const directory = await mkdtemp(path.join(tmpdir(), prefix));
  await cp(first, directory, { recursive: true });
  return directory;
}
