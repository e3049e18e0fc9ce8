import { describe, expect, it } from 'vitest';
import { RateWindows } from '../../src/presentation/http/rate-windows.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

describe('rate windows', () => {
  it('count each caller from its own first request on, and begin anew when the window has ended', () => {
    const clock = stoppedClock(0);
    const windows = new RateWindows(clock, 60_000);
    expect(windows.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(60_000) });
    clock.advance(59_999);
    expect(windows.increment('a')).toEqual({ totalHits: 2, resetTime: new Date(60_000) });
    expect(windows.increment('b')).toEqual({ totalHits: 1, resetTime: new Date(119_999) });
    clock.advance(1);
    expect(windows.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(120_000) });
  });

  it('take back and forget what they are asked to', () => {
    const windows = new RateWindows(stoppedClock(0), 60_000);
    windows.increment('a');
    windows.increment('a');
    windows.decrement('a');
    windows.decrement('nobody');
    expect(windows.increment('a').totalHits).toBe(2);
    windows.resetKey('a');
    expect(windows.increment('a').totalHits).toBe(1);
  });

  it('hold nobody who has not come back', () => {
    const clock = stoppedClock(0);
    const windows = new RateWindows(clock, 60_000);
    for (let caller = 0; caller < 1000; caller += 1) windows.increment(`caller ${caller}`);
    expect(windows.size).toBe(1000);
    clock.advance(60_000);
    windows.increment('somebody');
    expect(windows.size).toBe(1);
  });
});
