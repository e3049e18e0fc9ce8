import type { Interval } from './intervals.ts';
import { draw, type Random } from './random.ts';
import { ascending, quantileOfSorted } from './summary.ts';

const samples = 1000;

/**
 * Percentile bootstrap, 95 % (Efron 1979), with a seeded generator: same values and seed, same interval.
 * @param statistic must not keep the sample it is given: the next one is drawn into the same array.
 * @returns null when the statistic is null for the values themselves.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number | null,
  random: Random,
): Interval | null {
  const value = statistic(values);
  if (value === null) return null;
  const sample = [...values];
  const draws: number[] = [];
  for (let count = 0; count < samples; count += 1) {
    for (let index = 0; index < sample.length; index += 1) sample[index] = draw(values, random) ?? value;
    const drawn = statistic(sample);
    if (drawn !== null) draws.push(drawn);
  }
  const sorted = ascending(draws);
  return {
    value,
    low: quantileOfSorted(sorted, 0.025) ?? value,
    high: quantileOfSorted(sorted, 0.975) ?? value,
  };
}
