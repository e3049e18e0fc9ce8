import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Migration {
  number: number;
  /** `0001_foundation`, the file's name without its ending. */
  name: string;
  sql: string;
  /** SHA-256 in hex, of the text with Unix line ends: a checkout on Windows is no change. */
  checksum: string;
}

/** What must be put right by a person before anything is migrated. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

export const migrationsDirectory = fileURLToPath(new URL('../../../database/', import.meta.url));

const namePattern = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** Statements that would end the runner's transaction and leave half a file behind. */
const transactionStatement = /^\s*(begin|start\s+transaction|commit|rollback)\s*;/im;

async function readMigration(directory: string, file: string): Promise<Migration> {
  const [, number] = namePattern.exec(file) ?? [];
  if (number === undefined) throw new MigrationError(`${file}: migrations are called NNNN_name.sql`);
  const text = await readFile(path.join(directory, file), 'utf8');
  const sql = text.replaceAll('\r\n', '\n');
  if (transactionStatement.test(sql)) {
    throw new MigrationError(`${file}: a migration runs in one transaction and may not begin or end one`);
  }
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { number: Number(number), name: path.basename(file, '.sql'), sql, checksum };
}

/**
 * All migrations of a directory in their order.
 * @throws MigrationError when a number is missing or there twice, or a file cannot be a migration.
 */
export async function readMigrations(directory = migrationsDirectory): Promise<readonly Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = await Promise.all(files.map((file) => readMigration(directory, file)));
  migrations.forEach(({ number, name }, index) => {
    if (number === index + 1) return;
    const wanted = String(index + 1).padStart(4, '0');
    throw new MigrationError(`${name}: expected number ${wanted} here; numbers have no gaps and come once`);
  });
  return migrations;
}
