/**
 * `npm run events:replay [-- --check]`: tries parked events again and says how many there were; the running
 * relay publishes them. With --check it also rebuilds totals and standings from the events alone and says
 * whether they equal the live ones. Exit codes: 0, 1 for a failure or a difference, 64 for wrong arguments.
 */
import { parseArgs } from 'node:util';
import { checkProjections } from '../src/application/events/projections.ts';
import type { Rpc } from '../src/application/ports/rpc.ts';
import { configFromEnvironment } from '../src/config.ts';
import { openDatabase } from '../src/infrastructure/database/open.ts';

const usage = `Usage: npm run events:replay [-- --check]
  --check   rebuild totals and standings from the events and compare them with the live ones`;
const print = (line: string) => process.stdout.write(`${line}\n`);

function readArguments(): { check: boolean } | null {
  try {
    return parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    print(`${(error as Error).message}\n${usage}`);
    return null;
  }
}

async function check(rpc: Rpc): Promise<number> {
  const { events, people, organizations, untold, differences } = await checkProjections(rpc);
  for (const { kind, id, rebuilt, live } of differences) {
    print(`${kind} ${id}\n  from the events  ${rebuilt}\n  live             ${live}`);
  }
  const verdict = differences.length === 0 ? 'equal the live ones' : `differ in ${differences.length} places`;
  print(
    `${events} events, ${people} people, ${organizations} organizations: rebuilt projections ${verdict}.`,
  );
  if (untold > 0) print(`${untold} people have entries that no event tells of, as accrual writes them.`);
  return differences.length === 0 ? 0 : 1;
}

async function main(withCheck: boolean): Promise<number> {
  const config = configFromEnvironment();
  if (config.DATABASE === 'none') throw new Error('DATABASE is none: there are no events');
  const database = await openDatabase({
    url: config.DATABASE_URL,
    replicaUrl: undefined,
    supabaseUrl: config.SUPABASE_URL,
    supabaseKey: config.SUPABASE_SERVICE_ROLE_KEY,
    directory: config.DATA_DIR,
    maxConnections: config.DATABASE_CONNECTIONS,
    timeoutMs: config.DATABASE_TIMEOUT_MS,
  });
  try {
    print(`${await database.call('outbox_unpark', {})} parked events are tried again.`);
    return withCheck ? await check(database) : 0;
  } finally {
    await database.close();
  }
}

const args = readArguments();
process.exitCode =
  args === null
    ? 64
    : await main(args.check).catch((error: unknown) => {
        print((error as Error).message);
        return 1;
      });
