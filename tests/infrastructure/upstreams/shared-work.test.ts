import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reply } from '../../../src/application/ports/reply.ts';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import type { DataSource, UpstreamFailure } from '../../../src/domain/provenance.ts';
import {
  makeSharedWork,
  type SharedWorkSettings,
} from '../../../src/infrastructure/upstreams/shared-work.ts';
import { callScope } from '../../fixtures/stubs.ts';

const settings: SharedWorkSettings = { budgetMs: 60_000, ttlMs: 10_000, waitShare: 0.8, maxBytes: 1e6 };
const lastKnownGoodMs = 100_000;
const clock = { now: () => Date.now() };

/** Runs that end when the test says so. */
function desk(changes: Partial<SharedWorkSettings> = {}) {
  const shared = makeSharedWork({ ...settings, ...changes }, clock, lastKnownGoodMs);
  const runs: { budgetMs: number; end: PromiseWithResolvers<Reply<unknown>> }[] = [];
  const ask = (key = 'roll org-1', scope = callScope({ deadlineAt: Date.now() + 1000 })) =>
    shared(key, ['courses', 'directory'], scope, (budgetMs) => {
      const end = Promise.withResolvers<Reply<unknown>>();
      runs.push({ budgetMs, end });
      return end.promise;
    });
  const settled = () => vi.advanceTimersByTimeAsync(0);
  return {
    ask,
    runs,
    settled,
    /** Ends the latest run well. */
    succeed: async (value: unknown, dataSource: DataSource = 'realtime') => {
      await settled();
      runs.at(-1)?.end.resolve({ value, service: 'courses', dataSource, asOf: Date.now() });
      await settled();
    },
    /** Ends the latest run badly. */
    fail: async (error: Error) => {
      await settled();
      runs.at(-1)?.end.reject(error);
      await settled();
    },
  };
}

/** How a call ended, watched from its start: nobody else has to catch its error. */
const endOf = <T>(call: Promise<T>) =>
  call.then(
    (reply) => ({ reply, error: undefined }),
    (error: unknown) => ({ reply: undefined, error }),
  );
const upstream = (failure: UpstreamFailure) =>
  new UpstreamError(failure, 'it failed', { service: 'courses' });

