import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyBounds, latencyBucket, latencyQuantile } from '../../../src/domain/statistics/latency.ts';
import { robustZ } from '../../../src/domain/statistics/robust-z.ts';

const countsOf = (values: readonly number[]) => {
  const counts = new Array<number>(latencyBounds.length + 1).fill(0);
  for (const value of values) counts[latencyBucket(value)] = (counts[latencyBucket(value)] ?? 0) + 1;
  return counts;
};

describe('a quantile of latency buckets', () => {
  it('is interpolated within its bucket', () => {
    // Ten values in (10, 25]: the median is reached half-way through the bucket.
    expect(latencyQuantile(countsOf(new Array<number>(10).fill(20)), 0.5)).toBeCloseTo(17.5);
  });
  it('is null for no values, and the highest bound for what is above it', () => {
    expect(latencyQuantile(countsOf([]), 0.5)).toBeNull();
    expect(latencyQuantile(countsOf([99_999]), 0.5)).toBe(10_000);
  });
  it('stays within the bucket of the exact quantile', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1 }), (values) => {
        const told = latencyQuantile(countsOf(values), 0.95) ?? -1;
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1] ?? -1;
        const at = latencyBucket(exact);
        expect(told).toBeGreaterThanOrEqual(latencyBounds[at - 1] ?? 0);
        expect(told).toBeLessThanOrEqual(latencyBounds[at] ?? Number.POSITIVE_INFINITY);
      }),
    );
  });
});

describe('the robust z-score', () => {
  it('is that of Iglewicz and Hoaglin', () => {
    // Median 3, MAD 1.
    expect(robustZ(8, [1, 2, 3, 4, 5], 0.001)).toBeCloseTo(0.6745 * 5);
  });
  it('is not hidden by outliers among the values', () => {
    expect(robustZ(100, [10, 11, 9, 10, 12, 5000, 8], 1)).toBeGreaterThan(20);
  });
  it('takes the least spread where most values are equal', () => {
    expect(robustZ(12, [10, 10, 10, 10], 2)).toBeCloseTo(0.6745);
  });
  it('is unknown for fewer than three values', () => {
    expect(robustZ(1, [1, 2], 1)).toBeNull();
  });
});
