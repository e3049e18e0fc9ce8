import type { Interval } from './intervals.ts';
import { draw, type Random } from './random.ts';
import { quantile } from './summary.ts';

const samples = 1000;

/**
 * Percentile bootstrap, 95 % (Efron 1979), with a seeded generator: same values and seed, same interval.
 * @returns null when the statistic is null for the values themselves.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number | null,
  random: Random,
): Interval | null {
  const value = statistic(values);
  if (value === null) return null;
  const draws = Array.from({ length: samples }, () =>
    statistic(Array.from(values, () => draw(values, random) ?? value)),
  ).filter((drawn): drawn is number => drawn !== null);
  return { value, low: quantile(draws, 0.025) ?? value, high: quantile(draws, 0.975) ?? value };
}