describe('shared work', () => {
  beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-03-10T12:00:00Z') }));
  afterEach(() => vi.useRealTimers());

  it('is begun once for all who ask for the same, with a budget of its own, and once each for others', async () => {
    const { ask, runs, succeed, settled } = desk();
    const calls = [ask(), ask(), ask()];
    await settled();
    expect(runs.map(({ budgetMs }) => budgetMs)).toEqual([60_000]);
    await succeed('columns');
    const replies = await Promise.all(calls);
    expect(new Set(replies).size).toBe(1);
    expect(replies[0]).toMatchObject({ value: 'columns', dataSource: 'realtime', service: 'courses' });
    void ask('roll org-2');
    await settled();
    expect(runs).toHaveLength(2);
  });

  it('goes on when a caller’s time is up, and its result serves the next caller with its own age', async () => {
    const { ask, runs, succeed } = desk();
    const first = endOf(ask());
    await vi.advanceTimersByTimeAsync(799);
    const late = endOf(ask('roll org-1', callScope({ deadlineAt: Date.now() + 10_000 })));
    await vi.advanceTimersByTimeAsync(1);
    const { error } = await first;
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ failure: 'timeout', goesOn: true, retryAfterMs: 3000, service: 'courses' });
    await succeed('columns');
    const asOf = Date.now();
    expect((await late).reply).toMatchObject({ value: 'columns', dataSource: 'realtime' });
    await vi.advanceTimersByTimeAsync(3000);
    expect(await ask()).toEqual({ value: 'columns', service: 'courses', dataSource: 'cached', asOf });
    expect(runs).toHaveLength(1);
  });

  it('has no time to wait for a caller whose deadline has passed, and begins all the same', async () => {
    const { ask, succeed } = desk();
    const call = endOf(ask('roll org-1', callScope({ deadlineAt: Date.now() - 1 })));
    await vi.advanceTimersByTimeAsync(1);
    expect((await call).error).toMatchObject({ goesOn: true });
    await succeed('columns');
    expect((await ask()).dataSource).toBe('cached');
  });

  it('waits without end for a caller who has no deadline', async () => {
    const { ask, succeed } = desk();
    const call = endOf(ask('roll org-1', callScope()));
    await vi.advanceTimersByTimeAsync(50_000);
    await succeed('columns');
    expect((await call).reply?.value).toBe('columns');
  });

  it('lets a caller leave alone: the others and the next get the result', async () => {
    const { ask, runs, succeed, settled } = desk();
    const leaver = new AbortController();
    const left = endOf(ask('roll org-1', callScope({ signal: leaver.signal })));
    const stays = endOf(ask());
    await settled();
    leaver.abort();
    expect((await left).error).toMatchObject({ failure: 'cancelled', goesOn: false });
    await succeed('columns');
    expect((await stays).reply?.dataSource).toBe('realtime');
    expect((await ask()).dataSource).toBe('cached');
    expect(runs).toHaveLength(1);
  });

  it('goes on when the only caller leaves', async () => {
    const { ask, succeed, settled } = desk();
    const leaver = new AbortController();
    const left = endOf(ask('roll org-1', callScope({ signal: leaver.signal })));
    await settled();
    leaver.abort();
    await left;
    await succeed('columns');
    expect((await ask()).dataSource).toBe('cached');
  });

  it('is not begun for a caller who had left before', async () => {
    const { ask, runs, settled } = desk();
    const call = endOf(ask('roll org-1', callScope({ signal: AbortSignal.abort() })));
    await settled();
    expect((await call).error).toMatchObject({ failure: 'cancelled' });
    expect(runs).toHaveLength(0);
  });

  it('leaves no timer and no listener behind, however a caller’s wait ends', async () => {
    const { ask, succeed, fail } = desk({ ttlMs: 0 });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const scope = () => callScope({ signal, deadlineAt: Date.now() + 1000 });
    const good = endOf(ask('a', scope()));
    await succeed(1);
    await good;
    const bad = endOf(ask('b', scope()));
    await fail(upstream('unavailable'));
    await bad;
    const late = endOf(ask('c', scope()));
    await vi.advanceTimersByTimeAsync(1000);
    await late;
    expect(vi.getTimerCount()).toBe(0);
    const listeners = (spy: typeof added | typeof removed) => new Set(spy.mock.calls.map((call) => call[1]));
    expect(added).toHaveBeenCalledTimes(3);
    expect(listeners(removed)).toEqual(listeners(added));
  });

  it('runs anew when the result is older than its time', async () => {
    const { ask, runs, succeed, settled } = desk();
    void ask();
    await succeed('old');
    await vi.advanceTimersByTimeAsync(settings.ttlMs - 1);
    expect((await ask()).dataSource).toBe('cached');
    await vi.advanceTimersByTimeAsync(1);
    const call = ask();
    await settled();
    expect(runs).toHaveLength(2);
    await succeed('new');
    expect(await call).toMatchObject({ value: 'new', dataSource: 'realtime' });
  });

  it('that failed is stood in for by the last result, marked stale, while that is not too old', async () => {
    const { ask, succeed, fail } = desk();
    void ask();
    await succeed('old');
    const asOf = Date.now();
    await vi.advanceTimersByTimeAsync(lastKnownGoodMs - 1);
    const call = ask();
    await fail(upstream('unavailable'));
    expect(await call).toEqual({ value: 'old', service: 'courses', dataSource: 'stale', asOf });
    await vi.advanceTimersByTimeAsync(1);
    const later = endOf(ask());
    await fail(upstream('unavailable'));
    expect((await later).error).toMatchObject({ failure: 'unavailable' });
  });

  it('that takes longer than a caller can wait is stood in for by the last result too', async () => {
    const { ask, succeed, runs } = desk();
    void ask();
    await succeed('old');
    await vi.advanceTimersByTimeAsync(settings.ttlMs);
    const call = ask();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await call).toMatchObject({ value: 'old', dataSource: 'stale' });
    await succeed('new');
    expect(await ask()).toMatchObject({ value: 'new', dataSource: 'cached' });
    expect(runs).toHaveLength(2);
  });

  it('that failed without an older result fails with its own error for all who wait, and is begun anew', async () => {
    const { ask, runs, fail, succeed } = desk();
    const calls = [endOf(ask()), endOf(ask())];
    const error = upstream('rejected');
    await fail(error);
    for (const end of await Promise.all(calls)) expect(end.error).toBe(error);
    const again = ask();
    await succeed('columns');
    expect((await again).dataSource).toBe('realtime');
    expect(runs).toHaveLength(2);
  });

  it('that throws at once fails like any other, and blocks nobody who comes later', async () => {
    const shared = makeSharedWork(settings, clock, lastKnownGoodMs);
    const call = endOf(
      shared('k', ['courses'], callScope(), () => {
        throw new TypeError('a defect');
      }),
    );
    expect((await call).error).toBeInstanceOf(TypeError);
    const asOf = Date.now();
    const good = async () => ({ value: 1, service: 'courses', dataSource: 'realtime', asOf }) as const;
    expect((await shared('k', ['courses'], callScope(), good)).value).toBe(1);
  });

  it.each(['not_configured', 'cancelled'] as const)(
    'that ended as %s is never stood in for by an older result',
    async (failure) => {
      const { ask, succeed, fail } = desk();
      void ask();
      await succeed('old');
      await vi.advanceTimersByTimeAsync(settings.ttlMs);
      const call = endOf(ask());
      await fail(upstream(failure));
      expect((await call).error).toMatchObject({ failure });
    },
  );

  it('gives nothing stale to a caller who leaves', async () => {
    const { ask, succeed } = desk();
    void ask();
    await succeed('old');
    await vi.advanceTimersByTimeAsync(settings.ttlMs);
    const leaver = new AbortController();
    const call = endOf(ask('roll org-1', callScope({ signal: leaver.signal })));
    leaver.abort();
    expect((await call).error).toMatchObject({ failure: 'cancelled' });
  });

  it('keeps no more than it may: the result used least recently goes, and a too large one is not kept', async () => {
    const { ask, runs, succeed } = desk({ maxBytes: 10_000, ttlMs: 60_000 });
    for (const key of ['a', 'b']) {
      void ask(key);
      await succeed(new Uint8Array(4000));
    }
    await ask('a');
    void ask('c');
    await succeed(new Uint8Array(4000));
    expect([(await ask('a')).dataSource, (await ask('c')).dataSource]).toEqual(['cached', 'cached']);
    expect(runs).toHaveLength(3);
    const again = ask('b');
    await succeed(new Uint8Array(4000));
    expect((await again).dataSource).toBe('realtime');
    const large = ask('large');
    await succeed(new Uint8Array(20_000));
    expect((await large).dataSource).toBe('realtime');
    void ask('large');
    await succeed(0);
    expect(runs).toHaveLength(6);
  });

  it('keeps no more than 256 results', async () => {
    const { ask, runs, succeed, settled } = desk({ ttlMs: 60_000 });
    for (let index = 0; index <= 256; index += 1) {
      void ask(`key ${index}`);
      await succeed(index);
    }
    expect((await ask('key 1')).dataSource).toBe('cached');
    void ask('key 0');
    await settled();
    expect(runs).toHaveLength(258);
  });

  it.each(['mock', 'stale'] as const)(
    'with a %s result stays so when it is handed out again',
    async (worse) => {
      const { ask, succeed, fail } = desk();
      void ask();
      await succeed('made up', worse);
      expect((await ask()).dataSource).toBe(worse);
      await vi.advanceTimersByTimeAsync(settings.ttlMs);
      const call = ask();
      await fail(upstream('unavailable'));
      expect((await call).dataSource).toBe(worse);
    },
  );
});
