/**
 * `npm run bench [-- --only cached,cold,…] [--rounds 7] [--seconds 2] [--requests 1000000]`: what the product costs, side
 * by side with others in one run on this machine. Medians over interleaved rounds, told as ratios where it can be: the
 * machine's own speed drops out.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { table } from './figures.ts';
import { stopAll } from './processes.ts';
import { cachedRows } from './rows/cached.ts';
import { coldLatencyRows, coldThroughputRows, dashboardRows } from './rows/cold.ts';
import { pageRows } from './rows/page.ts';
import { memoryRows, startRows } from './rows/process.ts';
import { processorRows } from './rows/processor.ts';
import { cellsOf, header, type Row } from './rows/row.ts';
import { processesRows, redisRows } from './rows/shared.ts';
import { tracesRows } from './rows/traces.ts';
import { startWorld, type World } from './world.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    requests: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Math.max(3, Number(options.rounds));
const seconds = Number(options.seconds);

const suites: Record<string, (world: World) => Promise<Row[]>> = {
  cached: (world) => cachedRows(world, rounds, seconds),
  cold: (world) => coldThroughputRows(world, rounds, seconds),
  latency: (world) => coldLatencyRows(world, rounds),
  processor: (world) => processorRows(world, rounds),
  dashboard: (world) => dashboardRows(world, rounds),
  page: (world) => pageRows(world, rounds),
  redis: (world) => redisRows(world, rounds),
  processes: (world) => processesRows(world, rounds, seconds),
  traces: (world) => tracesRows(world, rounds, seconds),
  start: (world) => startRows(world, rounds),
  memory: (world) => memoryRows(world, Number(options.requests)),
};
const names = options.only === '' ? Object.keys(suites) : options.only.split(',');
const unknown = names.filter((name) => suites[name] === undefined);
if (unknown.length > 0)
  throw new Error(`no ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}`);

try {
  console.log(`Node ${process.versions.node}, ${availableParallelism()} processors, ${rounds} rounds`);
  const world = await startWorld();
  const rows: Row[] = [];
  for (const name of names) rows.push(...((await suites[name]?.(world)) ?? []));
  console.log(table([header, ...rows.map(cellsOf)]));
} finally {
  stopAll();
}
