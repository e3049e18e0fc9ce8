import type { Computed, Missing } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import {
  type CountedCourse,
  type CourseFacts,
  type CourseQuestion,
  chosenOf,
  countedCourses,
  peopleIn,
  tellableTotal,
  totalsAreTold,
} from './course-facts.ts';
import {
  averageRatingOf,
  type CourseFigures,
  courseFigures,
  percentOf,
  priorOf,
  suppressed,
  type Told,
  type ToldFigures,
  unknown,
} from './course-figures.ts';
import { ratingsOf } from './course-parts.ts';
import { toldProgress } from './course-states.ts';

export interface CoursePerformance {
  totalCourses: number | null;
  /** Different people. */
  totalLearners: number | null;
  /** Completions of 100 places in all courses. */
  completionPercent: number | null;
  /** Of all ratings, 1–5. */
  averageRating: number | null;
  courses: ({ courseId: string; title: string | null } & CourseFigures)[] | null;
}

interface Row {
  one: CountedCourse;
  told: ToldFigures;
}

const sumOf = (rows: readonly Row[], countOf: (people: CountedCourse['people']) => number): number =>
  rows.reduce((sum, { one }) => sum + countOf(one.people), 0);
const placesOf = (people: CountedCourse['people']) => people?.length ?? 0;

/** Completions of all courses, where they may be told beside those of each. */
function completionOf(rows: readonly Row[], setting: Setting): Told<number> {
  const { completed } = toldProgress(
    rows.map(({ one }) => one),
    setting,
  );
  return completed === null ? suppressed : percentOf(completed, sumOf(rows, placesOf));
}

function totalRating(
  rows: readonly Row[],
  prior: number | null,
  { now, minimumCohort }: Setting,
): Told<number> {
  const ratings = ({ one: { feedback, people } }: Row) =>
    ratingsOf(feedback ?? [], people ?? [], now).map(({ rating }) => rating);
  const hidden = rows.filter(({ told }) => told.averageRating.value === null).flatMap(ratings);
  const isHiding = hidden.length === 0 || hidden.length >= minimumCohort;
  return isHiding ? averageRatingOf(rows.flatMap(ratings), prior, minimumCohort) : suppressed;
}

type Totals = Record<'totalLearners' | 'completionPercent' | 'averageRating', Told<number>>;

/** Different people; suppressed where so few take two courses that they would be counted by it. */
function learnersOf(rows: readonly Row[], minimum: number): Told<number> {
  const learners = peopleIn(rows.map(({ one }) => one)).size;
  const value = tellableTotal(learners, sumOf(rows, placesOf), minimum);
  return value === null ? suppressed : { value };
}

/** Places are added up, one for each course someone takes; only the learners are counted once. */
function totalsOf(rows: readonly Row[], prior: number | null, isTold: boolean, setting: Setting): Totals {
  const every = (why: Told<number>): Totals => ({
    totalLearners: why,
    completionPercent: why,
    averageRating: why,
  });
  if (rows.some(({ one }) => one.people === null)) return every(unknown);
  if (!isTold) return every(suppressed);
  return {
    totalLearners: learnersOf(rows, setting.minimumCohort),
    completionPercent: completionOf(rows, setting),
    averageRating: totalRating(rows, prior, setting),
  };
}

const missingIn = (figures: Record<string, Told<unknown>>, path: string): Missing[] =>
  Object.entries(figures).flatMap(([name, figure]) =>
    'reason' in figure ? [{ field: `${path}${name}`, reason: figure.reason }] : [],
  );

const uniqueRows = (missing: readonly Missing[]): Missing[] => [
  ...new Map(missing.map((row) => [`${row.field} ${row.reason}`, row])).values(),
];

const rowOf = ({ one: { course }, told }: Row) => ({
  courseId: course.courseId,
  title: course.title,
  enrollments: told.enrollments.value,
  active: told.active.value,
  completions: told.completions.value,
  withdrawals: told.withdrawals.value,
  completionPercent: told.completionPercent.value,
  averageScore: told.averageScore.value,
  medianScore: told.medianScore.value,
  averageRating: told.averageRating.value,
  ratings: told.ratings.value,
  enrollmentTrend: told.enrollmentTrend.value,
});

const unknownTrainer: CoursePerformance = {
  totalCourses: null,
  totalLearners: null,
  completionPercent: null,
  averageRating: null,
  courses: null,
};

/**
 * How the courses of a trainer do, by id. A course with fewer people than the minimum is suppressed, and with
 * it the smallest others, until no total gives it away; see `countedCourses` and `courseFigures`.
 *
 * Units: people and places; percents and scores 0–100; ratings 1–5. Null rule: fewer people, scores or ratings
 * than the minimum: suppressed; nobody to take a share or a mean of: insufficient_data; a course whose roll is
 * not known leaves the totals unknown. Source: API contract "course-performance", version 1.
 * @param facts of all the trainer's courses, also when one is asked for; null when the trainer is not known
 */
export function coursePerformance(
  facts: readonly CourseFacts[] | null,
  question: CourseQuestion,
  setting: Setting,
): Computed<CoursePerformance> {
  if (facts === null) return { data: unknownTrainer, missing: [] };
  const { courseId, organizationId } = question;
  const counted = countedCourses(facts, question, setting);
  const prior = priorOf(counted, organizationId, setting.now);
  const rows = chosenOf(counted, courseId).map((one) => ({
    one,
    told: courseFigures(one, prior, organizationId, setting),
  }));
  const totals = totalsOf(rows, prior, totalsAreTold(counted, courseId, setting.minimumCohort), setting);
  return {
    data: {
      totalCourses: rows.length,
      totalLearners: totals.totalLearners.value,
      completionPercent: totals.completionPercent.value,
      averageRating: totals.averageRating.value,
      courses: rows.map(rowOf),
    },
    missing: uniqueRows([
      ...missingIn(totals, ''),
      ...rows.flatMap(({ told }) => missingIn(told, 'courses[].')),
    ]),
  };
}
