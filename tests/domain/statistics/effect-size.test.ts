import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohensD } from '../../../src/domain/statistics/effect-size.ts';
import { round } from '../../../src/domain/statistics/summary.ts';

/** Even number of values with just this mean and sample standard deviation. */
const sample = (n: number, mean: number, deviation: number): number[] =>
  Array.from({ length: n }, (_, at) => mean + (at % 2 === 0 ? 1 : -1) * deviation * Math.sqrt((n - 1) / n));

const side = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 20 });

describe('Cohen’s d', () => {
  it('is that of Borenstein et al. 2009, ch. 4: 103 ± 5.5 and 100 ± 4.5, 50 each, give d = 0.597', () => {
    const { value, low, high, n } = cohensD(sample(50, 100, 4.5), sample(50, 103, 5.5)) ?? {};
    expect(n).toBe(50);
    expect(value).toBeCloseTo(0.597, 4);
    // Variance 100/2500 + 0.597²/200 = 0.0418, so a standard error of 0.2044.
    expect(low).toBeCloseTo(0.597 - 1.96 * 0.2044, 3);
    expect(high).toBeCloseTo(0.597 + 1.96 * 0.2044, 3);
  });

  it('weighs the variances of sides of different size: √((2·1 + 4·2.5) / 6) = √2, d = 3 / √2', () => {
    const { value, low, high, n } = cohensD([1, 2, 3], [3, 4, 5, 6, 7]) ?? {};
    expect(n).toBe(3);
    expect(value).toBeCloseTo(3 / Math.SQRT2, 12);
    // Variance 8/15 + 4.5/16 = 0.8146, so 1.96 · 0.9025 = 1.769 to either side.
    expect([round(low ?? 0, 2), round(high ?? 0, 2)]).toEqual([0.35, 3.89]);
  });

  it('is nothing for fewer than three values on a side, or no variation within either', () => {
    expect(cohensD([1, 2], [1, 2, 3])).toBeNull();
    expect(cohensD([1, 2, 3], [1, 2])).toBeNull();
    expect(cohensD([2, 2, 2], [5, 5, 5])).toBeNull();
    expect(cohensD([0.1, 0.1, 0.1], [0.7, 0.7, 0.7, 0.7])).toBeNull();
    expect(cohensD([2, 2, 2], [4, 5, 6])).not.toBeNull();
  });

  it('lies in the middle of its interval, which is finite for finite values', () => {
    const doubles = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(doubles, doubles, (before, after) => {
        const effect = cohensD(before, after);
        if (effect === null) return;
        expect(Object.values(effect).every(Number.isFinite)).toBe(true);
        expect(effect.low).toBeLessThanOrEqual(effect.value);
        expect(effect.high).toBeGreaterThanOrEqual(effect.value);
      }),
    );
  });

  it('changes sign when the sides are swapped, and its interval is mirrored', () => {
    fc.assert(
      fc.property(side, side, (before, after) => {
        const [there, back] = [cohensD(before, after), cohensD(after, before)];
        expect(back === null).toBe(there === null);
        if (there === null || back === null) return;
        expect(back.value).toBeCloseTo(-there.value, 9);
        expect(back.low).toBeCloseTo(-there.high, 9);
        expect(back.n).toBe(there.n);
      }),
    );
  });

  it('does not depend on the zero or the unit of the scale, nor on the order of the values', () => {
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        (before, after, shift, scale) => {
          const other = (values: number[]) => values.map((value) => value * scale + shift).reverse();
          const [plain, moved] = [cohensD(before, after), cohensD(other(before), other(after))];
          expect(moved === null).toBe(plain === null);
          if (plain === null || moved === null) return;
          expect(moved.value).toBeCloseTo(plain.value, 8);
          expect(moved.high).toBeCloseTo(plain.high, 8);
        },
      ),
    );
  });
});
