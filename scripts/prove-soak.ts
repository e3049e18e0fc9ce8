/**
 * `npm run prove:soak [-- --minutes 20]`: three processes behind a balancer at 70 % of what they can do in calm with
 * nobody refused, while faults are switched at random, processes are restarted one after the other, and clocks are
 * changed. Where the hardware gives this machine less time than when that was measured, it can do less, and is asked
 * less; who is refused in the moment in which most of a processor is taken away is told apart. Every answer is compared
 * with what is true. The world of a day stands still until UTC midnight, which the drill must not cross. All of it on
 * this machine.
 */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Pool } from 'undici';
import { median, percentile } from '../bench/figures.ts';
import { services } from '../src/domain/provenance.ts';
import { seededRandom } from '../src/domain/statistics/random.ts';
import { servicePrefix } from '../src/environment.ts';
import { type ApiProcess, startApiProcess } from './prove/api-process.ts';
import { toxics } from './prove/faults-cells.ts';
import { secret, startServices, tokenOf } from './prove/faults-world.ts';
import { givenTime } from './prove/given-time.ts';
import type { Held } from './prove/heap-floor.ts';
import { readTotal } from './prove/metrics-text.ts';
import { firstWrong } from './prove/oracle.ts';
import { processorWaitMs } from './prove/processor-wait.ts';
import { report } from './prove/report.ts';
import { type ToxicName, ToxicProxy } from './prove/toxic-proxy.ts';
import { findRedis, startRedis } from './redis-server.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    /** A folder for heap snapshots after three and after nine tenths of the time, to see what has grown. */
    snapshots: { type: 'string' },
  },
});
const lengthMs = Number(options.minutes) * 60_000;
const random = seededRandom(Number(options.seed));
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const root = fileURLToPath(new URL('..', import.meta.url));

const share = 0.7;
/** How much the memory of the process that is never restarted may grow, of what it holds. */
const mostGrowth = 0.05;
/** After a fault's end answers may still be of before. */
const aftermathMs = 6000;
/** What is due for longer is not asked any more, ms. */
const mostLateMs = 20;
/** Of what is due, while it is found out how much can be asked: a drill that is late itself measures nothing. */
const mostNotAsked = 0.01;
/** How often it is looked at what the machine is given, and for how long what was taken away is felt, ms. */
const lookMs = 500;
const afterTakenMs = 2000;
/** Looks at what a process holds, of which the least counts, as what is under way is not what it keeps; and how long is between. */
const looksAtMemory = 3;
const betweenLooksMs = 2000;
/** Connections that a burst has opened are closed between two looks, as balancers keep few that are idle. */
const keepAliveMs = 1500;
/** After a fault's end nobody waits any more. */
const settledMs = 1000;

if (Math.floor(Date.now() / 86_400_000) !== Math.floor((Date.now() + lengthMs + 120_000) / 86_400_000))
  throw new Error('this would cross UTC midnight, where the sample world moves on');

const paths = [
  '/analytics/learner/velocity/me',
  '/analytics/learner/skill-gap/me',
  '/analytics/learner/engagement/me',
  '/analytics/learner/mastery/me',
  '/analytics/learner/performance/me',
  '/analytics/learner/content-effectiveness/me',
  '/dashboards/learner/me',
];

interface Section {
  status: string;
  data: unknown;
  meta: { complete: boolean; dataSource: string } | null;
  error?: { code: string };
}

/** One section for a single answer, all of them for a dashboard. */
// biome-ignore lint/suspicious/noExplicitAny: the drill judges bodies from outside, by their JSON
const sectionsIn = (path: string, body: any): [string, Section][] =>
  path.startsWith('/dashboards')
    ? Object.entries(body.data.sections as Record<string, Section>)
    : [['', { status: body.meta.complete ? 'ok' : 'partial', data: body.data, meta: body.meta }]];

