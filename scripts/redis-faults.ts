/**
 * `npm run redis-faults [-- --seconds 3 --extra-ms 50]`: two API processes share a Redis, a third has none, and all three are
 * asked the same while the Redis is paused, killed, filled up, filled with garbage and missing at the start. Every
 * answer has to be the one that the third gives. Exit codes: 0, 1 for anything that does not hold, 69 without Redis.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import type { Service } from '../src/domain/provenance.ts';
import { servicePrefix } from '../src/environment.ts';
import { ended } from './debian-server.ts';
import { findRedis, type RedisServer, startRedis } from './redis-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Short-lived answers, so that most requests have to do with Redis; nothing of the sample world is left out. */
const settings = {
  PORT: '0',
  DATABASE: 'none',
  LOG_LEVEL: 'info',
  MOCK_FALLBACK: 'never',
  CACHE_LEARNER_SECONDS: '1',
  CACHE_REVALIDATE_SECONDS: '0',
  RATE_STANDARD_PER_MINUTE: '10000000',
  RATE_ORGANIZATION_PER_MINUTE: '10000000',
};
const paths = ['velocity', 'engagement', 'mastery', 'performance', 'skill-gap'].map(
  (name) => `/api/v1/analytics/learner/${name}/me`,
);
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    // That an outage may cost a request, once; beside what a busy machine costs.
    'extra-ms': { type: 'string', default: '50' },
  },
});
const allowedExtraMs = Number(options['extra-ms']);

interface Api {
  url: string;
  process: ChildProcess;
  /** Messages of the log, with when they came. */
  said: { at: number; level: number; msg: string }[];
}

