import { mean as simpleMean, median as simpleMedian } from 'simple-statistics';

/** Fewer values than this have no mean that could be told. */
export const minimumForMean = 3;

/** Arithmetic mean; null for fewer than three values. */
export function mean(values: readonly number[]): number | null {
  return values.length < minimumForMean ? null : simpleMean([...values]);
}

/** Median, the mean of the middle two of an even number; null for fewer than three values. */
export function median(values: readonly number[]): number | null {
  return values.length < minimumForMean ? null : simpleMedian([...values]);
}

/** Mean by weight; null for fewer than three values. All weights 0 counts as all equal. */
export function weightedMean(items: readonly { value: number; weight: number }[]): number | null {
  if (items.length < minimumForMean) return null;
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return simpleMean(items.map(({ value }) => value));
  return items.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
}

/**
 * Quantile by linear interpolation between order statistics (Hyndman & Fan 1996, type 7; the default of R).
 * @param share 0–1
 * @returns null for no values.
 */
export const quantile = (values: readonly number[], share: number): number | null =>
  quantileOfSorted(ascending(values), share);

export const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();

/** The same of values in ascending order, for those who want several. */
export function quantileOfSorted(sorted: Float64Array, share: number): number | null {
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)];
  const high = sorted[Math.ceil(position)];
  if (low === undefined || high === undefined) return null;
  return low + (high - low) * (position - Math.floor(position));
}

/** Between two bounds. */
export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** To a number of decimals, so that figures do not pretend to more than they know. */
export function round(value: number, decimals = 1): number {
  const factor = 10 ** decimals;
  const rounded = Math.round(value * factor) / factor;
  return rounded === 0 ? 0 : rounded;
}

/** `round`, with null for null. */
export const roundOrNull = (value: number | null, decimals = 1): number | null =>
  value === null ? null : round(value, decimals);
