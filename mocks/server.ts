/**
 * The mock services as real HTTP servers, one port each, with faults on demand:
 * `PUT <control>/faults` sets them, `DELETE` clears them, `GET <control>/requests` is the request log.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Service, services } from '../src/domain/provenance.ts';
import { seededRandom } from '../src/domain/statistics/random.ts';
import { type Faults, faultsSchema, noFaults, spoil } from './faults.ts';
import { MockRefusal, type MockRoutes } from './route.ts';
import { makeMockRouter } from './router.ts';

const apiPrefix = '/api/v1';
const controlPrefix = '/__control';
const mostLogged = 10_000;

export interface LoggedRequest {
  method: string;
  /** With its query, below /api/v1. */
  path: string;
  /** ISO instant. */
  at: string;
  requestId: string | null;
  traceparent: string | null;
}

export interface MockServiceAddress {
  url: string;
  control: string;
}

export interface MockServers {
  services: Partial<Record<Service, MockServiceAddress>>;
  close: () => Promise<void>;
}

export interface MockServersOptions {
  routesByService: Partial<Record<Service, MockRoutes>>;
  host?: string;
  /** 0 or absent = any free one. */
  ports?: Partial<Record<Service, number>>;
  now: () => number;
  /** Of the faults that happen by chance. */
  seed?: number;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  const type = 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

const sendJson = (response: ServerResponse, status: number, body: unknown) =>
  sendText(response, status, JSON.stringify(body));

const trickleParts = 10;

async function trickle(response: ServerResponse, text: string, ms: number): Promise<void> {
  const bytes = Buffer.from(text);
  const size = Math.ceil(bytes.length / trickleParts);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await wait(ms / trickleParts);
  }
  response.end();
}

const headerOf = (request: IncomingMessage, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
};

/** One service: its routes, its faults and its log. */
function makeService(routes: MockRoutes, now: () => number, random: () => number) {
  const find = makeMockRouter(routes);
  let faults: Faults = noFaults;
  let log: LoggedRequest[] = [];

  async function control(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { method } = request;
    if (path === '/requests' && method === 'GET') return sendJson(response, 200, { requests: log });
    if (path === '/requests' && method === 'DELETE') log = [];
    else if (path === '/faults' && method === 'DELETE') faults = noFaults;
    else if (path === '/faults' && (method === 'PUT' || method === 'POST')) {
      const given = faultsSchema.safeParse(await readJson(request));
      if (!given.success) return sendJson(response, 400, { error: given.error.issues });
      faults = given.data;
    } else if (path !== '/faults' || method !== 'GET') return sendJson(response, 404, { error: 'not found' });
    return sendJson(response, 200, faults);
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    own: Faults,
  ): Promise<void> {
    if (headerOf(request, 'authorization')?.startsWith('Bearer ') !== true)
      return sendJson(response, 401, { error: 'a service token is needed' });
    const match = find(request.method ?? 'GET', url.pathname.slice(apiPrefix.length));
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    const query = Object.fromEntries(url.searchParams);
    const reply = match?.handler({ params: match.params, query, body });
    if (reply === undefined) return sendJson(response, 404, { error: 'not found' });
    const text = spoil(own, reply);
    return own.slowBodyMs > 0 ? trickle(response, text, own.slowBodyMs) : sendText(response, 200, text);
  }

  /** True when the request is dealt with already: refused, hung or cut off. */
  async function disturbed(response: ServerResponse, own: Faults): Promise<boolean> {
    const latency = own.latencyMs + random() * own.jitterMs;
    if (latency > 0) await wait(latency);
    if (own.hang) return true;
    if (own.reset) {
      response.destroy();
      return true;
    }
    if (own.errorRate === 0 || random() >= own.errorRate) return false;
    const headers =
      own.retryAfterSeconds === undefined ? {} : { 'retry-after': String(own.retryAfterSeconds) };
    sendText(
      response,
      own.status,
      JSON.stringify({ error: 'a fault on demand' }),
      headers as Record<string, string>,
    );
    return true;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (url.pathname.startsWith(controlPrefix))
      return control(request, response, url.pathname.slice(controlPrefix.length));
    const path = url.pathname.startsWith(apiPrefix) ? url.pathname.slice(apiPrefix.length) : url.pathname;
    const isHealth = path === '/health';
    if (!isHealth) {
      const at = new Date(now()).toISOString();
      const entry = { method: request.method ?? '', path: `${path}${url.search}`, at };
      log.push({
        ...entry,
        requestId: headerOf(request, 'x-request-id'),
        traceparent: headerOf(request, 'traceparent'),
      });
      if (log.length > mostLogged) log.shift();
    }
    const own = faults.path === undefined || path.startsWith(faults.path) ? faults : noFaults;
    if (await disturbed(response, own)) return;
    if (isHealth) sendJson(response, 200, { status: 'ok' });
    else await answer(request, response, url, own);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await handle(request, response);
    } catch (error) {
      const status = error instanceof MockRefusal ? error.status : 400;
      if (!response.headersSent)
        sendJson(response, status, { error: error instanceof Error ? error.message : 'failed' });
    }
  };
}

async function listen(server: Server, host: string, port: number): Promise<MockServiceAddress> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return { url, control: `${url}${controlPrefix}` };
}

/** Starts the services that routes are given for. */
export async function startMockServices(options: MockServersOptions): Promise<MockServers> {
  const { routesByService, host = '127.0.0.1', ports = {}, now, seed = 1 } = options;
  const servers: Server[] = [];
  const addresses: Partial<Record<Service, MockServiceAddress>> = {};
  for (const [index, service] of services.entries()) {
    const routes = routesByService[service];
    if (routes === undefined) continue;
    const server = createServer(
      { keepAliveTimeout: 65_000 },
      makeService(routes, now, seededRandom(seed + index)),
    );
    servers.push(server);
    addresses[service] = await listen(server, host, ports[service] ?? 0);
  }
  return {
    services: addresses,
    close: async () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
