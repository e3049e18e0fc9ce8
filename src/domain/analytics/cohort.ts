import type { CourseEnrolment } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import { midRankPercentile } from '../statistics/ranks.ts';
import { peopleOn } from './course-facts.ts';

/** What can be said of a learner among the others, or why nothing can. */
export type Standing =
  | { percentile: number }
  | { percentile: null; reason: 'suppressed' | 'insufficient_data' };

/** Progress 0–1; null when it is not known how far or how much there is. */
function progressOf({ completedTopics, totalTopics }: CourseEnrolment): number | null {
  return completedTopics === null || totalTopics === null || totalTopics === 0
    ? null
    : completedTopics / totalTopics;
}

/** One of many learners, as seen by whoever asks. */
interface Member {
  userId: string;
  /** Null = belongs to none. */
  organizationId: string | null;
}

/**
 * Those of one organization who take the same run of a course: same due day, enrolled and not withdrawn, each person
 * once. Others may be on the roll; nobody is placed among people of another organization.
 */
export const cohortOf = (
  roll: readonly CourseEnrolment[],
  own: Pick<CourseEnrolment, 'dueAt'>,
  organizationId: string | null,
): CourseEnrolment[] =>
  peopleOn(roll, organizationId).filter((row) => row.status !== 'withdrawn' && row.dueAt === own.dueAt);

/** The learner's mid-rank percentile by progress in one run, rounded; nothing for a cohort under the minimum. */
function standingIn(
  roll: readonly CourseEnrolment[],
  { userId, organizationId }: Member,
  minimum: number,
): Standing {
  const own = peopleOn(roll, organizationId).find(
    (row) => row.userId === userId && row.status !== 'withdrawn',
  );
  const progress = own && progressOf(own);
  if (own === undefined || progress === undefined || progress === null)
    return { percentile: null, reason: 'insufficient_data' };
  const others = cohortOf(roll, own, organizationId).flatMap((row) => progressOf(row) ?? []);
  if (others.length < minimum) return { percentile: null, reason: 'suppressed' };
  return { percentile: hideOne(midRankPercentile(progress, others) ?? 50, others.length) };
}

/**
 * Where a learner stands among those of the same runs: the mean of the mid-rank percentiles by topics finished, over
 * the runs whose cohort is large enough. Each is rounded so that no single one of the cohort can be had from it.
 *
 * Unit: percentile 0–100. Null rule: no roll with the learner in it: insufficient_data; only cohorts under
 * the minimum: suppressed.
 */
export function peerStanding(
  rolls: readonly (readonly CourseEnrolment[])[],
  learner: Member,
  minimum: number,
): Standing {
  const standings = rolls.map((roll) => standingIn(roll, learner, minimum));
  const known = standings.flatMap(({ percentile }) => percentile ?? []);
  if (known.length > 0) return { percentile: known.reduce((sum, value) => sum + value, 0) / known.length };
  const suppressed = standings.some((one) => one.percentile === null && one.reason === 'suppressed');
  return { percentile: null, reason: suppressed ? 'suppressed' : 'insufficient_data' };
}
