/**
 * Supabase Lite over PGlite with the contract's functions, in a process of its own: a statement in PGlite holds up the
 * thread that runs it. Only JavaScript, because its packages are installed here alone.
 * Environment: PORT (0 = any), SECRET_KEY. Sends its parent the port that it listens on.
 */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { App } from '@supabase/lite';
import { createPgliteConnection } from '@supabase/lite/pglite';
import { migrate } from '../../src/infrastructure/database/migrate.ts';
import { contractMigrations } from '../infrastructure/database/contract-migrations.ts';

const connection = await createPgliteConnection();
const { driver } = connection;
await migrate(
  {
    query: async (text, values = []) => (await driver.query(text, [...values])).rows,
    script: async (text) => {
      await driver.exec(text);
    },
  },
  await contractMigrations(),
);
await driver.exec("set timezone = 'UTC'");

const app = new App({
  connection,
  api: { schemas: ['api'] },
  auth: { enabled: false, secret_key: process.env.SECRET_KEY },
});
// Otherwise the first call waits while the catalog is read.
await app.getClient({ apikey: process.env.SECRET_KEY }).schema('api').rpc('ping');

const server = createServer(async (request, response) => {
  const { method, headers, url } = request;
  const body = method === 'GET' ? undefined : Buffer.concat(await request.toArray());
  const answer = await app.fetch(new Request(new URL(url, 'http://127.0.0.1'), { method, headers, body }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else Readable.fromWeb(answer.body).pipe(response);
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send(server.address().port));
process.once('disconnect', () => process.exit());
