import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MockServers, startMockServices } from '../../mocks/server.ts';
import { worldServices } from '../../mocks/services.ts';
import { type Service, services } from '../../src/domain/provenance.ts';
import { dayMs, noon } from './world-asking.ts';

let servers: MockServers;
const addressOf = (service: Service) => {
  const address = servers.services[service];
  if (address === undefined) throw new Error(`${service} does not run`);
  return address;
};
const token = { authorization: 'Bearer any' };

beforeAll(async () => {
  const now = () => noon;
  servers = await startMockServices({
    routesByService: worldServices({ now, learners: 3000, organizations: 1 }),
    now,
  });
});
afterAll(() => servers.close());

const control = (service: Service, path: string, method: string, body?: object) =>
  fetch(`${addressOf(service).control}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
const setFaults = async (faults: object, service: Service = 'courses') => {
  expect((await control(service, '/faults', 'PUT', faults)).status).toBe(200);
};
afterEach(async () => {
  await control('courses', '/faults', 'DELETE');
  await control('courses', '/requests', 'DELETE');
});

const ask = (path: string, init: RequestInit = {}, service: Service = 'courses') =>
  fetch(`${addressOf(service).url}/api/v1${path}`, { headers: token, ...init });
const progress = '/progress/u-000000';
const whole = async () => (await ask(progress)).text();

/** Milliseconds that work takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

describe('nine services', () => {
  it('listen on nine ports and are healthy, under both names', async () => {
    const urls = services.map((service) => addressOf(service).url);
    expect(new Set(urls).size).toBe(9);
    for (const url of urls) {
      expect((await fetch(`${url}/health`)).status).toBe(200);
      expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
    }
  });

  it('answer what the world says, as JSON', async () => {
    const answer = await ask(progress);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({ items: expect.any(Array), nextCursor: null });
  });

  it('want a token, know what is not there, and refuse a bad password', async () => {
    expect((await ask(progress, { headers: {} })).status).toBe(401);
    expect((await ask(progress, { headers: { authorization: 'Basic any' } })).status).toBe(401);
    expect((await ask('/progress/nobody')).status).toBe(404);
    expect((await ask('/elsewhere')).status).toBe(404);
    const logIn = (password: string) =>
      ask(
        '/auth/login',
        {
          method: 'POST',
          headers: token,
          body: JSON.stringify({ email: 'thriving@org-1.example', password }),
        },
        'auth',
      );
    expect((await logIn('wrong')).status).toBe(401);
    expect(await (await logIn('demo-thriving')).json()).toMatchObject({ user: { id: 'u-000000' } });
  });

  it('refuse a limit and a cursor that make no sense', async () => {
    for (const query of ['limit=0', 'limit=x', 'cursor=x', 'cursor=1']) {
      expect((await ask(`${progress}?${query}`)).status, query).toBe(400);
    }
  });

  it('serve a page of a thousand', async () => {
    const page = () => ask('/organizations/org-1/members?limit=1000', {}, 'directory');
    const { items } = (await (await page()).json()) as { items: unknown[] };
    expect(items).toHaveLength(1000);
    expect(await timed(async () => (await page()).text())).toBeLessThan(500);
  });

  it('give up their ports when they are closed, also with a request that hangs', async () => {
    const routes = worldServices({ now: () => noon });
    const own = await startMockServices({ routesByService: { rag: routes.rag }, now: () => noon });
    const { url = '', control: at = '' } = own.services.rag ?? {};
    expect(Object.keys(own.services)).toEqual(['rag']);
    await fetch(`${at}/faults`, { method: 'PUT', body: JSON.stringify({ hang: true }) });
    const hanging = fetch(`${url}/health`).then(
      () => 'answered',
      () => 'cut off',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await own.close();
    expect(await hanging).toBe('cut off');
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});

describe('a fault on demand', () => {
  it('is latency, with jitter', async () => {
    await setFaults({ latencyMs: 120 });
    expect(await timed(() => ask(progress))).toBeGreaterThanOrEqual(115);
    await setFaults({ jitterMs: 200 });
    const times: number[] = [];
    for (let index = 0; index < 8; index += 1) times.push(await timed(() => ask(progress)));
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(20);
  });

  it('is a status, and says when to come back', async () => {
    await setFaults({ errorRate: 1, status: 429, retryAfterSeconds: 7 });
    const answer = await ask(progress);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    await setFaults({ errorRate: 1 });
    expect((await ask(progress)).status).toBe(503);
  });

  it('strikes some of the requests, the same ones in every run', async () => {
    const run = async () => {
      const now = () => noon;
      const own = await startMockServices({
        routesByService: { rag: worldServices({ now }).rag },
        now,
        seed: 5,
      });
      const { url = '', control: at = '' } = own.services.rag ?? {};
      await fetch(`${at}/faults`, { method: 'PUT', body: JSON.stringify({ errorRate: 0.4 }) });
      const statuses: number[] = [];
      for (let index = 0; index < 60; index += 1) statuses.push((await fetch(`${url}/health`)).status);
      await own.close();
      return statuses;
    };
    const first = await run();
    const struck = first.filter((status) => status === 503).length;
    expect(struck).toBeGreaterThan(10);
    expect(struck).toBeLessThan(40);
    expect(await run()).toEqual(first);
  });

  it('is silence, until the caller leaves', async () => {
    await setFaults({ hang: true });
    await expect(ask(progress, { signal: AbortSignal.timeout(150) })).rejects.toThrow(/timeout|abort/i);
  });

  it('is a socket that is closed', async () => {
    await setFaults({ reset: true });
    await expect(ask(progress)).rejects.toThrow();
  });

  it('is a body that cannot be read', async () => {
    await setFaults({ malformedJson: true });
    const text = await whole();
    expect(text.length).toBeGreaterThan(0);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it.each([
    ['another shape', { wrongShape: true }],
    ['nothing', { empty200: true }],
    ['an error with a status of success', { errorBody200: true }],
  ])('is a body that holds %s', async (_name, faults) => {
    await setFaults(faults);
    const answer = await ask(progress);
    expect(answer.status).toBe(200);
    expect(await answer.json()).not.toHaveProperty('items');
  });

  it('is JSON inside JSON', async () => {
    const plain = await whole();
    await setFaults({ doubleEncoded: true });
    expect(JSON.parse(await whole())).toBe(plain);
  });

  it('is a body that drips', async () => {
    const plain = await whole();
    await setFaults({ slowBodyMs: 300 });
    const startedAt = performance.now();
    const answer = await ask(progress);
    const headersAfter = performance.now() - startedAt;
    expect(await answer.text()).toBe(plain);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(250);
    expect(headersAfter).toBeLessThan(200);
  });

  it('can keep to some paths', async () => {
    await setFaults({ errorRate: 1, path: '/progress' });
    expect((await ask(progress)).status).toBe(503);
    expect((await ask('/courses/course-01/feedback')).status).toBe(200);
  });

  it('shows in the health of the service, and of no other', async () => {
    await setFaults({ errorRate: 1 });
    expect((await fetch(`${addressOf('courses').url}/health`)).status).toBe(503);
    expect((await fetch(`${addressOf('content').url}/health`)).status).toBe(200);
  });

  it('ends with DELETE, is shown by GET, and replaces the one before', async () => {
    const shown = async () => (await control('courses', '/faults', 'GET')).json();
    const none = await shown();
    await setFaults({ hang: true });
    await setFaults({ latencyMs: 1 });
    expect(await shown()).toMatchObject({ hang: false, latencyMs: 1 });
    await control('courses', '/faults', 'DELETE');
    expect(await shown()).toEqual(none);
    expect((await ask(progress)).status).toBe(200);
  });

  it('has to be one that there is', async () => {
    for (const faults of [{ explode: true }, { latencyMs: -1 }, { hang: 'yes' }, { errorRate: 2 }]) {
      expect((await control('courses', '/faults', 'PUT', faults)).status, JSON.stringify(faults)).toBe(400);
    }
    expect((await ask(progress)).status).toBe(200);
  });
});

describe('the request log', () => {
  const log = async () =>
    ((await (await control('courses', '/requests', 'GET')).json()) as { requests: Record<string, unknown>[] })
      .requests;

  it('says what was asked, when, and by which request, and never with which token', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { authorization: 'Bearer very-secret', 'x-request-id': 'req-7', traceparent };
    await ask(`${progress}?limit=5`, { headers });
    const [entry, ...rest] = await log();
    expect(rest).toEqual([]);
    expect(entry).toEqual({
      method: 'GET',
      path: `${progress}?limit=5`,
      at: new Date(noon).toISOString(),
      requestId: 'req-7',
      traceparent,
    });
    expect(JSON.stringify(await log())).not.toContain('very-secret');
  });

  it('holds requests that were struck by a fault, too', async () => {
    await setFaults({ reset: true });
    await ask(progress).catch(() => undefined);
    expect((await log()).map(({ path }) => path)).toContain(progress);
  });

  it('is empty after DELETE, and holds neither its own nor health requests', async () => {
    await ask(progress);
    await control('courses', '/requests', 'DELETE');
    await fetch(`${addressOf('courses').url}/health`);
    expect(await log()).toEqual([]);
  });
});

describe('services as processes of their own', () => {
  it('agree about everybody, because the same clock and seed make the same world', async () => {
    const now = () => noon + 3 * dayMs;
    const text = async () => {
      const own = await startMockServices({
        routesByService: { courses: worldServices({ now }).courses },
        now,
      });
      const answer = await fetch(`${own.services.courses?.url}/api/v1${progress}`, { headers: token });
      const body = await answer.text();
      await own.close();
      return body;
    };
    expect(await text()).toBe(await text());
  });
});
