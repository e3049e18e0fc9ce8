import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/domain/errors.ts';
import { authRoutes } from '../../src/presentation/http/auth-routes.ts';
import { makeRateLimiter, type SharedCountsOf } from '../../src/presentation/http/rate-limits.ts';
import { noQuery, type SubjectRoute } from '../../src/presentation/http/route.ts';
import { appWith, plentyOfRequests } from '../fixtures/app.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const prediction = (isAtHand: () => boolean | Promise<boolean>): SubjectRoute => ({
  id: 'prediction',
  method: 'get',
  path: '/predictions/:userId',
  tag: 't',
  summary: 's',
  access: 'learner',
  query: noQuery,
  data: z.unknown(),
  rate: 'predictive',
  errors: [],
  isAtHand,
  handle: () => ({ data: {} }),
});
const appOf = (route: SubjectRoute, limits: Partial<typeof plentyOfRequests>) =>
  appWith([route], { limiter: makeRateLimiter({ ...plentyOfRequests, ...limits }, stoppedClock()) });

describe('a limit', () => {
  it('for predictions is spared by those that are kept, which count as any answer', async () => {
    const kept = { isAtHand: false };
    const app = appOf(
      prediction(async () => kept.isAtHand),
      { predictive: 1, standard: 2 },
    );
    const ask = async () => {
      const { status, headers } = await request(app)
        .get('/api/v1/predictions/me')
        .set('authorization', 'Bearer good');
      return [status, headers.ratelimit];
    };
    expect(await ask()).toEqual([200, '"predictive"; r=0; t=3600']);
    kept.isAtHand = true;
    expect(await ask()).toEqual([200, '"standard"; r=1; t=60']);
    expect(await ask()).toEqual([200, '"standard"; r=0; t=60']);
    expect((await ask())[0]).toBe(429);
    kept.isAtHand = false;
    expect((await ask())[0]).toBe(429);
  });

  it('for an address counts requests without a valid token, and never refuses a valid one', async () => {
    const app = appOf(
      prediction(() => true),
      { address: 2 },
    );
    const ask = async (authorization?: string) => {
      const call = request(app).get('/api/v1/predictions/me');
      const { status, headers } = await (authorization ? call.set({ authorization }) : call);
      return [status, headers.ratelimit];
    };
    expect(await ask('Bearer bad')).toEqual([401, '"address"; r=1; t=60']);
    expect(await ask()).toEqual([401, '"address"; r=0; t=60']);
    expect((await ask('Basic good'))[0]).toBe(429);
    expect(await ask('Bearer good')).toEqual([200, '"standard"; r=998; t=60']);
  });
});

describe('log-ins', () => {
  const logins: string[] = [];
  const routes = authRoutes({
    login: async ({ email }) => {
      logins.push(email);
      throw new AppError('UNAUTHORIZED', 'no');
    },
    refresh: () => Promise.reject(new Error('refresh is not stubbed')),
    logout: () => Promise.reject(new Error('logout is not stubbed')),
    me: () => Promise.reject(new Error('me is not stubbed')),
  });
  const keys = new Set<string>();
  const remembering: SharedCountsOf = () => ({
    add: async (key) => {
      keys.add(key);
      return undefined;
    },
  });
  const logIn = async (app: Express, email: unknown) => {
    const { status, headers } = await request(app)
      .post('/api/v1/auth/login')
      .send({ email, password: 'wrong' });
    return [status, headers.ratelimit];
  };
  const appOfLimits = (limits: Partial<typeof plentyOfRequests>) =>
    appWith(routes, {
      bodyLimitBytes: 100_000,
      limiter: makeRateLimiter({ ...plentyOfRequests, ...limits }, stoppedClock(), remembering),
    });

  it('are counted for one account however it is written, under a short key that names nobody', async () => {
    const app = appOfLimits({ auth: 3 });
    expect(await logIn(app, 'Ada@Example.org')).toEqual([401, '"auth"; r=2; t=900']);
    expect(await logIn(app, '  ada@example.ORG ')).toEqual([401, '"auth"; r=1; t=900']);
    expect(new Set(logins)).toEqual(new Set(['ada@example.org']));
    expect((await logIn(app, 'grace@example.org'))[1]).toBe('"auth"; r=2; t=900');
    const long = `${'x'.repeat(50_000)}@example.org`;
    for (const [email, left] of [
      [long, 2],
      [`y${long}`, 1],
      [7, 0],
    ] as const)
      expect(await logIn(app, email)).toEqual([400, `"auth"; r=${left}; t=900`]);
    for (const key of keys) {
      expect(key.length).toBeLessThan(128);
      expect(key).not.toContain('@');
    }
  });

  it('of one address are counted together, whichever accounts they are to', async () => {
    const app = appOfLimits({ auth: 5, auth_address: 2 });
    expect(await logIn(app, 'a@example.org')).toEqual([401, '"auth_address"; r=1; t=900']);
    expect((await logIn(app, 'b@example.org'))[0]).toBe(401);
    expect((await logIn(app, 'c@example.org'))[0]).toBe(429);
  });
});
