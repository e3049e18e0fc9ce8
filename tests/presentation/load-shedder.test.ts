import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  LoadShedder,
  type LoopState,
  refusingEarly,
  shedding,
} from '../../src/presentation/http/load-shedder.ts';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
import { noQuery, type SignedInRoute } from '../../src/presentation/http/route.ts';
import { appWith, plentyOfRequests } from '../fixtures/app.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const well: LoopState = { delayMs: 0, utilization: 0.5 };
const late: LoopState = { delayMs: 200, utilization: 1 };
const bounds = { mostInFlight: 100, leastInFlight: 10, targetDelayMs: 25 };

const filled = (shedder: LoadShedder, priority: 'interactive' | 'export' | 'prefetch') => {
  let entered = 0;
  while (shedder.enter(priority)) entered += 1;
  return entered;
};

describe('the bound of requests at once', () => {
  it('is the configured one while the loop keeps up, prefetches first to stay outside, then exports', () => {
    const shedder = new LoadShedder(bounds);
    expect(filled(shedder, 'prefetch')).toBe(50);
    expect(filled(shedder, 'export')).toBe(25);
    expect(filled(shedder, 'interactive')).toBe(25);
    shedder.leave();
    expect(shedder.enter('export')).toBe(false);
    expect(shedder.enter('interactive')).toBe(true);
  });

  it('comes down while the loop is late, never below the least, and goes up again when it is not', () => {
    const shedder = new LoadShedder(bounds);
    filled(shedder, 'interactive');
    shedder.observe(late);
    expect(shedder.limit).toBe(100);
    shedder.observe(late);
    expect(shedder.limit).toBe(40);
    for (let moment = 0; moment < 50; moment += 1) shedder.observe(late);
    expect(shedder.limit).toBeGreaterThanOrEqual(10);
    for (let leaving = 0; leaving < 100; leaving += 1) shedder.leave();
    for (let moment = 0; moment < 50; moment += 1) shedder.observe(well);
    expect(shedder.limit).toBe(100);
  });

  it('comes down the less the less late the loop is, and stays between the two', () => {
    const shedder = new LoadShedder(bounds);
    filled(shedder, 'interactive');
    const littleLate = { delayMs: 26, utilization: 1 };
    shedder.observe(littleLate);
    shedder.observe(littleLate);
    expect(shedder.limit).toBe(90);
    shedder.observe({ delayMs: 20, utilization: 1 });
    expect(shedder.limit).toBe(90);
  });

  it('stays when the machine is busy with others and the loop has little to do', () => {
    const shedder = new LoadShedder(bounds);
    filled(shedder, 'interactive');
    for (let moment = 0; moment < 10; moment += 1) shedder.observe({ delayMs: 500, utilization: 0.3 });
    expect(shedder.limit).toBe(100);
  });

  it('lies between its bounds and is never overstepped, whatever happens', () => {
    const step = fc.oneof(
      fc.constantFrom('interactive', 'export', 'prefetch', 'leave'),
      fc.record({ delayMs: fc.nat(1000), utilization: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const shedder = new LoadShedder(bounds);
        let inside = 0;
        for (const one of steps) {
          if (one === 'leave') {
            if (inside > 0) shedder.leave();
            inside = Math.max(0, inside - 1);
          } else if (typeof one === 'object') shedder.observe(one);
          else {
            const isFull = inside >= shedder.limit;
            const isIn = shedder.enter(one as 'interactive');
            expect(isFull && isIn).toBe(false);
            if (isIn) inside += 1;
          }
          expect(shedder.inFlight).toBe(inside);
          expect(shedder.limit).toBeGreaterThanOrEqual(bounds.leastInFlight);
          expect(shedder.limit).toBeLessThanOrEqual(bounds.mostInFlight);
        }
      }),
    );
  });
});

