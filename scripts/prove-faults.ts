/**
 * `npm run prove:faults [-- --check]`: the eight toxics on every dependency, required or optional, with sample data allowed
 * and forbidden; writes docs/resilience.md. Starts its own Redis and PostgreSQL (scripts/with-postgres.ts). Exit code 1
 * when anything does not hold.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Cell, mostRecoveryMs, runCell, toxics } from './prove/faults-cells.ts';
import {
  dependencies,
  type FaultsWorld,
  startFaultsWorld,
  startServices,
  usualPatience,
} from './prove/faults-world.ts';
import { report } from './prove/report.ts';
import type { ToxicName } from './prove/toxic-proxy.ts';
import { findRedis, startRedis } from './redis-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = new URL('../docs/resilience.md', import.meta.url);
const postgres = process.env.TEST_DATABASE_URL;
/** Most that may be left of sockets and of memory when all is well again. */
const mostSockets = 16;
const mostGrowthMb = 40;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
async function heapMb(): Promise<number> {
  for (let turn = 0; turn < 3; turn += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/** All dependencies of one world in turn, under one toxic. */
async function underToxic(world: FaultsWorld, toxic: ToxicName): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const dependency of dependencies)
    if (world.proxies.has(dependency)) cells.push(...(await runCell(world, dependency, toxic)));
  return cells;
}

const socketsOf = ({ proxies }: FaultsWorld) =>
  [...proxies.values()].map(({ connections }) => connections).reduce((sum, count) => sum + count, 0);

const byName = Object.keys(toxics) as ToxicName[];

function table(cells: readonly Cell[]): string {
  const rows = Map.groupBy(cells, ({ dependency, role, mock }) => `| ${dependency} | ${role} | ${mock} |`);
  const lines = [...rows].map(([name, row]) => {
    const columns = byName.map((toxic) => {
      const cell = row.find((one) => one.toxic === toxic);
      if (cell === undefined) return ' – |';
      const { unknown, known, problems } = cell;
      return ` ${unknown === known ? unknown : `${unknown} / ${known}`}${problems.length === 0 ? '' : ' ✗'} |`;
    });
    return name + columns.join('');
  });
  return [
    `| dependency | is | sample data | ${byName.join(' | ')} |`,
    `|---|---|---|${byName.map(() => '---|').join('')}`,
    ...lines,
  ].join('\n');
}

const text = (cells: readonly Cell[], figures: readonly string[]) => `# Resilience

What callers get while a dependency is ill. Written by \`npm run prove:faults\`, never by hand: a TCP proxy in the process stands before each dependency and spoils what it says, by the eight toxics of Toxiproxy. \`tests/wiring/faults-matrix.test.ts\` runs a part of it in the gate.

Each cell is what an answer says of itself, of somebody nobody has asked about yet / of somebody whose answer is known; one word where both get the same. \`partial\` = live, with figures that are null and say why; a number is a status; ✗ = a promise is broken.

${table(cells)}

The toxics: ${byName.map((name) => `\`${name}\` ${JSON.stringify({ ...toxics[name].toxic, type: undefined })}`).join(', ')}. \`latency\`, \`bandwidth\`, \`slow_close\` and \`slicer\` can be borne, and must change no answer; nor must anything that happens to Redis. Time-outs are shorter than in production: ${usualPatience.attemptMs} ms for a call, ${usualPatience.budgetMs} ms for an answer.

In every cell: the answer comes within its budget; errors are 502, 503 with \`Retry-After\` or 504, and nobody may keep them; sample data stand in only where they may, for whole answers, called so, and kept by nobody; what is missing is null; no answer may be kept by a shared cache; what does not need the dependency is as ever; and after the toxic's end answers are as before within ${mostRecoveryMs / 1000} s.

${figures.map((figure) => `- ${figure}`).join('\n')}
`;

async function run(): Promise<boolean> {
  const nine = await startServices();
  const redis = findRedis() === undefined ? undefined : await startRedis();
  if (postgres !== undefined)
    execFileSync(process.execPath, ['scripts/migrate.ts'], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: postgres },
    });
  const own = {
    ...(redis === undefined ? {} : { redis: redis.url }),
    ...(postgres === undefined ? {} : { postgres }),
  };
  const lanes = await Promise.all([0, 1].map(() => startFaultsWorld(nine, own)));
  try {
    // Once round, so that what is loaded on first use is loaded.
    await Promise.all(lanes.map((world) => underToxic(world, 'latency')));
    const before = await heapMb();
    const socketsBefore = Math.max(...lanes.map(socketsOf));
    const waiting = [...byName];
    const cells: Cell[] = [];
    const work = async (world: FaultsWorld) => {
      for (let toxic = waiting.shift(); toxic !== undefined; toxic = waiting.shift())
        cells.push(...(await underToxic(world, toxic)));
    };
    await Promise.all(lanes.map(work));
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    const growth = (await heapMb()) - before;
    const sockets = Math.max(...lanes.map(socketsOf)) - socketsBefore;
    const errors = lanes.flatMap(({ apis }) => [...apis.allowed.errors, ...apis.forbidden.errors]);
    const broken = cells.filter(({ problems }) => problems.length > 0);
    for (const { dependency, toxic, role, mock, problems } of broken)
      process.stdout.write(
        `  ${dependency} ${toxic} ${role} ${mock}: ${[...new Set(problems)].join('; ')}\n`,
      );
    const slowest = Math.max(...cells.map(({ slowestMs }) => slowestMs));
    const recovery = Math.max(...cells.map(({ recoveryMs }) => recoveryMs ?? Number.POSITIVE_INFINITY));
    const seen = {
      slowest: `slowest answer ${slowest.toFixed(0)} ms`,
      recovery: `slowest recovery ${(recovery / 1000).toFixed(1)} s`,
      growth: `memory ${growth >= 0 ? '+' : ''}${growth.toFixed(0)} MB over ${cells.length} cells in ${2 * lanes.length} APIs, sockets ${sockets >= 0 ? '+' : ''}${sockets}`,
      errors: `${errors.length} ERROR lines`,
    };
    const complete = redis !== undefined && postgres !== undefined;
    if (complete) writeFileSync(page, text(cells, Object.values(seen)));
    else process.stdout.write('docs/resilience.md is left as it is: it needs Redis and PostgreSQL\n');
    for (const line of errors.slice(0, 5)) process.stdout.write(`  ${line}`);
    return report([
      {
        what: 'every cell keeps its promises',
        seen: `${cells.length - broken.length} of ${cells.length}`,
        holds: broken.length === 0,
      },
      {
        what: 'within the budget',
        seen: seen.slowest,
        holds: slowest < usualPatience.budgetMs + usualPatience.slackMs,
      },
      {
        what: `well again within ${mostRecoveryMs} ms`,
        seen: seen.recovery,
        holds: recovery <= mostRecoveryMs,
      },
      {
        what: 'sockets and memory do not grow',
        seen: seen.growth,
        holds: growth < mostGrowthMb && sockets <= mostSockets,
      },
      { what: 'nobody is woken', seen: seen.errors, holds: errors.length === 0 },
    ]);
  } finally {
    await Promise.all(lanes.map((world) => world.close()));
    await nine.close();
    await redis?.stop();
  }
}

process.exitCode = (await run()) ? 0 : 1;