const nine = await startServices();
const people = nine.people.slice(0, 40);
const proxies = new Map<string, ToxicProxy>();
for (const service of services) {
  const { hostname, port } = new URL(nine.urls[service]?.url ?? '');
  const proxy = new ToxicProxy({ host: hostname, port: Number(port) });
  await proxy.open();
  proxies.set(service, proxy);
}
const redis = findRedis() === undefined ? undefined : await startRedis();
const postgres = process.env.TEST_DATABASE_URL;
if (postgres !== undefined)
  execFileSync(process.execPath, ['scripts/migrate.ts'], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: postgres },
  });

const common = {
  JWT_SECRET: secret,
  DATABASE: postgres === undefined ? 'none' : 'auto',
  ...(postgres === undefined ? {} : { DATABASE_URL: postgres }),
  MOCK_FALLBACK: 'never',
  RATE_STANDARD_PER_MINUTE: '10000000',
  RATE_ORGANIZATION_PER_MINUTE: '10000000',
  CACHE_LEARNER_SECONDS: '2',
  UPSTREAM_REPLY_SECONDS: '1',
};
const through = Object.fromEntries(
  services.map((service) => [
    `${servicePrefix[service]}_URL`,
    `http://127.0.0.1:${proxies.get(service)?.port}`,
  ]),
);
const direct = Object.fromEntries(
  services.map((service) => [`${servicePrefix[service]}_URL`, nine.urls[service]?.url ?? '']),
);
// What is deployed is what was built.
execFileSync(process.execPath, ['scripts/build.ts'], { cwd: root });
const built = new URL('../built/start.js', import.meta.url);
const preload = [
  new URL('./prove/clock-jump.ts', import.meta.url),
  new URL('./prove/heap-floor.ts', import.meta.url),
].flatMap((module) => ['--import', fileURLToPath(module)]);
const start = () =>
  startApiProcess(
    {
      ...common,
      ...through,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      // A busy machine asks late whether a process is ready, and may need long for what is under way.
      SHUTDOWN_NOTICE_MS: '8000',
      SHUTDOWN_DRAIN_MS: '30000',
    },
    preload,
    built,
  );

/** A process that the balancer may send requests to. */
interface Backend {
  api: ApiProcess;
  pool: Pool;
  isReady: boolean;
  /** Requests under way. */
  asked: number;
}
const backendOf = (api: ApiProcess): Backend => ({
  api,
  pool: new Pool(api.url, { connections: 256, keepAliveTimeout: keepAliveMs }),
  isReady: true,
  asked: 0,
});
const backends: Backend[] = [];
const everStarted: ApiProcess[] = [];
async function add(): Promise<void> {
  const api = await start();
  everStarted.push(api);
  backends.push(backendOf(api));
}

// It is asked for what is true now, so old figures are no answer.
const oracle = await startApiProcess({
  ...common,
  ...direct,
  DATABASE: 'none',
  CACHE_REVALIDATE_SECONDS: '0',
});
for (let count = 0; count < 3; count += 1) await add();

/** All that was true at some time: what is left until a due date, for example, moves on with the clock. */
const truths = new Map<string, unknown[]>();
const headersOf = (person: string) => ({ authorization: `Bearer ${tokenOf(person)}` });
const tokens = new Map(people.map((person) => [person, headersOf(person)]));

async function askOracle(person: string, path: string): Promise<void> {
  const answer = await fetch(`${oracle.url}/api/v1${path}`, { headers: tokens.get(person) ?? {} });
  const body = (await answer.json()) as { data: unknown };
  const key = `${person} ${path}`;
  const truth = answer.status === 200 ? body.data : null;
  const known = truths.get(key) ?? [];
  if (!known.some((one) => isDeepStrictEqual(one, truth))) truths.set(key, [...known, truth]);
}

/** Null when it is true, or was; the oracle is asked again, once its own answer is no longer a kept one. */
async function wrongIn(told: unknown, person: string, path: string, mayBeOpen: boolean) {
  const first = () => {
    const places = (truths.get(`${person} ${path}`) ?? []).map((truth) => firstWrong(told, truth, mayBeOpen));
    return places.includes(null) ? null : (places.at(-1) ?? 'data');
  };
  for (let asked = 0; first() !== null && asked < 2; asked += 1) {
    await delay(asked * 3000);
    await askOracle(person, path);
  }
  return first();
}

