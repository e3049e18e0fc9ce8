import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Answer } from '../../src/application/analytics/answer.ts';
import { CachedLane } from '../../src/presentation/http/cached-lane.ts';
import { checkLifeCycles } from '../../src/presentation/http/life-cycle.ts';
import { noQuery, type Route, type SubjectRoute } from '../../src/presentation/http/route.ts';
import { openApiDocument } from '../../src/presentation/openapi/document.ts';
import { appWith, viewer } from '../fixtures/app.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const at = '2026-03-10T12:00:00.000Z';
const clock = stoppedClock();
const answer: Answer = {
  data: Buffer.from('{}'),
  digest: 'digest',
  expiresAt: clock.now() + 60_000,
  revalidateUntil: clock.now() + 60_000,
  keepUntil: clock.now() + 60_000,
  meta: {
    calculatedAt: at,
    dataSource: 'realtime',
    asOf: at,
    cacheExpiry: at,
    complete: true,
    sources: [],
    missing: [],
    metric: { id: 'a.thing', version: 1 },
  },
};
const route = (id: string, path: string, deprecated?: Route['deprecated']): SubjectRoute => ({
  id,
  method: 'get',
  path,
  tag: 'things',
  summary: 'a thing',
  access: 'learner',
  query: noQuery,
  data: z.unknown(),
  cache: 'learner',
  rate: 'standard',
  errors: [],
  ...(deprecated === undefined ? {} : { deprecated }),
  handle: () => ({ served: { answer, form: 'cached' }, key: 'key' }),
});
const ending = { since: '2026-11-01', sunset: '2027-05-01', successor: '/new/:userId' };
const routes = [route('old', '/old/:userId', ending), route('new', '/new/:userId')];

const told = (headers: Record<string, string>) => [headers.deprecation, headers.sunset, headers.link];
const expected = [
  '@1793491200',
  'Sat, 01 May 2027 00:00:00 GMT',
  '</api/v1/new/me>; rel="successor-version"',
];

describe('a route that will end', () => {
  const app = appWith(routes);
  const ask = (path: string) => request(app).get(`/api/v1${path}`).set('Authorization', 'Bearer good');

  it('says so with every answer, good and bad, and names what takes its place', async () => {
    expect(told((await ask('/old/me').expect(200)).headers)).toEqual(expected);
    expect(told((await ask('/old/me').set('If-None-Match', '*').expect(304)).headers)).toEqual(expected);
    expect(told((await ask('/old/me?x=1').expect(400)).headers)).toEqual(expected);
    expect(told((await request(app).get('/api/v1/old/me').expect(401)).headers)).toEqual(expected);
  });

  it('is no way to headers of a caller’s making', async () => {
    const { status, headers } = await ask(`/old/${encodeURIComponent('a>; rel="x"\r\nX-Made: up')}`);
    expect([status, headers['x-made']]).toEqual([400, undefined]);
    expect(headers.link).toBe(
      '</api/v1/new/a%3E%3B%20rel%3D%22x%22%0D%0AX-Made%3A%20up>; rel="successor-version"',
    );
  });

  it('leaves all others as they are', async () => {
    expect(told((await ask('/new/me').expect(200)).headers)).toEqual([undefined, undefined, undefined]);
  });

  it('stands as such in the contract', () => {
    const { paths } = openApiDocument(routes, {}, '1.0.0');
    const old = paths?.['/api/v1/old/{userId}']?.get;
    expect(old).toMatchObject({
      deprecated: true,
      description: 'Deprecated since 2026-11-01, may be gone from 2027-05-01 on; use /new/:userId instead.',
    });
    expect(paths?.['/api/v1/new/{userId}']?.get).not.toHaveProperty('deprecated');
  });

  it.each([
    [{ ...ending, sunset: '2026-10-01' }, /days in order/],
    [{ ...ending, since: 'soon' }, /days in order/],
    [{ ...ending, successor: '/nowhere' }, /is no lasting route/],
    [{ ...ending, successor: '/old/:userId' }, /is no lasting route/],
  ])('is refused when nobody could follow it: %j', (deprecated, problem) => {
    expect(() => checkLifeCycles([route('old', '/old/:userId', deprecated), ...routes.slice(1)])).toThrow(
      problem,
    );
  });
});

describe('a cached answer of a route that will end', () => {
  const servers: { close: () => void }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('says so like the first one', async () => {
    const lane = new CachedLane({
      authenticator: { verifyCached: () => viewer },
      authorizer: { peek: (_viewer, ref) => ({ ...ref, organizationId: 'org-1', relation: 'self' }) },
      limiter: { countNow: () => [] },
      reads: { note: () => undefined },
      cache: { peek: () => answer },
      clock,
      newId: () => 'made-id',
      onRequestEnd: () => undefined,
      isDraining: () => false,
    });
    const authenticator = { verifyCached: () => viewer, verify: async () => viewer };
    const app = appWith(routes, { lane, authenticator });
    let fromLane = 0;
    const server = createServer((asked, response) => {
      if (lane.serve(asked, response)) fromLane += 1;
      else app(asked, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = async () => {
      const { headers } = await fetch(`http://127.0.0.1:${port}/api/v1/old/me`, {
        headers: { authorization: 'Bearer good' },
      });
      return told(Object.fromEntries(headers));
    };
    expect([await ask(), await ask(), fromLane]).toEqual([expected, expected, 1]);
  });
});
