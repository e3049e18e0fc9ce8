import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { Answer, Form } from '../../../src/application/analytics/answer.ts';
import { cachePolicies } from '../../../src/application/analytics/cache-policies.ts';
import type { AnalyticQuestion } from '../../../src/application/analytics/question.ts';
import { registry } from '../../../src/application/analytics/registry.ts';
import type { Read } from '../../../src/application/ports/read-log.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Subject } from '../../../src/domain/identity/policy.ts';
import { makeSeal } from '../../../src/infrastructure/auth/seal.ts';
import { makeEdgeHandler } from '../../../src/presentation/edge/edge-route.ts';
import { sealQuestion } from '../../../src/presentation/edge/question.ts';
import { makeRateLimiter } from '../../../src/presentation/http/rate-limits.ts';
import { appWith, plentyOfRequests } from '../../fixtures/app.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';

const seal = makeSeal('a secret of the test');
const subject = { kind: 'learner', id: 'u-1', organizationId: 'org-1' } as const;

/** An origin whose answer is as given; fresh for `fresh` seconds and stale for as long again. */
function world({ fresh = 300, stale = 300, kept = true, form = 'live' as Form, limit = 999, age = 0 } = {}) {
  const clock = stoppedClock();
  const asked: AnalyticQuestion[] = [];
  const noted: Read[] = [];
  const at = new Date(clock.now() - age * 1000).toISOString();
  const answer: Answer = {
    data: Buffer.from('{"pace":1}'),
    digest: '0123456789abcdef0123',
    expiresAt: clock.now() + fresh * 1000,
    revalidateUntil: clock.now() + (fresh + stale) * 1000,
    keepUntil: clock.now() + 86_400_000,
    meta: {
      calculatedAt: at,
      dataSource: 'realtime',
      asOf: at,
      cacheExpiry: kept ? at : null,
      complete: true,
      sources: [],
      missing: [],
      metric: { id: 'learner.velocity', version: 1 },
    },
  };
  const limiter = makeRateLimiter({ ...plentyOfRequests, standard: limit }, clock);
  const edge = makeEdgeHandler({
    registry,
    run: async (question) => {
      asked.push(question);
      if (question.analytic.id === 'learner.mastery')
        throw new AppError('INSUFFICIENT_DATA', 'Too little is known.');
      return { answer, form };
    },
    policies: cachePolicies,
    limiter,
    seal,
    reads: { note: (read) => void noted.push(read) },
    clock,
  });
  const logged: object[] = [];
  const log = (fields: object) => void logged.push(fields);
  const app = appWith([], { edge, clock, logger: { ...silentLogger, error: log, warn: log } });
  const addressOf = (analyticId: string, query = '', about: Subject = subject) =>
    `/api/edge/${sealQuestion({ analyticId, subject: about, query }, seal, clock.now())}`;
  const ask = (analyticId = 'learner.velocity', query = '') => request(app).get(addressOf(analyticId, query));
  return { app, ask, asked, clock, addressOf, logged, noted };
}

