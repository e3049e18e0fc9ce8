/** `npm run migrate [-- --status]`: brings the configured database up to date, or says how far it is. */
import { configFromEnvironment } from '../src/config.ts';
import { migrateCommand } from '../src/infrastructure/database/migrate-command.ts';

const config = configFromEnvironment();
const { DATABASE_URL: url, DATA_DIR: directory } = config;

process.exitCode = await migrateCommand({
  args: process.argv.slice(2),
  target: { url, directory },
  print: (line) => process.stdout.write(`${line}\n`),
});