for (const person of people) for (const path of paths.slice(0, -1)) await askOracle(person, path);
const sectionPath = new Map([
  ['velocity', paths[0]],
  ['skillGap', paths[1]],
  ['engagement', paths[2]],
  ['mastery', paths[3]],
  ['performance', paths[4]],
  ['contentEffectiveness', paths[5]],
]);

let faultUntil = 0;
/** What is the matter now. */
let fault = '';
let isRestarting = false;
const counts = { answers: 0, partial: 0, stale: 0, excused: 0, overloaded: 0 };
/** How many were given old figures for want of time, by processes that are gone. */
let sparedBefore = 0;
/** Refused for want of time: when, and what was the matter. */
const overloaded: { at: number; matter: string }[] = [];
const dropped: string[] = [];
const wrong: string[] = [];
const unexpected: string[] = [];
const times: number[] = [];
const excusable = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_INVALID', 'DEADLINE_EXCEEDED']);

async function judge(
  person: string,
  path: string,
  status: number,
  text: string,
  isFaulty: boolean,
): Promise<void> {
  counts.answers += 1;
  const body = JSON.parse(text);
  if (status !== 200) {
    const code = body.error?.code as string;
    if (code === 'OVERLOADED') {
      counts.overloaded += 1;
      const matter = `${fault === '' ? (isFaulty ? 'after a fault' : 'no fault') : fault}${isRestarting ? ' in a restart' : ''}`;
      overloaded.push({ at: performance.now(), matter });
    } else if (status >= 500 && isFaulty && excusable.has(code)) counts.excused += 1;
    else unexpected.push(`${status} ${code} ${path}`);
    return;
  }
  for (const [name, section] of sectionsIn(path, body)) {
    if (section.meta === null) {
      if (isFaulty && excusable.has(section.error?.code ?? '')) counts.excused += 1;
      else unexpected.push(`${section.error?.code} ${path} ${name}`);
      continue;
    }
    const isPartial = !section.meta.complete;
    if (isPartial) counts.partial += 1;
    if (section.meta.dataSource === 'stale') counts.stale += 1;
    if (section.meta.dataSource === 'mock') wrong.push(`mock ${path} ${name}`);
    if (isPartial && !isFaulty) unexpected.push(`partial ${path} ${name}`);
    const asked = name === '' ? path : (sectionPath.get(name) ?? path);
    const place = await wrongIn(section.data, person, asked, isPartial);
    if (place !== null) wrong.push(`${person} ${path} ${name} ${place}`);
  }
}

let turn = 0;
/** The process that is ready and has the fewest requests under way, as nginx chooses with `least_conn`. */
function leastAsked(): Backend | undefined {
  turn += 1;
  const ready = backends.filter(({ isReady }) => isReady);
  const inTurn = ready.map((_, index) => ready[(turn + index) % ready.length] as Backend);
  return inTurn.reduce<Backend | undefined>(
    (least, one) => (least === undefined || one.asked < least.asked ? one : least),
    undefined,
  );
}

async function ask(): Promise<void> {
  const backend = leastAsked();
  if (backend === undefined) {
    dropped.push('no process is ready');
    return;
  }
  const [person, path] = [pick(people), pick(paths)];
  const began = Date.now();
  const startedAt = performance.now();
  backend.asked += 1;
  try {
    const { statusCode, body } = await backend.pool.request({
      method: 'GET',
      path: `/api/v1${path}`,
      headers: tokens.get(person) ?? {},
    });
    const text = await body.text();
    times.push(performance.now() - startedAt);
    backend.asked -= 1;
    await judge(person, path, statusCode, text, began < faultUntil + aftermathMs);
  } catch (error) {
    backend.asked -= 1;
    dropped.push((error as { code?: string }).code ?? String(error));
  }
}

const stepMs = 6000;
/** A rate is only borne if it is borne for a while: what a machine that is shared can do differs from one minute to the next. */
const longStepMs = 60_000;
/** A step in which less of the processors was given says nothing of the product, and is tried again, so often at most. */
const leastGiven = 0.9;
const mostTriesAgain = 10;

