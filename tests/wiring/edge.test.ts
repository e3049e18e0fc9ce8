import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../src/config.ts';
import { makeContainer } from '../../src/container.ts';
import { makeSeal } from '../../src/infrastructure/auth/seal.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';
import { openDatabase } from '../../src/infrastructure/database/open.ts';
import { RpcSessions } from '../../src/infrastructure/database/rpc-sessions.ts';
import { makeMiddleware } from '../../src/presentation/edge/make-middleware.ts';
import { onUse, openEdge } from '../../src/wiring/edge.ts';
import { timed } from '../fixtures/lateness.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const secret = 'a secret that is long enough to be one';
function configOf(source: Record<string, string> = {}): Config {
  const read = readConfig({
    DATABASE: 'none',
    LOG_LEVEL: 'silent',
    MOCK_LEARNERS: '240',
    EDGE_SECRET: secret,
    ...source,
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config;
}
const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
});

const learner = { id: 'u-000001', organizationId: 'org-1' };
/** A token of the learner, signed with the configuration's secret. */
function tokenFrom({ JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE }: Config, sessionId = 's-1'): string {
  const options = { secret: JWT_SECRET, issuer: JWT_ISSUER, audience: JWT_AUDIENCE, lifeSeconds: 900 };
  const { id: userId, organizationId } = learner;
  const claims = {
    userId,
    organizationId,
    roles: ['learner'] as const,
    tokenId: `t-${sessionId}`,
    sessionId,
    asOf: Date.now(),
  };
  return makeTokenSigner(options, { now: () => Date.now() }).sign(claims).token;
}
const path = '/api/v1/analytics/learner/velocity/me';
const asking = (token: string, more: Record<string, string> = {}) => ({
  method: 'GET',
  url: path,
  header: (name: string) => ({ authorization: `Bearer ${token}`, ...more })[name] ?? null,
});

describe('hearing of revocations on use', () => {
  it('reads when what is known is older than three seconds, once for all who ask', async () => {
    const clock = stoppedClock();
    let reads = 0;
    const hear = onUse(async () => {
      reads += 1;
    }, clock);
    await Promise.all([hear(), hear(), hear()]);
    expect(reads).toBe(1);
    clock.advance(3000);
    await hear();
    expect(reads).toBe(1);
    clock.advance(1);
    await hear();
    expect(reads).toBe(2);
  });

  it('counts from before the reading, and a reading that fails is not one', async () => {
    const clock = stoppedClock();
    let reads = 0;
    let isAway = true;
    const hear = onUse(async () => {
      reads += 1;
      clock.advance(1500);
      if (isAway) throw new Error('away');
    }, clock);
    await expect(hear()).rejects.toThrow('away');
    isAway = false;
    await hear();
    clock.advance(1501);
    await hear();
    expect(reads).toBe(3);
  });
});

