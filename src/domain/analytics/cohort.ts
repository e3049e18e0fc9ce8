import type { CourseEnrolment } from '../learning/enrolment.ts';
import { midRankPercentile } from '../statistics/ranks.ts';

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

/** Those who take the same run of a course: same due day, enrolled and not withdrawn, each person once. */
export function cohortOf(roll: readonly CourseEnrolment[], own: CourseEnrolment): CourseEnrolment[] {
  const people = new Map(roll.map((row) => [row.userId, row]));
  return [...people.values()].filter((row) => row.status !== 'withdrawn' && row.dueAt === own.dueAt);
}

/** The learner's mid-rank percentile by progress in one run; nothing for a cohort under the minimum. */
function standingIn(roll: readonly CourseEnrolment[], userId: string, minimum: number): Standing {
  const own = roll.find((row) => row.userId === userId && row.status !== 'withdrawn');
  const progress = own && progressOf(own);
  if (own === undefined || progress === undefined || progress === null)
    return { percentile: null, reason: 'insufficient_data' };
  const others = cohortOf(roll, own).flatMap((row) => progressOf(row) ?? []);
  if (others.length < minimum) return { percentile: null, reason: 'suppressed' };
  return { percentile: midRankPercentile(progress, others) ?? 50 };
}

/**
 * Where a learner stands among those of the same runs: the mean of the mid-rank percentiles by topics finished, over
 * the runs whose cohort is large enough.
 *
 * Unit: percentile 0–100. Null rule: no roll with the learner in it: insufficient_data; only cohorts under
 * the minimum: suppressed.
 */
export function peerStanding(
  rolls: readonly (readonly CourseEnrolment[])[],
  userId: string,
  minimum: number,
): Standing {
  const standings = rolls.map((roll) => standingIn(roll, userId, minimum));
  const known = standings.flatMap(({ percentile }) => percentile ?? []);
  if (known.length > 0) return { percentile: known.reduce((sum, value) => sum + value, 0) / known.length };
  const suppressed = standings.some((one) => one.percentile === null && one.reason === 'suppressed');
  return { percentile: null, reason: suppressed ? 'suppressed' : 'insufficient_data' };
}
