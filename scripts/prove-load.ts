/**
 * `npm run prove:load [-- --seconds 25]`: one process over nine services, asked for three times what it can do, and then
 * over services that flap. Prints one line per promise; exit code 1 when one is broken. All of it on this machine.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { median, percentile } from '../bench/figures.ts';
import { ask as order, startChild, stopAll } from '../bench/processes.ts';
import { startApi, startWorld, velocity, type World } from '../bench/world.ts';
import { type Service, services } from '../src/domain/provenance.ts';
import { base } from '../src/environment.ts';
import { givenTime } from './prove/given-time.ts';
import type { Pace, Ran, Run } from './prove/load-callers.ts';
import { quantileBetween, readGauge, readHistogram } from './prove/metrics-text.ts';
import { processorWaitMs } from './prove/processor-wait.ts';
import { type Promised, report } from './prove/report.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '25' } } });
const seconds = Number(options.seconds);

/** Goodput under three times the load, beside the most there can be. */
const leastGoodput = 0.8;
/** How much later those who are served may be, at the 99th percentile. */
const mostSlowdown = 4;
const mostAmplification = 1.2;

const performancePath = '/api/v1/analytics/learner/performance/me';
const performanceRoute = '/api/v1/analytics/learner/performance/:userId';
/** Process and callers are no longer news to themselves after that, ms: a process that has just started is more patient. */
const warmUpMs = 12_000;
/** So many rounds are judged. One in which the hardware gave less of the processors says little: there are more then. */
const rounds = 5;
const leastGiven = 0.9;
const mostRounds = 8;
/** Where the benchmark is more patient. */
const asDeployed = { LOG_LEVEL: 'warn', MAX_WAIT_MS: String(base.MAX_WAIT_MS.parse(undefined)) };

interface Seen {
  status: number;
  ms: number;
}

/** Questions from here, where there is nothing else to do. */
function asker(url: string) {
  const pool = new Pool(url, { connections: 50, keepAliveTimeout: 60_000 });
  return {
    ask: async (headers: Record<string, string>, path: string): Promise<Seen> => {
      const startedAt = performance.now();
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      await body.dump();
      return { status: statusCode, ms: performance.now() - startedAt };
    },
    close: () => pool.destroy(),
  };
}

const served = <T extends Seen>(all: readonly T[]) => all.filter(({ status }) => status === 200);
const p99 = (values: readonly number[]) => percentile(values, 99);
const p99Of = (all: readonly Seen[]) => p99(all.map(({ ms }) => ms));
const share = (all: readonly Seen[]) => (100 * served(all).length) / Math.max(1, all.length);

/** What a process says of itself: what it counted since its start, and its loop since it was asked last. */
async function insideOf(url: string) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return {
    durations: readHistogram(text, 'http_request_seconds', performanceRoute),
    loopMs: 1000 * readGauge(text, 'nodejs_eventloop_lag_p99_seconds'),
  };
}

/** One part of a round, seen from both sides. */
interface Part {
  ran: Ran;
  /** 99th percentile of what the process measured of those whom it let in, ms, without their wait for that. */
  insideMs: number;
  /** Part of the time that it was ready but others had the processors, 0–1. */
  waited: number;
  /** 99th percentile of how late its loop came to things, ms. */
  loopMs: number;
}

/** What a process can do, and how it is at 70 % of that and at three times that. */
interface Round {
  /** Answers a second. */
  peak: number;
  calm: Part;
  storm: Part;
  /** Of the processors' time that was wanted meanwhile, the part that the hardware gave, 0–1. */
  given: number;
}

