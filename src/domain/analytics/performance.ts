import { type Attempt, didPass } from '../learning/attempt.ts';
import type { Computed, Missing } from '../provenance.ts';
import { type Interval, wilson } from '../statistics/intervals.ts';
import { shrunkenMean } from '../statistics/shrinkage.ts';
import {
  clamp,
  mean,
  median,
  minimumForMean,
  round,
  roundOrNull,
  weightedMean,
} from '../statistics/summary.ts';
import { trendOf } from '../statistics/trend.ts';
import { type Calendar, dayOf } from '../time.ts';

export const performanceTrends = ['improving', 'stable', 'declining'] as const;
type PerformanceTrend = (typeof performanceTrends)[number];

export interface Performance {
  /** Mean by assessment weight, 0–100; null for fewer than three scores. */
  averageScore: number | null;
  medianScore: number | null;
  trend: PerformanceTrend | null;
  /** Theil–Sen slope, points per attempt; null for fewer than three scores. */
  trendPerAttempt: number | null;
  /** Assessments handed in at least once. */
  assessmentsTaken: number | null;
  passRatePercent: Interval | null;
  tardiness: Tardiness | null;
  bySkill:
    | {
        skillId: string;
        skillName: string | null;
        averageScore: number | null;
        attempts: number;
        trend: PerformanceTrend | null;
      }[]
    | null;
  /** The ten latest scores, newest first. */
  recentScores: { assessmentId: string; score: number; submittedAt: string }[] | null;
  /** What the next score is expected to be, with a 95 % range; null for fewer than three scores. */
  expectedNextScore: Interval | null;
}

/** Pieces of work by how they were handed in; `floating` = no due date. The parts add up to `total`. */
export interface Tardiness {
  total: number;
  onTime: number;
  late: number;
  missing: number;
  floating: number;
}

interface Scored extends Attempt {
  score: number;
  submittedAt: number;
}

const recentCount = 10;
/** The latest scores that an expectation looks at. */
const expectationWindow = 5;
/** How many scores the long-run mean is worth against the latest ones. */
const expectationStrength = 2;
const z95 = 1.96;

/** Each attempt once, in order of hand-in; what lies in the future has not happened. */
function known(attempts: readonly Attempt[], now: number): Attempt[] {
  const unique = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  const at = ({ submittedAt, dueAt }: Attempt) => submittedAt ?? dueAt ?? 0;
  return [...unique.values()]
    .filter(({ submittedAt }) => submittedAt === null || submittedAt <= now)
    .sort((a, b) => at(a) - at(b) || a.attemptId.localeCompare(b.attemptId));
}

const isScored = (attempt: Attempt): attempt is Scored =>
  attempt.score !== null && attempt.submittedAt !== null;

const trendWord = { up: 'improving', flat: 'stable', down: 'declining' } as const;

function trendOfScores(scores: readonly number[]): { trend: PerformanceTrend | null; slope: number | null } {
  if (scores.length < minimumForMean) return { trend: null, slope: null };
  const { direction, slope } = trendOf(scores);
  return { trend: trendWord[direction], slope };
}

function passRate(scored: readonly Scored[]): Interval | null {
  const judged = scored.map(didPass).filter((passed) => passed !== null);
  const interval = wilson(judged.filter(Boolean).length, judged.length);
  return interval && asPercent(interval);
}

const asPercent = ({ value, low, high }: Interval): Interval => ({
  value: round(100 * value),
  low: round(100 * low),
  high: round(100 * high),
});

/** The first instant there is of those given; null = none. */
const first = (instants: readonly (number | null)[]): number | null =>
  instants.reduce((soFar, at) => (soFar === null || (at !== null && at < soFar) ? at : soFar), null);

/** How one assessment was handed in, judged by the first hand-in. */
function punctuality(attempts: readonly Attempt[], now: number): keyof Tardiness | null {
  const due = attempts.find(({ dueAt }) => dueAt !== null)?.dueAt ?? null;
  const handedIn = first(attempts.map(({ submittedAt }) => submittedAt));
  if (due === null) return handedIn === null ? null : 'floating';
  if (handedIn === null) return due < now ? 'missing' : null;
  return handedIn <= due ? 'onTime' : 'late';
}

/** Two courses may have an assessment of one name; ids hold no blanks. */
const byAssessment = (attempts: readonly Attempt[]): Attempt[][] => [
  ...Map.groupBy(attempts, ({ courseId, assessmentId }) => `${courseId ?? ''} ${assessmentId}`).values(),
];

function tardinessOf(assessments: readonly Attempt[][], now: number): Tardiness {
  const counts = { total: 0, onTime: 0, late: 0, missing: 0, floating: 0 };
  for (const attempts of assessments) {
    const kind = punctuality(attempts, now);
    if (kind === null) continue;
    counts.total += 1;
    counts[kind] += 1;
  }
  return counts;
}

