/**
 * `npm run prove:load [-- --seconds 15]`: one process over nine services, asked for three times what it can do, and then
 * over services that flap. Prints one line per promise; exit code 1 when one is broken. All of it on this machine.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { median, percentile } from '../bench/figures.ts';
import { stopAll } from '../bench/processes.ts';
import { startApi, startWorld, velocity, type World } from '../bench/world.ts';
import { type Service, services } from '../src/domain/provenance.ts';
import { type Promised, report } from './prove/report.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '15' } } });
const seconds = Number(options.seconds);

/** Goodput under three times the load, beside the most there can be. */
const leastGoodput = 0.8;
/** How much later those who are served may be, at the 99th percentile. */
const mostSlowdown = 4;
const mostAmplification = 1.2;

interface Asked {
  status: number;
  ms: number;
  retryAfter: string | undefined;
  isPrefetch: boolean;
}

const performancePath = '/api/v1/analytics/learner/performance/me';

/** Everybody is somebody else, so that no answer is at hand. */
function asker(world: World, url: string) {
  const pool = new Pool(url, { connections: 2000, pipelining: 1, keepAliveTimeout: 60_000 });
  const askAs = async (
    headers: Record<string, string>,
    path: string,
    isPrefetch: boolean,
  ): Promise<Asked> => {
    const startedAt = performance.now();
    const { statusCode, headers: said, body } = await pool.request({ method: 'GET', path, headers });
    await body.dump();
    const retryAfter = said['retry-after'];
    return {
      status: statusCode,
      ms: performance.now() - startedAt,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      isPrefetch,
    };
  };
  return {
    cold: (isPrefetch = false) => {
      const { headers } = world.somebody();
      return askAs(
        isPrefetch ? { ...headers, 'sec-purpose': 'prefetch' } : headers,
        performancePath,
        isPrefetch,
      );
    },
    of: (headers: Record<string, string>, path: string) => askAs(headers, path, false),
    close: () => pool.destroy(),
  };
}

/** So many callers, each of whom waits for an answer before the next question. */
async function closed(callers: number, ms: number, ask: () => Promise<Asked>): Promise<Asked[]> {
  const all: Asked[] = [];
  const until = performance.now() + ms;
  const caller = async () => {
    while (performance.now() < until) all.push(await ask());
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return all;
}

/** So many questions a second, whether they are answered or not. */
async function open(perSecond: number, ms: number, ask: (index: number) => Promise<Asked>): Promise<Asked[]> {
  const coming: Promise<Asked>[] = [];
  const startedAt = performance.now();
  for (let now = 0; now < ms; now = performance.now() - startedAt) {
    const due = Math.floor((now * perSecond) / 1000);
    while (coming.length < due) coming.push(ask(coming.length));
    await delay(2);
  }
  return Promise.all(coming);
}

const served = (all: readonly Asked[]) => all.filter(({ status }) => status === 200);
const p99 = (all: readonly Asked[]) =>
  percentile(
    all.map(({ ms }) => ms),
    99,
  );
const share = (all: readonly Asked[]) => (100 * served(all).length) / Math.max(1, all.length);

async function overload(world: World): Promise<Promised[]> {
  world.delay(20);
  const { url } = await startApi(world, { LOG_LEVEL: 'warn' });
  const ask = asker(world, url);
  // A burst of new connections would measure the system's queue of them.
  for (let batch = 0; batch < 12; batch += 1)
    await Promise.all(Array.from({ length: 50 * (batch + 1) }, () => ask.of({}, '/health')));
  const somebody = world.somebody();
  const cached = () => ask.of(somebody.headers, velocity('me'));
  await closed(16, 4000, () => ask.cold());

  await cached();
  const rounds: { peak: number; calm: Asked[]; storm: Asked[] }[] = [];
  const beside: Asked[] = [];
  const health: Asked[] = [];
  for (let round = 0; round < 3; round += 1) {
    const perRound = (1000 * seconds) / 3;
    let peak = 0;
    for (const callers of [12, 20]) {
      const all = await closed(callers, perRound / 2, () => ask.cold());
      peak = Math.max(peak, (2000 * served(all).length) / perRound);
    }
    const calm = await open(0.7 * peak, perRound, () => ask.cold());
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        beside.push(await cached());
        health.push(await ask.of({}, '/health'));
        await delay(50);
      }
    })();
    const storm = await open(3 * peak, perRound, (index) => ask.cold(index % 10 === 0));
    isOver = true;
    await watching;
    rounds.push({ peak, calm, storm });
    // Long enough for the bound to be as it was.
    await delay(1000);
  }
  await ask.close();

  const all = rounds.flatMap(({ storm }) => storm);
  const refused = all.filter(({ status }) => status === 503);
  const people = all.filter(({ isPrefetch }) => !isPrefetch);
  const prefetches = all.filter(({ isPrefetch }) => isPrefetch);
  const others = all.length - served(all).length - refused.length;
  // What else the machine does comes and goes: each round is judged by its own peak and its own calm.
  const goodputs = rounds.map(({ peak, storm }) => (3 * served(storm).length) / seconds / peak);
  const goodput = median(goodputs);
  const slowdowns = rounds.map(({ calm, storm }) => p99(served(storm)) / p99(served(calm)));
  const slowdown = median(slowdowns);
  const each = (values: readonly number[], digits: number) =>
    values.map((value) => value.toFixed(digits)).join(', ');
  return [
    {
      what: `goodput at 3 × capacity is at least ${100 * leastGoodput} % of the peak`,
      seen: `${(100 * goodput).toFixed(0)} % (rounds ${each(goodputs, 2)}; peaks ${each(
        rounds.map(({ peak }) => peak),
        0,
      )} a second)`,
      holds: goodput >= leastGoodput,
    },
    {
      what: `p99 of those who are served is at most ${mostSlowdown} × that at 70 % of capacity`,
      seen: `${slowdown.toFixed(1)} × (rounds ${each(slowdowns, 1)}; calm ${each(
        rounds.map(({ calm }) => p99(served(calm))),
        0,
      )} ms, storm ${each(
        rounds.map(({ storm }) => p99(served(storm))),
        0,
      )} ms)`,
      holds: slowdown <= mostSlowdown,
    },
    {
      what: 'everybody else is refused with 503 and Retry-After',
      seen: `${refused.length} refused, in ${p99(refused).toFixed(0)} ms at p99; ${others} others`,
      holds: refused.length > 0 && others === 0 && refused.every(({ retryAfter }) => Number(retryAfter) > 0),
    },
    {
      what: 'prefetches give way to people',
      seen: `${share(people).toFixed(0)} % of people served, ${share(prefetches).toFixed(0)} % of prefetches`,
      holds: share(prefetches) < share(people),
    },
    {
      what: 'probes and cached answers are always served',
      seen: `${served(health).length} of ${health.length} probes, ${served(beside).length} of ${beside.length} cached answers, p99 ${p99(beside).toFixed(0)} ms`,
      holds: share(health) === 100 && share(beside) === 100 && beside.length > 0,
    },
  ];
}

