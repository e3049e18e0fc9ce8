import { median } from './summary.ts';

/** Makes the median absolute deviation estimate the standard deviation of normal values: Φ⁻¹(3/4). */
export const normalConsistency = 0.6745;

/**
 * Modified z-score (Iglewicz & Hoaglin 1993): 0.6745 · (x − median) / MAD, which a few outliers among the values do
 * not hide. Where at least half of the values are equal the MAD is 0, and `leastSpread` stands in for it.
 * @param leastSpread > 0, in the unit of the values: a smaller MAD counts as this one.
 * @returns null for fewer than three values.
 */
export function robustZ(value: number, values: readonly number[], leastSpread: number): number | null {
  const middle = median(values);
  if (middle === null) return null;
  const spread = median(values.map((one) => Math.abs(one - middle))) ?? 0;
  return (normalConsistency * (value - middle)) / Math.max(spread, leastSpread);
}
