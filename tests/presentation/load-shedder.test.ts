import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Admission, usualBounds } from '../../src/presentation/http/admission.ts';
import { makeShedding, type SheddingDeps } from '../../src/presentation/http/load-shedder.ts';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
import { noQuery, type SignedInRoute } from '../../src/presentation/http/route.ts';
import { appWith, plentyOfRequests } from '../fixtures/app.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const bounds = { ...usualBounds, patienceMs: 70, warmUpMs: 0 };
const restless = { elapsedMs: 10, utilization: 1 };

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
  const spared: string[] = [];
  const ended: unknown[] = [];
  const sheddingOf = (admission: Admission, own: Partial<SheddingDeps> = {}) =>
    makeShedding({
      admission,
      clock: stoppedClock(),
      newId: () => 'made-id',
      onShed: (priority) => shed.push(priority),
      onSpared: (priority) => spared.push(priority),
      onWaited: () => undefined,
      onRequestEnd: () => undefined,
      ...own,
    });
  const admission = new Admission({ ...bounds, mostInFlight: 2 });
  const app = appWith([route, { ...route, path: '/reports' }], {
    shedding: sheddingOf(admission).handler,
    limiter: makeRateLimiter(plentyOfRequests, stoppedClock()),
    onRequestEnd: ({ route: pattern, code }) => ended.push([pattern, code]),
  });
  const ask = (path: string, headers: Record<string, string> = {}) =>
    request(app)
      .get(path)
      .set({ authorization: 'Bearer good', origin: 'https://dashboard.example', ...headers });

  it('is a 503 that says when to come back, also to a browser; probes and what was let in are served', async () => {
    const first = ask('/api/v1/slow').then((answer) => answer);
    await expect.poll(() => admission.inFlight).toBe(1);
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
    await expect.poll(() => admission.inFlight).toBe(0);
  });

  it('is refused in front of the router in the same words, but for what has to be readable to other origins', async () => {
    const full = new Admission({ ...bounds, mostInFlight: 0 });
    const logged: unknown[] = [];
    const { front, handler } = sheddingOf(full, { onRequestEnd: (end) => logged.push(end) });
    const ordinary = appWith([route], { shedding: handler });
    const early = createServer((asked, answer) => front(asked, answer, ordinary));
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

  describe('while the loop has no rest', () => {
    const servers: ReturnType<typeof createServer>[] = [];
    afterEach(() => {
      for (const server of servers.splice(0)) server.close();
    });
    /** A server whose bound is full of one request. */
    async function fullServer(own: Partial<SheddingDeps> = {}) {
      const busy = new Admission({ ...bounds, leastInFlight: 0.5, mostInFlight: 100 });
      const answers: (() => void)[] = [];
      const held = {
        ...route,
        handle: () => new Promise<{ data: object }>((resolve) => answers.push(() => resolve({ data: {} }))),
      };
      const told: unknown[] = [];
      const waits: number[] = [];
      const { front, handler } = sheddingOf(busy, {
        onWaited: (ms) => waits.push(ms),
        onRequestEnd: ({ route: pattern, status }) => told.push([pattern, status]),
        ...own,
      });
      const behind = appWith([held], {
        shedding: handler,
        limiter: makeRateLimiter(plentyOfRequests, stoppedClock()),
      });
      const server = createServer((asked, answer) => front(asked, answer, behind));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      busy.observe(restless);
      const asking = () => request(server).get('/api/v1/slow').set('authorization', 'Bearer good');
      const first = asking().then((answer) => answer);
      await expect.poll(() => answers.length).toBe(1);
      return { busy, answers, told, waits, asking, first };
    }

    it('waits for its turn and is served', async () => {
      const { busy, answers, waits, asking, first } = await fullServer();
      const second = asking().then((answer) => answer);
      await expect.poll(() => busy.waiting).toBe(1);
      expect(answers).toHaveLength(1);
      answers[0]?.();
      await expect.poll(() => answers.length).toBe(2);
      answers[1]?.();
      expect([(await first).status, (await second).status, waits]).toEqual([200, 200, [0]]);
    });

    it('is forgotten when its caller leaves while it waits', async () => {
      const { busy, answers, told, asking, first } = await fullServer();
      const leaving = asking();
      leaving.end(() => undefined);
      await expect.poll(() => busy.waiting).toBe(1);
      leaving.abort();
      await expect.poll(() => busy.waiting).toBe(0);
      answers[0]?.();
      await first;
      expect([answers.length, told]).toEqual([1, [['shed', 499]]]);
      await expect.poll(() => busy.inFlight).toBe(0);
    });

    const nothing = { isAtHand: () => false, serve: () => false, serveOld: () => false };
    const give = (text: string) => (_: unknown, response: ServerResponse) => {
      response.end(text);
      return true;
    };

    it('is given what has come to hand while it waited', async () => {
      const lane = { ...nothing, serve: give('at hand') };
      const { busy, answers, asking, first } = await fullServer({ lane });
      const second = asking().then((answer) => answer);
      await expect.poll(() => busy.waiting).toBe(1);
      answers[0]?.();
      expect((await second).text).toBe('at hand');
      expect([(await first).status, answers.length]).toEqual([200, 1]);
      await expect.poll(() => busy.inFlight).toBe(0);
    });

    it('is given old figures in the place of a refusal, where some are at hand', async () => {
      const lane = { ...nothing, serveOld: give('old') };
      const { busy, answers, asking, first } = await fullServer({ lane });
      const second = asking().then((answer) => answer);
      await expect.poll(() => busy.waiting).toBe(1);
      const refusedBefore = shed.length;
      for (let passed = 0; passed < 100; passed += 10) busy.observe(restless);
      const { status, text } = await second;
      expect([status, text, shed.length - refusedBefore, spared]).toEqual([200, 'old', 0, ['interactive']]);
      answers[0]?.();
      await first;
    });

    it('goes on at once when its answer is at hand', async () => {
      const { busy, answers, asking, first } = await fullServer({
        lane: { ...nothing, isAtHand: () => true },
      });
      const second = asking().then((answer) => answer);
      await expect.poll(() => answers.length).toBe(2);
      expect(busy.inFlight).toBe(0);
      for (const answer of answers) answer();
      expect([(await first).status, (await second).status]).toEqual([200, 200]);
    });
  });

  it('leaves its place when its caller leaves before its turn to be answered has come', async () => {
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const line = 'GET /api/v1/slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n';
    socket.write(line + line);
    await expect.poll(() => admission.inFlight).toBe(2);
    socket.destroy();
    await expect.poll(() => admission.inFlight).toBe(0);
    server.close();
  });

  it('leaves its place when its caller leaves', async () => {
    const leaving = ask('/api/v1/slow');
    leaving.end(() => undefined);
    await expect.poll(() => admission.inFlight).toBe(1);
    leaving.abort();
    await expect.poll(() => admission.inFlight).toBe(0);
  });
});
