import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, errorCodes } from '../../src/domain/errors.ts';
import { statusOf } from '../../src/presentation/http/problem.ts';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
import { noQuery, type Route } from '../../src/presentation/http/route.ts';
import { appWith, plentyOfRequests } from '../fixtures/app.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const base = {
  tag: 't',
  summary: 's',
  query: noQuery,
  data: z.unknown(),
  rate: 'standard',
  errors: [],
} as const;

const open: Route = {
  ...base,
  id: 'open',
  method: 'get',
  path: '/open',
  access: 'public',
  handle: async () => ({ data: { here: true } }),
};
const subject: Route = {
  ...base,
  id: 'subject',
  method: 'get',
  path: '/things/:userId',
  access: 'learner',
  query: z.strictObject({ limit: z.coerce.number().int().min(1, 'must be at least 1').optional() }),
  handle: async ({ subject: { id } }) => ({ data: { id } }),
};
const post: Route = {
  ...base,
  id: 'post',
  method: 'post',
  path: '/open',
  access: 'public',
  rate: 'auth',
  body: z.strictObject({ email: z.string('must be text'), age: z.number('must be a number').optional() }),
  handle: async ({ body }) => ({ data: body }),
};
const failing = (error: unknown): Route => ({
  ...base,
  id: 'failing',
  method: 'get',
  path: '/failing',
  access: 'public',
  handle: () => Promise.reject(error),
});

const signedIn = { authorization: 'Bearer good' };
const problem = (code: string, status: number) => ({ success: false, status, error: { code } });