describe('a request beyond the bound', () => {
  const waiting: (() => void)[] = [];
  const route: SignedInRoute = {
    id: 'slow',
    method: 'get',
    path: '/slow',
    tag: 't',
    summary: 's',
    access: 'signed_in',
    query: noQuery,
    data: z.unknown(),
    rate: 'standard',
    errors: [],
    handle: () => new Promise((resolve) => waiting.push(() => resolve({ data: {} }))),
  };
  const shed: string[] = [];
  const ended: unknown[] = [];
  const shedder = new LoadShedder({ ...bounds, mostInFlight: 2 });
  const app = appWith([route, { ...route, path: '/reports' }], {
    shedding: shedding(shedder, (priority) => shed.push(priority)),
    limiter: makeRateLimiter(plentyOfRequests, stoppedClock()),
    onRequestEnd: ({ route: pattern, code }) => ended.push([pattern, code]),
  });
  const ask = (path: string, headers: Record<string, string> = {}) =>
    request(app)
      .get(path)
      .set({ authorization: 'Bearer good', origin: 'https://dashboard.example', ...headers });

  it('is a 503 that says when to come back, also to a browser; probes and what was let in are served', async () => {
    const first = ask('/api/v1/slow').then((answer) => answer);
    await expect.poll(() => shedder.inFlight).toBe(1);
    // Half of the bound is taken, so that only people are let in.
    expect((await ask('/api/v1/slow', { 'sec-purpose': 'prefetch;prerender' })).status).toBe(503);
    const second = ask('/api/v1/slow').then((answer) => answer);
    await expect.poll(() => waiting.length).toBe(2);
    const refused = await ask('/api/v1/slow');
    expect([refused.status, refused.body.error.code]).toEqual([503, 'OVERLOADED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json; charset=utf-8',
      'access-control-allow-origin': 'https://dashboard.example',
    });
    expect((await ask('/api/v1/reports')).status).toBe(503);
    expect(shed).toEqual(['prefetch', 'interactive', 'export']);
    expect(ended).toContainEqual(['shed', 'OVERLOADED']);
    // Nobody has declared it here, but it was let through.
    expect((await ask('/health')).status).toBe(404);

    for (const answer of waiting) answer();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    await expect.poll(() => shedder.inFlight).toBe(0);
  });

  it('is refused in front of the router in the same words, but for what has to be readable to other origins', async () => {
    const full = new LoadShedder({ ...bounds, mostInFlight: 0 });
    const ordinary = appWith([route], { shedding: shedding(full, () => undefined) });
    const logged: unknown[] = [];
    const refuse = refusingEarly(
      full,
      () => undefined,
      () => 'made-id',
      (end) => logged.push(end),
    );
    const early = createServer((asked, answer) => {
      if (!refuse(asked, answer)) ordinary(asked, answer);
    });
    const ask = (app: Parameters<typeof request>[0]) => request(app).get('/api/v1/slow?a=1');
    const [slow, fast] = [await ask(ordinary), await ask(early)];
    expect([fast.status, fast.body]).toEqual([503, slow.body]);
    for (const headers of [slow.headers, fast.headers]) {
      delete headers.date;
      delete headers['retry-after'];
      delete headers.connection;
      delete headers['keep-alive'];
    }
    expect(fast.headers).toEqual(slow.headers);
    expect(logged).toEqual([expect.objectContaining({ route: 'shed', status: 503, code: 'OVERLOADED' })]);
    expect((await request(early).get('/health')).status).toBe(404);
    const other = await ask(early).set('origin', 'https://dashboard.example');
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([
      503,
      'https://dashboard.example',
    ]);
    expect((await request(early).post('/api/v1/slow').send({})).headers.connection).toBe('close');
    for (const app of [ordinary, early]) {
      const sealed = await request(app).get('/api/edge/of-somebody');
      expect([sealed.status, sealed.text.includes('of-somebody')]).toEqual([503, false]);
    }
  });

  it('leaves its place when its caller leaves before its turn to be answered has come', async () => {
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const line = 'GET /api/v1/slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n';
    socket.write(line + line);
    await expect.poll(() => shedder.inFlight).toBe(2);
    socket.destroy();
    await expect.poll(() => shedder.inFlight).toBe(0);
    server.close();
  });

  it('leaves its place when its caller leaves', async () => {
    const leaving = ask('/api/v1/slow');
    leaving.end(() => undefined);
    await expect.poll(() => shedder.inFlight).toBe(1);
    leaving.abort();
    await expect.poll(() => shedder.inFlight).toBe(0);
  });
});
