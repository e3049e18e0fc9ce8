export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** Normal quantile of a 95 % interval. */
export const z95 = 1.959963984540054;

/**
 * Proportion with its Wilson score interval, 95 % (Wilson 1927): keeps its coverage for small numbers.
 * @returns shares 0–1; null when nobody was asked.
 */
export function wilson(successes: number, total: number): Interval | null {
  if (total === 0) return null;
  const share = successes / total;
  const spread = z95 ** 2 / total;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (z95 / (1 + spread)) * Math.sqrt((share * (1 - share)) / total + spread / (4 * total));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
