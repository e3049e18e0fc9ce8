import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Answer, Form, Made } from '../../src/application/analytics/answer.ts';
import type { Read } from '../../src/application/ports/read-log.ts';
import type { Relation } from '../../src/domain/identity/policy.ts';
import type { Viewer } from '../../src/domain/identity/viewer.ts';
import { CachedLane, type CachedLaneDeps } from '../../src/presentation/http/cached-lane.ts';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
import { noQuery, type SubjectRoute } from '../../src/presentation/http/route.ts';
import { appWith, plentyOfRequests } from '../fixtures/app.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const servers: { close: () => void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function kept(expiresAt: number, size = 1): Answer {
  const at = '2026-03-10T12:00:00.000Z';
  return {
    data: Buffer.from(JSON.stringify({ text: 'x'.repeat(size) })),
    digest: 'digest',
    expiresAt,
    revalidateUntil: expiresAt,
    keepUntil: expiresAt,
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
}

/** A server with both ways, whose ordinary way is counted. */
async function world(overrides: Partial<CachedLaneDeps> = {}, size = 1) {
  const clock = stoppedClock();
  const viewer: Viewer = {
    id: 'u-1',
    organizationId: 'org-1',
    roles: ['learner'],
    tokenId: 't-1',
    sessionId: null,
    expiresAt: clock.now() + 900_000,
    asOf: 0,
  };
  const state = {
    routed: 0,
    standIn: undefined as Made | undefined,
    answer: kept(clock.now() + 60_000, size) as Answer | undefined,
    isSignedIn: true,
    isAllowed: true,
    organizationId: 'org-1',
    relation: 'self' as Relation,
    isDraining: false,
    isTooMuch: false,
  };
  const authenticator = {
    verifyCached: (token: string) => (state.isSignedIn && token === 'good' ? viewer : undefined),
    verify: async () => viewer,
  };
  const subjectOf = (ref: { kind: 'learner' | 'trainer' | 'organization'; id: string }) => ({
    ...ref,
    organizationId: state.organizationId,
    relation: state.relation,
  });
  const authorizer = {
    peek: (_viewer: Viewer, ref: { kind: 'learner' | 'trainer' | 'organization'; id: string }) =>
      state.isAllowed ? subjectOf(ref) : undefined,
    authorize: async (_viewer: Viewer, ref: { kind: 'learner' | 'trainer' | 'organization'; id: string }) =>
      subjectOf(ref),
  };
  const limiter = makeRateLimiter({ ...plentyOfRequests, standard: 5 }, clock);
  const logged: object[] = [];
  const noted: Read[] = [];
  const reads = { note: (read: Read) => void noted.push(read), refused: () => undefined };
  const shared = { authenticator, authorizer, limiter, reads, clock, newId: () => 'made-id' };
  const onRequestEnd = (fields: object) => logged.push(fields);
  const lane = new CachedLane({
    ...shared,
    onRequestEnd,
    cache: { peek: (key) => (key === 'org-1/u-1' ? state.answer : undefined) },
    standInFor: (key) => (key === 'org-1/u-1' ? state.standIn : undefined),
    isDraining: () => state.isDraining,
    ...overrides,
  });
  const route: SubjectRoute = {
    id: 'thing',
    method: 'get',
    path: '/things/:userId',
    tag: 'things',
    summary: 'a thing',
    access: 'learner',
    query: noQuery,
    data: z.unknown(),
    cache: 'learner',
    rate: 'standard',
    errors: [],
    handle: ({ subject }) => {
      state.routed += 1;
      const form: Form = state.answer === undefined ? 'live' : 'cached';
      const answer = state.answer ?? kept(clock.now() + 60_000);
      return { served: state.standIn ?? { answer, form }, key: `${subject.organizationId}/${subject.id}` };
    },
  };
  const app = appWith([route], { ...shared, lane, onRequestEnd });
  const atHand: boolean[] = [];
  const server = createServer((request, response) => {
    atHand.push(lane.isAtHand(request));
    const isServed = state.isTooMuch ? lane.serveOld(request, response) : lane.serve(request, response);
    if (!isServed) app(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/things/me`;
  const ask = (headers: Record<string, string> = {}, path = '') =>
    fetch(url + path, {
      headers: { authorization: 'Bearer good', 'accept-encoding': 'identity', ...headers },
    });
  return { ask, state, clock, logged, lane, noted, atHand };
}

type World = Awaited<ReturnType<typeof world>>;

const volatile = ['date', 'ratelimit'];
const plain = (answer: Response) =>
  Object.fromEntries([...answer.headers].filter(([name]) => !volatile.includes(name)));

describe('an answer that is asked for again', () => {
  it('comes without the router, with the same body and headers, counted and logged like the first', async () => {
    const { ask, state, logged } = await world();
    const first = await ask();
    const second = await ask();
    expect(state.routed).toBe(1);
    expect([second.status, plain(second)]).toEqual([first.status, plain(first)]);
    expect(await second.text()).toBe(await first.text());
    const remaining = [first, second].map((answer) => answer.headers.get('ratelimit'));
    expect(remaining).toEqual(['"standard"; r=4; t=60', '"standard"; r=3; t=60']);
    expect(logged).toEqual([logged[0], logged[0]]);
    expect(logged[0]).toMatchObject({ route: '/api/v1/things/:userId', status: 200, form: 'cached' });
  });

  it('is at hand past its time too, and for browsers of other origins, as long as it may be shown', async () => {
    const { ask, state, clock, atHand } = await world();
    await ask();
    await ask();
    await ask({ origin: 'https://dashboard.example' });
    await ask({}, '?other=1');
    await ask({ authorization: 'Bearer bad' });
    expect(atHand).toEqual([false, true, true, false, false]);
    state.answer = { ...kept(clock.now() + 60_000), revalidateUntil: clock.now() + 90_000 };
    clock.advance(60_001);
    await ask();
    clock.advance(30_000);
    await ask();
    state.answer = undefined;
    await ask();
    expect(atHand.slice(5)).toEqual([true, false, false]);
  });

  it.each<[string, Partial<Answer['meta']>, Pick<Made, 'form' | 'layer'>, string]>([
    ['partial figures', { complete: false, cacheExpiry: null }, { form: 'cached', layer: 'l1' }, 'no-store'],
    ['old figures', {}, { form: 'stale', layer: 'stale' }, 'private'],
  ])('is %s while they stand in for it, told as by the ordinary way', async (_, meta, how, cacheControl) => {
    const layers: string[] = [];
    const figures = { served: (layer: string) => layers.push(layer) };
    const { ask, state, clock, logged, atHand } = await world({ figures });
    state.answer = undefined;
    const old = kept(clock.now() - 60_000);
    state.standIn = { answer: { ...old, meta: { ...old.meta, ...meta } }, ...how };
    const first = await ask();
    const second = await ask();
    expect([state.routed, atHand, layers]).toEqual([
      1,
      [false, true],
      [how.layer === 'stale' ? 'stale' : 'lane'],
    ]);
    expect([second.status, plain(second)]).toEqual([first.status, plain(first)]);
    expect(second.headers.get('cache-control')).toContain(cacheControl);
    expect(await second.text()).toBe(await first.text());
    expect(logged[1]).toEqual(logged[0]);
    state.standIn = undefined;
    await ask();
    expect(state.routed).toBe(2);
  });

  it('is given however old it is, and called old, to whoever would be refused, if he may see it still', async () => {
    const { ask, state, clock } = await world();
    await ask();
    state.isTooMuch = true;
    expect((await ask()).headers.get('cache-status')).toContain('ttl=60');
    clock.advance(60_001 + 3600_000);
    const old = await ask();
    expect(await old.json()).toMatchObject({ meta: { dataSource: 'stale' } });
    expect([old.headers.get('age'), state.routed]).toEqual([String(3660), 1]);
    state.isAllowed = false;
    await ask();
    expect(state.routed).toBe(2);
    state.isAllowed = true;
    state.answer = undefined;
    await ask();
    expect(state.routed).toBe(3);
  });

  it('goes the ordinary way once more when what may be seen has changed', async () => {
    const { ask, state, lane } = await world();
    await ask();
    await ask();
    expect(state.routed).toBe(1);
    lane.forget();
    await ask();
    expect(state.routed).toBe(2);
    await ask();
    expect(state.routed).toBe(2);
  });

  it('is 304 for who holds it, and compressed for who can read that', async () => {
    const limiter = makeRateLimiter(plentyOfRequests, stoppedClock());
    const { ask, state } = await world({ limiter }, 5000);
    const first = await ask();
    const unchanged = await ask({ 'if-none-match': first.headers.get('etag') ?? '' });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
    // What its holder has of the answer stays as it was; who may keep it is said again.
    expect(unchanged.headers.get('content-security-policy')).toBeNull();
    for (const name of ['etag', 'cache-control', 'vary', 'x-request-id'])
      expect(unchanged.headers.get(name)).not.toBeNull();
    const compressed = await ask({ 'accept-encoding': 'gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(await compressed.text()).toBe(await first.text());
    for (const encodings of ['gzip;q=0', 'br', 'identity'])
      expect((await ask({ 'accept-encoding': encodings })).headers.get('content-encoding')).toBeNull();
    for (const encodings of ['gzip, deflate, br', 'br;q=1.0, gzip;q=0.8'])
      expect((await ask({ 'accept-encoding': encodings })).headers.get('content-encoding')).toBe('gzip');
    expect(state.routed).toBe(1);
  });

  it('is a read each time, whoever keeps it', async () => {
    const { ask, noted } = await world();
    const first = await ask();
    await ask();
    await ask({ 'if-none-match': first.headers.get('etag') ?? '' });
    expect(noted).toHaveLength(3);
    for (const read of noted)
      expect(read).toMatchObject({
        ...{ viewer: { id: 'u-1' }, subject: { kind: 'learner', id: 'u-1', organizationId: 'org-1' } },
        ...{ relation: 'self', route: '/api/v1/things/:userId', requestId: 'made-id' },
      });
  });

  it('takes the caller’s request id when it can do no harm', async () => {
    const { ask } = await world();
    await ask();
    const ids = [await ask({ 'x-request-id': 'mine-1' }), await ask({ 'x-request-id': '<script>' })];
    expect(ids.map(({ headers }) => headers.get('x-request-id'))).toEqual(['mine-1', 'made-id']);
  });

  it.each<[string, (given: World) => void]>([
    ['the token is no longer good', ({ state }) => Object.assign(state, { isSignedIn: false })],
    ['the permission has to be asked for again', ({ state }) => Object.assign(state, { isAllowed: false })],
    [
      'the subject has moved to another tenant',
      ({ state }) => Object.assign(state, { organizationId: 'org-2' }),
    ],
    ['the answer is gone', ({ state }) => Object.assign(state, { answer: undefined })],
    ['the answer is past its time', ({ clock }) => clock.advance(60_000)],
    ['the process is about to end', ({ state }) => Object.assign(state, { isDraining: true })],
  ])('goes the ordinary way when %s', async (_why, change) => {
    const given = await world();
    await given.ask();
    await given.ask();
    expect(given.state.routed).toBe(1);
    change(given);
    await given.ask();
    expect(given.state.routed).toBe(2);
  });

  it('goes the ordinary way from another origin, by another URL and with another token', async () => {
    const { ask, state } = await world();
    await ask();
    await ask({ origin: 'https://dashboard.example' });
    const odd = await ask({}, '?odd=1');
    await ask({ authorization: 'Bearer other' });
    expect([state.routed, odd.status]).toEqual([3, 400]);
  });

  it('is refused like any other when there were too many', async () => {
    const { ask } = await world();
    const statuses = [];
    for (let time = 0; time < 7; time += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });

  it('is looked for elsewhere by the ordinary way when it is not at hand', async () => {
    const { ask, state } = await world({ cache: { peek: () => undefined } });
    await ask();
    await ask();
    expect(state.routed).toBe(2);
  });
});
