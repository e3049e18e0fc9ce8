export interface ChangePoint {
  /** First index after the change, 1 to n − 1. */
  index: number;
  /** 0–1, two-sided. */
  pValue: number;
  direction: 'up' | 'down';
}

/** Fewer values than this are too few for the approximate p-value to mean anything. */
const minimumForChange = 5;

/** How many of the values one value exceeds, less how many exceed it; ties count 0. */
const dominance = (value: number, values: readonly number[]): number =>
  values.reduce((sum, other) => sum + Math.sign(value - other), 0);

/**
 * Pettitt's U after each index: values up to it over values after it. Pairs within the first part cancel, so
 * a running sum over all pairs does.
 */
function statistics(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += dominance(value, values);
    return sum;
  });
}

/** Approximate two-sided p-value of Pettitt's K for n values. */
const approximateP = (k: number, n: number): number =>
  Math.min(1, 2 * Math.exp((-6 * k ** 2) / (n ** 3 + n ** 2)));

/**
 * Rank test for one change of level at an unknown place (Pettitt 1979), two-sided, with the approximate
 * p-value 2 exp(−6K² / (n³ + n²)), at most 1. Ties have sign 0; of several equally good places the first is
 * taken. Takes O(n²).
 * @param values in order of time, at least five
 * @returns the likeliest place, significant or not; null for fewer than five values or no variation.
 */
export function changePoint(values: readonly number[]): ChangePoint | null {
  if (values.length < minimumForChange) return null;
  const scores = statistics(values);
  const k = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  // Only values all the same leave every U at 0.
  if (k === 0) return null;
  const last = scores.findIndex((score) => Math.abs(score) === k);
  const direction = (scores[last] ?? 0) < 0 ? 'up' : 'down';
  return { index: last + 1, pValue: approximateP(k, values.length), direction };
}
