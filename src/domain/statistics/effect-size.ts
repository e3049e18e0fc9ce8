import type { Interval } from './intervals.ts';
import { z95 } from './intervals.ts';
import { sampleDeviation } from './normal.ts';
import { mean } from './summary.ts';

export interface EffectSize extends Interval {
  /** Number of values on the smaller side. */
  n: number;
}

/** Root of the variance of both sides, each weighed by its degrees of freedom. */
const pooledDeviation = (first: number, n1: number, second: number, n2: number): number =>
  Math.hypot(first * Math.sqrt(n1 - 1), second * Math.sqrt(n2 - 1)) / Math.sqrt(n1 + n2 - 2);

/**
 * Standardised difference of two independent means: (mean after − mean before) / pooled standard deviation
 * (Cohen 1969), without the small-sample correction of Hedges' g. The 95 % interval is normal with the
 * large-sample variance (n1 + n2) / (n1 n2) + d² / (2 (n1 + n2)) of Hedges & Olkin (1985).
 * @param before at least three values
 * @param after at least three values in the same unit, of others: pairing is not made use of
 * @returns in pooled standard deviations, unbounded, above 0 when the values have risen; null for fewer than
 * three values on a side or no variation within either side.
 */
export function cohensD(before: readonly number[], after: readonly number[]): EffectSize | null {
  const [meanBefore, meanAfter] = [mean(before), mean(after)];
  const [sdBefore, sdAfter] = [sampleDeviation(before), sampleDeviation(after)];
  if (meanBefore === null || meanAfter === null || sdBefore === null || sdAfter === null) return null;
  const [n1, n2] = [before.length, after.length];
  const deviation = pooledDeviation(sdBefore, n1, sdAfter, n2);
  if (deviation === 0) return null;
  const value = (meanAfter - meanBefore) / deviation;
  // The root of the variance, without squaring d: a tiny deviation makes a d whose square overflows.
  const half = z95 * Math.hypot(Math.sqrt((n1 + n2) / (n1 * n2)), value / Math.sqrt(2 * (n1 + n2)));
  return { value, low: value - half, high: value + half, n: Math.min(n1, n2) };
}
