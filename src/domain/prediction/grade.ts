/** What the next score is likely to be. */
import { clamp, round } from '../statistics/summary.ts';

export interface GradeForecast {
  /** Points 0–100, with the ends of an 80 % interval. */
  value: number;
  low: number;
  high: number;
}

/** What was set by looking at data; the card says at which. */
export interface GradeSettings {
  /** Each score counts so much of the one after it. */
  keptByScore: number;
  /** Scores that the cohort's mean is worth. */
  cohortWorth: number;
  /** Standard deviation of one score about what is expected, and the scores that this is worth against the own ones. */
  usualDeviation: number;
  deviationWorth: number;
}

export const gradeSettings: GradeSettings = {
  keptByScore: 0.8,
  cohortWorth: 1,
  usualDeviation: 19,
  deviationWorth: 4,
};

const z80 = 1.2816;

/**
 * The mean of the own scores, the recent ones counting more, shrunk to the cohort's mean (James & Stein 1961).
 *
 * Unit: points 0–100, one decimal; the interval is meant to hold in 80 % of cases. Null rule: no own score: null.
 * @param scores oldest first
 * @param cohortMean of the same course; null = not known, then nothing is shrunk.
 */
export function gradeForecast(
  scores: readonly number[],
  cohortMean: number | null,
  { keptByScore, cohortWorth, usualDeviation, deviationWorth }: GradeSettings = gradeSettings,
): GradeForecast | null {
  if (scores.length === 0) return null;
  const weights = scores.map((_, index) => keptByScore ** (scores.length - 1 - index));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sum = scores.reduce((points, score, index) => points + score * (weights[index] ?? 0), 0);
  const worth = cohortMean === null ? 0 : cohortWorth;
  const value = (sum + worth * (cohortMean ?? 0)) / (total + worth);
  const squares = scores.reduce((all, score) => all + (score - value) ** 2, 0);
  const deviation = Math.sqrt(
    (squares + deviationWorth * usualDeviation ** 2) / (scores.length + deviationWorth),
  );
  const half = z80 * deviation * Math.sqrt(1 + 1 / (total + worth));
  const bounded = (points: number) => round(clamp(points, 0, 100));
  return { value: bounded(value), low: bounded(value - half), high: bounded(value + half) };
}
