import { errorFunction, sampleStandardDeviation } from 'simple-statistics';
import { minimumForMean } from './summary.ts';

/**
 * Distribution function Φ of the standard normal distribution, by the Chebyshev fit of the error function in
 * Press et al. 1992 (`erfcc`). The absolute error is below 6e-8, far below anything shown; the library's own
 * `cumulativeStdNormalProbability` is a table of four decimals that ends at 3.09, so it is not used.
 * Far tails have no relative precision, and at 0 it is 1.5e-8 short of a half.
 * @param z in standard deviations, any number
 * @returns share 0–1; never null.
 */
export function normalCdf(z: number): number {
  return (1 + errorFunction(z / Math.SQRT2)) / 2;
}

/**
 * Share of a normal population below a standard score, as a percentage: 100 Φ(z), with `normalCdf`.
 * @param z in standard deviations, any number
 * @returns 0–100; never null.
 */
export function percentileOfZ(z: number): number {
  return 100 * normalCdf(z);
}

/**
 * Sample standard deviation with n − 1 (Fisher 1925), in the unit of the values.
 * @returns ≥ 0, exactly 0 for values all the same; null for fewer than three values.
 */
export function sampleDeviation(values: readonly number[]): number | null {
  const [origin] = values;
  if (origin === undefined || values.length < minimumForMean) return null;
  // Measured from one of the values, equal values leave exact zeros: three times 0.1 over 3 need not be 0.1.
  return sampleStandardDeviation(values.map((value) => value - origin));
}

/**
 * Standard score: the distance of a value from the mean of a group in its sample standard deviations (n − 1,
 * Fisher 1925). The value itself may but need not be in the group.
 * @returns in standard deviations, unbounded; null for fewer than three values in the group or no variation.
 */
export function zScore(value: number, group: readonly number[]): number | null {
  const deviation = sampleDeviation(group);
  if (deviation === null || deviation === 0) return null;
  return group.reduce((sum, other) => sum + (value - other), 0) / group.length / deviation;
}
