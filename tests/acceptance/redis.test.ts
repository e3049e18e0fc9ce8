import { type ChildProcess, execFile, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRedis, type RedisServer, startRedis } from '../../scripts/redis-server.ts';
import {
  call,
  type Demo,
  forgetRequests,
  logIn,
  personWho,
  requestsOf,
  type Session,
  startDemo,
} from './demo-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hint = 'there is no redis-server; run under scripts/with-redis.ts, which installs it';

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
const velocity = '/api/v1/analytics/learner/velocity/me';

function suite(): void {
  let redis: RedisServer;
  let demo: Demo;
  let learner: Session;
  const children: ChildProcess[] = [];

  /** An API process over the demo's services. @returns its URL. */
  async function startApi(env: Record<string, string>): Promise<string> {
    const urls = Object.entries(demo.services).map(([name, { url }]) => [`${prefixes[name]}_MS_URL`, url]);
    const child = fork('src/main.ts', [], {
      cwd: root,
      env: {
        ...process.env,
        PORT: '0',
        DATABASE: 'none',
        REDIS_URL: redis.url,
        // Not by chance: this is about what is shared, not about how patient a process is.
        REDIS_WAIT_MS: '900',
        LOG_LEVEL: 'warn',
        ...Object.fromEntries(urls),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    return new Promise((resolve, reject) => {
      child.once('message', (message) => resolve((message as { url: string }).url));
      child.once('exit', (code) => reject(new Error(`the API ended with code ${code}`)));
    });
  }
  const ask = (api: string, at = velocity) =>
    call(api + at, { headers: { authorization: `Bearer ${learner.accessToken}` } });

  const runs = (script: string, args: string[], more: Record<string, string> = {}) =>
    new Promise<{ code: number | null; stdout: string }>((resolve) => {
      const env = { ...process.env, ...more };
      const child = execFile(process.execPath, [script, ...args], { cwd: root, env }, (_error, stdout) =>
        resolve({ code: child.exitCode, stdout }),
      );
    });

  beforeAll(async () => {
    redis = await startRedis();
    demo = await startDemo();
    learner = await logIn(
      demo,
      personWho(demo, ({ note }) => /thriving/i.test(note)),
    );
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGTERM');
    await demo?.stop();
    await redis?.stop();
  });

  it('give a caller one limit between them, at most a request too much for each further process', async () => {
    const limit = 20;
    const env = { RATE_STANDARD_PER_MINUTE: String(limit) };
    const apis = [await startApi(env), await startApi(env)];
    const statuses: number[] = [];
    for (let time = 0; time < limit + 4; time += 1) {
      statuses.push((await ask(apis[time % 2] ?? '')).status);
      // What is answered from the cache is told to the others a moment later.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const good = statuses.filter((status) => status === 200).length;
    // One that does not ask Redis before it answers learns of the other's hits with its own next one.
    expect(good - limit).toBeGreaterThanOrEqual(0);
    expect(good - limit).toBeLessThanOrEqual(1);
    expect(statuses.slice(limit + 1)).toEqual([429, 429, 429]);
  });

  it('give an answer that the other has made, without asking any service', async () => {
    const apis = [await startApi({}), await startApi({})];
    const first = await ask(apis[0] ?? '');
    expect(first.status).toBe(200);
    await forgetRequests(demo);
    const second = await ask(apis[1] ?? '');
    expect(second.body.data).toEqual(first.body.data);
    expect(second.headers.get('cache-status')).toMatch(/hit/);
    expect(await requestsOf(demo, 'courses')).toEqual([]);
  });

  it('ask services anew after a time in which they may have missed what others forgot', async () => {
    const apis = [await startApi({}), await startApi({})];
    const [here = '', there = ''] = apis;
    const admin = new Redis(redis.url);
    const listeners = async () => {
      const clients = String(await admin.client('LIST', 'TYPE', 'PUBSUB'));
      return clients.split('\n').filter((line) => line !== '').length;
    };
    const all = await listeners();
    expect((await ask(there)).status).toBe(200);
    await admin.client('KILL', 'TYPE', 'PUBSUB');
    const refreshed = await call(`${here}/api/v1/analytics/refresh`, {
      method: 'POST',
      headers: { authorization: `Bearer ${learner.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ subject: { kind: 'learner', id: 'me' } }),
    });
    expect(refreshed.status).toBe(202);
    await expect.poll(listeners, { interval: 20 }).toBeGreaterThanOrEqual(all);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await forgetRequests(demo);
    // Another answer, of the same reply of Courses.
    expect((await ask(there, '/api/v1/analytics/learner/engagement/me')).status).toBe(200);
    expect((await requestsOf(demo, 'courses')).some(({ path }) => path.includes('progress'))).toBe(true);
    admin.disconnect();
  });

  it('refuse an address that shows bad tokens again and again, and still serve a good one from there', async () => {
    const env = { RATE_ADDRESS_PER_MINUTE: '3' };
    const apis = [await startApi(env), await startApi(env)];
    const statuses: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      const { status } = await call(`${apis[time % 2]}${velocity}`, {
        headers: { authorization: 'Bearer bad' },
      });
      statuses.push(status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await ask(apis[0] ?? '')).status).toBe(200);
  });

  it('give nobody what was purged, what is too old or what is another’s, while facts change', async () => {
    const { code, stdout } = await runs('scripts/history-check.ts', [
      '--requests',
      '4000',
      '--processes',
      '2',
    ]);
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^4000 reads/m);
    expect(stdout).toMatch(/^violations: purged 0, .*; refused: 0$/m);
    expect(stdout).toMatch(/of 0 purges, at the latest/);
  });

  it('answer the same whatever happens to Redis', async () => {
    // A late reply of a busy machine is no outage, and what an outage may cost is beneath the two seconds of a lock.
    const { code, stdout } = await runs('scripts/redis-faults.ts', ['--seconds', '1', '--extra-ms', '1500'], {
      REDIS_WAIT_MS: '200',
    });
    expect(code, stdout).toBe(0);
    for (const name of ['calm', 'paused', 'killed', 'full', 'garbage', 'down at the start'])
      expect(stdout).toMatch(new RegExp(`^${name} +\\d+ answers, (\\d+)/\\1 equal`, 'm'));
  });
}

if (findRedis() !== undefined) describe('processes with one Redis', suite);
else if (process.env.CI !== 'true') it.skip(`processes with one Redis: ${hint}`, () => undefined);
else
  it('processes with one Redis', () => {
    throw new Error(hint);
  });
