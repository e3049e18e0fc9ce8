import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayesianAverage, empiricalBayes } from '../../../src/domain/statistics/bayesian.ts';
import { shrunkenMean } from '../../../src/domain/statistics/shrinkage.ts';

const group = fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 8 });
const groups = fc.array(group, { maxLength: 8 });

const plainMean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function expectBetween(value: number | null, a: number, b: number): void {
  expect(value).toBeGreaterThanOrEqual(Math.min(a, b) - 1e-9);
  expect(value).toBeLessThanOrEqual(Math.max(a, b) + 1e-9);
}

describe('the Bayesian average', () => {
  it('counts the prior as so many values: (5 + 5 + 4·3) / 6 = 22/6', () => {
    expect(bayesianAverage([5, 5], { mean: 3, weight: 4 })).toBeCloseTo(22 / 6, 12);
  });

  it('is the prior without values, the mean without weight, and nothing without both', () => {
    expect(bayesianAverage([], { mean: 3, weight: 4 })).toBe(3);
    expect(bayesianAverage([2, 4], { mean: 9, weight: 0 })).toBe(3);
    expect(bayesianAverage([], { mean: 3, weight: 0 })).toBeNull();
  });

  it('is the prior, not NaN, when the prior is worth infinitely many values', () => {
    expect(bayesianAverage([5, 5], { mean: 3, weight: Number.POSITIVE_INFINITY })).toBe(3);
    expect(bayesianAverage([], { mean: 3, weight: Number.POSITIVE_INFINITY })).toBe(3);
  });

  it('lies between the mean of the values and that of the prior', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 0, max: 1e3, noNaN: true }),
        (values, mean, weight) => {
          expectBetween(bayesianAverage(values, { mean, weight }), plainMean(values), mean);
        },
      ),
    );
  });

  it('comes no further from the prior as its weight grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 100 }),
        fc.nat(50),
        fc.nat(50),
        (values, mean, weight, more) => {
          const distance = (w: number) =>
            Math.abs((bayesianAverage(values, { mean, weight: w }) ?? 0) - mean);
          expect(distance(weight + more)).toBeLessThanOrEqual(distance(weight) + 1e-9);
        },
      ),
    );
  });
});

describe('empirical Bayes', () => {
  it('of 3 5 7 and 6 12 9: within 6.5, between 8 − 6.5/3 = 35/6, so strength 39/35', () => {
    // After Klugman, Panjer & Willmot, Loss Models: credibility 3 / (3 + 39/35) = 35/48 of the way from 7.
    const { mean = 0, strength = 0 } =
      empiricalBayes([
        [3, 5, 7],
        [6, 12, 9],
      ]) ?? {};
    expect(mean).toBe(7);
    expect(strength).toBeCloseTo(39 / 35, 12);
    expect(shrunkenMean([3, 5, 7], mean, strength)).toBeCloseTo(133 / 24, 12);
    expect(shrunkenMean([6, 12, 9], mean, strength)).toBeCloseTo(203 / 24, 12);
  });

  it('of groups of different size: 2 4 6 and 10 have within 4, between (27 − 4) / 1.5, strength 6/23', () => {
    const { mean, strength } = empiricalBayes([[2, 4, 6], [], [10]]) ?? {};
    expect(mean).toBe(5.5);
    expect(strength).toBeCloseTo(6 / 23, 12);
  });

  it('pulls all the way when groups differ no more than chance would make them', () => {
    expect(
      empiricalBayes([
        [1, 9],
        [2, 8],
      ]),
    ).toEqual({ mean: 5, strength: Number.POSITIVE_INFINITY });
    expect(empiricalBayes([[0.1, 0.1, 0.1], [0.1]])?.strength).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not pull at all when values differ between groups only', () => {
    expect(
      empiricalBayes([
        [0.1, 0.1, 0.1],
        [0.7, 0.7, 0.7],
      ])?.strength,
    ).toBe(0);
  });

  it('is nothing for fewer than two groups with values, or when no group has two', () => {
    expect(empiricalBayes([])).toBeNull();
    expect(empiricalBayes([[1, 2, 3], []])).toBeNull();
    expect(empiricalBayes([[1], [2], [3]])).toBeNull();
  });

  it('gives every group a mean between its own and the common one', () => {
    fc.assert(
      fc.property(groups, (all) => {
        const found = empiricalBayes(all);
        if (found === null) return;
        const { mean, strength } = found;
        for (const values of all.filter(({ length }) => length > 0)) {
          expectBetween(bayesianAverage(values, { mean, weight: strength }), plainMean(values), mean);
          if (strength === Number.POSITIVE_INFINITY) continue;
          expectBetween(shrunkenMean(values, mean, strength), plainMean(values), mean);
        }
      }),
    );
  });

  it('has a finite mean and a strength of at least 0, never NaN, whatever the numbers', () => {
    const doubles = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(doubles, { maxLength: 6 }), (all) => {
        const found = empiricalBayes(all);
        if (found === null) return;
        expect(found.mean).toSatisfy(Number.isFinite);
        expect(found.strength).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('does not depend on the order of groups or values, nor its strength on zero and unit', () => {
    // A strength near Infinity hangs on the last bit of a between variance near 0; its inverse does not.
    const pull = (all: number[][]) => 1 / (empiricalBayes(all)?.strength ?? 1);
    fc.assert(
      fc.property(
        fc.array(group, { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        (all, scale, shift) => {
          const zero = shift % 1000;
          const other = all.map((values) => values.map((value) => value * scale + zero).reverse()).reverse();
          const [plain, moved] = [pull(all), pull(other)];
          if (Number.isFinite(plain)) expect(Math.abs(moved - plain)).toBeLessThan(1e-7 * (1 + plain));
          else expect(moved).toBe(plain);
        },
      ),
    );
  });
});
