import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
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
