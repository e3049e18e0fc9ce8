import { describe, expect, it } from 'vitest';
import type { SharedCounts } from '../../src/application/ports/shared-counts.ts';
import type { Viewer } from '../../src/domain/identity/viewer.ts';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
import { RateWindows } from '../../src/presentation/http/rate-windows.ts';
import { SharedRateWindows } from '../../src/presentation/http/shared-rate-windows.ts';
import { plentyOfRequests, viewer } from '../fixtures/app.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const windowMs = 60_000;
const told = () => new Promise((resolve) => setTimeout(resolve, 70));

/** Counts that two processes share, and that can be taken away. */
function world() {
  const clock = stoppedClock(0);
  const hits = new Map<string, number>();
  const state = { isAway: false, asked: 0 };
  const shared: SharedCounts = {
    add: async (key, count) => {
      state.asked += 1;
      if (state.isAway) return undefined;
      hits.set(key, (hits.get(key) ?? 0) + count);
      return { hits: hits.get(key) ?? 0, msLeft: windowMs };
    },
  };
  const windows = () => new SharedRateWindows(new RateWindows(clock, windowMs), shared);
  return { clock, hits, state, shared, here: windows(), there: windows() };
}

describe('windows that processes share', () => {
  it('tell who can wait the count of all', async () => {
    const { here, there } = world();
    expect(await here.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(windowMs) });
    expect((await there.increment('a')).totalHits).toBe(2);
    expect((await here.increment('a')).totalHits).toBe(3);
  });

  it('count at once for who cannot wait, tell it in one go, and learn what others counted', async () => {
    const { here, there, hits, state } = world();
    for (let time = 0; time < 50; time += 1) here.incrementNow('a');
    for (let time = 0; time < 30; time += 1) there.incrementNow('a');
    expect(state.asked).toBe(0);
    expect(here.incrementNow('a').totalHits).toBe(51);
    await told();
    expect([hits.get('a'), state.asked]).toEqual([81, 2]);
    here.incrementNow('a');
    await told();
    expect(here.incrementNow('a').totalHits).toBe(83);
  });

  it('go on alone while the others cannot be told, and tell them later', async () => {
    const { here, there, hits, state } = world();
    await there.increment('a');
    await here.increment('a');
    state.isAway = true;
    expect((await here.increment('a')).totalHits).toBe(3);
    expect(here.incrementNow('a').totalHits).toBe(4);
    await told();
    expect(hits.get('a')).toBe(2);
    state.isAway = false;
    await told();
    await told();
    expect(hits.get('a')).toBe(4);
    expect((await there.increment('a')).totalHits).toBe(5);
  });

  it('do not believe that a running window has fewer hits than they have seen', async () => {
    const { here, hits } = world();
    for (let time = 0; time < 5; time += 1) await here.increment('a');
    hits.clear();
    expect((await here.increment('a')).totalHits).toBe(6);
  });

  it('do not carry hits over into another window', async () => {
    const { here, hits, state, clock } = world();
    state.isAway = true;
    here.incrementNow('a');
    await told();
    clock.advance(windowMs);
    await told();
    state.isAway = false;
    await told();
    expect(hits.get('a')).toBeUndefined();
  });
});

describe('a limit for what is cached', () => {
  const limiterOf = (limits: Partial<typeof plentyOfRequests>) =>
    makeRateLimiter({ ...plentyOfRequests, ...limits }, stoppedClock());

  it('counts a kept prediction as an answer, not as a prediction', () => {
    const limiter = limiterOf({ predictive: 1, standard: 3 });
    const headers = [1, 2, 3].map(() => limiter.countNow('predictive', viewer)?.[1]);
    expect(headers).toEqual(['"standard"; r=2; t=60', '"standard"; r=1; t=60', '"standard"; r=0; t=60']);
    expect(limiter.countNow('predictive', viewer)).toBeNull();
  });

  it('tells of the organization’s limit when that leaves less, and keeps it over all its people', () => {
    const limiter = limiterOf({ standard: 10, organization: 3 });
    const other: Viewer = { ...viewer, id: 'u-2' };
    expect(limiter.countNow('standard', viewer)).toEqual([
      'RateLimit',
      '"organization"; r=2; t=60',
      'RateLimit-Policy',
      '"organization"; q=3; w=60',
    ]);
    limiter.countNow('standard', other);
    expect(limiter.countNow('standard', viewer)).not.toBeNull();
    expect(limiter.countNow('standard', other)).toBeNull();
    expect(limiter.countNow('standard', { ...other, id: 'u-3', organizationId: null })).not.toBeNull();
  });
});