describe('the decision at the edge', () => {
  it('follows a log-out of another process within five seconds, its database read on use', async () => {
    const database = await openDatabase({
      ...{ url: undefined, replicaUrl: undefined, supabaseUrl: undefined, supabaseKey: undefined },
      ...{ directory: 'memory://', maxConnections: 1, timeoutMs: 5000 },
    });
    closes.push(() => database.close());
    const config = configOf();
    const clock = { now: () => Date.now() };
    const decide = await openEdge(config, new RpcSessions(database, clock));
    const token = tokenFrom(config);
    expect(await decide(asking(token))).toMatch(/^\/api\/edge\//);
    // Another process ends the log-in; the edge has the token in its memory.
    await new RpcSessions(database, clock).revokeFamily('s-1');
    const { ownMs } = await timed(() =>
      expect.poll(() => decide(asking(token)), { interval: 100 }).toBeNull(),
    );
    expect(ownMs).toBeLessThan(5000);
    expect(await decide(asking(token))).toBeNull();
    expect(await decide(asking(tokenFrom(config, 's-2')))).not.toBeNull();
  });

  it('leaves everything to the origin while revocations cannot be read', async () => {
    const config = configOf();
    const away = { isRevoked: () => false, refresh: () => Promise.reject(new Error('away')) };
    const decide = await openEdge(config, away);
    expect(await decide(asking(tokenFrom(config)))).toBeNull();
  });

  it('leaves everything to the origin without a database that both share', async () => {
    for (const source of [{}, { DATABASE: 'auto' }]) {
      const config = configOf(source);
      expect(await (await openEdge(config))(asking(tokenFrom(config)))).toBeNull();
    }
  });

  it('leaves everything to the origin without a secret', async () => {
    const config = configOf({ EDGE_SECRET: '' });
    const present = { isRevoked: () => false, refresh: async () => undefined };
    expect(await (await openEdge(config, present))(asking(tokenFrom(config)))).toBeNull();
  });
});

describe('the middleware', () => {
  const headers = {
    authorization: 'Bearer a',
    cookie: 'b=c',
    'accept-encoding': 'gzip',
    'x-request-id': 'id',
  };
  const ask = (target: string | null) =>
    makeMiddleware(async () => target)(new Request(`https://api.example${path}`, { headers }));

  it('asks at the sealed address on the same host without credentials', async () => {
    const { headers: said } = await ask('/api/edge/sealed');
    expect(said.get('x-middleware-rewrite')).toBe('https://api.example/api/edge/sealed');
    const kept = said.get('x-middleware-override-headers')?.split(',');
    expect(kept?.toSorted()).toEqual(['accept-encoding', 'x-request-id']);
    expect([...said.keys()].filter((name) => /authorization|cookie/.test(name))).toEqual([]);
  });

  it('lets a request go on as it came when the decision is the origin’s', async () => {
    const { headers: said } = await ask(null);
    expect([...said].map(([name]) => name)).toEqual(['x-middleware-next']);
  });

  it('shows the decision the path, the query and the headers', async () => {
    const seen: unknown[] = [];
    const middleware = makeMiddleware(async ({ method, url, header }) => {
      seen.push(method, url, header('Cookie'), header('x-none'));
      return null;
    });
    await middleware(new Request(`https://api.example${path}?a=b`, { headers }));
    expect(seen).toEqual(['GET', `${path}?a=b`, 'b=c', null]);
  });
});

describe('the application with an edge', () => {
  it('has the edge delete what a choice of privacy has changed, so that nobody gets it once more', async () => {
    const told: string[] = [];
    const paths: unknown[] = [];
    const host = createServer((asked, answer) => {
      let text = '';
      asked.on('data', (chunk) => {
        text += String(chunk);
      });
      asked.on('end', () => {
        told.push(...(JSON.parse(text) as { tags: string[] }).tags);
        paths.push(asked.url?.split('?')[0]);
        answer.end('{}');
      });
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    closes.push(() => {
      host.closeAllConnections();
      host.close();
    });
    const config = configOf({
      EDGE_PURGE_TOKEN: 'token',
      EDGE_PURGE_PROJECT: 'project',
      EDGE_PURGE_URL: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    });
    const { app, close } = await makeContainer(config);
    closes.push(close);
    const { status } = await request(app)
      .patch('/api/v1/me/preferences')
      .set('authorization', `Bearer ${tokenFrom(config)}`)
      .send({ leaderboardPrivacy: 'hidden' });
    expect(status).toBe(200);
    expect(told.map((tag) => makeSeal(secret).open('tag', tag))).toEqual(['metric:gamification.leaderboard']);
    expect(paths).toEqual(['/v1/edge-cache/dangerously-delete-by-tags']);
  });

  it('has no sealed addresses without a secret', async () => {
    const config = configOf();
    const decide = await openEdge(config, { isRevoked: () => false, refresh: async () => undefined });
    const address = String(await decide(asking(tokenFrom(config))));
    const statuses: number[] = [];
    for (const source of [{}, { EDGE_SECRET: '' }]) {
      const { app, close } = await makeContainer(configOf(source));
      closes.push(close);
      statuses.push((await request(app).get(address)).status);
    }
    expect(statuses).toEqual([200, 404]);
  });
});
