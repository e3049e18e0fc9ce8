import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import { clients } from '../../../src/infrastructure/upstreams/clients.ts';
import { type GuardHooks, makeGuardedUpstreams } from '../../../src/infrastructure/upstreams/guarded.ts';
import { makeHttpTransport } from '../../../src/infrastructure/upstreams/http.ts';
import { approximateBytes, ReplyStore } from '../../../src/infrastructure/upstreams/reply-store.ts';
import type { UpstreamSettings } from '../../../src/infrastructure/upstreams/resilience.ts';
import type { Transport, WireRequest } from '../../../src/infrastructure/upstreams/transport.ts';
import { makeUndiciAdapter } from '../../../src/infrastructure/upstreams/undici-adapter.ts';
import { timed } from '../../fixtures/lateness.ts';
import { callScope } from '../../fixtures/stubs.ts';

const member = { userId: 'u-1', organizationId: 'org-1', fullName: null, roles: [] };
type Answer = (request: WireRequest, signal: AbortSignal) => Promise<unknown>;
const down: Answer = () => Promise.reject(new UpstreamError('unavailable', 'down'));
const up: Answer = async () => member;
const soon = (ms = 2) => new Promise((resolve) => setTimeout(resolve, ms));

/** A gate whose Directory answers as it is told to; time is real, and short. */
function gateWith(
  first: Answer,
  settings: Partial<UpstreamSettings> = {},
  options: { ttl?: number; good?: number; mock?: Answer; now?: () => number } = {},
) {
  let answer = first;
  let asked = 0;
  const calls: Parameters<GuardHooks['onCall']>[0][] = [];
  const { mock } = options;
  const gate = makeGuardedUpstreams({
    clients,
    transportFor: (service) =>
      service === 'rag'
        ? null
        : ({ signal }) =>
            ((request) => {
              asked += 1;
              return answer(request, signal);
            }) satisfies Transport,
    mockTransportFor:
      mock === undefined ? null : () => (request) => mock(request, new AbortController().signal),
    settings: () => ({
      backoffMs: 1,
      longestBackoffMs: 5,
      attemptTimeoutMs: 50,
      breakerOpenMs: 40,
      ...settings,
    }),
    clock: { now: options.now ?? (() => Date.now()) },
    random: () => 0.5,
    hooks: { onAsked: () => undefined, onCall: (call) => calls.push(call), onBreaker: () => undefined },
    replyTtlMs: options.ttl ?? 0,
    lastKnownGoodMs: options.good ?? 60_000,
    shared: { budgetMs: 1000, ttlMs: 0, waitShare: 1, maxBytes: 1e6 },
  });
  const scope = (changes = {}) => callScope({ deadlineAt: Date.now() + 1000, ...changes });
  return {
    gate,
    calls,
    scope,
    asked: () => asked,
    become: (next: Answer) => {
      answer = next;
    },
    user: (given = scope()) => gate.live(given).directory.user('u-1'),
  };
}

describe('a breaker that is reset', () => {
  it('lets calls through at once, and has forgotten the failures before', async () => {
    const { gate, user, become, asked } = gateWith(down, { retries: 0, breakerOpenMs: 60_000 });
    for (let times = 0; times < 6; times += 1) await user().catch(() => undefined);
    expect(gate.health().directory.breaker).toBe('open');
    const before = asked();
    gate.resetBreaker('directory');
    expect(gate.health().directory).toMatchObject({ breaker: 'closed', running: 0, waiting: 0 });
    for (let times = 0; times < 4; times += 1) await user().catch(() => undefined);
    expect(gate.health().directory.breaker).toBe('closed');
    expect(asked()).toBe(before + 4);
    become(up);
    expect((await user()).dataSource).toBe('realtime');
  });
});

