import { describe, expect, it } from 'vitest';
import { shannonEvenness } from '../../../src/domain/statistics/diversity.ts';
import { wilson } from '../../../src/domain/statistics/intervals.ts';
import { midRankPercentile } from '../../../src/domain/statistics/ranks.ts';
import { mean, median, quantile, round } from '../../../src/domain/statistics/summary.ts';
import { mannKendall, theilSenSlope, trendOf } from '../../../src/domain/statistics/trend.ts';

// Miles per gallon of 32 cars: `mtcars$mpg` in R, from Motor Trend 1974 (Henderson & Velleman 1981).
const mpg = [
  21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4,
  30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4,
];

const rounded = (value: number | null, decimals: number): number => round(value ?? Number.NaN, decimals);

describe('summaries against R', () => {
  it('give quantile(mtcars$mpg): 10.4, 15.425, 19.2, 22.8, 33.9', () => {
    const of = (share: number) => rounded(quantile(mpg, share), 6);
    expect([0, 0.25, 0.5, 0.75, 1].map(of)).toEqual([10.4, 15.425, 19.2, 22.8, 33.9]);
  });

  it('give quantile(1:10, c(.1, .25, .75, .9)): 1.9, 3.25, 7.75, 9.1', () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect([0.1, 0.25, 0.75, 0.9].map((share) => rounded(quantile(ten, share), 6))).toEqual([
      1.9, 3.25, 7.75, 9.1,
    ]);
  });

  it('give the one value there is for every share', () => {
    expect([0, 0.3, 1].map((share) => quantile([7], share))).toEqual([7, 7, 7]);
  });

  it('give summary(mtcars$mpg): mean 20.09, median 19.2', () => {
    expect(rounded(mean(mpg), 2)).toBe(20.09);
    expect(rounded(median(mpg), 6)).toBe(19.2);
  });
});

describe('mid-rank percentiles with ties', () => {
  it('are 100 (rank − ½) / n with R’s rank(c(10, 20, 20, 20, 30, 30)): 1, 3, 3, 3, 5.5, 5.5', () => {
    const group = [20, 30, 10, 20, 30, 20];
    const of = (value: number) => rounded(midRankPercentile(value, group), 6);
    const ofRank = (rank: number) => round((100 * (rank - 0.5)) / 6, 6);
    expect([10, 20, 30].map(of)).toEqual([1, 3, 5.5].map(ofRank));
  });

  it('are the share below for a value that the group does not hold', () => {
    expect(midRankPercentile(25, [10, 20, 30, 40])).toBe(50);
    expect([midRankPercentile(0, [1, 2]), midRankPercentile(9, [1, 2])]).toEqual([0, 100]);
  });
});

describe('Wilson’s interval against Newcombe 1998, table I, method 3', () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i of %i is %d to %d', (successes, total, low, high) => {
    const interval = wilson(successes, total);
    expect(rounded(interval?.low ?? null, 4)).toBe(low);
    expect(rounded(interval?.high ?? null, 4)).toBe(high);
  });
});

describe('Theil–Sen slopes', () => {
  it('give 4 for the example of Sen 1968', () => {
    const x = [1, 2, 3, 4, 10, 12, 18];
    const y = [9, 15, 19, 20, 45, 55, 78];
    expect(theilSenSlope(x.map((at, index) => ({ x: at, y: y[index] ?? 0 })))).toBe(4);
  });

  it('leave out pairs at the same x: slopes 1 and 3, so 2', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: 1, y: 3 },
    ];
    expect(theilSenSlope(points)).toBe(2);
  });
});

describe('the Mann–Kendall test', () => {
  it('with a tie, 1 2 2 3 4: S = 9, Var = (300 − 18) / 18 = 15.667, z = 8 / 3.958 = 2.021, p = 0.043', () => {
    expect(round(mannKendall([1, 2, 2, 3, 4]), 3)).toBe(0.043);
    // The middle two of the ten slopes 0 ½ ½ ⅔ ⅔ ¾ 1 1 1 1 are ⅔ and ¾.
    const { direction, slope } = trendOf([1, 2, 2, 3, 4]);
    expect([direction, rounded(slope, 6)]).toEqual(['up', round(17 / 24, 6)]);
  });

  it('of ten rising values: S = 45, Var = 125, z = 44 / 11.18 = 3.935, p = 8.3e-5', () => {
    expect(mannKendall([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeCloseTo(8.3e-5, 6);
  });

  it('is quite uncertain when rises and falls balance: 1 3 3 1 has S = 0, p = 1', () => {
    expect(mannKendall([1, 3, 3, 1])).toBeCloseTo(1, 6);
  });
});

describe('Shannon evenness', () => {
  it('of ½ ¼ ⅛ ⅛ is 1.75 of 2 bits (Cover & Thomas 1991, ch. 2)', () => {
    expect(shannonEvenness([4, 2, 1, 1], 4)).toBeCloseTo(0.875, 12);
  });

  it('of 50 30 20 is 1.0297 / ln 3 = 0.937', () => {
    expect(rounded(shannonEvenness([50, 30, 20], 3), 3)).toBe(0.937);
  });

  it('is nothing where only one kind is possible', () => {
    expect(shannonEvenness([5], 1)).toBeNull();
  });
});