/** Answers a second to callers who ask again as soon as they are answered: more than anybody else could get. */
async function saturated(): Promise<number> {
  const before = counts.answers;
  const end = performance.now() + stepMs;
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      while (performance.now() < end) await ask();
    }),
  );
  return (1000 * (counts.answers - before)) / stepMs;
}

/** The part of the processors' time that this machine was given lately, 0–1, looked at twice a second. */
const given = { now: 1, least: 1, sum: 0, looks: 0 };
const givenSince = givenTime();
const givenOver = (since: Readonly<typeof given>) => (given.sum - since.sum) / (given.looks - since.looks);
const givenAt: { at: number; part: number }[] = [];
setInterval(() => {
  const part = givenSince();
  givenAt.push({ at: performance.now(), part });
  given.now = (given.now + part) / 2;
  given.least = Math.min(given.least, given.now);
  given.sum += given.now;
  given.looks += 1;
}, lookMs).unref();
/** Whether, a moment before, so much less was given than expected that what was asked was more than could be done. */
const isTaken = (at: number, expected: number) =>
  givenAt.some(
    (look) => look.part < share * expected && look.at - lookMs <= at && at <= look.at + afterTakenMs,
  );

/**
 * Asks at a rate, whether or not answers come; at less of it while less than `expected` of the processors is given.
 * @returns how many were not asked, because the drill itself was late.
 */
async function paced(rate: number, end: number, expected = 0): Promise<number> {
  const asked: Promise<void>[] = [];
  let notAsked = 0;
  let due = 0;
  for (let before = performance.now(); until(end); await delay(2)) {
    const now = performance.now();
    const perMs = (rate / 1000) * Math.min(1, given.now / expected);
    // What was missed because the drill itself was late would come all at once, as no real people do.
    const missed = Math.max(0, now - before - mostLateMs) * perMs;
    notAsked += missed;
    due += (now - before) * perMs - missed;
    before = now;
    for (; due >= 1; due -= 1) {
      asked.push(ask());
      if (asked.length > 10_000) asked.splice(0, 5000);
    }
  }
  await Promise.all(asked);
  return Math.round(notAsked);
}

/**
 * The most a second, in steps of a tenth, at which nobody is refused while people come whether or not others wait, and
 * clocks are changed.
 */
async function capacity(): Promise<{ rate: number; part: number }> {
  let triesAgain = 0;
  const mayTryAgain = (since: Readonly<typeof given>) =>
    givenOver(since) < leastGiven && triesAgain++ < mostTriesAgain;
  let most: number;
  let before: typeof given;
  do {
    before = { ...given };
    most = await saturated();
  } while (mayTryAgain(before));
  for (let step = 10; step > 3; ) {
    const rate = (most * step) / 10;
    const before = { refused: counts.overloaded, times: times.length, ...given };
    const end = performance.now() + longStepMs;
    const [notAsked] = await Promise.all([paced(rate, end), changeClocks(end)]);
    const refused = counts.overloaded - before.refused;
    const p99 = percentile(times.slice(before.times), 99);
    const part = givenOver(before);
    process.stdout.write(
      `${rate.toFixed(0)} a second: ${refused} refused, ${notAsked} not asked, p99 ${p99.toFixed(0)} ms, ${(100 * part).toFixed(0)} % of the processors given\n`,
    );
    if (refused === 0 && notAsked < (mostNotAsked * rate * longStepMs) / 1000) return { rate, part };
    if (!mayTryAgain(before)) step -= 1;
  }
  throw new Error(`somebody is refused at less than a third of ${most.toFixed(0)} answers a second`);
}

async function probe(backend: Backend): Promise<void> {
  backend.isReady = await fetch(`${backend.api.url}/ready`)
    .then(({ ok }) => ok)
    .catch(() => false);
}

const tellHeld = (held: Held | undefined) =>
  held === undefined
    ? ''
    : `${held.heldMb.toFixed(1)} MB held, ${held.heapMb.toFixed(1)} of it objects, ${held.connections} connections`;

