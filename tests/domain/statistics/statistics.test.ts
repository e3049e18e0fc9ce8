import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../../../src/domain/statistics/bootstrap.ts';
import { shannonEvenness } from '../../../src/domain/statistics/diversity.ts';
import { wilson } from '../../../src/domain/statistics/intervals.ts';
import { seededRandom, seedOf } from '../../../src/domain/statistics/random.ts';
import { midRankPercentile } from '../../../src/domain/statistics/ranks.ts';
import { shrunkenMean } from '../../../src/domain/statistics/shrinkage.ts';
import { mean, median, quantile, round, weightedMean } from '../../../src/domain/statistics/summary.ts';
import { mannKendall, theilSenSlope, trendOf } from '../../../src/domain/statistics/trend.ts';

const numbers = (options: { minLength?: number; maxLength?: number } = {}) =>
  fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40, ...options });

describe('means', () => {
  it('are not told for fewer than three values', () => {
    expect([mean([1, 2]), median([1, 2]), weightedMean([{ value: 1, weight: 1 }])]).toEqual([
      null,
      null,
      null,
    ]);
    expect([mean([1, 2, 6]), median([1, 2, 6])]).toEqual([3, 2]);
  });

  it('by weight: (1·1 + 2·1 + 6·2) / 4 = 3.75; all weights nothing is all the same', () => {
    const items = (weights: number[]) => [1, 2, 6].map((value, at) => ({ value, weight: weights[at] ?? 0 }));
    expect(weightedMean(items([1, 1, 2]))).toBe(3.75);
    expect(weightedMean(items([0, 0, 0]))).toBe(3);
  });
});

describe('quantiles, type 7', () => {
  it('are R’s: quantile(c(1, 2, 3, 4, 10), c(0, .1, .25, .5, .9, 1))', () => {
    const of = (share: number) => round(quantile([10, 3, 1, 4, 2], share) ?? Number.NaN, 6);
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map(of)).toEqual([1, 1.4, 2, 3, 7.6, 10]);
    expect(quantile([], 0.5)).toBeNull();
  });

  it('lie between the least and the greatest value, and rise with the share', () => {
    fc.assert(
      fc.property(
        numbers({ minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          const [low, high] = [quantile(values, Math.min(a, b)) ?? 0, quantile(values, Math.max(a, b)) ?? 0];
          expect(low).toBeLessThanOrEqual(high + 1e-6);
          expect(low).toBeGreaterThanOrEqual(Math.min(...values));
          expect(high).toBeLessThanOrEqual(Math.max(...values));
        },
      ),
    );
  });
});

describe('Wilson’s interval', () => {
  it('is that of the textbook: 8 of 10 is 0.490 to 0.943', () => {
    const { value, low, high } = wilson(8, 10) ?? { value: 0, low: 0, high: 0 };
    expect([value, round(low, 3), round(high, 3)]).toEqual([0.8, 0.49, 0.943]);
  });

  it('holds the share, stays within 0 and 1, and is nothing for nobody', () => {
    expect(wilson(0, 0)).toBeNull();
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (successes, failures) => {
        const interval = wilson(successes, successes + failures);
        if (interval === null) return;
        expect(interval.low).toBeGreaterThanOrEqual(0);
        expect(interval.high).toBeLessThanOrEqual(1);
        expect(interval.low).toBeLessThanOrEqual(interval.value + 1e-12);
        expect(interval.high).toBeGreaterThanOrEqual(interval.value - 1e-12);
      }),
    );
  });
});

describe('mid-rank percentiles', () => {
  it('count those below and half of those equal', () => {
    expect(midRankPercentile(5, [1, 2, 5, 5, 9])).toBe(60);
    expect(midRankPercentile(3, [3, 3, 3, 3])).toBe(50);
    expect(midRankPercentile(3, [])).toBeNull();
  });

  it('are 50 on average over the whole group', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }), (group) => {
        const sum = group.reduce((total, value) => total + (midRankPercentile(value, group) ?? 0), 0);
        expect(sum / group.length).toBeCloseTo(50, 9);
      }),
    );
  });
});

