/**
 * `node scripts/with-postgres.ts npm test …`: runs a command beside a private PostgreSQL, whose address is in
 * TEST_DATABASE_URL, and ends with the command's exit code. Without the program Debian's package is installed, when we
 * may.
 */
import { commandBeside } from './debian-server.ts';
import { startPostgres } from './postgres-server.ts';

await commandBeside('with-postgres.ts', 'TEST_DATABASE_URL', startPostgres);
