import { createHmac } from 'node:crypto';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { LiveHub } from '../../src/application/live/hub.ts';
import { RpcError } from '../../src/application/ports/rpc.ts';
import type { WebhookReceipts } from '../../src/application/ports/webhooks.ts';
import { makeWebhookUseCases } from '../../src/application/webhooks/receive-webhook.ts';
import { digest } from '../../src/infrastructure/digest.ts';
import { MemoryEventLog } from '../../src/infrastructure/live/event-log.ts';
import { makeWebhookSignatures } from '../../src/infrastructure/webhooks/signatures.ts';
import { liveRoutes } from '../../src/presentation/http/live-routes.ts';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
import { refreshRoutes } from '../../src/presentation/http/refresh-routes.ts';
import { webhookRoutes } from '../../src/presentation/http/webhook-routes.ts';
import { appWith, plentyOfRequests } from '../fixtures/app.ts';
import { silentLogger, stoppedClock } from '../fixtures/stubs.ts';

const plenty = (limits = {}) => ({
  limiter: makeRateLimiter({ ...plentyOfRequests, ...limits }, stoppedClock()),
});
const secret = 'a-secret-of-courses-of-32-characters';
const clock = stoppedClock();

describe('POST /webhooks/:service', () => {
  const good = {
    type: 'progress.updated',
    occurredAt: '2026-03-10T11:59:00+01:00',
    subject: { userId: 'u-1', organizationId: 'org-1' },
  };

  function world(take: WebhookReceipts['take'] = async () => true, limits = {}) {
    const forgotten: unknown[] = [];
    const useCases = makeWebhookUseCases({
      signatures: makeWebhookSignatures({ courses: [secret] }),
      receipts: { take },
      forgotten: { among: async () => new Set<string>() },
      forget: async (changed) => void forgotten.push(changed),
      sessions: { endUser: () => Promise.reject(new Error('endUser is not stubbed')) },
      clock,
      ids: { uuid: () => 'event-1' },
      digest,
    });
    const app = appWith(webhookRoutes(useCases), plenty(limits));
    const send = (body: object | string, { key = secret, at = 'courses', headers = {} } = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const timestamp = String(clock.now() / 1000);
      const signature = createHmac('sha256', key).update(`${timestamp}.${text}`).digest('hex');
      return request(app)
        .post(`/api/v1/webhooks/${at}`)
        .set({
          'content-type': 'application/json',
          'x-webhook-timestamp': timestamp,
          'x-webhook-signature': `v1=${signature}`,
          'x-webhook-id': 'd-1',
          ...headers,
        })
        .send(text);
    };
    return { app, send, forgotten };
  }

  it('answers 202 to a message that is taken', async () => {
    const { send, forgotten } = world();
    const { status, body, headers } = await send(good);
    expect([status, body]).toMatchObject([202, { success: true, data: { accepted: true } }]);
    expect(headers['cache-control']).toBe('no-store');
    expect(forgotten).toEqual([good.subject]);
  });

  it('answers 400 to one that names nobody and nothing', async () => {
    const { send, forgotten } = world();
    const { status, body } = await send({ ...good, subject: {} });
    expect([status, body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(body.error.details).toEqual([
      { field: 'body.subject', message: 'must name whom or what it is about' },
    ]);
    expect(forgotten).toEqual([]);
  });

  it('answers 409 to one that came before, and 503 with Retry-After when it cannot be kept', async () => {
    const again = await world(async () => false).send(good);
    expect([again.status, again.body.error.code]).toEqual([409, 'CONFLICT']);
    const away = world(() => Promise.reject(new RpcError('unavailable', 'no connection')));
    const { status, headers, body } = await away.send(good);
    expect([status, headers['retry-after'], body.error.code]).toEqual([503, '5', 'UPSTREAM_UNAVAILABLE']);
    expect(away.forgotten).toEqual([]);
  });

  it('says nothing of a body whose signature is wrong', async () => {
    const { send } = world();
    for (const body of [good, 'no json', { nothing: 1 }]) {
      const { status, body: answer } = await send(body, { key: 'another' });
      expect([status, answer.error.code, answer.error.details]).toEqual([401, 'UNAUTHORIZED', []]);
    }
    expect((await send('no json')).body.error.details).toEqual([
      { field: 'body', message: 'is not valid JSON' },
    ]);
  });

  it('names every header and every field that is wrong', async () => {
    const { app, send } = world();
    const { status, body } = await request(app).post('/api/v1/webhooks/courses').send(good);
    expect(status).toBe(400);
    expect(body.error.details.map(({ field }: { field: string }) => field).sort()).toEqual([
      'headers.X-Webhook-Id',
      'headers.X-Webhook-Signature',
      'headers.X-Webhook-Timestamp',
    ]);
    const fields = (await send({ ...good, type: 7, id: '', subject: { courseId: 'ü' } })).body.error.details;
    expect(fields.map(({ field }: { field: string }) => field).sort()).toEqual([
      'body.id',
      'body.subject.courseId',
      'body.type',
    ]);
  });

  it('is nowhere for a service without a secret and for what is no service', async () => {
    const { send } = world();
    for (const at of ['skills', 'toString', 'nobody'])
      expect((await send(good, { at })).body.error.code).toBe('NOT_FOUND');
  });

  it('takes neither large bodies, nor packed ones, nor those that say they are something else', async () => {
    const { send } = world();
    expect((await send({ ...good, id: 'x'.repeat(2000) })).status).toBe(413);
    expect((await send(good, { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
    expect((await send(good, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  it('counts those who sign wrongly by address, and who signs well in a limit of its own', async () => {
    const { send } = world(undefined, { address: 2, standard: 0 });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await send(good, { key: 'another' })).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await send(good)).status).toBe(202);
    const narrow = world(undefined, { webhook: 1 });
    await narrow.send(good);
    expect((await narrow.send(good)).status).toBe(429);
  });
});

describe('POST /analytics/refresh', () => {
  const refresh = (asked: unknown[]) =>
    appWith(
      refreshRoutes(async (_viewer, subject) => {
        asked.push(subject);
        return subject;
      }),
      plenty({ refresh: 2 }),
    );
  const post = (app: ReturnType<typeof refresh>, body: object) =>
    request(app).post('/api/v1/analytics/refresh').set('authorization', 'Bearer good').send(body);

  it('answers 202 with the subject; `me` is the caller; it is limited by itself', async () => {
    const asked: unknown[] = [];
    const app = refresh(asked);
    const first = await post(app, { subject: { kind: 'learner', id: 'me' } });
    expect([first.status, first.body.data]).toEqual([202, { subject: { kind: 'learner', id: 'u-1' } }]);
    expect(first.headers['ratelimit-policy']).toBe('"refresh"; q=2; w=600');
    await post(app, { subject: { kind: 'organization', id: 'org-1' } });
    expect((await post(app, { subject: { kind: 'learner', id: 'me' } })).status).toBe(429);
    expect(asked).toEqual([
      { kind: 'learner', id: 'u-1' },
      { kind: 'organization', id: 'org-1' },
    ]);
  });

  it('names what is wrong, and asks for a token', async () => {
    const app = refresh([]);
    const { status, body } = await post(app, { subject: { kind: 'course', id: '' }, more: 1 });
    expect([status, body.error.details.map(({ field }: { field: string }) => field).sort()]).toEqual([
      400,
      ['body.more', 'body.subject.id', 'body.subject.kind'],
    ]);
    expect((await request(app).post('/api/v1/analytics/refresh').send({})).status).toBe(401);
  });
});

describe('GET /events', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function world() {
    const log = new MemoryEventLog({ uuid: () => 'e-1' });
    const hub = new LiveHub({
      log,
      sessions: { isRevoked: () => false },
      clock,
      logger: silentLogger,
      random: () => 0,
      streamsPerUser: 2,
      pollMs: 60_000,
    });
    const server = createServer(appWith(liveRoutes(hub), plenty()));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/events`;
    const happen = async (data: object = {}) => {
      await log.append({
        stream: 'user:u-1',
        type: 'report_ready',
        data: { reportId: 'r-1', ...data },
        correlationId: 'c',
        occurredAt: 0,
      });
      hub.wake();
    };
    const headers = { authorization: 'Bearer good' };
    return { hub, url, happen, headers };
  }

  it('writes events with their ids, and an end that says why and when to come back', async () => {
    const { hub, url, happen, headers } = await world();
    await happen();
    const response = await fetch(url, { headers: { ...headers, 'last-event-id': '0' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    await happen({ secret: 'of somebody' });
    let text = '';
    const ended = (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
    })();
    await expect.poll(() => text, { interval: 5 }).toContain('id: 2');
    hub.close();
    await ended;
    expect(text).toBe(
      'retry: 1000\nid: 0\n\n' +
        'id: 1\nevent: report_ready\ndata: {"reportId":"r-1"}\n\n' +
        'id: 2\nevent: report_ready\ndata: {"reportId":"r-1"}\n\n' +
        'retry: 1000\nevent: end\ndata: {"reason":"shutting_down"}\n\n',
    );
  });

  it('counts nobody who has left, or who only asked for the headers', async () => {
    const { hub, url, headers } = await world();
    const { status } = await fetch(url, { method: 'HEAD', headers });
    expect([status, hub.size]).toEqual([200, 0]);
    const controller = new AbortController();
    await fetch(url, { headers, signal: controller.signal });
    expect(hub.size).toBe(1);
    controller.abort();
    await expect.poll(() => hub.size).toBe(0);
  });

  it('refuses an id that is none, a stranger, and one stream too much', async () => {
    const { url, headers } = await world();
    expect((await fetch(url, { headers: { ...headers, 'last-event-id': 'x' } })).status).toBe(400);
    expect((await fetch(url)).status).toBe(401);
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await fetch(url, { headers })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('drops a reader that takes nothing, with little kept for it', async () => {
    const { hub, url, happen, headers } = await world();
    const asked = get(url, { headers, agent: false }, (response) => response.pause());
    asked.on('error', () => undefined);
    await expect.poll(() => hub.size).toBe(1);
    const reportId = 'r'.repeat(100_000);
    // The kernel takes some megabytes before anything waits here.
    for (let n = 0; n < 300 && hub.size > 0; n += 1) {
      await happen({ reportId });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(hub.size).toBe(0);
    asked.destroy();
  });
});
