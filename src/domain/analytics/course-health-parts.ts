/** What the health of a course is made of; each part is told when enough people stand behind it. */
import type { CourseEnrolment } from '../learning/enrolment.ts';
import type { Setting } from '../setting.ts';
import { clamp } from '../statistics/summary.ts';
import { type CourseFacts, isGoingOn } from './course-facts.ts';
import {
  countPeople,
  latestResults,
  percentOf,
  ratingsOf,
  satisfactionOf,
  type Told,
  tell,
} from './course-parts.ts';
import { isActive, type ToldStates } from './course-states.ts';
import { type Baseline, lifetimesOf, retentionOf } from './course-survival.ts';

/** In which shares the parts make the whole. */
export const healthWeights = {
  completion: 0.3,
  engagement: 0.2,
  outcomes: 0.2,
  retention: 0.2,
  satisfaction: 0.1,
};
export type HealthPart = keyof typeof healthWeights;

/** How far somebody should be by now and how far they are, in topics. */
export interface Plan {
  userId: string;
  expected: number;
  finished: number;
}

/** Null when it cannot be said. */
function againstPlan(row: CourseEnrolment, now: number): Plan | null {
  const { userId, enrolledAt, dueAt, totalTopics, status } = row;
  const completedTopics = row.completedTopics ?? (status === 'completed' ? totalTopics : null);
  if (
    enrolledAt === null ||
    enrolledAt > now ||
    dueAt === null ||
    totalTopics === null ||
    completedTopics === null
  )
    return null;
  // Due before it began: all of it was to be done by then.
  const share = dueAt > enrolledAt ? clamp((now - enrolledAt) / (dueAt - enrolledAt), 0, 1) : 1;
  return { userId, expected: totalTopics * share, finished: Math.min(completedTopics, totalTopics) };
}

/** The plans of those going on or completed, as far as they are known. */
export const plansOf = (people: readonly CourseEnrolment[], now: number): Plan[] =>
  people
    .filter((row) => isGoingOn(row) || row.status === 'completed')
    .flatMap((row) => againstPlan(row, now) ?? []);

/**
 * Topics finished against topics that should be by now: 100 × min(1, Σ finished / Σ expected), expected = topics of
 * the course × share of the time from enrolment to due date.
 *
 * Unit: percent 0–100. Null rule: enrolment, due date or topics known of nobody, or nothing expected yet.
 */
export function completionOf(plans: readonly Plan[], minimumCohort: number): Told {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const expected = sum(plans.map((plan) => plan.expected));
  const finished = sum(plans.map((plan) => plan.finished));
  const percent = expected === 0 ? null : 100 * Math.min(1, finished / expected);
  return tell(percent, countPeople(plans), minimumCohort);
}

/**
 * Share of those going on who were active in the last 14 days.
 *
 * Unit: percent 0–100. Null rule: nobody goes on, or no activity is known of anybody: that is not measured.
 * Somebody enrolled who has not begun is not active; of somebody in progress without one it is unknown.
 */
function engagementOf(people: readonly CourseEnrolment[], { now, minimumCohort }: Setting): Told {
  const isMeasured = people.some(({ lastActivityAt }) => lastActivityAt !== null);
  const known = people.filter(
    (row) => isGoingOn(row) && (row.lastActivityAt !== null || row.status === 'enrolled'),
  );
  const going = isMeasured ? known : [];
  const active = percentOf(going, (row) => isActive(row, now));
  return tell(active, going.length, minimumCohort);
}

/** A share of people in these states, or left over from them, would give away a count of them that is suppressed. */
const besides = (told: Told, ...states: (number | null)[]): Told =>
  told.value !== null && states.includes(null) ? { value: null, reason: 'suppressed' } : told;

/** `retentionOf`, told with the number of people whose stay is known. */
function retention(
  people: readonly CourseEnrolment[],
  baseline: Baseline,
  { now, minimumCohort }: Setting,
): Told {
  const lifetimes = lifetimesOf(people, now);
  return tell(retentionOf(lifetimes, minimumCohort, baseline), lifetimes.length, minimumCohort);
}

/**
 * The five parts of a course's health, as far as they may be told.
 * @param states what is told of the same people, in this answer or another
 */
export function healthPartsOf(
  { attempts, feedback }: Pick<CourseFacts, 'attempts' | 'feedback'>,
  people: readonly CourseEnrolment[],
  baseline: Baseline,
  states: ToldStates,
  setting: Setting,
): Record<HealthPart, Told> {
  const { now, minimumCohort } = setting;
  const results = latestResults(attempts ?? [], people, now);
  const ratings = ratingsOf(feedback ?? [], people, now);
  const passed = percentOf(results, (result) => result.passed);
  return {
    completion: completionOf(plansOf(people, now), minimumCohort),
    engagement: besides(
      engagementOf(people, setting),
      states.notStarted,
      states.active,
      states.otherInProgress,
    ),
    outcomes: tell(passed, countPeople(results), minimumCohort),
    retention: besides(retention(people, baseline, setting), states.withdrawn),
    satisfaction: tell(satisfactionOf(ratings), ratings.length, minimumCohort),
  };
}