describe('a guarded call', () => {
  it('believes for ten seconds only that somebody is unknown, and longer what is known', async () => {
    let now = Date.now();
    const unknown: Answer = () => Promise.reject(new UpstreamError('not_found', 'nobody'));
    const { user, asked, become, scope } = gateWith(unknown, {}, { ttl: 60_000, now: () => now });
    const ask = () => user(scope({ deadlineAt: now + 1000 }));
    expect((await ask()).value).toBeNull();
    now += 9_999;
    expect((await ask()).value).toBeNull();
    expect(asked()).toBe(1);
    become(up);
    now += 2;
    expect((await ask()).value).not.toBeNull();
    now += 30_000;
    expect((await ask()).value).not.toBeNull();
    expect(asked()).toBe(2);
  });

  it('says where its reply comes from and how old it is', async () => {
    const { user } = gateWith(up, {}, { ttl: 1000 });
    const first = await user();
    expect(first).toMatchObject({ service: 'directory', dataSource: 'realtime', value: { userId: 'u-1' } });
    const second = await user();
    expect(second).toMatchObject({ dataSource: 'cached', asOf: first.asOf });
  });

  it('is one promise for the same question of one request', async () => {
    const { user, scope, asked } = gateWith(up);
    const one = scope();
    expect(user(one)).toBe(user(one));
    await user(one);
    expect(asked()).toBe(1);
  });

  it('since the request began is as good as asked anew, even by work of its own, though replies are not kept', async () => {
    const { user, scope, asked } = gateWith(up, {}, { ttl: 0 });
    const startedAt = Date.now();
    const request = scope({ startedAt });
    const ofItsWork = scope({ startedAt, memo: new Map() });
    expect(await user(request)).toMatchObject({ dataSource: 'realtime' });
    expect(await user(ofItsWork)).toMatchObject({ dataSource: 'realtime' });
    expect(asked()).toBe(1);
    await soon();
    await user(scope({ startedAt: Date.now() + 1 }));
    expect(asked()).toBe(2);
  });

  it('is one call to the service for 500 requests at once', async () => {
    const { user, asked } = gateWith(async () => {
      await soon();
      return member;
    });
    const replies = await Promise.all(Array.from({ length: 500 }, () => user()));
    expect(new Set(replies.map(({ dataSource }) => dataSource))).toEqual(new Set(['realtime']));
    expect(asked()).toBe(1);
  });

  it('is tried again when the service could not be reached, and gives up after two more tries', async () => {
    const { user, asked, become } = gateWith(down);
    await expect(user()).rejects.toMatchObject({ failure: 'unavailable', service: 'directory' });
    expect(asked()).toBe(3);
    become(up);
    expect((await user()).dataSource).toBe('realtime');
  });

  it.each(['rejected', 'invalid_response', 'not_found'] as const)(
    'is not tried again when the answer was %s',
    async (kind) => {
      const { gate, scope, asked } = gateWith(() => Promise.reject(new UpstreamError(kind, 'no')));
      await gate
        .live(scope())
        .directory.members('org-1', null)
        .catch(() => undefined);
      expect(asked()).toBe(1);
    },
  );

  it('never adds more than a fifth to the calls of a storm, beyond a small reserve', async () => {
    // Three of five attempts fail: ill enough for many retries, and not so ill that the breaker opens first.
    let attempts = 0;
    const flaky: Answer = (request, signal) => {
      attempts += 1;
      return attempts % 5 < 3 ? down(request, signal) : up(request, signal);
    };
    const { user, asked } = gateWith(flaky, {
      breakerConsecutive: 1e9,
      breakerFailureShare: 0.9,
      retryReserve: 3,
    });
    for (let index = 0; index < 200; index += 1) await user().catch(() => undefined);
    expect(asked()).toBeGreaterThan(200);
    expect(asked()).toBeLessThanOrEqual(200 * 1.2 + 3);
  });

  it('gets the last known good reply, marked stale, when the service fails, and nothing when that is too old', async () => {
    let now = Date.now();
    const { user, become, scope } = gateWith(up, {}, { good: 60, now: () => now });
    const ask = () => user(scope({ deadlineAt: now + 1000 }));
    const { asOf } = await ask();
    become(down);
    now += 59;
    expect(await ask()).toMatchObject({ dataSource: 'stale', asOf, value: { userId: 'u-1' } });
    now += 1;
    await expect(ask()).rejects.toMatchObject({ failure: 'unavailable' });
  });

  it('does not let “unknown” push out what was once known', async () => {
    const { user, become } = gateWith(up);
    await user();
    become(() => Promise.reject(new UpstreamError('not_found', '404')));
    expect((await user()).value).toBeNull();
    become(down);
    expect((await user()).value).toMatchObject({ userId: 'u-1' });
  });

  it('does not keep pages of whole organizations', async () => {
    const { gate, scope, become } = gateWith(async () => ({ items: [member], nextCursor: null }));
    const page = () => gate.live(scope()).directory.members('org-1', null);
    expect((await page()).value.items).toHaveLength(1);
    become(down);
    await expect(page()).rejects.toMatchObject({ failure: 'unavailable' });
  });

  it('to log in is made once, never shared, never kept', async () => {
    const { gate, scope, asked, become } = gateWith(down);
    const login = () => gate.live(scope()).auth.login({ email: 'a@x', password: 'p' });
    await expect(login()).rejects.toMatchObject({ failure: 'unavailable' });
    expect(asked()).toBe(1);
    become(async () => ({ user: { id: 'u-1', roles: [] } }));
    await Promise.all([login(), login()]);
    expect(asked()).toBe(3);
    become(down);
    await expect(login()).rejects.toMatchObject({ failure: 'unavailable' });
  });

  it('ends with the deadline of the request, however often it may still be tried', async () => {
    const { user, scope } = gateWith(
      (_request, signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new UpstreamError('cancelled', 'aborted'))),
        ),
      { attemptTimeoutMs: 10_000 },
    );
    const { ms, ownMs } = await timed(() =>
      expect(user(scope({ deadlineAt: Date.now() + 100 }))).rejects.toMatchObject({ failure: 'timeout' }),
    );
    // 85 % of what was left.
    expect(ms).toBeGreaterThanOrEqual(75);
    expect(ownMs).toBeLessThan(300);
  });

  it('waits for a service that names a short pause, and not for one that names a long one', async () => {
    const busy = (retryAfterMs: number) => () =>
      Promise.reject(new UpstreamError('unavailable', '429', { retryAfterMs }));
    const short = gateWith(busy(3), { longestBackoffMs: 5 });
    await short.user().catch(() => undefined);
    const long = gateWith(busy(60_000), { longestBackoffMs: 5 });
    await long.user().catch(() => undefined);
    expect([short.asked(), long.asked()]).toEqual([3, 1]);
  });

  it('to a service without a URL says so, and the mock world stands behind its own door', async () => {
    const { gate, scope } = gateWith(up, {}, { mock: async () => ({ items: [], nextCursor: null }) });
    await expect(gate.live(scope()).rag.questions('u-1', { from: 0, to: 1 })).rejects.toMatchObject({
      failure: 'not_configured',
    });
    expect(gate.isConfigured('rag')).toBe(false);
    expect(await gate.mock(scope())?.rag.questions('u-1', { from: 0, to: 1 })).toMatchObject({
      dataSource: 'mock',
      value: [],
    });
    expect(gateWith(up).gate.mock(scope())).toBeNull();
  });

  it('is told to the hooks with its end and its origin', async () => {
    const { user, calls, become } = gateWith(up);
    await user();
    become(down);
    await user();
    expect(calls.map(({ outcome, dataSource }) => [outcome, dataSource])).toEqual([
      ['ok', 'realtime'],
      ['unavailable', 'stale'],
    ]);
  });
});

