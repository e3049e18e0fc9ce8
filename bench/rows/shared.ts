import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/debian-server.ts';
import { findRedis, installRedis, startRedis } from '../../scripts/redis-server.ts';
import { median } from '../figures.ts';
import {
  interleaved,
  type Load,
  loadThreads,
  medianRate,
  medianRatio,
  type Target,
  throughput,
} from '../load.ts';
import { type Child, startChild } from '../processes.ts';
import { get, type Person, startApi, velocity, type World } from '../world.ts';
import { spentMicros } from './processor.ts';
import { type Row, times } from './row.ts';

const processes = 4;
/** Of what one process does alone, on a core of its own. */
const leastOfCore = 0.8;

/** Milliseconds. */
async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const at = performance.now();
  const value = await work();
  return { ms: performance.now() - at, value };
}

/**
 * What one process pays for an answer that another has made, over an answer of its own and a round trip to Redis:
 * milliseconds, the median over people. All three of one person are asked right after each other, so that what else the
 * machine does is in all of them. Who finds no answer (a reply of Redis was late, or it has not been stored yet) is left out.
 * @param isKnown whether the second process has served the person before: else their token is verified in it too.
 */
async function overOwn(
  people: readonly Person[],
  [one, other]: readonly string[],
  client: Redis,
  isKnown: boolean,
): Promise<number> {
  for (const { headers } of people) {
    await (await get(`${one}${velocity('me')}`, headers)).text();
    if (isKnown) await (await get(`${other}/api/v1/analytics/learner/engagement/me`, headers)).text();
  }
  const over: number[] = [];
  for (const { headers } of people) {
    const ask = async () => {
      const answer = await get(`${other}${velocity('me')}`, headers);
      await answer.text();
      return answer.headers.get('cache-status') ?? '';
    };
    const [shared, own] = [await timed(ask), await timed(ask)];
    const trip = await timed(() => client.get('bench'));
    if (shared.value.includes('; hit')) over.push(shared.ms - own.ms - trip.ms);
  }
  if (over.length < people.length / 2) throw new Error('most answers were not found in Redis');
  return median(over);
}

/** What several processes with one Redis share: answers, and the work of making one. */
export async function redisRows(world: World, rounds: number): Promise<Row[]> {
  if (findRedis() === undefined) installRedis();
  const redis = await startRedis();
  const client = new Redis(redis.url);
  try {
    const env = { REDIS_URL: redis.url };
    const apis = await Promise.all(Array.from({ length: processes }, () => startApi(world, env)));
    const urls = apis.map(({ url }) => url);
    await client.set('bench', 'x'.repeat(1500));
    const over = { known: [] as number[], unknown: [] as number[] };
    // The first thousand answers are of code that nobody has compiled yet.
    for (let round = -5; round < rounds; round += 1)
      for (const [which, seen] of Object.entries(over)) {
        const people = Array.from({ length: 100 }, () => world.somebody());
        const ms = await overOwn(people, urls, client, which === 'known');
        if (round >= 0) seen.push(ms);
      }
    const told = (ms: number) => `${ms < 0 ? '' : '+'}${ms.toFixed(2)} ms`;
    const l2 = median(over.known);
    world.delay(20);
    await world.calls();
    const { headers } = world.somebody();
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        get(`${apis[index % processes]?.url}${velocity('me')}`, headers),
      ),
    );
    const calls = await world.calls();
    world.delay(0);
    const most = Math.max(...[...Map.groupBy(calls, (call) => call).values()].map(({ length }) => length));
    return [
      {
        what: 'an answer that another process has made, over one of its own and a round trip to Redis: p50',
        seen: told(l2),
        goal: '≤ +0.3 ms',
        holds: l2 <= 0.3,
      },
      {
        what: 'the same for somebody whom the process has never seen: their token is verified too',
        seen: told(median(over.unknown)),
        goal: '',
        holds: null,
      },
      {
        what: `${answers.length} at once for one cold answer over ${processes} processes: calls to a source`,
        seen: String(most),
        goal: '≤ 1',
        holds: most <= 1,
      },
    ];
  } finally {
    client.disconnect();
    await redis.stop();
  }
}

/** Lets a process and all of its threads run on these cores only. @throws Error without `taskset` (util-linux) */
function keepTo(cores: readonly number[], pid = process.pid): void {
  execFileSync('taskset', ['-a', '-p', '-c', cores.join(','), String(pid)], { stdio: 'ignore' });
}

interface Servers {
  url: string;
  children: readonly Child[];
}

/** One server alone, and several behind one port. */
interface Side {
  alone: Servers;
  several: Servers;
}