/** In front of a service: well for a while, then failing for a while. */
async function flapping(target: string, isIll: () => boolean) {
  let received = 0;
  const server = createServer(async (request, response) => {
    received += 1;
    if (isIll()) {
      response.writeHead(503).end('{}');
      return;
    }
    const answer = await fetch(target + request.url, {
      headers: { authorization: request.headers.authorization ?? '' },
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Lines of a metric by service. */
function byService(text: string, metric: string): Map<string, number> {
  const lines = [...text.matchAll(new RegExp(`^${metric}\\{service="(\\w+)"\\} (\\S+)$`, 'gm'))];
  return new Map(lines.map(([, service = '', value]) => [service, Number(value)]));
}

async function breakerStorm(world: World): Promise<Promised[]> {
  world.delay(5);
  const startedAt = Date.now();
  const flaps = await Promise.all(
    services.map(async (service, index) => {
      // Each by its own beat: ill for a third of the time, a second or so at once.
      const isIll = () => (Date.now() - startedAt + 137 * index) % (900 + 110 * index) < 300 + 37 * index;
      return [service, await flapping(world.urls[service], isIll)] as const;
    }),
  );
  const urls = Object.fromEntries(flaps.map(([service, { url }]) => [service, url])) as World['urls'];
  const { url } = await startApi({ ...world, urls }, { LOG_LEVEL: 'warn' });
  const ask = asker(world, url);
  const all = await open(60, 1000 * seconds, async (index) => {
    const { headers } = world.somebody();
    return ask.of(headers, index % 4 === 0 ? performancePath : '/api/v1/dashboards/learner/me');
  });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  await ask.close();
  for (const [, flap] of flaps) flap.close();
  const retries = byService(metrics, 'upstream_retries_total');
  const budgets = byService(metrics, 'upstream_retry_budget');
  const amplified = flaps
    .filter(([, flap]) => flap.received() > 0)
    .map(([service, flap]): [Service, number, number] => {
      const again = retries.get(service) ?? 0;
      return [service, flap.received() / (flap.received() - again), flap.received()];
    });
  const worst = Math.max(...amplified.map(([, times]) => times));
  const defects = all.filter(({ status }) => status === 500).length;
  return [
    {
      what: `services that flap get at most ${mostAmplification} × the calls`,
      seen: `worst ${worst.toFixed(2)} × (${amplified.map(([service, times, received]) => `${service} ${times.toFixed(2)} of ${received}`).join(', ')})`,
      holds: worst <= mostAmplification,
    },
    {
      what: 'the retry budget is shown',
      seen: [...budgets].map(([service, left]) => `${service} ${left.toFixed(1)}`).join(', '),
      holds: budgets.size === services.length,
    },
    {
      what: 'meanwhile no answer is a defect',
      seen: `${share(all).toFixed(0)} % of ${all.length} answered, ${defects} defects`,
      holds: defects === 0 && all.length > 0,
    },
  ];
}

try {
  const world = await startWorld();
  const found = [...(await overload(world)), ...(await breakerStorm(world))];
  process.exitCode = report(found) ? 0 : 1;
} finally {
  stopAll();
}