async function overload(world: World): Promise<Promised[]> {
  world.delay(20);
  const { url, child: api } = await startApi(world, asDeployed);
  const { child } = await startChild('../scripts/prove/load-callers.ts', { first: { url, people: 200_000 } });
  const { ask, close } = asker(url);
  const run = async (part: Pace): Promise<Part> => {
    const before = await insideOf(url);
    const waitedBefore = processorWaitMs(api.pid);
    const ran = await order<Ran>(child, { path: performancePath, ...part } satisfies Run);
    const waited = (processorWaitMs(api.pid) - waitedBefore) / part.ms;
    const after = await insideOf(url);
    return {
      ran,
      waited,
      insideMs: 1000 * quantileBetween(before.durations, after.durations, 0.99),
      loopMs: after.loopMs,
    };
  };
  const somebody = world.somebody();
  const cached = () => ask(somebody.headers, velocity('me'));
  await run({ callers: 16, ms: warmUpMs });

  await cached();
  const perRound = (1000 * seconds) / rounds;
  const all: Round[] = [];
  const beside: Seen[] = [];
  const health: Seen[] = [];
  const isJudged = ({ given }: Round) => given >= leastGiven;
  while (all.length < mostRounds && all.filter(isJudged).length < rounds) {
    const givenSince = givenTime();
    let peak = 0;
    for (const callers of [12, 20]) {
      const { ran } = await run({ callers, ms: perRound / 2 });
      peak = Math.max(peak, (2000 * served(ran.asked).length) / perRound);
    }
    const calm = await run({ perSecond: 0.7 * peak, ms: perRound });
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        beside.push(await cached());
        health.push(await ask({}, '/health'));
        await delay(50);
      }
    })();
    const storm = await run({ perSecond: 3 * peak, ms: perRound, prefetchEvery: 10 });
    isOver = true;
    await watching;
    all.push({ peak, calm, storm, given: givenSince() });
    // Long enough for the bound to be as it was.
    await delay(1500);
  }
  await close();

  const found = all.toSorted((one, other) => other.given - one.given).slice(0, rounds);
  const stormy = found.flatMap(({ storm }) => storm.ran.asked);
  const refused = stormy.filter(({ status }) => status === 503);
  const people = stormy.filter(({ isPrefetch }) => !isPrefetch);
  const prefetches = stormy.filter(({ isPrefetch }) => isPrefetch);
  const others = stormy.length - served(stormy).length - refused.length;
  const calmRefused = found.flatMap(({ calm }) => calm.ran.asked).filter(({ status }) => status !== 200);
  const each = (values: readonly number[], digits = 0) =>
    values.map((value) => value.toFixed(digits)).join(', ');
  const inEach = (figure: (part: Part) => number) =>
    `calm ${each(found.map(({ calm }) => figure(calm)))} ms, storm ${each(found.map(({ storm }) => figure(storm)))} ms`;
  const inPercent = (some: readonly Round[]) => `${each(some.map(({ given }) => 100 * given))} %`;
  // What else the machine does comes and goes: each round is judged by its own peak and its own calm.
  const goodputs = found.map(({ peak, storm }) => (rounds * served(storm.ran.asked).length) / seconds / peak);
  const servedP99 = ({ ran }: Part) => p99Of(served(ran.asked));
  const slowdowns = found.map(({ calm, storm }) => servedP99(storm) / servedP99(calm));
  const parts = found.flatMap(({ calm, storm }) => [calm, storm]);
  const blurred = parts.flatMap(({ ran }) => ran.asked).filter(({ isBlurred }) => isBlurred).length;
  const clear = ({ ran }: Part) => p99Of(served(ran.asked).filter(({ isBlurred }) => !isBlurred));
  return [
    {
      what: `goodput at 3 × capacity is at least ${100 * leastGoodput} % of the peak`,
      seen: `${(100 * median(goodputs)).toFixed(0)} % (rounds ${each(goodputs, 2)}; peaks ${each(
        found.map(({ peak }) => peak),
      )} a second)`,
      holds: median(goodputs) >= leastGoodput,
    },
    {
      what: `p99 of those who are served is at most ${mostSlowdown} × that at 70 % of capacity`,
      seen: `${median(slowdowns).toFixed(1)} × (rounds ${each(slowdowns, 1)}; ${inEach(servedP99)})`,
      holds: median(slowdowns) <= mostSlowdown,
    },
    {
      what: 'the same as the process itself measures it, and how late its loop is at p99',
      seen: `${inEach(({ insideMs }) => insideMs)}; loop ${inEach(({ loopMs }) => loopMs)}`,
      holds: parts.every(({ insideMs }) => insideMs > 0),
    },
    {
      what: 'what the hardware gave of the processors in the rounds that are judged, and in others',
      seen: `${inPercent(found)}; ${all.length === rounds ? 'no others' : inPercent(all.filter((round) => !found.includes(round)))}`,
      holds: true,
    },
    {
      what: 'how long the process waited for a processor (on a quiet machine hardly; else it is judged by less than it can do)',
      seen: `calm ${each(found.map(({ calm }) => 100 * calm.waited))} %, storm ${each(found.map(({ storm }) => 100 * storm.waited))} %`,
      holds: true,
    },
    {
      what: 'those who ask are not late themselves',
      seen: `loop ${inEach(({ ran }) => ran.loopMs)}; busy for ${(100 * Math.max(...parts.map(({ ran }) => ran.busy))).toFixed(0)} % of the time at most; sent late at p99 by ${inEach(({ ran }) => p99(ran.asked.map(({ lateMs }) => lateMs)))}; ${blurred} answers came while they were late, p99 without those ${inEach(clear)}`,
      holds: true,
    },
    {
      what: 'nobody is refused at 70 % of capacity',
      seen: `${calmRefused.length} of ${found.flatMap(({ calm }) => calm.ran.asked).length}`,
      holds: calmRefused.length === 0,
    },
    {
      what: 'everybody else is refused with 503 and Retry-After',
      seen: `${refused.length} refused, in ${p99Of(refused).toFixed(0)} ms at p99; ${others} others`,
      holds: refused.length > 0 && others === 0 && refused.every(({ hasRetryAfter }) => hasRetryAfter),
    },
    {
      what: 'prefetches give way to people',
      seen: `${share(people).toFixed(0)} % of people served, ${share(prefetches).toFixed(0)} % of prefetches`,
      holds: share(prefetches) < share(people),
    },
    {
      what: 'probes and cached answers are always served',
      seen: `${served(health).length} of ${health.length} probes, ${served(beside).length} of ${beside.length} cached answers, p99 ${p99Of(beside).toFixed(0)} ms`,
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
  const { url } = await startApi({ ...world, urls }, asDeployed);
  const { ask, close } = asker(url);
  const coming: Promise<Seen>[] = [];
  for (let index = 0; index < 60 * seconds; index += 1) {
    const { headers } = world.somebody();
    coming.push(ask(headers, index % 4 === 0 ? performancePath : '/api/v1/dashboards/learner/me'));
    await delay(1000 / 60);
  }
  const all = await Promise.all(coming);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  await close();
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
