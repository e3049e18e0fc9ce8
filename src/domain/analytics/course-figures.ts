import type { CourseEnrolment } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { MissingReason } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { bayesianAverage } from '../statistics/bayesian.ts';
import { mean, median } from '../statistics/summary.ts';
import { trendOf } from '../statistics/trend.ts';
import { addDays, type Calendar, dayOf, weekStart } from '../time.ts';
import { type CountedCourse, type CourseFacts, peopleOn, scoresByPerson } from './course-facts.ts';
import { hideOneRating, type Rating, ratingsOf } from './course-parts.ts';
import { toldStates } from './course-states.ts';

export const enrollmentTrends = ['rising', 'steady', 'falling'] as const;
type EnrollmentTrend = (typeof enrollmentTrends)[number];

/** Of one course; each null when unknown or suppressed. */
export interface CourseFigures {
  enrollments: number | null;
  /** Going on and seen within the last 14 days. */
  active: number | null;
  completions: number | null;
  withdrawals: number | null;
  /** Completions of 100 enrolments. */
  completionPercent: number | null;
  /** Mean of the people's scores, 0–100. */
  averageScore: number | null;
  medianScore: number | null;
  /** Bayesian average, 1–5. */
  averageRating: number | null;
  /** Number of ratings. */
  ratings: number | null;
  enrollmentTrend: EnrollmentTrend | null;
}

/** A figure, or why there is none. */
export type Told<T> = { value: T } | { value: null; reason: MissingReason };
export type ToldFigures = { [K in keyof CourseFigures]: Told<NonNullable<CourseFigures[K]>> };

export const unknown = { value: null, reason: 'insufficient_data' } as const;
export const suppressed = { value: null, reason: 'suppressed' } as const;

const trendWeeks = 12;
const leastEnrolmentsForTrend = 10;
/** How many ratings the mean of all the trainer's courses is worth. */
const priorRatings = 5;

/** A figure about so many people's values: none for nobody, suppressed for few, else rounded. */
function toldOf(
  values: readonly number[],
  figure: (values: readonly number[]) => number | null,
  minimum: number,
  hide: (value: number, people: number) => number = hideOne,
): Told<number> {
  if (values.length > 0 && values.length < minimum) return suppressed;
  const value = figure(values);
  return value === null ? unknown : { value: hide(value, values.length) };
}

const countOf = (count: number | null): Told<number> => (count === null ? suppressed : { value: count });

/** The state of all places of a course, as far as it may be told; who is active is not when no activity is known. */
function statesOf(people: readonly CourseEnrolment[], setting: Setting) {
  const knowsActivity = people.length === 0 || people.some(({ lastActivityAt }) => lastActivityAt !== null);
  const told = toldStates(people, setting);
  return {
    active: knowsActivity ? countOf(told.active) : unknown,
    completions: countOf(told.completed),
    withdrawals: countOf(told.withdrawn),
  };
}

/** The share of so many places, 0–100, rounded so that no single one can be had from it. */
export const percentOf = (part: number, places: number): Told<number> =>
  places === 0 ? unknown : { value: hideOne((100 * part) / places, places) };

/** A percent would give away a count that is suppressed. */
const completionPercentOf = (completions: Told<number>, places: number): Told<number> =>
  completions.value === null ? completions : percentOf(completions.value, places);

const valuesOf = (ratings: readonly Rating[]): number[] => ratings.map(({ rating }) => rating);

/** Mean of all the trainer's ratings, whatever course or days are asked for; null for fewer than three. */
export const priorOf = (
  facts: readonly CourseFacts[],
  organizationId: string | null,
  now: number,
): number | null =>
  mean(
    facts.flatMap(({ feedback, roll }) =>
      valuesOf(ratingsOf(feedback ?? [], peopleOn(roll ?? [], organizationId), now)),
    ),
  );

/**
 * Bayesian average of ratings with the mean of all the trainer's as the prior, worth five ratings, 1–5.
 * @param prior null leaves it unknown
 */
export function averageRatingOf(
  ratings: readonly number[],
  prior: number | null,
  minimum: number,
): Told<number> {
  const average = () =>
    prior === null ? null : bayesianAverage(ratings, { mean: prior, weight: priorRatings });
  return ratings.length === 0 ? unknown : toldOf(ratings, average, minimum, hideOneRating);
}

const trendWord = { up: 'rising', flat: 'steady', down: 'falling' } as const;

/** Of weekly enrolments over the last whole weeks, whatever days are asked for. */
function enrollmentTrendOf(
  people: readonly CourseEnrolment[],
  minimum: number,
  { now, zone }: Calendar,
): Told<EnrollmentTrend> {
  const thisWeek = weekStart(dayOf(now, zone));
  const weeks = Array.from({ length: trendWeeks }, (_, index) => addDays(thisWeek, 7 * (index - trendWeeks)));
  const enrolled = people.flatMap(({ enrolledAt }) =>
    enrolledAt === null ? [] : [weekStart(dayOf(enrolledAt, zone))],
  );
  const weekly = weeks.map((week) => enrolled.filter((own) => own === week).length);
  const total = weekly.reduce((sum, count) => sum + count, 0);
  if (total < Math.max(leastEnrolmentsForTrend, minimum)) return unknown;
  return { value: trendWord[trendOf(weekly).direction] };
}

const all = (why: Told<never>): ToldFigures => ({
  enrollments: why,
  active: why,
  completions: why,
  withdrawals: why,
  completionPercent: why,
  averageScore: why,
  medianScore: why,
  averageRating: why,
  ratings: why,
  enrollmentTrend: why,
});

/**
 * What may be told of one course, and why the rest is not.
 * @param prior mean of all the trainer's ratings
 */
export function courseFigures(
  one: CountedCourse,
  prior: number | null,
  organizationId: string | null,
  setting: Setting,
): ToldFigures {
  const { people, roll, attempts, feedback, isSuppressed } = one;
  if (people === null || roll === null) return all(unknown);
  if (isSuppressed) return all(suppressed);
  const { now, minimumCohort: minimum } = setting;
  const states = statesOf(people, setting);
  const scores = attempts === null ? [] : [...scoresByPerson(attempts, people, now).values()];
  const ratings = feedback && valuesOf(ratingsOf(feedback, people, now));
  const isFew = ratings !== null && ratings.length > 0 && ratings.length < minimum;
  return {
    enrollments: { value: people.length },
    ...states,
    completionPercent: completionPercentOf(states.completions, people.length),
    averageScore: toldOf(scores, mean, minimum),
    medianScore: toldOf(scores, median, minimum),
    averageRating: averageRatingOf(ratings ?? [], prior, minimum),
    ratings: ratings === null ? unknown : isFew ? suppressed : { value: ratings.length },
    enrollmentTrend: enrollmentTrendOf(peopleOn(roll, organizationId), minimum, setting),
  };
}
