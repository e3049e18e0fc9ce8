import type { Interval } from './intervals.ts';
import type { Random } from './random.ts';
import { quantileInPlace } from './summary.ts';

const samples = 1000;

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** The sum of as many values drawn with replacement. */
function drawnSum(values: Float64Array, random: Random): number {
  let sum = 0;
  for (let count = 0; count < values.length; count += 1)
    sum += values[Math.floor(random() * values.length)] as number;
  return sum;
}

/**
 * Percentile bootstrap of a mean, 95 % (Efron 1979), with a seeded generator: same values and seed, same interval. No
 * sample is ever written down: of each only its sum is needed.
 * @param meanOf makes the mean, plain or shrunken, of the sum of a sample.
 * @returns null for no values.
 */
export function bootstrapInterval(
  values: readonly number[],
  meanOf: (sum: number) => number,
  random: Random,
): Interval | null {
  if (values.length === 0) return null;
  const own = Float64Array.from(values);
  const value = meanOf(sumOf(own));
  const drawn = new Float64Array(samples);
  for (let count = 0; count < samples; count += 1) drawn[count] = meanOf(drawnSum(own, random));
  return {
    value,
    low: quantileInPlace(drawn, 0.025) ?? value,
    high: quantileInPlace(drawn, 0.975) ?? value,
  };
}