function skillsOf(
  scored: readonly Scored[],
  names: ReadonlyMap<string, string | null>,
): NonNullable<Performance['bySkill']> {
  const scores = new Map<string, number[]>();
  for (const { skills } of scored) {
    for (const { skillId, score } of skills) {
      if (score === null) continue;
      const own = scores.get(skillId);
      if (own === undefined) scores.set(skillId, [score]);
      else own.push(score);
    }
  }
  return [...scores]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([skillId, own]) => ({
      skillId,
      skillName: names.get(skillId) ?? null,
      averageScore: roundOrNull(mean(own)),
      attempts: own.length,
      trend: trendOfScores(own).trend,
    }));
}

/**
 * The latest scores pulled towards the learner's own mean; the range comes from how far scores usually lie
 * from that mean.
 */
function expectation(scores: readonly number[]): Interval | null {
  const overall = mean(scores);
  if (overall === null) return null;
  const value = shrunkenMean(scores.slice(-expectationWindow), overall, expectationStrength);
  const variance = scores.reduce((sum, score) => sum + (score - overall) ** 2, 0) / (scores.length - 1);
  const spread = z95 * Math.sqrt(variance * (1 + 1 / scores.length));
  return {
    value: round(value),
    low: round(clamp(value - spread, 0, 100)),
    high: round(clamp(value + spread, 0, 100)),
  };
}

const unknownPerformance: Performance = {
  averageScore: null,
  medianScore: null,
  trend: null,
  trendPerAttempt: null,
  assessmentsTaken: null,
  passRatePercent: null,
  tardiness: null,
  bySkill: null,
  recentScores: null,
  expectedNextScore: null,
};

const needScores = ['averageScore', 'medianScore', 'trend', 'trendPerAttempt', 'expectedNextScore'] as const;

function missingOf(data: Performance): Missing[] {
  const fields = [...needScores, 'passRatePercent'] as const;
  return fields
    .filter((field) => data[field] === null)
    .map((field) => ({ field, reason: 'insufficient_data' }));
}

/** The day that decides whether an attempt belongs to a range: handed in, or due when it never was. */
function inRange(attempt: Attempt, range: { first: string; last: string } | null, zone: string): boolean {
  const at = attempt.submittedAt ?? attempt.dueAt;
  if (range === null) return true;
  if (at === null) return false;
  const day = dayOf(at, zone);
  return day >= range.first && day <= range.last;
}

/**
 * How well a learner does in assessments. Means are by assessment weight (unknown weight counts 1); trend is
 * Theil–Sen over scored attempts in order of hand-in, called improving or declining only when Mann–Kendall
 * says so at 0.1; the pass rate has its Wilson 95 % interval; tardiness counts assessments, each by its
 * first hand-in.
 *
 * Unit: points 0–100. Null rule: fewer than three scores give no mean, trend or expectation; an attempt
 * without a score is not a zero. Source: ANALYTICS definition "Performance", version 1.
 * @param attempts null when they are not known: every figure is then null.
 * @param range days (both included) to look at; null = the whole history.
 */
export function performance(
  attempts: readonly Attempt[] | null,
  skillNames: ReadonlyMap<string, string | null>,
  range: { first: string; last: string } | null,
  { now, zone }: Calendar,
): Computed<Performance> {
  if (attempts === null) return { data: unknownPerformance, missing: [] };
  const own = known(attempts, now).filter((attempt) => inRange(attempt, range, zone));
  const assessments = byAssessment(own);
  const scored = own.filter(isScored);
  const scores = scored.map(({ score }) => score);
  const { trend, slope } = trendOfScores(scores);
  const data: Performance = {
    averageScore: roundOrNull(
      weightedMean(scored.map(({ score, weight }) => ({ value: score, weight: weight ?? 1 }))),
    ),
    medianScore: roundOrNull(median(scores)),
    trend,
    trendPerAttempt: roundOrNull(slope, 2),
    assessmentsTaken: assessments.filter((attempts) =>
      attempts.some(({ submittedAt }) => submittedAt !== null),
    ).length,
    passRatePercent: passRate(scored),
    tardiness: tardinessOf(assessments, now),
    bySkill: skillsOf(scored, skillNames),
    recentScores: scored
      .slice(-recentCount)
      .reverse()
      .map(({ assessmentId, score, submittedAt }) => ({
        assessmentId,
        score,
        submittedAt: new Date(submittedAt).toISOString(),
      })),
    expectedNextScore: expectation(scores),
  };
  return { data, missing: missingOf(data) };
}