describe('the origin, asked by the edge', () => {
  it('tells the audit log of reads about others, of which it knows the rule but not who', async () => {
    const { app, ask, addressOf, noted } = world();
    await ask();
    expect(noted).toEqual([]);
    const about = { kind: 'organization', id: 'org-1', organizationId: 'org-1' } as const;
    await request(app)
      .get(addressOf('organization.learning-culture', '', about))
      .set('x-request-id', 'of-one');
    expect(noted).toEqual([
      {
        ...{ viewer: null, subject: about, relation: 'own_organization', requestId: 'of-one' },
        route: '/api/v1/analytics/organization/learning-culture/:orgId',
      },
    ]);
  });

  it('answers the sealed question as a copy that many will get: nothing in it is of one request', async () => {
    const { ask, asked } = world();
    const { status, headers, body } = await ask().set('x-request-id', 'of-one');
    expect(status).toBe(200);
    expect(asked).toMatchObject([{ subject, completeness: 'partial' }]);
    expect(body).toMatchObject({
      data: { pace: 1 },
      meta: { requestId: 'edge-0123456789abcdef', dataSource: 'cached' },
    });
    expect(headers['x-request-id']).toBe('edge-0123456789abcdef');
    for (const name of ['ratelimit', 'ratelimit-policy', 'age', 'cache-status'])
      expect(headers[name]).toBeUndefined();
    expect(headers.vary).toContain('Authorization');
  });

  it('allows it to Vercel alone, as long as the answer is fresh and not longer: a copy cannot say that it is stale', async () => {
    const { headers } = await world({ fresh: 120, stale: 60 }).ask();
    expect(headers['vercel-cdn-cache-control']).toBe('s-maxage=120');
    expect(headers['cdn-cache-control']).toBe('no-store');
    expect(headers['cache-control']).toMatch(/^private, max-age=0/);
  });

  it('allows no more than an hour', async () => {
    const { headers } = await world({ fresh: 86_400, stale: 86_400 }).ask();
    expect(headers['vercel-cdn-cache-control']).toBe('s-maxage=3600');
  });

  it('names its tags sealed', async () => {
    const { headers } = await world().ask();
    const opened = String(headers['vercel-cache-tag'])
      .split(',')
      .map((tag) => seal.open('tag', tag));
    expect(opened).toEqual(['tenant:org-1', 'learner:u-1', 'metric:learner.velocity']);
    for (const tag of String(headers['vercel-cache-tag']).split(','))
      expect(tag.length).toBeLessThanOrEqual(256);
  });

  it.each([
    ['not good enough to be kept', { kept: false }],
    ['past its time', { form: 'stale' as Form }],
  ])('lets nobody share an answer that is %s', async (_what, given) => {
    const { status, headers } = await world(given).ask();
    expect(status).toBe(200);
    expect(headers['vercel-cdn-cache-control']).toBe('no-store');
    expect(headers['vercel-cache-tag']).toBeUndefined();
  });

  it('answers a problem under the address that the caller knows, never the sealed one', async () => {
    const { ask } = world();
    const { status, text, body, headers } = await ask('learner.mastery');
    expect([status, body.error.code]).toEqual([422, 'INSUFFICIENT_DATA']);
    expect(body.instance).toBe('/api/v1/analytics/learner/mastery/u-1');
    expect(text).not.toContain('/api/edge/');
    expect(headers['vercel-cdn-cache-control']).toBe('no-store');
  });

  it('names what is wrong with a parameter', async () => {
    const { status, body } = await world().ask('learner.velocity', 'unheard=of');
    expect([status, body.error.details[0].field]).toEqual([400, 'query.unheard']);
  });

  it('counts what reaches it for whom it is about', async () => {
    const { ask } = world({ limit: 2 });
    const statuses = [(await ask()).status, (await ask()).status, (await ask()).status];
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('has nothing at a tag of its own, nor at a seal that holds no question, and says nothing of it in the log', async () => {
    const { app, ask, logged } = world();
    const tags = String((await ask()).headers['vercel-cache-tag']).split(',');
    const others = ['learner:u-1', '[1,2]', '{}', ''].map((text) => seal.close('question', text));
    for (const sealed of [...tags, ...others])
      expect((await request(app).get(`/api/edge/${sealed}`)).status, sealed).toBe(404);
    expect(tags).toHaveLength(3);
    expect(logged).toEqual([]);
  });

  it('has nothing at an address that was not sealed here, nor two days later, nor without an edge', async () => {
    const { app, clock, addressOf } = world();
    const address = addressOf('learner.velocity');
    const flipped = address.slice(0, -1) + (address.endsWith('A') ? 'B' : 'A');
    for (const path of [flipped, '/api/edge/x', addressOf('learner.nothing'), '/api/edge/'])
      expect((await request(app).get(path)).status, path).toBe(404);
    expect((await request(appWith([], { clock })).get(address)).status).toBe(404);
    clock.advance(2 * 86_400_000);
    expect((await request(app).get(address)).status).toBe(404);
  });
});
