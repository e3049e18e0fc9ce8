import { readFile } from 'node:fs/promises';
import { readMigrations } from '../../../src/infrastructure/database/migration-files.ts';

/** The foundation and the contract's own functions. */
export async function contractMigrations() {
  const [foundation] = await readMigrations();
  const sql = await readFile(new URL('./contract.sql', import.meta.url), 'utf8');
  if (foundation === undefined) throw new Error('database/ is empty');
  return [foundation, { number: 2, name: '0002_contract', sql, checksum: 'of a test' }];
}
