import type { Interval } from './intervals.ts';
import { sumsOfSamples } from './random.ts';
import { quantileInPlace } from './summary.ts';

const samples = 1000;

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/**
 * Percentile bootstrap of a mean, 95 % (Efron 1979), with a seeded generator: same values and seed, same interval. No
 * sample is ever written down: of each only its sum is needed.
 * @param meanOf makes the mean, plain or shrunken, of the sum of a sample.
 * @returns null for no values.
 */
export function bootstrapInterval(
  values: readonly number[],
  meanOf: (sum: number) => number,
  seed: number,
): Interval | null {
  if (values.length === 0) return null;
  const own = Float64Array.from(values);
  const value = meanOf(sumOf(own));
  const drawn = sumsOfSamples(own, samples, seed).map(meanOf);
  return {
    value,
    low: quantileInPlace(drawn, 0.025) ?? value,
    high: quantileInPlace(drawn, 0.975) ?? value,
  };
}
