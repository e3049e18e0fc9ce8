import { mean as simpleMean, sum as simpleSum, sumNthPowerDeviations } from 'simple-statistics';
import { shrunkenMean } from './shrinkage.ts';

/** What is believed before any value is seen. */
export interface Prior {
  mean: number;
  /** How many values the belief is worth, ≥ 0; Infinity when values change nothing. */
  weight: number;
}

export interface Credibility {
  /** Mean of all values, in their unit. */
  mean: number;
  /** How many values the common mean is worth, 0 to Infinity. */
  strength: number;
}

/**
 * Mean of the values together with a prior worth `weight` values, in their unit: credibility
 * n / (n + weight) (Bühlmann 1967). Unlike `shrunkenMean` it takes the infinite strength of `empiricalBayes`.
 * @returns between the mean of the values and that of the prior; null only for no values and weight 0.
 */
export function bayesianAverage(values: readonly number[], prior: Prior): number | null {
  if (values.length === 0 && prior.weight === 0) return null;
  if (prior.weight === Number.POSITIVE_INFINITY) return prior.mean;
  return shrunkenMean(values, prior.mean, prior.weight);
}

/** Measured from one of the values, equal values leave exact zeros instead of rounding errors. */
const measuredFrom = (origin: number, values: readonly number[]): number[] =>
  values.map((value) => value - origin);

const squaresWithin = (group: readonly number[]): number =>
  sumNthPowerDeviations(measuredFrom(group[0] ?? 0, group), 2);

/** Sum of squares of the group means about the common mean, each counted once per value. */
const squaresBetween = (groups: readonly (readonly number[])[], centre: number): number =>
  simpleSum(groups.map((group) => group.length * (simpleMean([...group]) - centre) ** 2));

/** Within variance over between variance, by the moments of the one-way random-effects model. */
function strengthOf(groups: readonly (readonly number[])[], total: number): number {
  const within = simpleSum(groups.map(squaresWithin)) / (total - groups.length);
  const sizes = simpleSum(groups.map(({ length }) => length ** 2));
  const excess = squaresBetween(groups, simpleMean(groups.flat())) - (groups.length - 1) * within;
  const between = excess / (total - sizes / total);
  return between <= 0 ? Number.POSITIVE_INFINITY : within / between;
}

/**
 * Common mean of groups and how strongly the mean of each is to be pulled towards it (Bühlmann & Straub 1970,
 * unbiased moment estimators, every value of weight 1): strength = within variance / between variance, for
 * `bayesianAverage` as the weight. The common mean is that of all values, not the credibility-weighted one.
 * @param groups empty ones are left out
 * @returns strength Infinity when groups differ no more than chance would make them (between variance ≤ 0), 0
 * when values differ between groups only; null for fewer than two groups with values, or when no group has
 * two values, which leaves the within variance unknown.
 */
export function empiricalBayes(groups: readonly (readonly number[])[]): Credibility | null {
  const filled = groups.filter(({ length }) => length > 0);
  const values = filled.flat();
  const [origin] = values;
  if (origin === undefined || filled.length < 2 || values.length === filled.length) return null;
  const centred = filled.map((group) => measuredFrom(origin, group));
  return { mean: simpleMean(values), strength: strengthOf(centred, values.length) };
}
