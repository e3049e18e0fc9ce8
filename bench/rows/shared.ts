import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/debian-server.ts';
import { findRedis, installRedis, startRedis } from '../../scripts/redis-server.ts';
import { median, percentile } from '../figures.ts';
import { interleaved, loadThreads, medianRate, medianRatio, throughput } from '../load.ts';
import { get, startApi, velocity, type World } from '../world.ts';
import { type Row, times } from './row.ts';

const processes = 4;
/** Of what one process does alone, on a core of its own. */
const leastOfCore = 0.8;

/** Milliseconds of calls one after another. */
async function timesOf(count: number, ask: (index: number) => Promise<unknown>): Promise<number[]> {
  const each: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = performance.now();
    await ask(index);
    each.push(performance.now() - at);
  }
  return each;
}

/** What several processes with one Redis share: answers, and the work of making one. */
export async function redisRows(world: World, rounds: number): Promise<Row[]> {
  if (findRedis() === undefined) installRedis();
  const redis = await startRedis();
  const client = new Redis(redis.url);
  try {
    const env = { REDIS_URL: redis.url };
    const apis = await Promise.all(Array.from({ length: processes }, () => startApi(world, env)));
    const [one, other] = apis.map(({ url }) => url);
    const over: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const people = Array.from({ length: 100 }, () => world.somebody());
      const bodies = await Promise.all(
        people.map(async ({ headers }) => (await get(`${one}${velocity('me')}`, headers)).text()),
      );
      const ask = async (index: number) =>
        (await get(`${other}${velocity('me')}`, people[index]?.headers ?? { authorization: '' })).text();
      const first = percentile(await timesOf(people.length, ask), 50);
      const second = percentile(await timesOf(people.length, ask), 50);
      await client.set('bench', bodies[0] ?? '');
      const trip = percentile(await timesOf(people.length, () => client.get('bench')), 50);
      if (round >= 0) over.push(first - second - trip);
    }
    const l2 = median(over);
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
        seen: `${l2 < 0 ? '' : '+'}${l2.toFixed(2)} ms`,
        goal: '≤ +0.3 ms',
        holds: l2 <= 0.3,
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

/**
 * Several processes behind one port beside one. The load has cores of its own, as it would come from elsewhere: what is
 * left is what a process more can use.
 */
export async function processesRows(world: World, rounds: number, seconds: number): Promise<Row[]> {
  const all = Array.from({ length: availableParallelism() }, (_, core) => core);
  const [forLoad, forServers] = [all.slice(0, loadThreads), all.slice(loadThreads)];
  const what = `processes behind one port beside one, on as many cores that the load does not use`;
  const goal = `≥ ${leastOfCore} × for each core`;
  if (forServers.length < 2) return [{ what, seen: `only ${all.length} cores`, goal, holds: null }];
  const { headers } = world.somebody();
  const port = String(await freePort());
  const alone = await startApi(world);
  const several = await Promise.all(
    forServers.map(() => startApi(world, { PORT: port, SHARE_PORT: 'true' })),
  );
  const [shared] = several;
  for (const { child } of [alone, ...several]) keepTo(forServers, child.pid);
  keepTo(forLoad);
  try {
    const load =
      (base = '') =>
      () =>
        throughput({ url: `${base}${velocity('me')}`, headers }, seconds);
    const loads = await interleaved({ alone: load(alone.url), several: load(shared?.url) }, rounds);
    const ratio = medianRatio(loads.several, loads.alone);
    return [
      {
        what: `${forServers.length} ${what}`,
        seen: `${times(ratio)} (${medianRate(loads.several).toFixed(0)}/s beside ${medianRate(loads.alone).toFixed(0)}/s)`,
        goal,
        holds: ratio >= leastOfCore * forServers.length,
      },
    ];
  } finally {
    keepTo(all);
  }
}