/** How many a process has given old figures for want of time. */
const sparedBy = async ({ url }: ApiProcess): Promise<number> =>
  readTotal(await (await fetch(`${url}/metrics`)).text(), 'http_requests_spared_total');

let restarts = 0;
let faults = 0;
let clockChanges = 0;
const until = (end: number) => performance.now() < end;

/** Replaces the youngest but one, never the first, whose memory is watched. */
async function restartOne(): Promise<void> {
  isRestarting = true;
  await add();
  const [old] = backends.splice(1, 1);
  if (old === undefined) return;
  // It is still asked until it says that it is going.
  const leaving = old.api.stop();
  backends.push(old);
  while (old.isReady && old.api.child.exitCode === null) await delay(50);
  sparedBefore += await sparedBy(old.api);
  backends.splice(backends.indexOf(old), 1);
  await leaving;
  await old.pool.close();
  isRestarting = false;
  restarts += 1;
}

async function switchFaults(end: number): Promise<void> {
  while (until(end)) {
    await delay(4000 + random() * 8000);
    if (!until(end)) return;
    const service = pick(services);
    const proxy = proxies.get(service);
    const name = pick(Object.keys(toxics) as ToxicName[]);
    faultUntil = Number.POSITIVE_INFINITY;
    fault = `${name} of ${service}`;
    await proxy?.poison(toxics[name].toxic);
    await delay(2000 + random() * 4000);
    await proxy?.heal();
    faultUntil = Date.now();
    fault = '';
    faults += 1;
  }
}

async function changeClocks(end: number): Promise<void> {
  while (until(end)) {
    await delay(Math.min(5000 + random() * 10_000, end - performance.now()));
    if (!until(end)) return;
    pick(backends).api.child.send({ offsetMs: Math.round((random() - 0.5) * 4000) });
    clockChanges += 1;
  }
}

async function rollOver(end: number): Promise<void> {
  while (until(end)) {
    await delay(Math.min(30_000, lengthMs / 5));
    if (until(end)) await restartOne();
  }
}

/** What a process holds once all garbage has gone. */
async function heldBy({ child }: ApiProcess): Promise<Held> {
  const seen: Held[] = [];
  for (let look = 0; look < looksAtMemory; look += 1) {
    if (look > 0) await delay(betweenLooksMs);
    const said = once(child, 'message', { signal: AbortSignal.timeout(20_000) });
    child.send({ collect: true });
    seen.push((await said)[0] as Held);
  }
  return seen.reduce((least, one) => (one.heldMb < least.heldMb ? one : least));
}

/** What the first process, which is never restarted, holds at the end of each tenth of the time. */
async function watchMemory(end: number): Promise<Held[]> {
  const floors: Held[] = [];
  const stretchMs = lengthMs / 10;
  const begin = end - lengthMs;
  const [first] = backends;
  for (let stretch = 1; stretch <= 10 && first !== undefined; stretch += 1) {
    // The last is taken while it is still asked, as the others are; whoever waits for an ill service holds memory.
    const takesMs = looksAtMemory * (betweenLooksMs + 500);
    await delay(Math.max(0, begin + stretch * stretchMs - takesMs - performance.now()));
    while (Date.now() < faultUntil + settledMs && until(end + 5000)) await delay(50);
    floors.push(await heldBy(first.api));
    if (options.snapshots !== undefined && (stretch === 3 || stretch === 9))
      first.api.child.send({ snapshot: `${options.snapshots}/${stretch}.heapsnapshot` });
    process.stdout.write(
      `minute ${((stretch * stretchMs) / 60_000).toFixed(1)}: ${tellHeld(floors.at(-1))}\n`,
    );
  }
  return floors;
}

