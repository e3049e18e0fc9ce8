/** Statistics and privacy rules as they are written down, each worked out anew in the plainest way. */

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

export const meanOf = (values: readonly number[]): number => sumOf(values) / values.length;

/** Type 7: between the values at rank 1 + (n − 1) × share, in proportion. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = 1 + (sorted.length - 1) * share;
  const [below, above] = [Math.floor(rank), Math.ceil(rank)];
  const [low = Number.NaN, high = Number.NaN] = [sorted[below - 1], sorted[above - 1]];
  return low * (1 - (rank - below)) + high * (rank - below);
}

/** Nothing is told of fewer people than this. */
export const fewest = 10;

/**
 * A mean, median or percent of so many people: to the smallest step of 0.1, 0.2, 0.5, 1, 2, 5, 10 … with
 * people × step ≥ 100, of two equally near multiples the even one.
 */
export function inSteps(value: number, people: number): number {
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10].find((one) => people * one >= 100) ?? 100;
  const steps = value / step;
  const isTie = Math.abs(steps - Math.floor(steps) - 0.5) < 1e-9;
  const whole = isTie ? 2 * Math.round(steps / 2) : Math.round(steps);
  return Number((whole * step).toFixed(1));
}

/**
 * Counts that make up a total. One of 1–9 is suppressed, and with it the next larger ones, until they are two,
 * together ten, and none of them must be below nine: with each of k at least 1, one can be the sum less k − 1.
 * A zero may be told, but nothing at all of a total of 1–9 or where no such group exists.
 */
export function toldCounts<K extends string>(counts: Record<K, number>): Record<K, number | null> {
  const keys = Object.keys(counts) as K[];
  const ascending = keys.filter((key) => counts[key] > 0).sort((a, b) => counts[a] - counts[b]);
  const few = ascending.filter((key) => counts[key] < fewest).length;
  const hides = (k: number) => {
    const together = sumOf(ascending.slice(0, k).map((key) => counts[key]));
    return k >= Math.max(2, few) && together >= fewest && together - (k - 1) >= fewest - 1;
  };
  const most = ascending.findIndex((_, index) => hides(index + 1)) + 1;
  const untold = few === 0 ? [] : most === 0 ? keys : ascending.slice(0, most);
  return Object.fromEntries(keys.map((key) => [key, untold.includes(key) ? null : counts[key]])) as Record<
    K,
    number | null
  >;
}

/** How many whole weeks somebody was there, and whether it ended by leaving. */
export interface Stay {
  weeks: number;
  left: boolean;
}

export interface Week {
  week: number;
  atRisk: number;
  leaving: number;
  /** Product over the weeks up to this one of 1 − leaving / atRisk. */
  survival: number;
}

/** Kaplan–Meier as a product over weeks, as long as ten (or so many) people are at risk, for a year at most. */
export function survivalOf(stays: readonly Stay[], leastAtRisk = fewest): Week[] {
  const weeks: Week[] = [];
  for (let week = 0, survival = 1; week <= 52; week += 1) {
    const atRisk = stays.filter((stay) => stay.weeks >= week).length;
    if (atRisk < Math.max(1, leastAtRisk)) break;
    const leaving = stays.filter((stay) => stay.weeks === week && stay.left).length;
    survival *= 1 - leaving / atRisk;
    weeks.push({ week, atRisk, leaving, survival });
  }
  return weeks;
}

/** Pettitt: where the values before and after differ most in rank, and p = 2 exp(−6K² / (n³ + n²)). */
export function likeliestChange(values: readonly number[]): { index: number; isUp: boolean; p: number } {
  const n = values.length;
  const scores = values.slice(1).map((_, cut) => {
    const [before, after] = [values.slice(0, cut + 1), values.slice(cut + 1)];
    return sumOf(before.map((one) => sumOf(after.map((other) => Math.sign(one - other)))));
  });
  const most = Math.max(...scores.map(Math.abs));
  const at = scores.findIndex((score) => Math.abs(score) === most);
  return {
    index: at + 1,
    isUp: (scores[at] ?? 0) < 0,
    p: Math.min(1, 2 * Math.exp((-6 * most ** 2) / (n ** 3 + n ** 2))),
  };
}

/** Mann–Kendall with correction for ties and continuity, at 0.1 two-sided: |z| > 1.645. */
export function trendOf(values: readonly number[]): 'up' | 'flat' | 'down' {
  const n = values.length;
  const score = sumOf(values.flatMap((one, at) => values.slice(at + 1).map((next) => Math.sign(next - one))));
  const ties = [...new Set(values)].map((one) => values.filter((other) => other === one).length);
  const variance = (n * (n - 1) * (2 * n + 5) - sumOf(ties.map((t) => t * (t - 1) * (2 * t + 5)))) / 18;
  if (variance === 0 || (Math.abs(score) - 1) / Math.sqrt(variance) <= 1.6449) return 'flat';
  return score > 0 ? 'up' : 'down';
}
