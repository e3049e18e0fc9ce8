/**
 * `npm run drill:alerts [-- --only SourceLate]`: causes the fault of every alert rule in a real process, before Debian's
 * Prometheus with the rules of deploy/prometheus, whose durations are made short, and waits for the alert. First a
 * healthy process is watched, for which none may fire. PostgreSQL, Redis and Prometheus of Debian are installed where
 * they are not and may be. Exit codes: 0, 1 for an alert that does not fire or fires of nothing, 69 without servers.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrate } from '../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../src/infrastructure/database/migration-files.ts';
import { withPostgresSession } from '../src/infrastructure/database/postgres.ts';
import { Complaint, freePort } from './debian-server.ts';
import { type Bench, type Scenario, scenarios } from './deploy/alert-scenarios.ts';
import { keepAsking, questionsOf } from './deploy/load.ts';
import { alertRules, type Firing, startPrometheus } from './deploy/prometheus.ts';
import { undoing, undoingAtSignals } from './deploy/undoing.ts';
import { drillSecrets, print, startApi, startServices } from './deploy/world.ts';
import { startPostgres } from './postgres-server.ts';
import { findRedis, installRedis, startRedis } from './redis-server.ts';

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
/** How long an alert may take, and how long a healthy process is watched, milliseconds. */
const [longestMs, quietMs] = [90_000, 25_000];
const pollMs = 250;

/** Whether it is this alert that fires, of this process where it is of one. */
const fits =
  ({ alert, labels = {} }: Scenario['alerts'][number], instance: string) =>
  (firing: Firing): boolean =>
    firing.alert === alert &&
    (firing.labels.instance ?? instance) === instance &&
    Object.entries(labels).every(([name, value]) => firing.labels[name] === value);

const environmentOf = (port: number, more: Record<string, string>, { services }: Bench) => ({
  DATABASE: 'none',
  MOCK_LEARNERS: '300',
  PORT: String(port),
  ...services.env,
  ...more,
});

/** @returns what fired although nothing was wrong. */
async function watchHealthy(bench: Bench): Promise<Firing[]> {
  const { services, prometheus, databaseUrl, redis } = bench;
  const port = await freePort();
  const more = { DATABASE: 'auto', DATABASE_URL: databaseUrl, REDIS_URL: redis.url };
  const api = await startApi({ env: environmentOf(port, more, bench) });
  prometheus.watch([`127.0.0.1:${port}`]);
  const stop = keepAsking(api.url, await questionsOf(services, 'velocity'), 4, 100);
  // Until Prometheus has heard of it.
  await delay(8000);
  const seen = new Map<string, Firing>();
  for (const end = Date.now() + quietMs; Date.now() < end; await delay(pollMs))
    for (const one of await prometheus.firing()) seen.set(JSON.stringify(one), one);
  await stop();
  prometheus.watch([]);
  await api.stop();
  return [...seen.values()];
}

/** @returns whether every alert of it fired. */
async function play({ fault, alerts, env, command, begin }: Scenario, bench: Bench): Promise<boolean> {
  const { prometheus, services } = bench;
  const { after, undo } = undoing();
  const port = await freePort();
  const how = { env: environmentOf(port, env?.(bench) ?? {}, bench), ...(command ? { command } : {}) };
  const scene = { ...bench, after, api: await startApi(how), restart: async () => {} };
  scene.restart = async () => {
    await scene.api.stop();
    scene.api = await startApi(how);
  };
  const instance = `127.0.0.1:${port}`;
  prometheus.watch([instance]);
  const waiting = new Set(alerts);
  const isFiring = async () => {
    const firing = await prometheus.firing();
    return alerts.filter((one) => firing.some(fits(one, instance)));
  };
  try {
    // Prometheus has seen it before anything happens, and has nothing to say of it.
    await delay(2000);
    for (const end = Date.now() + longestMs; (await isFiring()).length > 0; await delay(pollMs))
      if (Date.now() > end) throw new Error(`${alerts[0]?.alert} fires before its fault`);
    const begunAt = Date.now();
    let trouble: unknown;
    const begun = begin(scene).catch((error: unknown) => {
      trouble = error;
    });
    for (
      ;
      waiting.size > 0 && trouble === undefined && Date.now() < begunAt + longestMs;
      await delay(pollMs)
    ) {
      for (const one of await isFiring()) {
        if (!waiting.delete(one)) continue;
        const seconds = ((Date.now() - begunAt) / 1000).toFixed(1);
        print(`holds   ${one.alert.padEnd(18)} fired after ${seconds.padStart(4)} s: ${fault}`);
      }
    }
    await begun;
    if (trouble !== undefined) print(`BROKEN  the fault cannot be caused: ${trouble}`);
  } finally {
    await services.heal();
    await undo();
    await scene.api.stop();
  }
  for (const { alert } of waiting) print(`BROKEN  ${alert.padEnd(18)} did not fire: ${fault}`);
  return waiting.size === 0;
}

async function drill(bench: Bench): Promise<boolean> {
  const { only } = options;
  const chosen = scenarios.filter(({ alerts }) => !only || alerts.some(({ alert }) => alert === only));
  const played = new Set(scenarios.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)));
  const left = alertRules().filter(({ alert }) => !played.has(alert));
  for (const { alert } of left) print(`BROKEN  ${alert.padEnd(18)} has no fault here that would cause it`);
  let holds = left.length === 0;
  if (!only) {
    const fired = await watchHealthy(bench);
    print(
      `${fired.length === 0 ? 'holds ' : 'BROKEN'}  nothing fires for a healthy process under load, for ${quietMs / 1000} s`,
    );
    for (const one of fired) print(`        ${JSON.stringify(one)}`);
    holds &&= fired.length === 0;
  }
  for (const scenario of chosen) holds = (await play(scenario, bench)) && holds;
  return holds;
}

/** A database of our own, so that the server has another one to shut it from. */
async function makeDatabase(server: pg.Pool, serverUrl: string): Promise<string> {
  await server.query('create database drill');
  const url = new URL(serverUrl);
  url.pathname = '/drill';
  const migrations = await readMigrations();
  await withPostgresSession(url.href, (session) => migrate(session, migrations));
  return url.href;
}

async function main(): Promise<boolean> {
  if (findRedis() === undefined) installRedis();
  const { after, undo } = undoingAtSignals();
  try {
    const prometheus = await startPrometheus(drillSecrets.METRICS_TOKEN);
    after(prometheus.stop);
    const postgres = await startPostgres();
    after(postgres.stop);
    const redis = await startRedis();
    after(redis.stop);
    const services = await startServices();
    after(services.close);
    const server = new pg.Pool({ connectionString: postgres.url });
    after(() => server.end());
    const databaseUrl = await makeDatabase(server, postgres.url);
    const database = new pg.Pool({ connectionString: databaseUrl });
    // Thrown out with the others by a scenario, it connects anew.
    database.on('error', () => undefined);
    after(() => database.end());
    return await drill({ services, redis, database, server, databaseUrl, prometheus });
  } finally {
    await undo();
  }
}

process.exitCode = await main().then(
  (holds) => (holds ? 0 : 1),
  (error: unknown) => {
    if (!(error instanceof Complaint)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 69;
  },
);
