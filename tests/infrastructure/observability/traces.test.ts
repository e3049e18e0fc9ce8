/** Spans as a receiver of OpenTelemetry gets them, from the whole application over nine services. */
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockServers, startMockServices } from '../../../mocks/server.ts';
import { worldServices } from '../../../mocks/services.ts';
import { demoPeople } from '../../../mocks/world/demo-people.ts';
import { startRedis } from '../../../scripts/redis-server.ts';
import { readConfig } from '../../../src/config.ts';
import { type Container, makeContainer } from '../../../src/container.ts';
import { services } from '../../../src/domain/provenance.ts';
import { servicePrefix } from '../../../src/environment.ts';
import { Calls } from '../../../src/infrastructure/database/calls.ts';
import { makeWatchCall } from '../../../src/infrastructure/observability/database-figures.ts';
import { openTelemetry } from '../../../src/infrastructure/observability/open-telemetry.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../../fixtures/otlp-receiver.ts';
import { describeOnRedis } from '../redis/test-redis.ts';

const kinds = { internal: 1, server: 2, client: 3 } as const;
const person = demoPeople().find(({ email }) => email.startsWith('thriving@'));
const velocity = '/api/v1/analytics/learner/velocity';
const callerSpan = '00f067aa0ba902b7';
const traces = {
  cold: '4bf92f3577b34da6a3ce929d0e0e4736',
  kept: '5bf92f3577b34da6a3ce929d0e0e4736',
  refused: '7bf92f3577b34da6a3ce929d0e0e4736',
  failing: '8bf92f3577b34da6a3ce929d0e0e4736',
  unrecorded: '9bf92f3577b34da6a3ce929d0e0e4736',
};

let mocks: MockServers;
beforeAll(async () => {
  const now = () => Date.now();
  mocks = await startMockServices({ routesByService: worldServices({ now, learners: 50 }), now });
});
afterAll(() => mocks?.close());

