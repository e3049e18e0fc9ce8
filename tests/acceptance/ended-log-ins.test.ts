/** What ends a log-in or a key in one process ends it in all of them: two processes over one PostgreSQL. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { timed } from '../fixtures/lateness.ts';
import {
  describeOnPostgres,
  makeTestDatabase,
  type TestDatabase,
} from '../infrastructure/database/test-database.ts';
import { call } from './demo-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const secret = 'a-secret-of-auth-with-32-characters-or-more';
/** What the design promises. */
const mostMs = 5000;

describeOnPostgres('a log-in that ends in one of two processes', () => {
  let database: TestDatabase;
  const children: ChildProcess[] = [];
  let here: string;
  let there: string;

  function startApi(): Promise<string> {
    const child = fork('src/main.ts', [], {
      cwd: root,
      env: {
        ...process.env,
        ...{ PORT: '0', DATABASE_URL: database.url, JOBS: 'off', LOG_LEVEL: 'warn', MOCK_LEARNERS: '150' },
        ...{ RATE_STANDARD_PER_MINUTE: '100000', WEBHOOK_SECRETS: `auth=${secret},directory=${secret}` },
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
    database = await makeTestDatabase();
    const env = { ...process.env, DATABASE_URL: database.url };
    execFileSync(process.execPath, ['scripts/migrate.ts'], { cwd: root, env });
    [here, there] = await Promise.all([startApi(), startApi()]);
  });
  afterAll(async () => {
    await Promise.all(
      children.map((child) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        return ended;
      }),
    );
    await database.drop();
  });

  const post = (api: string, path: string, body: object, headers: Record<string, string> = {}) =>
    call(`${api}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const asking = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
  async function logIn(name = 'trainer') {
    const credentials = { email: `${name}@org-1.example`, password: `demo-${name}` };
    const { status, body } = await post(here, '/auth/login', credentials);
    expect(status).toBe(200);
    return body.data as { accessToken: string; refreshToken: string; user: { id: string } };
  }
  const statusAt = async (api: string, { accessToken }: { accessToken: string }) =>
    (await call(`${api}/api/v1/auth/me`, { headers: asking(accessToken) })).status;

  /** How long it goes on working in the other process. */
  async function lastsElsewhere(login: { accessToken: string }): Promise<number> {
    const { ownMs } = await timed(() => expect.poll(() => statusAt(there, login)).toBe(401));
    return ownMs;
  }

  function tell(service: string, type: string, userId: string) {
    const body = JSON.stringify({ type, occurredAt: new Date().toISOString(), subject: { userId } });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    return call(`${here}/api/v1/webhooks/${service}`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', 'x-webhook-timestamp': timestamp },
        ...{ 'x-webhook-signature': `v1=${signature}`, 'x-webhook-id': randomUUID() },
      },
      body,
    });
  }

  it('by a log-out works nowhere within five seconds', async () => {
    const login = await logIn();
    expect([await statusAt(here, login), await statusAt(there, login)]).toEqual([200, 200]);
    expect((await post(here, '/auth/logout', {}, asking(login.accessToken))).status).toBe(200);
    expect(await statusAt(here, login)).toBe(401);
    expect(await lastsElsewhere(login)).toBeLessThan(mostMs);
  });

  it.each([
    ['auth', 'user.role_changed'],
    ['directory', 'user.disabled'],
  ])('because %s says %s works nowhere within five seconds, and a new one does', async (service, type) => {
    const [login, other] = [await logIn(), await logIn('thriving')];
    expect([await statusAt(here, login), await statusAt(there, login)]).toEqual([200, 200]);
    expect((await tell(service, type, login.user.id)).status).toBe(202);
    expect(await statusAt(here, login)).toBe(401);
    expect(await lastsElsewhere(login)).toBeLessThan(mostMs);
    const refresh = await post(there, '/auth/refresh', { refreshToken: login.refreshToken });
    expect(refresh.status).toBe(401);
    const anew = await logIn();
    expect([await statusAt(here, anew), await statusAt(there, anew)]).toEqual([200, 200]);
    expect([await statusAt(here, other), await statusAt(there, other)]).toEqual([200, 200]);
  });

  it('a key that is revoked, or replaced at once, opens nothing elsewhere either within five seconds', async () => {
    const manager = asking((await logIn('org-admin')).accessToken);
    const order = { name: 'of two processes', scopes: ['analytics:read'], quotaPerHour: 100_000 };
    const readAt = async (api: string, secret: string) =>
      (
        await call(`${api}/api/v1/analytics/organization/learning-culture/org-1`, {
          headers: { 'x-api-key': secret },
        })
      ).status;
    async function endsElsewhere(end: (id: string) => Promise<{ status: number }>): Promise<number> {
      const { status, body } = await post(here, '/api-keys', order, manager);
      expect(status).toBe(201);
      const { key, secret } = body.data as { key: { id: string }; secret: string };
      // Asked twice, so that the answer itself is at hand there.
      for (const api of [here, there, there]) expect(await readAt(api, secret)).toBe(200);
      const { ownMs } = await timed(async () => {
        expect((await end(key.id)).status).toBe(200);
        await expect.poll(() => readAt(there, secret)).toBe(401);
      });
      expect(await readAt(here, secret)).toBe(401);
      return ownMs;
    }
    const revoke = (id: string) =>
      call(`${here}/api/v1/api-keys/${id}`, { method: 'DELETE', headers: manager });
    const replace = (id: string) => post(here, `/api-keys/${id}/rotate`, { overlapSeconds: 0 }, manager);
    for (const end of [revoke, replace]) expect(await endsElsewhere(end)).toBeLessThan(mostMs);
  });
});