describe('trends', () => {
  it('Theil–Sen: the median of the slopes of all pairs, which one outlier does not move', () => {
    const points = [0, 1, 2, 3, 4].map((x) => ({ x, y: 2 * x + 1 }));
    expect(theilSenSlope(points)).toBe(2);
    expect(theilSenSlope([...points.slice(0, 4), { x: 4, y: 1000 }])).toBe(2);
    expect(theilSenSlope([{ x: 1, y: 1 }])).toBeNull();
    expect(
      theilSenSlope([
        { x: 1, y: 1 },
        { x: 1, y: 9 },
      ]),
    ).toBeNull();
  });

  it('Mann–Kendall: S = 10, Var = 16.67 for five rising values, so p = 2·(1 − Φ(2.205)) = 0.027', () => {
    expect(round(mannKendall([1, 2, 3, 4, 5]), 3)).toBe(0.027);
    expect(round(mannKendall([5, 4, 3, 2, 1]), 3)).toBe(0.027);
    // S = 4 of six pairs, Var = 8.67: z = 3 / 2.944 = 1.019
    expect(round(mannKendall([1, 3, 2, 4]), 2)).toBe(0.31);
    expect(mannKendall([3, 3, 3, 3])).toBe(1);
    expect(mannKendall([1, 2])).toBe(1);
  });

  it('are called up or down only when they are certain enough, and turn with the series', () => {
    expect(trendOf([1, 2, 3, 4, 5]).direction).toBe('up');
    expect(trendOf([1, 2, 3]).direction).toBe('flat');
    fc.assert(
      fc.property(numbers({ minLength: 3, maxLength: 12 }), (values) => {
        const opposite = { up: 'down', down: 'up', flat: 'flat' } as const;
        const p = mannKendall(values);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(trendOf([...values].reverse()).direction).toBe(opposite[trendOf(values).direction]);
      }),
    );
  });
});

describe('Shannon evenness', () => {
  it('is 1 for equal shares of all kinds, 0 for one kind, ln 2 / ln 4 for half and half of four', () => {
    expect(shannonEvenness([3, 3, 3, 3], 4)).toBeCloseTo(1, 12);
    expect(shannonEvenness([5, 0, 0, 0], 4)).toBe(0);
    expect(shannonEvenness([2, 2, 0, 0], 4)).toBeCloseTo(Math.log(2) / Math.log(4), 12);
    expect(shannonEvenness([0, 0], 2)).toBeNull();
  });

  it('does not depend on the scale or the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (amounts, scale) => {
          const plain = shannonEvenness(amounts, amounts.length);
          const other = shannonEvenness(amounts.map((amount) => amount * scale).reverse(), amounts.length);
          if (plain === null) expect(other).toBeNull();
          else expect(other).toBeCloseTo(plain, 9);
        },
      ),
    );
  });
});

describe('shrinkage', () => {
  it('pulls a small group to the common mean: (2·90 + 3·60) / 5 = 72', () => {
    expect(shrunkenMean([90, 90], 60, 3)).toBe(72);
    expect(shrunkenMean([], 60, 3)).toBe(60);
  });
});

describe('chance', () => {
  it('is the same for the same seed, and lies in 0 ≤ x < 1', () => {
    const draws = (seed: number) => Array.from({ length: 50 }, seededRandom(seed));
    expect(draws(seedOf('a'))).toEqual(draws(seedOf('a')));
    expect(draws(seedOf('a'))).not.toEqual(draws(seedOf('b')));
    fc.assert(fc.property(fc.integer(), (seed) => draws(seed).every((x) => x >= 0 && x < 1)));
  });

  it('is spread evenly: the mean of 100,000 draws is a half within 0.005', () => {
    const random = seededRandom(7);
    let sum = 0;
    for (let index = 0; index < 100_000; index += 1) sum += random();
    expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.005);
  });

  it('makes of a seed the bounds that sorting all drawn means gives', () => {
    const values = [40, 55, 60, 62, 71, 90, 12];
    const random = seededRandom(11);
    const means = Array.from({ length: 1000 }, () => {
      let sum = 0;
      for (const _ of values) sum += values[Math.floor(random() * values.length)] ?? 0;
      return sum / values.length;
    }).sort((a, b) => a - b);
    const between = (rank: number, share: number) =>
      (means[rank] ?? 0) + ((means[rank + 1] ?? 0) - (means[rank] ?? 0)) * share;
    const interval = bootstrapInterval(values, (sum) => sum / values.length, 11);
    expect(interval?.low).toBeCloseTo(between(24, 0.975), 12);
    expect(interval?.high).toBeCloseTo(between(974, 0.025), 12);
  });

  it('makes bootstrap intervals that hold the value and repeat with the seed', () => {
    const values = [40, 55, 60, 62, 71, 90];
    const interval = () => bootstrapInterval(values, (sum) => sum / values.length, 3);
    expect(interval()).toEqual(interval());
    const { value, low, high } = interval() ?? { value: 0, low: 0, high: 0 };
    expect(value).toBe(63);
    // The standard error is 15.3 / √6 = 6.8, so about ± 12.
    expect(low).toBeGreaterThan(45);
    expect(low).toBeLessThan(57);
    expect(high).toBeGreaterThan(70);
    expect(high).toBeLessThan(80);
    expect(bootstrapInterval([], (sum) => sum, 1)).toBeNull();
  });
});