describe('a breaker', () => {
  const trip = async (guard: ReturnType<typeof gateWith>) => {
    for (let index = 0; index < 5; index += 1) await guard.user().catch(() => undefined);
  };

  it('opens after five failures in a row, and asks no more', async () => {
    const guard = gateWith(down, { retries: 0 });
    await trip(guard);
    expect(guard.gate.health().directory.breaker).toBe('open');
    expect(guard.gate.health().courses.breaker).toBe('closed');
    const before = guard.asked();
    await expect(guard.user()).rejects.toMatchObject({ failure: 'unavailable' });
    expect(guard.asked()).toBe(before);
  });

  it('closes only after three successes, and opens again at one failure among them', async () => {
    const guard = gateWith(down, { retries: 0 });
    await trip(guard);
    await soon(50);
    guard.become(up);
    await guard.user();
    expect(guard.gate.health().directory.breaker).toBe('half_open');
    guard.become(down);
    await guard.user();
    expect(guard.gate.health().directory.breaker).toBe('open');
    await soon(50);
    guard.become(up);
    for (let index = 0; index < 3; index += 1) await guard.user();
    expect(guard.gate.health().directory.breaker).toBe('closed');
  });

  it.each(['rejected', 'not_found'] as const)(
    'does not take an answer that was %s for illness',
    async (kind) => {
      const guard = gateWith(() => Promise.reject(new UpstreamError(kind, 'no')), { retries: 0 });
      await trip(guard);
      await trip(guard);
      expect(guard.gate.health().directory.breaker).toBe('closed');
    },
  );

  it('does not take a client who left for a failure', async () => {
    const guard = gateWith(
      (_request, signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new UpstreamError('cancelled', 'aborted'))),
        ),
      { attemptTimeoutMs: 10_000 },
    );
    for (let index = 0; index < 10; index += 1) {
      const client = new AbortController();
      const call = guard.user(guard.scope({ signal: client.signal }));
      await soon();
      client.abort();
      await expect(call).rejects.toMatchObject({ failure: 'cancelled' });
    }
    expect(guard.gate.health().directory.breaker).toBe('closed');
  });
});

