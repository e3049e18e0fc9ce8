import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changePoint } from '../../../src/domain/statistics/change-point.ts';

// Annual flow of the Nile at Aswan, 1871 to 1970, in 10⁸ m³: Cobb 1978, Biometrika 65:243; `Nile` in R.
const nile = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958,
  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020,
  1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040,
  759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
  744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

const series = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 30 });
const opposite = { up: 'down', down: 'up' } as const;

describe('the change point of Pettitt', () => {
  it('of the Nile is after 1898, down, and certain (Cobb 1978)', () => {
    const { index, pValue, direction } = changePoint(nile) ?? {};
    expect(nile).toHaveLength(100);
    expect([1871 + (index ?? 0), direction]).toEqual([1899, 'down']);
    expect(pValue).toBeLessThan(1e-5);
  });

  it('of five low and five high is in the middle: K = 25, p = 2 exp(−6·625 / 1100) = 0.0661', () => {
    const { index, pValue, direction } = changePoint([1, 1, 1, 1, 1, 5, 5, 5, 5, 5]) ?? {};
    expect([index, direction]).toEqual([5, 'up']);
    expect(pValue).toBeCloseTo(0.0661, 4);
  });

  it('counts ties as 0: for 1 2 2 3 3, U is −4, −5, −6, −3, 0, so K = 6', () => {
    // U: 1 is below four (−4); each 2 is above one and below two (−1), so −5, −6; then +3, +3.
    const found = changePoint([1, 2, 2, 3, 3]);
    expect(found).toEqual({ index: 3, pValue: 2 * Math.exp((-6 * 36) / 150), direction: 'up' });
  });

  it('is nothing for fewer than five values, or values all the same', () => {
    expect(changePoint([1, 1, 9, 9])).toBeNull();
    expect(changePoint([3, 3, 3, 3, 3, 3])).toBeNull();
    expect(changePoint([])).toBeNull();
  });

  it('of a series with one step is at the step, in its direction', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 20 }),
        fc.integer({ min: 3, max: 20 }),
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: -100, max: 100 }).filter((height) => height !== 0),
        (before, after, level, height) => {
          const values = Array.from({ length: before + after }, (_, at) =>
            at < before ? level : level + height,
          );
          const { index, direction } = changePoint(values) ?? {};
          expect([index, direction]).toEqual([before, height > 0 ? 'up' : 'down']);
        },
      ),
    );
  });

  it('has an index within the series and a p-value in 0 to 1, and leaves the input as it was', () => {
    fc.assert(
      fc.property(series, (values) => {
        const copy = [...values];
        const found = changePoint(values);
        expect(values).toEqual(copy);
        expect(found === null).toBe(new Set(values).size === 1);
        if (found === null) return;
        expect(found.index).toBeGreaterThanOrEqual(1);
        expect(found.index).toBeLessThan(values.length);
        expect(found.pValue).toBeGreaterThan(0);
        expect(found.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('depends on ranks only: any rising transformation changes nothing', () => {
    fc.assert(
      fc.property(series, (values) => {
        expect(changePoint(values.map((value) => value ** 3 + 7))).toEqual(changePoint(values));
      }),
    );
  });

  it('turns its direction, and nothing else, when the values are mirrored', () => {
    fc.assert(
      fc.property(series, (values) => {
        const found = changePoint(values);
        const mirrored = changePoint(values.map((value) => -value));
        expect(mirrored).toEqual(found && { ...found, direction: opposite[found.direction] });
      }),
    );
  });

  it('has the same p-value when time runs backwards', () => {
    fc.assert(
      fc.property(series, (values) => {
        expect(changePoint([...values].reverse())?.pValue).toBe(changePoint(values)?.pValue);
      }),
    );
  });
});
