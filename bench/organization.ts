/**
 * What analytics of whole organizations cost, by size: time, memory over the idle process, event-loop delay, calls, and
 * what other callers feel meanwhile. Every upstream page of 1,000 takes 20 ms; each analytic starts in a fresh process.
 */
import { parseArgs } from 'node:util';
import { type Service, services } from '../src/domain/provenance.ts';
import { servicePrefix } from '../src/environment.ts';
import { percentile, table, verdict } from './figures.ts';
import { ask, type Child, startChild, stopAll } from './processes.ts';
import { tokenFor } from './tokens.ts';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    latency: { type: 'string', default: '20' },
    only: {
      type: 'string',
      default: 'learning-velocity,strategic-alignment,department-analytics,learning-culture',
    },
  },
});
const sizes = options.sizes.split(',').map(Number);
const latencyMs = Number(options.latency);
const organizationId = 'org-1';
const analytics = options.only.split(',');
const idleMs = 3000;
const othersPerSecond = 50;
/** The process is left alone this long before it is measured. */
const settleMs = 1000;

interface Figures {
  p99Ms: number;
  peakBytes: number;
  nowBytes: number;
}
interface Row {
  analytic: string;
  size: number;
  seconds: number;
  calls: number;
  grownMb: number;
  loopP99: number;
  idleP99: number;
  busyP99: number;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The nine services of a world with one organization, each behind its replay. */
async function startServices(learners: number): Promise<Child[]> {
  return Promise.all(
    services.map(async (service) => {
      // One process each: all of them are asked at once.
      const { said } = await startChild<Partial<Record<Service, { url: string }>>>('../mocks/serve.ts', {
        args: ['--service', service, '--learners', String(learners), '--organizations', '1'],
      });
      const first = { target: said[service]?.url, latencyMs };
      return (await startChild<{ url: string }>('./servers/replay.ts', { first })).child;
    }),
  );
}

async function startProduct(urls: readonly string[]) {
  const env = Object.fromEntries(
    services.map((service, index) => [`${servicePrefix[service]}_URL`, urls[index] ?? '']),
  );
  return startChild<{ url: string }>('../src/main.ts', {
    env: { ...env, PORT: '0', DATABASE: 'none', MOCK_FALLBACK: 'never', RATE_STANDARD_PER_MINUTE: '1000000' },
    preload: './servers/loop-delay.ts',
    quiet: true,
  });
}

/** Milliseconds of calls of others, at a steady rate until told to stop. */
function others(url: string): { stop: () => Promise<number[]> } {
  const headers = { authorization: `Bearer ${tokenFor('u-000000', organizationId, 'learner')}` };
  const times: Promise<number>[] = [];
  const timer = setInterval(() => {
    const at = performance.now();
    times.push(
      fetch(`${url}/api/v1/analytics/learner/velocity/me`, { headers })
        .then((answer) => answer.arrayBuffer())
        .then(() => performance.now() - at),
    );
  }, 1000 / othersPerSecond);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.all(times);
    },
  };
}

/** Asks until there is a whole answer; seconds from the first call on. */
async function untilAnswered(url: string, analytic: string): Promise<number> {
  const headers = { authorization: `Bearer ${tokenFor('s-bench', organizationId, 'org_admin')}` };
  const startedAt = performance.now();
  for (;;) {
    const answer = await fetch(
      `${url}/api/v1/analytics/organization/${analytic}/${organizationId}?completeness=full`,
      {
        headers,
      },
    );
    const body = await answer.text();
    if (answer.status === 200) return (performance.now() - startedAt) / 1000;
    if (answer.status !== 503) throw new Error(`${analytic}: ${answer.status} ${body}`);
    await wait(50);
  }
}

async function measure(
  analytic: string,
  size: number,
  replays: readonly Child[],
  urls: readonly string[],
): Promise<Row> {
  const { child, said } = await startProduct(urls);
  const warmUp = others(said.url);
  await wait(settleMs);
  await warmUp.stop();
  const idle = others(said.url);
  await wait(idleMs);
  const idleP99 = percentile(await idle.stop(), 99);
  const before = await ask<Figures>(child, 'figures');
  await Promise.all(replays.map((replay) => ask(replay, 'calls')));

  const busy = others(said.url);
  const seconds = await untilAnswered(said.url, analytic);
  const busyP99 = percentile(await busy.stop(), 99);
  const after = await ask<Figures>(child, 'figures');
  const calls = await Promise.all(replays.map((replay) => ask<{ calls: number }>(replay, 'calls')));
  child.kill('SIGTERM');
  return {
    analytic,
    size,
    seconds,
    calls: calls.reduce((sum, one) => sum + one.calls, 0),
    grownMb: (after.peakBytes - before.nowBytes) / 2 ** 20,
    loopP99: after.p99Ms,
    idleP99,
    busyP99,
  };
}

/** One pass without delay, so that the replays know every page. */
async function fill(urls: readonly string[]): Promise<void> {
  const { child, said } = await startProduct(urls);
  for (const analytic of analytics) await untilAnswered(said.url, analytic);
  await others(said.url).stop();
  child.kill('SIGTERM');
}

function print(rows: readonly Row[]): void {
  const header = [
    'analytic',
    'learners',
    'time',
    'calls',
    'memory',
    'loop p99',
    'others idle p99',
    'others busy p99',
  ];
  const cells = rows.map((row) => [
    row.analytic,
    String(row.size),
    `${row.seconds.toFixed(2)} s`,
    String(row.calls),
    `+${row.grownMb.toFixed(0)} MB`,
    `${row.loopP99.toFixed(0)} ms`,
    `${row.idleP99.toFixed(1)} ms`,
    `${row.busyP99.toFixed(1)} ms`,
  ]);
  console.log(table([header, ...cells]));
  const largest = Math.max(...sizes);
  for (const row of rows.filter(({ size }) => size === largest)) {
    const smaller = rows.find(({ analytic, size }) => analytic === row.analytic && size === largest / 10);
    const goals: [string, boolean][] = [
      ['time ≤ 12 s', row.seconds <= 12],
      ['memory ≤ +120 MB', row.grownMb <= 120],
      ['loop p99 ≤ 50 ms', row.loopP99 <= 50],
      ['others ≤ 2 × idle', row.busyP99 <= 2 * row.idleP99],
      ...(smaller === undefined
        ? []
        : ([
            ['time ≤ 11 × a tenth', row.seconds <= 11 * smaller.seconds],
            ['calls ≤ 11 × a tenth', row.calls <= 11 * smaller.calls],
          ] satisfies [string, boolean][])),
    ];
    console.log(
      `${row.analytic} at ${largest}: ${goals.map(([goal, holds]) => `${goal}: ${verdict(holds)}`).join('; ')}`,
    );
  }
}

try {
  const rows: Row[] = [];
  for (const size of sizes) {
    const replays = await startServices(size);
    const urls = replays.map(({ said }) => (said as { url: string }).url);
    await fill(urls);
    await Promise.all(replays.map((replay) => ask(replay, 'replay')));
    for (const analytic of analytics) rows.push(await measure(analytic, size, replays, urls));
    for (const replay of replays) replay.kill('SIGTERM');
  }
  console.log(`Organizations over services whose pages of 1,000 take ${latencyMs} ms\n`);
  print(rows);
} finally {
  stopAll();
}
