import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, percentileOfZ, sampleDeviation, zScore } from '../../../src/domain/statistics/normal.ts';

const group = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 30 });
const anyZ = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('the normal distribution function', () => {
  it('is that of the tables, to seven digits (Abramowitz & Stegun 1964, table 26.1)', () => {
    const table = [
      [0, 0.5],
      [0.5, 0.6914625],
      [1, 0.8413447],
      [1.959964, 0.975],
      [2, 0.9772499],
      [3, 0.9986501],
      [4, 0.9999683],
      [-1, 0.1586553],
      [-2.5, 0.0062097],
    ] as const;
    for (const [z, share] of table) expect(Math.abs(normalCdf(z) - share)).toBeLessThan(1.2e-7);
  });

  it('stays within 0 and 1 and never is NaN, however far out', () => {
    fc.assert(fc.property(anyZ, (z) => normalCdf(z) >= 0 && normalCdf(z) <= 1));
    expect([normalCdf(-1e300), normalCdf(1e300)]).toEqual([0, 1]);
  });

  it('is symmetric about 0 and rises, within its precision', () => {
    fc.assert(
      fc.property(anyZ, anyZ, (a, b) => {
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 7);
        expect(normalCdf(Math.min(a, b))).toBeLessThanOrEqual(normalCdf(Math.max(a, b)) + 1e-7);
      }),
    );
  });
});

describe('the percentile of a standard score', () => {
  it('is 50 at the mean, 84.13 one deviation above and 2.28 two below', () => {
    expect(percentileOfZ(0)).toBeCloseTo(50, 5);
    expect(percentileOfZ(1)).toBeCloseTo(84.134, 3);
    expect(percentileOfZ(-2)).toBeCloseTo(2.275, 3);
  });

  it('stays within 0 and 100', () => {
    fc.assert(fc.property(anyZ, (z) => percentileOfZ(z) >= 0 && percentileOfZ(z) <= 100));
  });
});

describe('the sample deviation', () => {
  it('divides by n − 1: squares of 2 4 4 4 5 5 7 9 about 5 add up to 32, so √(32/7)', () => {
    expect(sampleDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it('is exactly 0 for equal values, and nothing for fewer than three', () => {
    expect(sampleDeviation([0.1, 0.1, 0.1])).toBe(0);
    expect(sampleDeviation([1, 2])).toBeNull();
    expect(sampleDeviation([])).toBeNull();
  });
});

describe('the standard score', () => {
  it('is the distance from the mean in deviations: (9 − 5) / √(32/7) = 1.871', () => {
    expect(zScore(9, [2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(1.8708, 4);
    expect(zScore(0, [1, 2, 3])).toBe(-2);
  });

  it('is nothing for fewer than three values or no variation', () => {
    expect(zScore(1, [1, 2])).toBeNull();
    expect(zScore(1, [])).toBeNull();
    expect(zScore(5, [0.1, 0.1, 0.1])).toBeNull();
  });

  it('adds up to 0 over the group, with squares that add up to n − 1', () => {
    fc.assert(
      fc.property(group, (values) => {
        const scores = values.map((value) => zScore(value, values));
        if (scores.includes(null)) return;
        const sum = scores.reduce<number>((total, z) => total + (z ?? 0), 0);
        const squares = scores.reduce<number>((total, z) => total + (z ?? 0) ** 2, 0);
        expect(sum).toBeCloseTo(0, 8);
        expect(squares).toBeCloseTo(values.length - 1, 8);
      }),
    );
  });

  it('does not depend on the zero or the unit of the scale, nor on the order of the group', () => {
    fc.assert(
      fc.property(
        group,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        (values, value, shift, scale) => {
          const move = (x: number) => x * scale + shift;
          const [plain, moved] = [zScore(value, values), zScore(move(value), values.map(move).reverse())];
          if (plain === null) expect(moved).toBeNull();
          else expect(Math.abs((moved ?? Number.NaN) - plain)).toBeLessThan(1e-9 * (1 + Math.abs(plain)));
        },
      ),
    );
  });

  it('is finite for finite values', () => {
    const doubles = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), doubles, (value, values) => {
        const z = zScore(value, values);
        if (z !== null) expect(z).toSatisfy(Number.isFinite);
      }),
    );
  });
});
