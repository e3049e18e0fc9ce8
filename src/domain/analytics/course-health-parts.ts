/** What the health of a course is made of; each part is told when enough people stand behind it. */
import type { CourseEnrolment } from '../learning/enrolment.ts';
import type { Setting } from '../setting.ts';
import { clamp } from '../statistics/summary.ts';
import { dayMs } from '../time.ts';
import { type CourseFacts, isActiveSince, isGoingOn } from './course-facts.ts';
import {
  countPeople,
  latestResults,
  percentOf,
  ratingsOf,
  satisfactionOf,
  type Told,
  tell,
} from './course-parts.ts';
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

const activeDays = 14;

/** How far somebody should be by now and how far they are, in topics; null when that cannot be said. */
function againstPlan(row: CourseEnrolment, now: number): { expected: number; finished: number } | null {
  const { enrolledAt, dueAt, totalTopics, status } = row;
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
  return { expected: totalTopics * share, finished: Math.min(completedTopics, totalTopics) };
}

/**
 * Topics finished against topics that should be by now, over those going on or completed: 100 × min(1, Σ
 * finished / Σ expected), expected = topics of the course × share of the time from enrolment to due date.
 *
 * Unit: percent 0–100. Null rule: enrolment, due date or topics known of nobody, or nothing expected yet.
 */
function completionOf(people: readonly CourseEnrolment[], { now, minimumCohort }: Setting): Told {
  const plans = people
    .filter((row) => isGoingOn(row) || row.status === 'completed')
    .flatMap((row) => againstPlan(row, now) ?? []);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const expected = sum(plans.map((plan) => plan.expected));
  const finished = sum(plans.map((plan) => plan.finished));
  const percent = expected === 0 ? null : 100 * Math.min(1, finished / expected);
  return tell(percent, plans.length, minimumCohort);
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
  const active = percentOf(going, (row) => isActiveSince(row, now - activeDays * dayMs));
  return tell(active, going.length, minimumCohort);
}

/** `retentionOf`, told with the number of people whose stay is known. */
function retention(
  people: readonly CourseEnrolment[],
  baseline: Baseline,
  { now, minimumCohort }: Setting,
): Told {
  const lifetimes = lifetimesOf(people, now);
  return tell(retentionOf(lifetimes, minimumCohort, baseline), lifetimes.length, minimumCohort);
}

/** The five parts of a course's health, as far as they may be told. */
export function healthPartsOf(
  { attempts, feedback }: Pick<CourseFacts, 'attempts' | 'feedback'>,
  people: readonly CourseEnrolment[],
  baseline: Baseline,
  setting: Setting,
): Record<HealthPart, Told> {
  const { now, minimumCohort } = setting;
  const results = latestResults(attempts ?? [], people, now);
  const ratings = ratingsOf(feedback ?? [], people, now);
  const passed = percentOf(results, (result) => result.passed);
  return {
    completion: completionOf(people, setting),
    engagement: engagementOf(people, setting),
    outcomes: tell(passed, countPeople(results), minimumCohort),
    retention: retention(people, baseline, setting),
    satisfaction: tell(satisfactionOf(ratings), ratings.length, minimumCohort),
  };
}