async function productSide(world: World, count: number): Promise<Side> {
  const alone = await startApi(world);
  const env = { PORT: String(await freePort()), SHARE_PORT: 'true' };
  const several = await Promise.all(Array.from({ length: count }, () => startApi(world, env)));
  const children = several.map(({ child }) => child);
  return {
    alone: { url: alone.url, children: [alone.child] },
    several: { url: several[0]?.url ?? '', children },
  };
}

/** The same of servers that do nothing but send these bytes: what machine, kernel and Node allow. */
async function bareSide(body: string, count: number): Promise<Side> {
  const startBare = (port?: number) =>
    startChild<{ url: string }>('./servers/bare.ts', {
      first: { body, headers: ['Content-Type', 'application/json'], port },
    });
  const alone = await startBare();
  const port = await freePort();
  const several = await Promise.all(Array.from({ length: count }, () => startBare(port)));
  return {
    alone: { url: alone.said.url, children: [alone.child] },
    several: { url: several[0]?.said.url ?? '', children: several.map(({ child }) => child) },
  };
}

interface BusyLoad extends Load {
  /** Processors that each server kept busy. */
  busy: number[];
}

/** Load on servers, and how busy each of them was: one that is not could do more, if it were asked more. */
async function busyLoad({ url, children }: Servers, target: Target, seconds: number): Promise<BusyLoad> {
  const spent = () => children.map(({ pid }) => spentMicros(pid));
  const [before, at] = [spent(), performance.now()];
  const load = await throughput({ ...target, url: `${url}${target.url}` }, seconds);
  const micros = 1000 * (performance.now() - at);
  return { ...load, busy: spent().map((one, index) => (one - (before[index] ?? 0)) / micros) };
}

/** Medians over the rounds, the busiest server of a round first. */
function busyOf(loads: readonly BusyLoad[]): string {
  const sorted = loads.map(({ busy }) => busy.toSorted((one, other) => other - one));
  const [first = []] = sorted;
  return first.map((_, at) => median(sorted.map((busy) => busy[at] ?? 0)).toFixed(2)).join(', ');
}

const ofProcessor = ({ rate, busy }: BusyLoad): number => rate / busy.reduce((sum, one) => sum + one, 0);

/**
 * What a processor gives where several servers share a port, over what it gives where one is alone. By rate it would
 * be told how much load two threads can make: they are busy before two servers are.
 */
const perProcessor = (several: readonly BusyLoad[], alone: readonly BusyLoad[]): number =>
  median(several.map((load, round) => ofProcessor(load) / ofProcessor(alone[round] ?? load)));

/**
 * Several processes behind one port beside one. The load has cores of its own, as it would come from elsewhere: what is
 * left is what a process more can use. Bare servers beside them tell what cores, kernel and load allow.
 */
export async function processesRows(world: World, rounds: number, seconds: number): Promise<Row[]> {
  const all = Array.from({ length: availableParallelism() }, (_, core) => core);
  const [forLoad, forServers] = [all.slice(0, loadThreads), all.slice(loadThreads)];
  const what =
    'processes behind one port beside one, answers for the time that a processor is busy with them';
  const goal = `≥ ${leastOfCore} × for each core`;
  if (forServers.length < 2) return [{ what, seen: `only ${all.length} cores`, goal, holds: null }];
  const { headers } = world.somebody();
  const product = await productSide(world, forServers.length);
  const body = await (await get(`${product.alone.url}${velocity('me')}`, headers)).text();
  const bare = await bareSide(body, forServers.length);
  for (const { alone, several } of [product, bare])
    for (const { pid } of [...alone.children, ...several.children]) keepTo(forServers, pid);
  keepTo(forLoad);
  try {
    const target = { url: velocity('me'), headers };
    const load = (servers: Servers) => () => busyLoad(servers, target, seconds);
    const loads = await interleaved(
      {
        alone: load(product.alone),
        several: load(product.several),
        bareAlone: load(bare.alone),
        bareSeveral: load(bare.several),
      },
      rounds,
    );
    const ratio = perProcessor(loads.several, loads.alone);
    const seen = (several: readonly BusyLoad[], alone: readonly BusyLoad[]) =>
      `${times(perProcessor(several, alone))} for each core; by rate ${times(medianRatio(several, alone))} (${medianRate(several).toFixed(0)}/s, processors ${busyOf(several)}, beside ${medianRate(alone).toFixed(0)}/s, ${busyOf(alone)})`;
    return [
      {
        what: `${forServers.length} ${what}`,
        seen: seen(loads.several, loads.alone),
        goal,
        holds: ratio >= leastOfCore,
      },
      {
        what: 'the same of bare node:http servers',
        seen: seen(loads.bareSeveral, loads.bareAlone),
        goal: '',
        holds: null,
      },
    ];
  } finally {
    keepTo(all);
  }
}
