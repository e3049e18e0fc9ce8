/**
 * A process that works on a queue: `node jobs-process.ts <postgres url>`. It goes through twenty items, says each
 * one's number before it tells how far it is, and lives until somebody ends it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { itemsJob } from './jobs-items.ts';
import { onServer, openWorker } from './jobs-world.ts';

const url = process.argv[2] ?? '';
const client = new pg.Client({ connectionString: url });
await client.connect();
const job = itemsJob(async (item) => {
  await client.query('insert into public.visits (item, worker) values ($1, $2)', [item, process.pid]);
  process.stdout.write(`${item}\n`);
  await delay(150);
});
const { work } = await openWorker(onServer(url), [job], { leaseMs: 1500 });
await work();
process.stdout.write('ready\n');
