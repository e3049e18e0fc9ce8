import { quantile } from './summary.ts';

/** Below this p-value a trend is called one. */
const significance = 0.1;

/** Tells of each pair of values, the earlier one first; there are n(n − 1)/2, so no list of them is made. */
function eachPair<T>(values: readonly T[], tell: (earlier: T, later: T) => void): void {
  for (const [index, earlier] of values.entries()) {
    for (let at = index + 1; at < values.length; at += 1) tell(earlier, values[at] as T);
  }
}

/**
 * Theil–Sen slope (Sen 1968): the median slope between all pairs, robust to outliers.
 * @returns change of y per unit of x; null without two points of different x.
 */
export function theilSenSlope(points: readonly { x: number; y: number }[]): number | null {
  const slopes: number[] = [];
  eachPair(points, (a, b) => {
    if (a.x !== b.x) slopes.push((b.y - a.y) / (b.x - a.x));
  });
  return quantile(slopes, 0.5);
}

/** Upper tail of the standard normal distribution (Abramowitz & Stegun 7.1.26, error below 1.5e-7). */
function normalTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return (poly * Math.exp(-x * x)) / 2;
}

/** Sum over groups of equal values of t(t−1)(2t+5). */
function tieTerm(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
}

/**
 * Mann–Kendall test for a monotone trend (Mann 1945, Kendall 1975), two-sided, by the normal approximation
 * with tie correction and continuity correction. Values are in order of time.
 * @returns p-value 0–1; 1 for fewer than three values or no variation.
 */
export function mannKendall(values: readonly number[]): number {
  const n = values.length;
  let score = 0;
  eachPair(values, (earlier, later) => {
    score += Math.sign(later - earlier);
  });
  const variance = (n * (n - 1) * (2 * n + 5) - tieTerm(values)) / 18;
  if (n < 3 || variance <= 0) return 1;
  const z = Math.max(0, Math.abs(score) - 1) / Math.sqrt(variance);
  return Math.min(1, 2 * normalTail(z));
}

export interface Trend {
  direction: 'up' | 'flat' | 'down';
  /** Theil–Sen slope per step; null for fewer than three values. */
  slope: number | null;
}

/** The word for a series in equal steps: up or down only when Mann–Kendall says so at 0.1. */
export function trendOf(values: readonly number[]): Trend {
  if (values.length < 3) return { direction: 'flat', slope: null };
  const slope = theilSenSlope(values.map((y, x) => ({ x, y })));
  const certain = mannKendall(values) < significance;
  if (slope === null || slope === 0 || !certain) return { direction: 'flat', slope };
  return { direction: slope > 0 ? 'up' : 'down', slope };
}