describe('on real sockets', () => {
  let server: Server;
  let url: string;
  let asked = 0;
  let closed = 0;
  const { adapter, close } = makeUndiciAdapter();

  beforeAll(async () => {
    // Takes every request and never answers.
    server = createServer((request) => {
      asked += 1;
      request.socket.once('close', () => (closed += 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    [asked, closed] = [0, 0];
  });
  afterAll(async () => {
    await close();
    server.closeAllConnections();
    server.close();
  });

  const hanging = (attemptTimeoutMs: number) =>
    gateWith(
      (request, signal) =>
        makeHttpTransport({ service: 'directory', baseUrl: url, tokens: { tokenFor: () => 't' }, adapter })({
          signal,
          requestId: 'r',
          traceparent: undefined,
        })(request),
      { attemptTimeoutMs, retries: 0 },
    );

  it('a time-out closes the socket', async () => {
    await expect(hanging(500).user()).rejects.toMatchObject({ failure: 'timeout' });
    await expect.poll(() => closed, { interval: 5 }).toBe(1);
  });

  it('a client who leaves closes the socket, unless somebody else waits for the same', async () => {
    const { user, scope } = hanging(60_000);
    const deadlineAt = Date.now() + 120_000;
    const clients = [new AbortController(), new AbortController()];
    const calls = clients.map(({ signal }) => user(scope({ signal, deadlineAt })).catch(() => 'left'));
    await expect.poll(() => asked, { interval: 5 }).toBe(1);
    clients[0]?.abort();
    expect(await calls[0]).toBe('left');
    await soon(30);
    expect(closed).toBe(0);
    clients[1]?.abort();
    expect(await calls[1]).toBe('left');
    await expect.poll(() => closed, { interval: 5 }).toBe(1);
  });
});

describe('the store of replies', () => {
  it('forgets the one used least recently when there are too many or they are too large', () => {
    const store = new ReplyStore({ maxEntries: 2, maxBytes: 10_000 });
    store.set('a', { value: 1, asOf: 1 });
    store.set('b', { value: 2, asOf: 1 });
    store.get('a', 0);
    store.set('c', { value: 3, asOf: 1 });
    expect(['a', 'b', 'c'].map((key) => store.get(key, 0)?.value)).toEqual([1, undefined, 3]);
    store.set('large', { value: 'x'.repeat(20_000), asOf: 1 });
    expect(store.get('large', 0)).toBeUndefined();
    store.set('d', { value: 'x'.repeat(9_980), asOf: 1 });
    expect(store.get('c', 0)).toBeUndefined();
  });

  it('does not give what is older than asked for', () => {
    const store = new ReplyStore({ maxEntries: 2, maxBytes: 10_000 });
    store.set('a', { value: 1, asOf: 100 });
    expect([store.get('a', 99)?.value, store.get('a', 100)]).toEqual([1, undefined]);
  });

  it('guesses sizes from a sample: within a factor of two for equal items', () => {
    const items = Array.from({ length: 1000 }, (_, index) => ({ id: `u-${index}`, score: 5 }));
    const one = approximateBytes(items[0]);
    expect(approximateBytes(items)).toBeGreaterThan(500 * one);
    expect(approximateBytes(items)).toBeLessThan(2000 * one);
  });
});
