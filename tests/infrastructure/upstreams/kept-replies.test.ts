import { describe, expect, it } from 'vitest';
import { KeptReplies } from '../../../src/infrastructure/upstreams/kept-replies.ts';

const replyOf = (value: unknown, asOf = 1) => ({ value, asOf });

describe('kept replies', () => {
  it('are not shared once their subject was forgotten, and still stand in', () => {
    const kept = new KeptReplies({ maxEntries: 10, maxBytes: 10_000 });
    kept.set('a', replyOf('before'), 3);
    expect(kept.latest('a', 0, 3)?.value).toBe('before');
    expect(kept.latest('a', 0, 4)).toBeUndefined();
    expect(kept.lastKnown('a', 0)?.value).toBe('before');
  });

  it('are not overwritten by what was asked for earlier and came later', () => {
    const kept = new KeptReplies({ maxEntries: 10, maxBytes: 10_000 });
    kept.set('a', replyOf('after the change', 5), 4);
    kept.set('a', replyOf('before the change', 6), 3);
    expect(kept.latest('a', 0, 4)?.value).toBe('after the change');
    expect(kept.lastKnown('a', 0)?.value).toBe('after the change');
  });

  it('hold “unknown” beside what was known, each with its own age', () => {
    const kept = new KeptReplies({ maxEntries: 10, maxBytes: 10_000 });
    kept.set('a', replyOf('known', 5), 0);
    kept.set('a', replyOf(null, 9), 0);
    expect(kept.latest('a', 5, 0)).toEqual({ value: null, asOf: 9 });
    expect(kept.lastKnown('a', 4)).toEqual({ value: 'known', asOf: 5 });
    expect(kept.lastKnown('a', 5)).toBeUndefined();
  });

  it('are bounded by number and by bytes, and those not used longest go first', () => {
    const kept = new KeptReplies({ maxEntries: 2, maxBytes: 10_000 });
    kept.set('a', replyOf(1), 0);
    kept.set('b', replyOf(2), 0);
    kept.latest('a', 0, 0);
    kept.set('c', replyOf(3), 0);
    expect(['a', 'b', 'c'].map((key) => kept.latest(key, 0, 0)?.value)).toEqual([1, undefined, 3]);
    kept.set('large', replyOf('x'.repeat(20_000)), 0);
    expect(kept.latest('large', 0, 0)).toBeUndefined();
    kept.set('d', replyOf('x'.repeat(9_980)), 0);
    expect(kept.latest('c', 0, 0)).toBeUndefined();
  });
});
