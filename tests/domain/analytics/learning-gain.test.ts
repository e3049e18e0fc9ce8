import { describe, expect, it } from 'vitest';
import { learningGainOf, scorePairs } from '../../../src/domain/analytics/learning-gain.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import { ago, attempt, now, rollRow } from './seeds.ts';

describe('learning gain', () => {
  it('pairs the first baseline with the last post-course score, and needs both', () => {
    const at = (attemptId: string, kind: Attempt['kind'], score: number | null, days: number) =>
      attempt({ attemptId, kind, score, submittedAt: ago(days) });
    const own = [
      at('1', 'baseline', null, 30),
      at('2', 'baseline', 40, 29),
      at('3', 'baseline', 90, 28),
      at('4', 'postcourse', 10, 27),
      at('5', 'postcourse', 80, 26),
      at('6', 'postcourse', null, 25),
      at('7', 'practice', 100, 24),
    ];
    const pairs = scorePairs(own.toReversed(), [rollRow()], now);
    expect(pairs).toEqual([{ userId: 'u-1', before: 40, after: 80 }]);
    expect(scorePairs(own.slice(0, 3), [rollRow()], now)).toEqual([]);
  });

  it('is unknown where scores do not vary, and suppressed for few', () => {
    const pairs = (count: number, spread: number) =>
      Array.from({ length: count }, (_, index) => ({
        userId: `u-${index}`,
        before: 50,
        after: 60 + spread * index,
      }));
    expect(learningGainOf(pairs(20, 0), 10)).toEqual({
      part: { value: null, reason: 'insufficient_data' },
      gain: null,
    });
    expect(learningGainOf(pairs(9, 1), 10)).toEqual({
      part: { value: null, reason: 'suppressed' },
      gain: null,
    });
  });
});
