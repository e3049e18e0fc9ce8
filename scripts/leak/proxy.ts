/**
 * A process that does what Vercel does before its cache: runs the middleware on each request and sends it on to the
 * cache as the middleware said. CACHE_URL is where that is; SABOTAGE=strip lets credentials through.
 */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../../src/config.ts';
import { makeMiddleware } from '../../src/presentation/edge/make-middleware.ts';
import { openEdge } from '../../src/wiring/edge.ts';

const config = readConfig(process.env);
if (!config.ok) throw new Error(config.problems.join('\n'));
const cache = new URL(process.env.CACHE_URL ?? '');
const keepsCredentials = process.env.SABOTAGE === 'strip';
// Nobody logs out here; the origin that keeps log-outs is another process without a database.
const nobodyLeft = { isRevoked: () => false, refresh: async () => undefined };
const middleware = makeMiddleware(await openEdge(config.config, nobodyLeft));

type Sent = Record<string, string>;

const headersIn = ({ headers }: IncomingMessage): Sent =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** What the middleware leaves of the headers; those it does not name are gone. */
function overridden(decided: Headers, given: Sent): Sent {
  const names = decided.get('x-middleware-override-headers');
  if (names === null || keepsCredentials) return given;
  const kept = names.split(',').map((name) => [name, decided.get(`x-middleware-request-${name}`) ?? '']);
  return Object.fromEntries(kept) as Sent;
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = headersIn(request);
  const { method = 'GET', url = '/' } = request;
  const isMatched = url.startsWith('/api/v1/');
  const decided = isMatched
    ? (await middleware(new Request(new URL(url, 'http://edge.example'), { method, headers: given }))).headers
    : new Headers();
  const target = decided.get('x-middleware-rewrite');
  const { pathname, search } = new URL(target ?? url, 'http://edge.example');
  const headers = { ...overridden(decided, given), host: 'edge.example' };
  const onward = send(
    { host: cache.hostname, port: cache.port, path: pathname + search, method, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, {
        ...answer.headers,
        'x-sealed': String(target !== null),
      });
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => response.destroy());
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
