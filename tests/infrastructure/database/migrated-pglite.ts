import { createHash, randomUUID } from 'node:crypto';
import { existsSync, openAsBlob } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import packageJson from '../../../package.json' with { type: 'json' };
import type { TextRow } from '../../../src/infrastructure/database/database.ts';
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { type Migration, readMigrations } from '../../../src/infrastructure/database/migration-files.ts';

const cache = path.resolve('node_modules/.cache/databases');

/** Of the migrations and of the engine that runs them: another of either is another database. */
function fileOf(migrations: readonly Migration[]): string {
  const engine = packageJson.dependencies['@electric-sql/pglite'];
  const parts = [engine, ...migrations.map(({ checksum }) => checksum)];
  return path.join(cache, `${createHash('sha256').update(parts.join()).digest('hex')}.tar`);
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
  const file = fileOf(migrations);
  if (existsSync(file)) return PGlite.create({ loadDataDir: await openAsBlob(file) });
  const database = await makeMigrated(migrations);
  await keep(database, file);
  return database;
}
