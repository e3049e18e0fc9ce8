import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { edgeTags, purgingEdge } from '../../../src/application/edge/edge-tags.ts';
import { makeSeal } from '../../../src/infrastructure/auth/seal.ts';
import { VercelPurge } from '../../../src/infrastructure/edge/vercel-purge.ts';
import { makeUndiciAdapter } from '../../../src/infrastructure/upstreams/undici-adapter.ts';
import { silentLogger } from '../../fixtures/stubs.ts';

interface Told {
  url: string;
  headers: IncomingHttpHeaders;
  body: { tags: string[]; target: string };
}
/** `after` keeps the host silent until then. */
type Reply = { status: number; headers?: Record<string, string>; after?: Promise<unknown> };

const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

/** A host that answers as told, 200 after that. */
async function world(replies: Reply[] = [], options: { team?: string; waitMs?: number } = {}) {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', async () => {
      told.push({
        url: `${request.method} ${request.url}`,
        headers: request.headers,
        body: JSON.parse(text),
      });
      const { status, headers = {}, after } = replies.shift() ?? { status: 200 };
      await after;
      response.writeHead(status, headers).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { adapter, close } = makeUndiciAdapter(2);
  const closeServer = () => {
    server.closeAllConnections();
    server.close();
  };
  closes.push(close, closeServer);
  const warned: object[] = [];
  const purge = new VercelPurge({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'the token',
    project: 'analytics',
    team: options.team,
    adapter,
    logger: { ...silentLogger, warn: (fields: object) => void warned.push(fields) },
    waitMs: options.waitMs ?? 5000,
    retryMs: 5,
  });
  return { told, purge, warned, closeServer };
}

describe('telling Vercel to forget', () => {
  it('names the project, the team and the tags, with the token', async () => {
    const { told, purge } = await world([], { team: 'team_1' });
    await purge.purge(['a', 'b'], 'changed');
    expect(told).toMatchObject([
      {
        url: 'POST /v1/edge-cache/invalidate-by-tags?projectIdOrName=analytics&teamId=team_1',
        headers: { authorization: 'Bearer the token', 'content-type': 'application/json' },
        body: { tags: ['a', 'b'], target: 'production' },
      },
    ]);
  });

  it('names at most 16 tags in a call, and each of many once', async () => {
    const { told, purge } = await world();
    const tags = Array.from({ length: 40 }, (_, index) => `tag-${index}`);
    await purge.purge([...tags, ...tags], 'changed');
    expect(told.map(({ body }) => body.tags.length)).toEqual([16, 16, 8]);
    expect(told.flatMap(({ body }) => body.tags).toSorted()).toEqual(tags.toSorted());
  });

  it('gathers what comes while a call is on its way', async () => {
    const said = Promise.withResolvers<void>();
    const { told, purge } = await world([{ status: 200, after: said.promise }]);
    const all = [purge.purge(['first'], 'changed')];
    await expect.poll(() => told.length, { interval: 5 }).toBe(1);
    all.push(
      purge.purge(['second'], 'changed'),
      purge.purge(['third'], 'changed'),
      purge.purge(['second'], 'changed'),
    );
    said.resolve();
    await Promise.all(all);
    expect(told.map(({ body }) => body.tags)).toEqual([['first'], ['second', 'third']]);
  });

  it('has deleted what is private, marked what has changed, each tag once, and the private first', async () => {
    const said = Promise.withResolvers<void>();
    const { told, purge } = await world([{ status: 200, after: said.promise }]);
    const all = [purge.purge(['first'], 'changed')];
    await expect.poll(() => told.length, { interval: 5 }).toBe(1);
    all.push(purge.purge(['figures', 'person'], 'changed'), purge.purge(['person', 'board'], 'private'));
    all.push(purge.purge(['board'], 'changed'));
    said.resolve();
    await Promise.all(all);
    expect(told.map(({ url, body }) => [url.split('?')[0], body])).toEqual([
      ['POST /v1/edge-cache/invalidate-by-tags', { tags: ['first'], target: 'production' }],
      ['POST /v1/edge-cache/dangerously-delete-by-tags', { tags: ['person', 'board'], target: 'production' }],
      ['POST /v1/edge-cache/invalidate-by-tags', { tags: ['figures'], target: 'production' }],
    ]);
  });

  it('tries again after 429 as the host asks, and after 5xx', async () => {
    const { told, purge, warned } = await world([
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 500 },
      { status: 503 },
    ]);
    await purge.purge(['a'], 'changed');
    expect(told).toHaveLength(4);
    expect(warned).toEqual([]);
  });

  it('does not try again what is refused, and says so once', async () => {
    const { told, purge, warned } = await world([{ status: 403 }]);
    await purge.purge(['a'], 'changed');
    expect(told).toHaveLength(1);
    expect(warned).toEqual([{ tags: 1 }]);
  });

  it('never fails its caller, also when there is no host', async () => {
    const { purge, warned, closeServer } = await world();
    closeServer();
    await expect(purge.purge(['a'], 'changed')).resolves.toBeUndefined();
    expect(warned).toEqual([{ tags: 1 }]);
  });

  it('keeps its caller waiting no longer than it may, and goes on', async () => {
    const said = Promise.withResolvers<void>();
    const { told, purge } = await world([{ status: 500, after: said.promise }], { waitMs: 20 });
    await purge.purge(['a'], 'changed');
    // The host has said nothing yet, nor was it given up and told again.
    expect(told.length).toBeLessThan(2);
    said.resolve();
    await expect.poll(() => told.length, { interval: 5 }).toBe(2);
    expect(told.map(({ body }) => body.tags)).toEqual([['a'], ['a']]);
  });
});

describe('a cache with an edge in front', () => {
  it('forgets at home first, then at the edge under sealed tags', async () => {
    const order: unknown[] = [];
    const seal = makeSeal('a secret of the test');
    const home = {
      era: () => 0,
      peek: () => undefined,
      get: () => undefined,
      begin: () => ({ keep: () => undefined, end: () => undefined }),
      purge: async (...given: unknown[]) => void order.push(given),
    };
    const edge = { purge: async (...given: unknown[]) => void order.push(given) };
    const tags = ['learner:u-1', 'tenant:org-1'];
    await purgingEdge(home, edge, seal).purge(tags, 'private');
    expect(order).toEqual([
      [tags, 'private'],
      [edgeTags(tags, seal), 'private'],
    ]);
    expect(JSON.stringify(order[1])).not.toContain('u-1');
  });
});
