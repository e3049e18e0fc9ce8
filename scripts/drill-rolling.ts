/**
 * `npm run drill:rolling [-- --rounds 3]`: two processes of the API behind nginx, over PostgreSQL and Redis, are
 * restarted one after the other while people read and write, and the schema gets ahead of them as it does in a release.
 * No request may fail. Exit codes: 0, 1 for a request that failed, 69 without servers.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { percentile } from '../bench/figures.ts';
import { migrate } from '../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../src/infrastructure/database/migration-files.ts';
import { withPostgresSession } from '../src/infrastructure/database/postgres.ts';
import { Complaint, freePort } from './debian-server.ts';
import { startNginx } from './deploy/nginx.ts';
import { undoingAtSignals } from './deploy/undoing.ts';
import { type DrillApi, logIn, print, startApi, startServices } from './deploy/world.ts';
import { startPostgres } from './postgres-server.ts';
import { findRedis, installRedis, startRedis } from './redis-server.ts';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const rounds = Number(options.rounds);
/** Readers who ask all the time, and writers. */
const [readers, writers] = [8, 2];

interface Asked {
  what: 'read' | 'write';
  ms: number;
  /** Undefined = it went well. */
  failure?: string;
}

type Headers = Record<string, string>;

async function ask(what: Asked['what'], url: string, init: RequestInit): Promise<Asked> {
  const at = performance.now();
  try {
    const answer = await fetch(url, init);
    const text = await answer.text();
    const ms = performance.now() - at;
    return answer.ok ? { what, ms } : { what, ms, failure: `${answer.status} ${text.slice(0, 200)}` };
  } catch (error) {
    return { what, ms: performance.now() - at, failure: String((error as Error).cause ?? error) };
  }
}

const readsOf = (url: string): string[] =>
  [
    'analytics/learner/velocity/me',
    'analytics/learner/engagement/me',
    'gamification/stats/me',
    'dashboards/learner/me',
  ].map((path) => `${url}/api/v1/${path}`);

/** Reads by one person and writes by others, through nginx. @returns how to stop, with all that was asked. */
function keepUsing(url: string, learner: Headers, admin: Headers): () => Promise<Asked[]> {
  const asked: Asked[] = [];
  let isOver = false;
  let number = 0;
  const loops = [
    ...Array.from({ length: readers }, async (_, reader) => {
      const paths = readsOf(url);
      for (let turn = reader; !isOver; turn += 1) {
        asked.push(await ask('read', paths[turn % paths.length] ?? '', { headers: learner }));
        await delay(5);
      }
    }),
    ...Array.from({ length: writers }, async () => {
      while (!isOver) {
        number += 1;
        const body = { leaderboardPrivacy: number % 2 === 0 ? 'public' : 'hidden' };
        const headers = { ...admin, 'content-type': 'application/json' };
        asked.push(
          await ask('write', `${url}/api/v1/me/preferences`, {
            method: 'PATCH',
            headers,
            body: JSON.stringify(body),
          }),
        );
        await delay(25);
      }
    }),
  ];
  return async () => {
    isOver = true;
    await Promise.all(loops);
    return asked;
  };
}

/** What a release adds before its processes start: nothing that the running ones have is changed. */
const expand = `
  alter table internal.preferences add column of_the_next_release text;
  insert into internal.migrations (number, name, checksum) values (9999, '9999_of_the_next_release.sql', 'drill')`;

async function restart(api: DrillApi, env: Record<string, string>): Promise<{ api: DrillApi; ms: number }> {
  const at = performance.now();
  await api.stop();
  const next = await startApi({ env });
  for (;;) {
    const ready = await fetch(`${next.url}/ready`);
    await ready.arrayBuffer();
    if (ready.ok) return { api: next, ms: performance.now() - at };
    await delay(100);
  }
}

function report(asked: readonly Asked[], when: string): boolean {
  for (const what of ['read', 'write'] as const) {
    const those = asked.filter((one) => one.what === what);
    const times = those.map(({ ms }) => ms);
    const failed = those.filter(({ failure }) => failure !== undefined);
    print(
      `${failed.length === 0 && those.length > 0 ? 'holds ' : 'BROKEN'}  ${when}: ${those.length} ${what}s, ${failed.length} failed; ms p50 ${percentile(times, 50).toFixed(1)}, p99 ${percentile(times, 99).toFixed(1)}, max ${Math.max(...times).toFixed(0)}`,
    );
    for (const failure of new Set(failed.map((one) => one.failure))) print(`        ${failure}`);
  }
  return asked.every(({ failure }) => failure === undefined);
}

async function drill(): Promise<boolean> {
  const { after, undo } = undoingAtSignals();
  try {
    const postgres = await startPostgres();
    after(postgres.stop);
    const migrations = await readMigrations();
    await withPostgresSession(postgres.url, (session) => migrate(session, migrations));
    if (findRedis() === undefined) installRedis();
    const redis = await startRedis();
    after(redis.stop);
    const services = await startServices();
    after(services.close);
    const ports = [await freePort(), await freePort()];
    const envOf = (port: number) => ({
      ...services.env,
      PORT: String(port),
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      READY_REQUIRES: 'database',
      TRUST_PROXY: '1',
      SHUTDOWN_NOTICE_MS: '2000',
      CACHE_LEARNER_SECONDS: '2',
    });
    const apis = await Promise.all(ports.map((port) => startApi({ env: envOf(port) })));
    for (const at of apis.keys()) after(() => apis[at]?.stop());
    const nginx = await startNginx(ports.map((port) => `127.0.0.1:${port}`));
    after(nginx.stop);
    const learner = await logIn(nginx.url, 'thriving');
    const admin = await logIn(nginx.url, 'org-admin');

    const stopCalm = keepUsing(nginx.url, learner, admin);
    await delay(5000);
    let holds = report(await stopCalm(), 'at rest      ');

    const owner = new pg.Pool({ connectionString: postgres.url });
    after(() => owner.end());
    const stop = keepUsing(nginx.url, learner, admin);
    await delay(1000);
    await owner.query(expand);
    const took: number[] = [];
    for (let round = 0; round < rounds; round += 1)
      for (const [at, port] of ports.entries()) {
        const { api, ms } = await restart(apis[at] as DrillApi, envOf(port));
        apis[at] = api;
        took.push(ms);
        // nginx tries a process again after two seconds.
        await delay(2500);
      }
    holds = report(await stop(), 'while rolling') && holds;
    const seconds = took.map((ms) => (ms / 1000).toFixed(1)).join(', ');
    print(`        ${took.length} restarts over a schema that is ahead, ready again after ${seconds} s`);
    return holds;
  } finally {
    await undo();
  }
}

process.exitCode = await drill().then(
  (holds) => (holds ? 0 : 1),
  (error: unknown) => {
    if (!(error instanceof Complaint)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 69;
  },
);