/** The nine services, and a person who may ask. */
async function startServices() {
  const child = spawn(process.execPath, ['scripts/demo.ts', '--json'], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATABASE: 'none' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await Promise.race([
    new Promise<string[]>((resolve) =>
      createInterface({ input: child.stdout }).once('line', (text) => resolve([text])),
    ),
    ended(child).then((): string[] => []),
  ]);
  if (line === undefined) throw new Error('the services did not start');
  const demo = JSON.parse(line) as {
    api: string;
    services: Record<Service, { url: string }>;
    people: { email: string; password: string; note: string }[];
  };
  const person = demo.people.find(({ note }) => /thriving/i.test(note));
  const login = await fetch(`${demo.api}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: person?.email, password: person?.password }),
  });
  const { data } = (await login.json()) as { data: { accessToken: string } };
  const urls = Object.entries(demo.services).map(([service, { url }]) => [
    `${servicePrefix[service as Service]}_URL`,
    url,
  ]);
  return { child, token: data.accessToken, env: Object.fromEntries(urls) as Record<string, string> };
}

async function startApi(env: Record<string, string>): Promise<Api> {
  const child = fork(new URL('../src/main.ts', import.meta.url), [], {
    cwd: root,
    env: { ...process.env, ...settings, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said: Api['said'] = [];
  if (child.stderr)
    createInterface({ input: child.stderr }).on('line', (line) => {
      const { level, msg } = JSON.parse(line) as { level: number; msg?: string };
      said.push({ at: performance.now(), level, msg: msg ?? '' });
    });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`the API ended with code ${code}`)));
  });
  return { url, process: child, said };
}

interface Asked {
  at: number;
  ms: number;
  status: number;
  path: string;
  data: unknown;
  hasRedis: boolean;
}

/** Asks processes again and again, one question at a time each, until told to stop. */
function keepAsking(apis: readonly Api[], hasRedis: boolean, token: string, asked: Asked[]) {
  let isOver = false;
  const loops = apis.map(async ({ url }) => {
    for (let turn = 0; !isOver; turn += 1) {
      const path = paths[turn % paths.length] ?? '';
      const at = performance.now();
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      const { data } = (await response.json()) as { data: unknown };
      asked.push({ at, ms: performance.now() - at, status: response.status, path, data, hasRedis });
      await delay(5);
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(loops);
  };
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await delay(5))
    if (Date.now() > end) throw new Error(`${what} did not come`);
}

interface World {
  server: RedisServer;
  admin: Redis;
  shared: Api[];
}

interface Fault {
  name: string;
  begin: (world: World) => unknown;
  /** Again and again while it lasts. */
  repeat?: (world: World) => Promise<unknown>;
  end: (world: World) => unknown;
  /** Comes back when all is as before. */
  recovered: (world: World, since: number) => Promise<void>;
}

const answerKeys = async ({ admin }: World) =>
  (await admin.keys('learning-analytics:answer:*')).filter((key) => !key.endsWith(':lock'));
const isBack = ({ shared }: World, since: number) =>
  until(
    () => shared.every(({ said }) => said.some(({ at, msg }) => at >= since && msg === 'Redis is back')),
    'Redis is back',
  );
const garbage = 'garbage';
const isStoring = (world: World) =>
  until(async () => {
    const values = await Promise.all((await answerKeys(world)).map((key) => world.admin.strlen(key)));
    return values.some((length) => length > garbage.length);
  }, 'a stored answer');

const faults: readonly Fault[] = [
  {
    name: 'paused',
    begin: ({ server }) => server.pause(),
    end: ({ server }) => server.resume(),
    recovered: isBack,
  },
  {
    name: 'killed',
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.start(),
    recovered: isBack,
  },
  {
    name: 'full',
    begin: ({ admin }) => admin.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'noeviction'),
    end: async ({ admin }) => {
      await admin.flushall();
      await admin.config('SET', 'maxmemory', '0');
    },
    recovered: isStoring,
  },
  {
    name: 'garbage',
    begin: () => undefined,
    repeat: async (world) => {
      for (const key of await answerKeys(world)) await world.admin.set(key, garbage);
    },
    end: () => undefined,
    recovered: isStoring,
  },
];

const share = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
const timesOf = (asked: readonly Asked[], hasRedis: boolean) =>
  asked
    .filter((one) => one.hasRedis === hasRedis)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);

/** @returns whether all of it holds. */
function report(name: string, asked: readonly Asked[], good: ReadonlyMap<string, unknown>, more: string) {
  const wrong = asked.filter(
    ({ status, path, data }) => status !== 200 || !isDeepStrictEqual(data, good.get(path)),
  );
  const [own, other] = [timesOf(asked, true), timesOf(asked, false)];
  const extra = share(own, 1) - share(other, 1);
  const times = (sorted: readonly number[]) =>
    `p50 ${share(sorted, 0.5).toFixed(1)} p99 ${share(sorted, 0.99).toFixed(1)} max ${share(sorted, 1).toFixed(1)}`;
  print(
    `${name.padEnd(16)} ${String(own.length).padStart(5)} answers, ${asked.length - wrong.length}/${asked.length} equal; ms with Redis ${times(own)}, without ${times(other)}; extra max ${extra.toFixed(1)}${more}`,
  );
  for (const { status, path } of wrong.slice(0, 3)) print(`  BROKEN ${status} or other figures: ${path}`);
  if (extra > allowedExtraMs) print(`  BROKEN more than ${allowedExtraMs} ms extra`);
  return wrong.length === 0 && extra <= allowedExtraMs && own.length > 0;
}

/** WARN once per outage, never ERROR. */
function quiet(apis: readonly Api[], outages: number): boolean {
  const lines = apis.flatMap(({ said }) => said);
  const errors = lines.filter(({ level }) => level >= 50).length;
  const warnings = apis.map(
    ({ said }) => said.filter(({ level, msg }) => level === 40 && /Redis/.test(msg)).length,
  );
  print(`log              ${errors} errors, warnings of Redis per process ${warnings.join(', ')}`);
  return errors === 0 && warnings.every((count) => count <= outages);
}

/** How long fresh processes are asked before they are measured. */
const warmUpMs = 2000;

async function run(seconds: number): Promise<boolean> {
  const server = await startRedis();
  const admin = new Redis(server.url, { retryStrategy: () => 50 });
  admin.on('error', () => undefined);
  const services = await startServices();
  const apis: Api[] = [];
  const start = async (env: Record<string, string>) => {
    const api = await startApi({ ...services.env, ...env });
    apis.push(api);
    return api;
  };
  try {
    const alone = await start({});
    const shared = [await start({ REDIS_URL: server.url }), await start({ REDIS_URL: server.url })];
    const world: World = { server, admin, shared };
    const good = new Map<string, unknown>();
    const warmUp = async (fresh: readonly Api[]) => {
      const asked: Asked[] = [];
      const stop = keepAsking(fresh, false, services.token, asked);
      await delay(warmUpMs);
      await stop();
      return asked;
    };
    for (const { path, data } of await warmUp([alone])) good.set(path, data);
    await warmUp(shared);

    const phase = async (
      own: readonly Api[],
      during: () => Promise<string>,
      name: string,
      control: Api = alone,
    ) => {
      const asked: Asked[] = [];
      const stops = [
        keepAsking(own, true, services.token, asked),
        keepAsking([control], false, services.token, asked),
      ];
      const more = await during();
      for (const stop of stops) await stop();
      return report(name, asked, good, more);
    };
    let holds = await phase(shared, () => delay(seconds * 1000, ''), 'calm');
    for (const fault of faults) {
      const during = async () => {
        await fault.begin(world);
        for (const end = Date.now() + seconds * 1000; Date.now() < end; await delay(50))
          await fault.repeat?.(world);
        const since = performance.now();
        await fault.end(world);
        const endedAt = performance.now();
        await fault.recovered(world, since);
        return `; recovered ${(performance.now() - endedAt).toFixed(0)} ms after its end`;
      };
      holds = (await phase(shared, during, fault.name)) && holds;
    }
    await server.kill();
    const late = await start({ REDIS_URL: server.url });
    // As new as the other, so that only Redis makes a difference.
    const control = await start({});
    await warmUp([late, control]);
    const atBoot = async () => {
      await delay(seconds * 1000);
      const since = performance.now();
      await server.start();
      const endedAt = performance.now();
      await isBack({ ...world, shared: [late] }, since);
      return `; recovered ${(performance.now() - endedAt).toFixed(0)} ms after its start`;
    };
    holds = (await phase([late], atBoot, 'down at the start', control)) && holds;
    // Paused, killed, missing at the end; and one complaint of a full memory.
    return quiet(apis, 4) && holds;
  } finally {
    admin.disconnect();
    for (const api of apis) api.process.kill('SIGTERM');
    await Promise.all(apis.map((api) => ended(api.process)));
    services.child.kill('SIGINT');
    await ended(services.child);
    await server.stop();
  }
}

if (findRedis() === undefined) {
  print('There is no redis-server; scripts/with-redis.ts installs it where it may.');
  process.exitCode = 69;
} else process.exitCode = (await run(Number(options.seconds))) ? 0 : 1;
