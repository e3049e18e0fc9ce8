/**
 * A process with an embedded database: `node pglite-process.ts <directory>`. Writes one row after another and
 * says each number once it was answered, until somebody ends the process.
 */
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { PgliteDatabase } from '../../../src/infrastructure/database/pglite.ts';
import { contractMigrations } from './contract-migrations.ts';

const migrations = await contractMigrations();
const database = await PgliteDatabase.open({
  directory: process.argv[2] ?? '',
  statementTimeoutMs: 10_000,
  prepare: (session) => migrate(session, migrations),
});
for (let number = 1; ; number += 1) {
  await database.call('note', { caller: String(number) });
  process.stdout.write(`${number}\n`);
}