/** The application over the nine, with what it is given beside them. */
async function applicationWith(more: Record<string, string>, lines: string[] = []): Promise<Container> {
  const urls = services.map((service) => [
    `${servicePrefix[service]}_URL`,
    mocks.services[service]?.url ?? '',
  ]);
  const read = readConfig({
    MOCK_FALLBACK: 'never',
    OTEL_TRACES_SAMPLER_ARG: '1',
    ...Object.fromEntries(urls),
    ...more,
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return makeContainer(read.config, { write: (line: string) => void lines.push(line) });
}

const asked = (container: Container, path: string, trace: string, flags = '01') =>
  request(container.listener)
    .get(path)
    .set('traceparent', `00-${trace}-${callerSpan}-${flags}`)
    .set('tracestate', 'vendor=opaque');

async function bearerFrom(container: Container): Promise<string> {
  const { email, password } = person ?? {};
  const { body } = await request(container.listener).post('/api/v1/auth/login').send({ email, password });
  return `Bearer ${body.data.accessToken}`;
}

/** What the nine were asked, with what stood in `traceparent`. */
async function requestsToServices(): Promise<{ path: string; traceparent: string | null }[]> {
  const logs = Object.values(mocks.services).map(async ({ control }) => {
    const { requests } = (await (await fetch(`${control}/requests`)).json()) as {
      requests: { path: string; traceparent: string | null }[];
    };
    return requests;
  });
  return (await Promise.all(logs)).flat();
}

describe('the trace of a request', () => {
  let receiver: OtlpReceiver;
  const lines: string[] = [];
  const toServices: Awaited<ReturnType<typeof requestsToServices>> = [];
  let refusal: request.Response;
  let bearer: string;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    const container = await applicationWith(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=of the receiver',
        DATABASE: 'none',
        COURSE_MS_RETRIES: '1',
        UPSTREAM_REPLY_SECONDS: '0',
      },
      lines,
    );
    bearer = await bearerFrom(container);
    const ask = (path: string, trace: string, flags?: string) =>
      asked(container, path, trace, flags).set('authorization', bearer);
    await ask(`${velocity}/me?startDate=2026-01-01&endDate=2026-01-31`, traces.cold);
    toServices.push(...(await requestsToServices()));
    await ask(`${velocity}/me?startDate=2026-01-01&endDate=2026-01-31`, traces.kept);
    refusal = await ask(`${velocity}/${'somebody-else'}`, traces.refused);
    await ask(`${velocity}/me?startDate=2026-02-01&endDate=2026-02-28`, traces.unrecorded, '00');
    await fetch(`${mocks.services.courses?.control}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ errorRate: 1 }),
    });
    await ask(`${velocity}/me?startDate=2026-03-01&endDate=2026-03-10`, traces.failing);
    await fetch(`${mocks.services.courses?.control}/faults`, { method: 'DELETE' });
    toServices.push(...(await requestsToServices()));
    await container.close();
  });
  afterAll(() => receiver.close());

  const of = (trace: string, fits: (span: ReceivedSpan) => boolean = () => true) =>
    receiver.spans.filter((span) => span.traceId === trace && fits(span));
  const server = (trace: string) => of(trace, ({ kind }) => kind === kinds.server);
  const exchanges = (trace: string) =>
    of(trace, ({ kind, attributes }) => kind === kinds.client && attributes['peer.service'] !== undefined);

  it('goes on from its caller’s, with one span of ours that has the pattern of the route', () => {
    expect(server(traces.cold)).toMatchObject([
      {
        name: `GET ${velocity}/:userId`,
        parentSpanId: callerSpan,
        attributes: {
          'http.route': `${velocity}/:userId`,
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          'app.answer.form': 'live',
          'app.answer.source': 'realtime',
        },
      },
    ]);
  });

  it('has one span for each call to a service, which the service is told of', () => {
    const told = toServices.filter(({ traceparent }) => traceparent?.includes(traces.cold));
    expect(told.length).toBeGreaterThan(1);
    const spans = exchanges(traces.cold);
    expect(spans.map(({ spanId }) => `00-${traces.cold}-${spanId}-01`).toSorted()).toEqual(
      [...new Set(told.map(({ traceparent }) => traceparent))].toSorted(),
    );
    for (const { name, attributes } of spans) {
      expect(name).toBe(`GET ${attributes['peer.service']}`);
      expect(attributes['http.response.status_code']).toBe(200);
    }
  });

  it('hangs together: each span’s parent is another of the same trace, up to ours', () => {
    for (const trace of [traces.cold, traces.kept, traces.failing]) {
      const known = new Set([callerSpan, ...of(trace).map(({ spanId }) => spanId)]);
      expect(of(trace).filter(({ parentSpanId = '' }) => !known.has(parentSpanId))).toEqual([]);
      expect(server(trace)).toHaveLength(1);
    }
  });

  it('has one span for each look into a layer of the cache, with what it had', () => {
    const looks = (trace: string) =>
      of(trace, ({ name }) => name.startsWith('cache ')).map(
        ({ attributes }) => `${attributes['app.cache.layer']} ${attributes['app.cache.hit']}`,
      );
    expect(looks(traces.cold)).toContain('memory false');
    expect(looks(traces.cold)).toContain('replies false');
    expect(looks(traces.kept)).toEqual(['memory true']);
    expect(exchanges(traces.kept)).toEqual([]);
  });

  it('tells of failures by their class, and of each attempt', () => {
    const failed = exchanges(traces.failing).filter(
      ({ attributes }) => attributes['peer.service'] === 'courses',
    );
    expect(failed.length).toBeGreaterThanOrEqual(2);
    for (const { attributes, status } of failed) {
      expect(attributes).toMatchObject({ 'http.response.status_code': 503, 'error.type': 'unavailable' });
      expect(status.code).toBe(2);
    }
    const question = of(traces.failing, ({ name }) => name.startsWith('courses.'))[0];
    expect(question?.attributes).toMatchObject({
      'app.upstream.attempts': 2,
      'error.type': 'unavailable',
    });
    expect(server(traces.refused)[0]?.attributes).toMatchObject({
      'http.response.status_code': 404,
      'error.type': 'NOT_FOUND',
    });
  });

  it('is what logs and errors name', () => {
    expect(refusal.body.meta.traceId).toBe(traces.refused);
    const logged = lines.map((line) => JSON.parse(line) as { traceId?: string; isSampled?: boolean });
    for (const trace of Object.values(traces))
      expect(logged.filter(({ traceId }) => traceId === trace)).toHaveLength(1);
    expect(logged.find(({ traceId }) => traceId === traces.cold)?.isSampled).toBe(true);
  });

  it('is handed on and not recorded where its caller does not record it', () => {
    expect(of(traces.unrecorded)).toEqual([]);
    expect(toServices.map(({ traceparent }) => traceparent)).toContain(
      `00-${traces.unrecorded}-${callerSpan}-00`,
    );
  });

  it('says of whom it comes, to a receiver that asks for a header', () => {
    expect(receiver.resources[0]).toMatchObject({
      'service.name': 'learning-analytics',
      'deployment.environment.name': 'development',
    });
    expect(receiver.headers[0]?.['x-key']).toBe('of the receiver');
  });

  it('holds nothing about anybody: no id, name, address, token, path or query', () => {
    const text = receiver.texts.join('\n');
    const secrets = [
      ...[person?.id, person?.email, person?.password, person?.organizationId, 'somebody-else'],
      ...[bearer.slice('Bearer '.length), '2026-01-31', '127.0.0.1', 'startDate', '/users/'],
    ];
    expect(text.length).toBeGreaterThan(1000);
    for (const secret of secrets) expect(text.includes(secret ?? 'x'), String(secret)).toBe(false);
  });
});

describeOnRedis('the trace of a request by several processes', () => {
  it('has a span for the look into Redis, with what it had', async () => {
    const [receiver, redis] = await Promise.all([startOtlpReceiver(), startRedis()]);
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      LOG_LEVEL: 'silent',
      DATABASE: 'none',
      REDIS_URL: redis.url,
      REDIS_WAIT_MS: '900',
    };
    const [one, other] = await Promise.all([applicationWith(environment), applicationWith(environment)]);
    const path = '/api/v1/analytics/learner/engagement/me';
    const admin = new Redis(redis.url);
    const answers = async () =>
      (await admin.keys('learning-analytics:answer:*')).filter((key) => !key.endsWith(':lock')).length;
    for (const [container, trace] of [[one, traces.cold] as const, [other, traces.kept] as const]) {
      const bearer = await bearerFrom(container);
      await asked(container, path, trace).set('authorization', bearer);
      // No request waits for Redis to store it.
      await expect.poll(answers).toBe(1);
    }
    admin.disconnect();
    await Promise.all([one.close(), other.close()]);
    await Promise.all([receiver.close(), redis.stop()]);
    const hits = (trace: string) =>
      receiver.spans
        .filter(({ traceId, name }) => traceId === trace && name === 'cache redis')
        .map(({ attributes }) => attributes['app.cache.hit']);
    expect(hits(traces.cold)).toEqual([false]);
    expect(hits(traces.kept)).toEqual([true]);
  });
});

describe('traces that begin here', () => {
  let elapsed = 0;
  const openWith = (endpoint: string, share: number, drawn: number, told: string[] = []) =>
    openTelemetry({
      elapsedMs: () => elapsed,
      ...{ endpoint, share, headers: {}, serviceName: 's', environment: 'test', instanceId: 'i' },
      random: () => drawn,
      onExport: (isDone, spans) => void told.push(`${isDone} ${spans}`),
    });
  const end = { requestId: 'r', method: 'GET', route: '/a', status: 200, ms: 1 };

  it('are recorded by their share, and named to everybody in any case', async () => {
    const receiver = await startOtlpReceiver();
    const told: string[] = [];
    for (const drawn of [0.009, 0.01]) {
      const telemetry = openWith(receiver.url, 0.01, drawn, told);
      const headers: Record<string, string | undefined> = { traceparent: 'not one' };
      telemetry.record({ method: 'GET', headers }, () => {
        telemetry.name({ headers });
        telemetry.onRequestEnd(end);
      });
      expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      expect(headers.traceparent?.endsWith('01')).toBe(drawn < 0.01);
      await telemetry.close();
    }
    expect(receiver.spans.map(({ name, parentSpanId }) => [name, parentSpanId ?? ''])).toEqual([
      ['GET /a', ''],
    ]);
    expect(told).toEqual(['true 1']);
    await receiver.close();
  });

  it('have no more than so many spans of one request', async () => {
    const receiver = await startOtlpReceiver();
    const telemetry = openWith(receiver.url, 1, 0);
    let done = 0;
    telemetry.record({ headers: {} }, () => {
      for (let at = 0; at < 600; at += 1) telemetry.span({ name: 'part' }, () => (done += 1));
      telemetry.onRequestEnd(end);
    });
    await telemetry.close();
    expect(done).toBe(600);
    expect(receiver.spans).toHaveLength(501);
    await receiver.close();
  });

  it('have what goes on after the answer, and not what goes on long after it', async () => {
    const receiver = await startOtlpReceiver();
    const telemetry = openWith(receiver.url, 1, 0);
    let later: (name: string) => void = () => undefined;
    telemetry.record({ headers: {} }, () => {
      later = telemetry.bind((name) => telemetry.span({ name }, () => undefined));
      telemetry.onRequestEnd(end);
    });
    later('soon');
    elapsed += 30_001;
    later('much later');
    await telemetry.close();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['GET /a', 'soon']);
    await receiver.close();
  });

  it('have a span for each SQL function, by its name alone', async () => {
    const receiver = await startOtlpReceiver();
    const telemetry = openWith(receiver.url, 1, 0);
    const registry = new Registry();
    const calls = new Calls(undefined, makeWatchCall(registry, telemetry));
    const refusal = Object.assign(new Error('the id u-1 is not known'), { code: 'PT404' });
    await new Promise<void>((resolve) => {
      telemetry.record({ headers: {} }, async () => {
        await calls.run('preferences', async () => 'something about u-1');
        await calls.run('erase_user', () => Promise.reject(refusal)).catch(() => undefined);
        telemetry.onRequestEnd(end);
        resolve();
      });
    });
    await telemetry.close();
    const named = (name: string) => ({ 'db.system.name': 'postgresql', 'db.stored_procedure.name': name });
    const spans = receiver.spans.filter(({ kind }) => kind === kinds.client);
    expect(spans.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['api.preferences', named('preferences')],
      ['api.erase_user', { ...named('erase_user'), 'error.type': 'not_found' }],
    ]);
    expect(receiver.texts.join()).not.toContain('u-1');
    expect(await registry.getSingleMetricAsString('database_calls_total')).toContain(
      'database_calls_total{function="erase_user",outcome="not_found"} 1',
    );
    await receiver.close();
  });

  it('cost nothing but themselves when the receiver refuses them', async () => {
    const receiver = await startOtlpReceiver(400);
    const told: string[] = [];
    const telemetry = openWith(receiver.url, 1, 0, told);
    telemetry.record({ headers: {} }, () => telemetry.onRequestEnd(end));
    await telemetry.close();
    expect(told).toEqual(['false 1']);
    await receiver.close();
  });

  it('leave what the work answers and throws as it is', async () => {
    const receiver = await startOtlpReceiver();
    const telemetry = openWith(receiver.url, 1, 0);
    const error = new Error('of the work');
    const outcomes: unknown[] = [];
    telemetry.record({ headers: {} }, () => {
      outcomes.push(telemetry.span({ name: 'a' }, () => 1));
      outcomes.push(telemetry.span({ name: 'b' }, () => Promise.resolve(2)));
      outcomes.push(
        telemetry.span({ name: 'c' }, () => Promise.reject(error)).catch((thrown: unknown) => thrown),
      );
      expect(() =>
        telemetry.span({ name: 'd' }, () => {
          throw error;
        }),
      ).toThrow(error);
      telemetry.onRequestEnd(end);
    });
    expect(await Promise.all(outcomes)).toEqual([1, 2, error]);
    await telemetry.close();
    expect(receiver.spans.map(({ name, status }) => [name, status.code]).toSorted()).toEqual([
      ['GET /a', 0],
      ['a', 0],
      ['b', 0],
      ['c', 2],
      ['d', 2],
    ]);
    await receiver.close();
  });
});