try {
  // Everybody once, so that there is something that may stand in.
  for (let round = 0; round < 3; round += 1) await saturated();
  const { rate: most, part } = await capacity();
  const rate = share * most;
  Object.assign(given, { least: 1, sum: 0, looks: 0 });
  overloaded.length = 0;
  clockChanges = 0;
  for (const kind of Object.keys(counts) as (keyof typeof counts)[]) counts[kind] = 0;
  times.length = 0;
  process.stdout.write(
    `${most.toFixed(0)} answers a second with nobody refused; ${rate.toFixed(0)} for ${options.minutes} minutes\n`,
  );

  const end = performance.now() + lengthMs;
  const running = [switchFaults(end), changeClocks(end), rollOver(end)];
  const memory = watchMemory(end);
  const probing = setInterval(() => {
    for (const backend of backends) void probe(backend);
  }, 200);
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  const notAsked = await paced(rate, end, part);
  await Promise.all(running);
  clearInterval(probing);
  const floors = await memory;
  const spared =
    sparedBefore + (await Promise.all(backends.map(({ api }) => sparedBy(api)))).reduce((a, b) => a + b);
  const held = floors.map(({ heldMb }) => heldMb);
  const [before, after] = [median(held.slice(2, 5)), median(held.slice(-3))];
  const growth = after / before - 1;
  const residents = `${backends[0]?.api.memoryMb().toFixed(0)} MB resident`;
  const errors = everStarted.flatMap((api) => api.errors);
  const some = (list: readonly string[]) => {
    const kinds = Map.groupBy(list, (text) => text);
    return [...kinds]
      .slice(0, 8)
      .map(([text, all]) => `${text} × ${all.length}`)
      .join('; ');
  };
  const refused = overloaded.filter(({ at }) => !isTaken(at, part)).map(({ matter }) => matter);
  const holds = report([
    {
      what: 'no answer is wrong',
      seen: `${wrong.length} of ${counts.answers} (${counts.stale} old, ${counts.partial} partial, ${counts.excused} refused while a fault lasted) ${some(wrong)}`,
      holds: wrong.length === 0 && counts.answers > 0,
    },
    {
      what: 'nobody is refused for want of time',
      seen: `${refused.length} of ${counts.answers} ${some(refused)}; ${spared} given old figures for it; ${overloaded.length - refused.length} more refused while more than ${(100 * (1 - share)).toFixed(0)} % of the processors were taken away`,
      holds: refused.length === 0,
    },
    {
      what: 'no 5xx but for a fault',
      seen: `${unexpected.length} ${some(unexpected)}`,
      holds: unexpected.length === 0,
    },
    {
      what: 'no request is dropped',
      seen: `${dropped.length} ${some(dropped)} (${restarts} restarts, ${faults} faults, ${clockChanges} changes of clocks)`,
      holds: dropped.length === 0 && restarts > 0 && faults > 0 && clockChanges > 0,
    },
    {
      what: `memory grows by ${100 * mostGrowth} % at most`,
      seen: `${(100 * growth).toFixed(1)} % (${held.map((mb) => mb.toFixed(1)).join(', ')} MB held after collections of garbage; ${residents})`,
      holds: growth <= mostGrowth,
    },
    {
      what: 'nobody is woken',
      seen: `${errors.length} ERROR lines ${errors[0] ?? ''}`,
      holds: errors.length === 0,
    },
    {
      what: 'p99, and how late the drill itself was',
      seen: `${percentile(times, 99).toFixed(0)} ms; its loop ${(loop.percentile(99) / 1e6).toFixed(0)} ms late at p99, ${notAsked} not asked for that; the machine was given ${((100 * given.sum) / given.looks).toFixed(0)} % of the time in which it wanted processors, ${(100 * given.least).toFixed(0)} % at the least; the first process waited for a processor for ${((100 * processorWaitMs(backends[0]?.api.child.pid)) / (1000 * process.uptime())).toFixed(0)} % of the time`,
      holds: true,
    },
  ]);
  process.exitCode = holds ? 0 : 1;
} finally {
  for (const { pool } of backends) await pool.destroy();
  await Promise.all([oracle, ...backends.map(({ api }) => api)].map((api) => api.stop()));
  for (const proxy of proxies.values()) await proxy.close();
  await nine.close();
  await redis?.stop();
}
