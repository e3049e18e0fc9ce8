/** A process that migrates: `node migrate-process.ts <database url> <directory of migrations> [arguments]`. */
import { migrateCommand } from '../../../src/infrastructure/database/migrate-command.ts';

const [url, migrations = '', ...args] = process.argv.slice(2);
const print = (line: string) => process.stdout.write(`${line}\n`);
process.exitCode = await migrateCommand({ args, target: { url, directory: '' }, migrations, print });
