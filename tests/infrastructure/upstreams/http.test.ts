import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import {
  makeHttpTransport,
  maxCallBytes,
  maxReplyBytes,
} from '../../../src/infrastructure/upstreams/http.ts';
import { makeUndiciAdapter, stockAdapter } from '../../../src/infrastructure/upstreams/undici-adapter.ts';
import { makeHttpServer } from './http-server.ts';

const server = makeHttpServer();
const undici = makeUndiciAdapter();
afterAll(() => undici.close());

const tokens = { tokenFor: (service: string) => `token-for-${service}` };
const get = { method: 'GET', path: '/users/u1', query: {} } as const;

describe.each([
  ['undici', undici.adapter],
  ["axios' own", stockAdapter()],
])('HTTP transport over the %s adapter', (_, adapter) => {
  const transportTo = (baseUrl: string, signal = new AbortController().signal, traceparent?: string) =>
    makeHttpTransport({ service: 'courses', baseUrl, tokens, adapter })({
      signal,
      requestId: 'req-1',
      traceparent,
    });
  const transport = (signal?: AbortSignal) => transportTo(server.baseUrl(), signal);
  const failureOf = async (work: Promise<unknown>): Promise<UpstreamError> => {
    const error = await work.then(
      () => new Error('the call succeeded'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UpstreamError);
    return error as UpstreamError;
  };
  const failure = async (work: Promise<unknown>) => (await failureOf(work)).failure;
  const answerText = (text: string, headers: Record<string, string> = {}) =>
    server.handle((_, response) => response.writeHead(200, headers).end(text));
  const answerStatus = (status: number, headers: Record<string, string> = {}) =>
    server.handle((_, response) => response.writeHead(status, headers).end('{"secret":"in the body"}'));

  it('asks under /api/v1 with a token for the target, request id and trace', async () => {
    answerText('{"ok":true}', { 'content-type': 'application/json' });
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const call = transportTo(server.baseUrl(), undefined, trace);
    const query = { cursor: 'a b&c', from: '2026-01-01T00:00:00.000Z' };
    expect(await call({ method: 'GET', path: '/users/u%2F1', query })).toEqual({ ok: true });
    const [request] = server.requests;
    const url = new URL(request?.url ?? '', 'http://x');
    expect(request?.method).toBe('GET');
    expect(url.pathname).toBe('/api/v1/users/u%2F1');
    expect(Object.fromEntries(url.searchParams)).toEqual(query);
    expect(request?.headers).toMatchObject({
      accept: 'application/json',
      authorization: 'Bearer token-for-courses',
      'x-request-id': 'req-1',
      traceparent: trace,
    });
  });

  it('sends no traceparent when there is none, and keeps a path in the base URL', async () => {
    answerText('{}');
    await transportTo(`${server.baseUrl()}/tenant`)(get);
    expect(server.requests[0]?.url).toBe('/tenant/api/v1/users/u1');
    expect(server.requests[0]?.headers.traceparent).toBeUndefined();
  });

  it('posts JSON', async () => {
    const bodies: string[] = [];
    server.handle(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      bodies.push(`${request.headers['content-type']} ${body}`);
      response.end('{"user":1}');
    });
    const body = { email: 'ä@example.org' };
    expect(await transport()({ method: 'POST', path: '/auth/login', query: {}, body })).toEqual({ user: 1 });
    expect(bodies).toEqual(['application/json {"email":"ä@example.org"}']);
  });

  it.each<[string, string, Record<string, string>]>([
    ['with no content type', '{"a":1}', {}],
    ['as text/plain', '{"a":1}', { 'content-type': 'text/plain' }],
    ['inside a JSON string', JSON.stringify('{"a":1}'), { 'content-type': 'application/json' }],
  ])('reads JSON %s', async (_, text, headers) => {
    answerText(text, headers);
    expect(await transport()(get)).toEqual({ a: 1 });
  });

  it.each([
    ['HTML', '<html>service</html>'],
    ['half a JSON', '{"name":"Ada Lovela'],
    ['nothing', ''],
    ['a string that holds no JSON', '"Ada"'],
  ])('calls %s an invalid response, and quotes none of it', async (_, text) => {
    answerText(text, { 'content-type': 'text/html' });
    const error = await failureOf(transport()(get));
    expect(error.failure).toBe('invalid_response');
    expect(inspect(error)).not.toMatch(/Ada|html/);
  });

  it('reads a gzipped reply', async () => {
    const items = Array.from({ length: 2000 }, (_, id) => ({ id }));
    server.handle((request, response) => {
      expect(request.headers['accept-encoding']).toMatch(/gzip/);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify({ items })));
    });
    expect(await transport()(get)).toEqual({ items });
  });

  it('calls a reply that says gzip and is not an invalid response', async () => {
    answerText('{"a":1}', { 'content-encoding': 'gzip' });
    expect(await failure(transport()(get))).toBe('invalid_response');
  });

  it('reads a reply that comes in small pieces, characters cut in two', async () => {
    const bytes = Buffer.from('{"name":"Zoë"}');
    server.handle(async (_, response) => {
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await sleep(1);
      }
      response.end();
    });
    expect(await transport()(get)).toEqual({ name: 'Zoë' });
  });

  it('reads a page of almost 5 MB', async () => {
    const text = 'x'.repeat(maxReplyBytes - 100);
    answerText(JSON.stringify({ text }));
    expect(await transport()(get)).toEqual({ text });
  });

  it('stops reading a reply over 5 MB and closes the socket', async () => {
    const chunk = Buffer.alloc(64 * 1024, ' ');
    let sent = 0;
    const closed = server.closedSocket((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', pour);
      pour();
    });
    expect(await failure(transport()(get))).toBe('invalid_response');
    await closed;
    expect(sent).toBeLessThan(8 * maxReplyBytes);
  });

  it('reads no more pages of one call than it may, however small each is', async () => {
    const bytes = maxReplyBytes - 100;
    answerText(JSON.stringify({ text: 'x'.repeat(bytes) }));
    const call = transport();
    for (let read = 0; read + bytes < maxCallBytes; read += maxReplyBytes) await call(get);
    expect(await failure(call(get))).toBe('invalid_response');
    expect(await transport()(get)).toHaveProperty('text');
  });

  it.each([
    ['lists', '['.repeat(40) + ']'.repeat(40)],
    ['objects', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
    ['lists with brackets in strings', `${'["\\\\",'.repeat(40)}"]"${']'.repeat(40)}`],
  ])('refuses %s that nest too deep', async (_, text) => {
    answerText(text);
    expect(await failure(transport()(get))).toBe('invalid_response');
  });

  it('reads what has many brackets and no depth', async () => {
    const value = { a: '[[[['.repeat(99), b: Array.from({ length: 99 }, () => [{ c: '\\"[' }]) };
    answerText(JSON.stringify(value));
    expect(await transport()(get)).toEqual(value);
  });

  it('stops unpacking a small gzip that becomes a large reply', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    server.handle((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(await failure(transport()(get))).toBe('invalid_response');
  });

  it.each([
    [301, 'rejected'],
    [302, 'rejected'],
    [400, 'rejected'],
    [401, 'rejected'],
    [403, 'rejected'],
    [404, 'not_found'],
    [422, 'rejected'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('classifies status %i as %s and quotes no body', async (status, expected) => {
    answerStatus(status, { location: '/elsewhere' });
    const error = await failureOf(transport()(get));
    expect(error.failure).toBe(expected);
    expect(inspect(error)).not.toMatch(/secret|token-for/);
  });

  it('follows no redirect', async () => {
    answerStatus(302, { location: '/api/v1/elsewhere' });
    await transport()(get).catch(() => undefined);
    expect(server.requests).toHaveLength(1);
  });

  it.each([429, 503])('reads Retry-After of %i in seconds and as a date', async (status) => {
    answerStatus(status, { 'retry-after': '7' });
    expect((await failureOf(transport()(get))).retryAfterMs).toBe(7000);
    answerStatus(status, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
    const { retryAfterMs } = await failureOf(transport()(get));
    expect(retryAfterMs).toBeGreaterThan(55_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    answerStatus(status, { 'retry-after': 'soon' });
    expect((await failureOf(transport()(get))).retryAfterMs).toBeUndefined();
  });

  it('does not ask a proxy of the environment', async () => {
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    try {
      answerText('{"direct":true}');
      expect(await transport()(get)).toEqual({ direct: true });
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });

  it('closes the socket of a reply that never comes when the call is aborted', async () => {
    const controller = new AbortController();
    const closed = server.closedSocket(() => controller.abort());
    expect(await failure(transport(controller.signal)(get))).toBe('cancelled');
    await closed;
  });

  it.each([
    ['a reply', {}],
    ['a gzipped reply', { 'content-encoding': 'gzip' }],
  ])('closes the socket of %s that stops half way when the call is aborted', async (_, headers) => {
    const controller = new AbortController();
    const closed = server.closedSocket((_, response) => {
      response.writeHead(200, headers);
      response.write(gzipSync('{"half":').subarray(0, 12));
      setTimeout(() => controller.abort(), 20);
    });
    expect(await failure(transport(controller.signal)(get))).toBe('cancelled');
    await closed;
  });

  it('sends nothing when the call was aborted before', async () => {
    server.handle((_, response) => response.end('{}'));
    expect(await failure(transport(AbortSignal.abort())(get))).toBe('cancelled');
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    ['before the reply', {}, false],
    ['in the middle of the reply', {}, true],
    ['in the middle of a gzipped reply', { 'content-encoding': 'gzip' }, true],
  ])('calls a connection reset %s unavailable', async (_, headers, started) => {
    server.handle((request, response) => {
      if (!started) {
        request.socket.resetAndDestroy();
        return;
      }
      response.writeHead(200, { ...headers, 'content-length': '1000' });
      response.write(gzipSync('{"half":').subarray(0, 12));
      setTimeout(() => request.socket.resetAndDestroy(), 20);
    });
    expect(await failure(transport()(get))).toBe('unavailable');
  });

  it('calls a closed port and an unknown host unavailable, and names no token', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const refused = await failureOf(transportTo(`http://127.0.0.1:${port}`)(get));
    expect(refused.failure).toBe('unavailable');
    expect(refused.message).toContain('ECONNREFUSED');
    expect(inspect(refused, { depth: 10 })).not.toContain('token-for');
    expect(await failure(transportTo('http://no-such-host.invalid')(get))).toBe('unavailable');
  });
});

describe('the undici adapter', () => {
  const call = () =>
    makeHttpTransport({
      service: 'courses',
      baseUrl: server.baseUrl(),
      tokens,
      adapter: undici.adapter,
    })({ signal: new AbortController().signal, requestId: 'r', traceparent: undefined })(get);

  it('keeps connections alive and never opens more than it may', async () => {
    const sockets = new Set<unknown>();
    server.handle((request, response) => {
      sockets.add(request.socket);
      setTimeout(() => response.end('{}'), 5);
    });
    for (let index = 0; index < 20; index += 1) await call();
    expect(sockets.size).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 200 }, call));
    expect(sockets.size).toBeGreaterThan(2);
    expect(sockets.size).toBeLessThanOrEqual(128);
  });

  it('reads the body of a failure, so that its connection can be used again', async () => {
    const sockets = new Set<unknown>();
    server.handle((request, response) => {
      sockets.add(request.socket);
      response.writeHead(500).end('x'.repeat(100_000));
    });
    for (let index = 0; index < 20; index += 1) await call().catch(() => undefined);
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('ends calls that still run when it is closed', async () => {
    const own = makeUndiciAdapter();
    const transport = makeHttpTransport({
      service: 'rag',
      baseUrl: server.baseUrl(),
      tokens,
      adapter: own.adapter,
    })({ signal: new AbortController().signal, requestId: 'r', traceparent: undefined });
    const closed = server.closedSocket(() => void own.close());
    await expect(transport(get)).rejects.toMatchObject({ failure: 'unavailable' });
    await closed;
  });
});