describe('a request', () => {
  it('is answered in the envelope, under the id it came with', async () => {
    const answer = await request(appWith([open]))
      .get('/api/v1/open')
      .set('x-request-id', 'abc-1');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ success: true, data: { here: true }, meta: { requestId: 'abc-1' } });
    expect(answer.headers['x-request-id']).toBe('abc-1');
  });

  it('gets an id of its own when the one it came with could do harm', async () => {
    const answer = await request(appWith([open]))
      .get('/api/v1/open')
      .set('x-request-id', 'a b"<script>');
    expect(answer.body.meta.requestId).toBe('made-id');
  });

  it('may say me for its own id, and is about that subject only when allowed', async () => {
    const app = appWith([subject], {
      limiter: makeRateLimiter({ ...plentyOfRequests, predictive: 1, auth: 1 }, stoppedClock()),
    });
    expect((await request(app).get('/api/v1/things/me').set(signedIn)).body.data).toEqual({ id: 'u-1' });
    const other = await request(app).get('/api/v1/things/u-2').set(signedIn);
    expect(other.body).toMatchObject(problem('FORBIDDEN', 403));
  });

  it.each([
    ['no token', undefined],
    ['another scheme', 'Basic good'],
    ['a bad token', 'Bearer bad'],
    ['two tokens', 'Bearer good good'],
  ])('with %s is refused and told how to log in', async (_name, authorization) => {
    const call = request(appWith([subject])).get('/api/v1/things/me');
    const answer = await (authorization === undefined ? call : call.set({ authorization }));
    expect(answer.body).toMatchObject(problem('UNAUTHORIZED', 401));
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('hears of every bad field at once: path, query and unknown names', async () => {
    const answer = await request(appWith([subject]))
      .get('/api/v1/things/a.b?limit=0&limits=1')
      .set(signedIn);
    expect(answer.body).toMatchObject(problem('VALIDATION_ERROR', 400));
    expect(answer.body.error.details.map(({ field }: { field: string }) => field)).toEqual([
      'params.userId',
      'query.limit',
      'query.limits',
    ]);
  });

  it('that names a parameter twice is refused, not half heard', async () => {
    const answer = await request(appWith([subject]))
      .get('/api/v1/things/me?limit=1&limit=2')
      .set(signedIn);
    expect(answer.body).toMatchObject(problem('VALIDATION_ERROR', 400));
  });

  it('with a body gets each bad field named, and unknown ones too', async () => {
    const answer = await request(appWith([post]))
      .post('/api/v1/open')
      .send({ age: 'old', __proto: 1 });
    expect(answer.body.error.details.map(({ field }: { field: string }) => field)).toEqual([
      'body.email',
      'body.age',
      'body.__proto',
    ]);
  });

  it.each([
    ['no JSON', 'application/json', '{', 'VALIDATION_ERROR', 400],
    ['another type', 'text/plain', 'hello', 'UNSUPPORTED_MEDIA_TYPE', 415],
    ['too much', 'application/json', JSON.stringify({ email: 'x'.repeat(2000) }), 'PAYLOAD_TOO_LARGE', 413],
    ['an unknown charset', 'application/json; charset=klingon', '{}', 'UNSUPPORTED_MEDIA_TYPE', 415],
    ['a bare value', 'application/json', '42', 'VALIDATION_ERROR', 400],
  ])('with %s for a body is refused', async (_name, type, body, code, status) => {
    const answer = await request(appWith([post]))
      .post('/api/v1/open')
      .set('content-type', type)
      .send(body);
    expect(answer.body).toMatchObject(problem(code, status));
  });

  it.each([
    ['/api/v1/nothing', 'NOT_FOUND', 404],
    ['/api/v1/open/', 'NOT_FOUND', 404],
    ['/api/v1/OPEN', 'NOT_FOUND', 404],
    ['/api/v1/things/%E0%A4%A', 'VALIDATION_ERROR', 400],
  ])('for %s is refused with %s', async (path, code, status) => {
    const answer = await request(appWith([open, subject]))
      .get(path)
      .set(signedIn);
    expect(answer.body).toMatchObject(problem(code, status));
  });

  it('by a wrong method hears which ones there are', async () => {
    const answer = await request(appWith([open, post])).delete('/api/v1/open');
    expect(answer.body).toMatchObject(problem('METHOD_NOT_ALLOWED', 405));
    expect(answer.headers.allow).toBe('GET, HEAD, POST, OPTIONS');
    const options = await request(appWith([open, post])).options('/api/v1/open');
    expect([options.status, options.headers.allow]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
  });

  it('over its limit is told when to come back, and how many there were', async () => {
    const app = appWith([subject]);
    const ask = () => request(app).get('/api/v1/things/me').set(signedIn);
    const first = await ask();
    expect(first.headers.ratelimit).toMatch(/"standard"; r=2/);
    await ask();
    await ask();
    const fourth = await ask();
    expect(fourth.body).toMatchObject(problem('RATE_LIMIT_EXCEEDED', 429));
    expect(Number(fourth.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('to log in counts by address and account: another account has its own tries', async () => {
    const app = appWith([post]);
    const statuses = [];
    for (const email of ['a@x', 'A@x ', 'a@x', 'b@x']) {
      statuses.push((await request(app).post('/api/v1/open').send({ email })).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200]);
  });
});

describe('an answer', () => {
  it('is never readable by a page of an origin that is not listed', async () => {
    const ask = (origin: string) =>
      request(appWith([open]))
        .get('/api/v1/open')
        .set('origin', origin);
    expect((await ask('https://dashboard.example')).headers['access-control-allow-origin']).toBe(
      'https://dashboard.example',
    );
    expect((await ask('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('carries the headers of helmet and no trace of Express', async () => {
    const { headers } = await request(appWith([open])).get('/api/v1/open');
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age='),
      'referrer-policy': 'no-referrer',
      vary: expect.stringContaining('Authorization'),
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('is compressed when it is large and the caller can read that', async () => {
    const large: Route = { ...open, handle: async () => ({ data: 'x'.repeat(5000) }) };
    const small = await request(appWith([open]))
      .get('/api/v1/open')
      .set('accept-encoding', 'gzip');
    const big = await request(appWith([large]))
      .get('/api/v1/open')
      .set('accept-encoding', 'gzip');
    expect([small.headers['content-encoding'], big.headers['content-encoding']]).toEqual([undefined, 'gzip']);
    expect(big.body.data).toHaveLength(5000);
  });

  it.each([5000, 50_000])(
    'of %i letters is packed for whoever takes it, and caches are told so',
    async (length) => {
      const large: Route = { ...open, handle: async () => ({ data: 'x'.repeat(length) }) };
      const app = appWith([large]);
      const ask = (encodings: string) => request(app).get('/api/v1/open').set('accept-encoding', encodings);
      const [packed, plain] = [await ask('gzip, deflate'), await ask('gzip;q=0')];
      expect([packed, plain].map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined]);
      expect(packed.body.data).toEqual(plain.body.data);
      for (const { headers } of [packed, plain])
        expect(headers.vary).toBe('Authorization, X-API-Key, Origin, Accept-Encoding');
    },
  );

  it('that is packed has no body for HEAD', async () => {
    const large: Route = { ...open, handle: async () => ({ data: 'x'.repeat(5000) }) };
    const answer = await request(appWith([large]))
      .head('/api/v1/open')
      .set('accept-encoding', 'gzip');
    expect([answer.status, answer.text || '']).toEqual([200, '']);
  });

  it('to HEAD has the headers and no body', async () => {
    const answer = await request(appWith([open])).head('/api/v1/open');
    expect(answer.status).toBe(200);
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(10);
    expect(answer.text).toBeFalsy();
  });

  it('of another shape than its route declares is a defect of ours, and says nothing of it', async () => {
    const wrong: Route = { ...open, data: z.object({ here: z.string() }) };
    const answer = await request(appWith([wrong])).get('/api/v1/open');
    expect(answer.body).toMatchObject(problem('INTERNAL_ERROR', 500));
  });

  it('asks the client to connect anew while the process goes down', async () => {
    const answer = await request(appWith([open], { isDraining: () => true })).get('/api/v1/open');
    expect(answer.headers.connection).toBe('close');
  });
});

describe('an error', () => {
  it.each(errorCodes.filter((code) => code !== 'CLIENT_CLOSED_REQUEST'))(
    '%s has its status, and a body for both worlds',
    async (code) => {
      const error = new AppError(code, 'words', {
        details: [{ field: 'f', message: 'm' }],
        retryAfterSeconds: 7,
      });
      const answer = await request(appWith([failing(error)])).get('/api/v1/failing');
      expect(answer.status).toBe(statusOf[code]);
      expect(answer.body).toEqual({
        type: `urn:problem:${code.toLowerCase().replaceAll('_', '-')}`,
        title: expect.any(String),
        status: statusOf[code],
        detail: 'words',
        instance: '/api/v1/failing',
        success: false,
        error: { code, message: 'words', details: [{ field: 'f', message: 'm' }] },
        meta: { requestId: 'made-id' },
      });
      expect(answer.headers['retry-after']).toBe('7');
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );

  it('that nobody threw on purpose leaks nothing and is logged once at ERROR', async () => {
    const lines: object[] = [];
    const logger = {
      error: (fields: object) => lines.push(fields),
      warn: () => 0,
      info: () => 0,
      debug: () => 0,
    };
    const app = appWith([failing(new Error('postgres://user:secret@db'))], { logger });
    const answer = await request(app).get('/api/v1/failing');
    expect(answer.body).toMatchObject(problem('INTERNAL_ERROR', 500));
    expect(answer.text).not.toMatch(/secret|postgres|at /);
    expect(lines).toHaveLength(1);
  });
});
