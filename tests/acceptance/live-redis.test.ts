/** Two API processes with one Redis and one PostgreSQL: what happens at one is told at the other. */

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRedis, type RedisServer, startRedis } from '../../scripts/redis-server.ts';
import { timed } from '../fixtures/lateness.ts';
import { call, type Demo, logIn, personWho, type Session, startDemo } from './demo-process.ts';
import { follow } from './sse.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const database = process.env.TEST_DATABASE_URL || undefined;
const hint = 'run under scripts/with-redis.ts and scripts/with-postgres.ts';
const secret = 'a-secret-of-courses-of-32-characters';
const prefixes: Record<string, string> = {
  auth: 'AUTH',
  directory: 'DIRECTORY',
  courses: 'COURSE',
  content: 'CONTENT',
  assessment: 'ASSESSMENT',
  skills: 'SKILLS',
  learnerAi: 'LEARNER_AI',
  devlab: 'DEVLAB',
  rag: 'RAG',
};

/** Something that the owner of the server does. */
async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function suite(): void {
  const name = `live_${randomUUID().replaceAll('-', '')}`;
  const own = new URL(database ?? '');
  own.pathname = `/${name}`;
  let redis: RedisServer;
  let demo: Demo;
  let learner: Session;
  let apis: [string, string];
  const children: ChildProcess[] = [];

  async function startApi(): Promise<string> {
    const urls = Object.entries(demo.services).map(([name, { url }]) => [`${prefixes[name]}_MS_URL`, url]);
    const child = fork('src/main.ts', [], {
      cwd: root,
      env: {
        ...process.env,
        PORT: '0',
        DATABASE: 'auto',
        DATABASE_URL: own.href,
        REDIS_URL: redis.url,
        REDIS_WAIT_MS: '900',
        JOBS: 'off',
        // Neither the relay nor a look from time to time could be the one that tells.
        EVENTS_INTERVAL_MS: '60000',
        WEBHOOK_SECRETS: `courses=${secret}`,
        LOG_LEVEL: 'warn',
        ...Object.fromEntries(urls),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    return new Promise((resolve, reject) => {
      child.once('message', (message) => resolve((message as { url: string }).url));
      child.once('exit', (code) => reject(new Error(`the API ended with code ${code}`)));
    });
  }

  beforeAll(async () => {
    redis = await startRedis();
    demo = await startDemo();
    learner = await logIn(
      demo,
      personWho(demo, ({ note }) => note.includes('thriving')),
    );
    await onServer(`create database ${name}`);
    const env = { ...process.env, DATABASE_URL: own.href };
    execFileSync(process.execPath, ['scripts/migrate.ts'], { cwd: root, env, stdio: 'ignore' });
    apis = [await startApi(), await startApi()];
  });
  afterAll(async () => {
    const ends = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(ends);
    await onServer(`drop database ${name} with (force)`);
    await demo?.stop();
    await redis?.stop();
  });

  const authorization = () => `Bearer ${learner.accessToken}`;
  const velocity = (api: string) =>
    call(`${api}/api/v1/analytics/learner/velocity/me`, { headers: { authorization: authorization() } });

  it('tell at once, each once, what happened at the other', async () => {
    const streams = await Promise.all(apis.map((api) => follow(api, learner.accessToken)));
    const refresh = await call(`${apis[0]}/api/v1/analytics/refresh`, {
      method: 'POST',
      headers: { authorization: authorization(), 'content-type': 'application/json' },
      body: JSON.stringify({ subject: { kind: 'learner', id: 'me' } }),
    });
    expect(refresh.status).toBe(202);
    const { ownMs } = await timed(async () => {
      for (const stream of streams)
        await expect
          .poll(() => stream.events.map(({ event }) => event), { interval: 20 })
          .toEqual(['analytics_refreshed']);
    });
    expect(ownMs).toBeLessThan(3000);
    expect(streams[0]?.lastId()).toBe(streams[1]?.lastId());
    for (const stream of streams) stream.leave();
  });

  it('forget, after a webhook to one, answers and replies at the other', async () => {
    await velocity(apis[0]);
    // On a busy machine Redis may be late for the first question; whichever cache it is, the other must forget it.
    await expect
      .poll(async () => (await velocity(apis[1])).headers.get('cache-status'), { timeout: 10_000 })
      .toMatch(/; hit/);
    const body = JSON.stringify({
      type: 'progress.updated',
      occurredAt: '2026-03-10T09:00:00Z',
      subject: { userId: learner.person.id },
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-id': randomUUID(),
      'x-webhook-signature': `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
    };
    const send = (api: string) => call(`${api}/api/v1/webhooks/courses`, { method: 'POST', headers, body });
    expect((await send(apis[0])).status).toBe(202);
    expect((await send(apis[1])).status).toBe(409);
    const anew = await velocity(apis[1]);
    expect(anew.headers.get('cache-status')).toMatch(/fwd=miss/);
    const sources = anew.body.meta.sources as { service: string; dataSource: string }[];
    expect(sources.find(({ service }) => service === 'courses')?.dataSource).toBe('realtime');
  });
}

if (findRedis() !== undefined && database !== undefined)
  describe('processes with one Redis and one database', suite);
else if (process.env.CI !== 'true')
  it.skip(`processes with one Redis and one database: ${hint}`, () => undefined);
else
  it('processes with one Redis and one database', () => {
    throw new Error(hint);
  });
