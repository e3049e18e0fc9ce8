/** What a prediction looks at: a learner beside those of the same run. Never who somebody is. */
import type { ContentUsage, ContentView } from '../learning/content.ts';
import type { CourseEnrolment } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import { clamp, quantile, round } from '../statistics/summary.ts';
import { dayMs } from '../time.ts';
import { type Cohort, type Measure, measured, percentileIn } from './cohort.ts';

/** In the order in which factors are listed. */
export const signalNames = [
  'missed_work',
  'lateness',
  'score',
  'progress',
  'activity',
  'recent_activity',
  'recency',
  'run_attrition',
] as const;
export type SignalName = (typeof signalNames)[number];

/** One signal of one learner; null = not known, which speaks neither for nor against. */
export interface Signal {
  /** What the model is given. */
  input: number | null;
  /** What people are shown: percent, days, points; activities as a multiple of what is usual in the run. */
  value: number | null;
  /** Mid-rank among those of the run, 0–100; null where there is no ranking. */
  peerPercentile: number | null;
}
export type Signals = Record<SignalName, Signal>;

const unknownSignal: Signal = { input: null, value: null, peerPercentile: null };

/** A signal whose input is the rank among peers: raw figures mean something else in every course. */
function ranked(cohort: Cohort, measure: Measure, place: number, minimum: number, scale: number): Signal {
  const peerPercentile = percentileIn(cohort, measure, place, minimum);
  const value = measured(cohort, measure, place);
  if (peerPercentile === null || value === null) return unknownSignal;
  return {
    input: peerPercentile / 100,
    value: Number.isFinite(value) ? round(scale * value) : null,
    peerPercentile,
  };
}

/** Counted by what peers have done, so it is told no more precisely than a mean of them. */
function missedSignal(cohort: Cohort, place: number, minimum: number): Signal {
  const share = measured(cohort, 'missed', place);
  const peerPercentile = percentileIn(cohort, 'missed', place, minimum);
  if (share === null || peerPercentile === null) return unknownSignal;
  const value = hideOne(100 * share, cohort.rows.length);
  return { input: value / 100, value, peerPercentile };
}

/** Ratios beyond e^±3 are as far from the mean as can be. */
const farRatio = 3;

/**
 * How active someone is beside the mean of those who look at the course at all: log((own + 1) / (mean + 1)).
 *
 * Unit: natural logarithm, −3 … 3, two decimals. Never null.
 */
export function activityRatio(own: number, mean: number): number {
  return round(clamp(Math.log((own + 1) / (mean + 1)), -farRatio, farRatio), 2);
}

/** What counts as recent. */
export const recentDays = 14;
/** People look into a course before it begins: a week's worth of it. */
const daysBefore = 7;
/** Before a week has gone by nobody has shown anything. */
export const leastCourseDay = 7;

/** A learner's views beside those of the run, as `activityRatio` has them. */
export interface Activity {
  /** Of all views against the mean. */
  whole: number;
  /** Of the views of the last `recentDays` against what the mean comes to in so many days. */
  recent: number;
}

/**
 * @param own views so far, `lately` those of the last `recentDays`
 * @param mean views so far of those who have any
 * @param runDay whole days since the run began
 */
export function activityBeside(own: { all: number; lately: number }, mean: number, runDay: number): Activity {
  const share = Math.min(1, recentDays / (Math.max(runDay, leastCourseDay) + daysBefore));
  return { whole: activityRatio(own.all, mean), recent: activityRatio(own.lately, mean * share) };
}

/**
 * The learner's views of a course's content beside the mean of its viewers.
 *
 * Null rule: views, usage or the run's day not known, nothing viewed by anybody, or fewer viewers than `minimum`: null.
 */
export function activityOf(
  views: readonly ContentView[] | null,
  usage: readonly ContentUsage[] | null,
  { runDay, now }: { runDay: number | null; now: number },
  minimum: number,
): Activity | null {
  if (views === null || usage === null || runDay === null) return null;
  const contents = new Set(usage.map(({ contentId }) => contentId));
  const all = usage.reduce((sum, { views: count }) => sum + count, 0);
  const viewers = Math.max(0, ...usage.map(({ uniqueViewers }) => uniqueViewers));
  if (viewers < minimum || all === 0) return null;
  const own = views.filter(({ contentId, at }) => contents.has(contentId) && at <= now);
  const lately = own.filter(({ at }) => at > now - recentDays * dayMs).length;
  return activityBeside({ all: own.length, lately }, all / viewers, runDay);
}

const activitySignal = (ratio: number | undefined): Signal =>
  ratio === undefined
    ? unknownSignal
    : { input: ratio, value: round(Math.exp(ratio), 2), peerPercentile: null };

/** So that a run that nobody has left yet has a logarithm. */
const leastAttrition = 0.005;

/** A fact about the run, not about the learner: where many leave, more will. */
const attritionSignal = (attrition: number | null): Signal => ({
  input: attrition === null ? null : Math.log(attrition + leastAttrition),
  value: attrition === null ? null : round(100 * attrition),
  peerPercentile: null,
});

/**
 * The signals of one member of a run.
 *
 * Units: inputs as the model was trained on: shares and ranks 0–1, activities and `run_attrition` logarithms.
 * Null rule: what is not known of the learner, or of fewer peers than `minimum`, is null.
 * @param activity of `activityOf`
 * @returns null for somebody who is not in the run (not on the roll, or has left).
 */
export function signalsOf(
  cohort: Cohort,
  userId: string,
  activity: Activity | null,
  minimum: number,
): Signals | null {
  const place = cohort.places.get(userId);
  if (place === undefined) return null;
  return {
    missed_work: missedSignal(cohort, place, minimum),
    lateness: ranked(cohort, 'late', place, minimum, 1),
    score: ranked(cohort, 'score', place, minimum, 1),
    progress: ranked(cohort, 'progress', place, minimum, 100),
    activity: activitySignal(activity?.whole),
    recent_activity: activitySignal(activity?.recent),
    recency: ranked(cohort, 'idle', place, minimum, 1),
    run_attrition: attritionSignal(cohort.attrition),
  };
}

/** A run has begun when nearly everybody is on it; a few always come late. */
const fullShare = 0.95;

/**
 * Whole days since a run of a course began: since the day by which 95 % of it were enrolled, or the course's
 * publication, whichever was later. No service tells the start of a run.
 *
 * Unit: days. Null rule: no enrolment of the run has a date, and no publication either.
 */
export function runDayOf(
  run: readonly Pick<CourseEnrolment, 'enrolledAt'>[],
  publishedAt: number | null,
  now: number,
): number | null {
  const known = run.flatMap(({ enrolledAt }) => enrolledAt ?? []);
  const starts = [quantile(known, fullShare), publishedAt].filter((at) => at !== null);
  return starts.length === 0 ? null : Math.floor((now - Math.max(...starts)) / dayMs);
}

/** The course day of one learner: of the run, or since the own enrolment where that was later. Null as `runDayOf`. */
export const courseDay = (
  { enrolledAt }: Pick<CourseEnrolment, 'enrolledAt'>,
  runDay: number | null,
  now: number,
): number | null =>
  runDay === null || enrolledAt === null ? runDay : Math.min(runDay, Math.floor((now - enrolledAt) / dayMs));
