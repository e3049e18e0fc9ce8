import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLogistic, sigmoid } from '../../../src/domain/prediction/logistic.ts';

const regress = (rows: readonly (readonly number[])[], outcomes: readonly number[], ridge = 0) =>
  fitLogistic(
    {
      inputs: Float64Array.from(rows.flat()),
      columns: rows[0]?.length ?? 0,
      outcomes: Uint8Array.from(outcomes),
      weights: new Float64Array(rows.length).fill(1),
    },
    ridge,
  );

/** Temperature at launch (°F) and whether an O-ring was in distress: Dalal, Fowlkes & Hoadley 1989. */
const temperatures = [
  66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58,
];
const distress = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1];

/** Finney 1947: volume and rate of air breathed in, and whether vessels contracted. */
const volumes = [
  3.7, 3.5, 1.25, 0.75, 0.8, 0.7, 0.6, 1.1, 0.9, 0.9, 0.8, 0.55, 0.6, 1.4, 0.75, 2.3, 3.2, 0.85, 1.7, 1.8,
  0.4, 0.95, 1.35, 1.5, 1.6, 0.6, 1.8, 0.95, 1.9, 1.6, 2.7, 2.35, 1.1, 1.1, 1.2, 0.8, 0.95, 0.75, 1.3,
];
const rates = [
  0.825, 1.09, 2.5, 1.5, 3.2, 3.5, 0.75, 1.7, 0.75, 0.45, 0.57, 2.75, 3.0, 2.33, 3.75, 1.64, 1.6, 1.415, 1.06,
  1.8, 2.0, 1.36, 1.35, 1.36, 1.78, 1.5, 1.5, 1.9, 0.95, 0.4, 0.75, 0.03, 1.83, 2.2, 2.0, 3.33, 1.9, 1.9,
  1.625,
];
const contracted = [
  1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1,
  0, 0, 1,
];

describe('fitLogistic', () => {
  it('gives the published fit of the O-rings of the space shuttle', () => {
    const { intercept, coefficients } = regress(
      temperatures.map((value) => [value]),
      distress,
    );
    expect(intercept).toBeCloseTo(15.0429, 3);
    expect(coefficients[0]).toBeCloseTo(-0.2322, 4);
  });

  it('gives the published fit of Finney’s data in two variables', () => {
    const rows = volumes.map((volume, index) => [Math.log(volume), Math.log(rates[index] ?? 1)]);
    const { intercept, coefficients } = regress(rows, contracted);
    expect(intercept).toBeCloseTo(-2.875, 2);
    expect(coefficients[0]).toBeCloseTo(5.179, 2);
    expect(coefficients[1]).toBeCloseTo(4.562, 2);
  });

  it('gives the log odds ratio of a table of two by two', () => {
    const rows = [...Array(10).fill([0]), ...Array(20).fill([1])];
    const outcomes = [...Array(10).keys()]
      .map((i) => Number(i < 2))
      .concat([...Array(20).keys()].map((i) => Number(i < 15)));
    const { intercept, coefficients } = regress(rows, outcomes);
    expect(intercept).toBeCloseTo(Math.log(2 / 8), 9);
    expect(coefficients[0]).toBeCloseTo(Math.log(15 / 5) - Math.log(2 / 8), 9);
  });

  it('counts a row of weight two as two rows', () => {
    const doubled = regress(
      [...temperatures, ...temperatures].map((value) => [value]),
      [...distress, ...distress],
    );
    const weighted = fitLogistic({
      inputs: Float64Array.from(temperatures),
      columns: 1,
      outcomes: Uint8Array.from(distress),
      weights: new Float64Array(distress.length).fill(2),
    });
    expect(weighted.coefficients[0]).toBeCloseTo(doubled.coefficients[0] ?? 0, 9);
  });

  it('foretells on average what has happened, whatever the data', () => {
    const row = fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.boolean());
    fc.assert(
      fc.property(fc.array(row, { minLength: 12, maxLength: 60 }), (rows) => {
        const outcomes = [...rows.map(([, happened]) => Number(happened)), 0, 1];
        const inputs = [...rows.map(([x]) => [x]), [0.5], [-0.5]];
        const { intercept, coefficients } = regress(inputs, outcomes, 1);
        const foretold = inputs.map(([x = 0]) => sigmoid(intercept + (coefficients[0] ?? 0) * x));
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        expect(sum(foretold)).toBeCloseTo(sum(outcomes), 6);
      }),
    );
  });

  it('refuses what has no single fit: outcomes that a signal separates, or a signal twice', () => {
    expect(() => regress([[1], [2], [3], [4]], [0, 0, 1, 1])).toThrow();
    expect(() =>
      regress(
        temperatures.map((value) => [value, value]),
        distress,
      ),
    ).toThrow('no single fit');
  });
});
