/** Who of a trainer's learners shows signs of trouble; the same signs tell who struggles. */
import type { Attempt } from '../learning/attempt.ts';
import type { CourseEnrolment } from '../learning/enrolment.ts';
import { clamp } from '../statistics/summary.ts';
import { dayMs } from '../time.ts';
import { isGoingOn } from './course-facts.ts';

export const riskReasons = ['inactive_7_days', 'behind_plan', 'low_scores', 'missing_work'] as const;
export type RiskReason = (typeof riskReasons)[number];

/** One learner's place in one course, with the learner's own attempts there. */
export interface Place {
  row: CourseEnrolment;
  attempts: readonly Attempt[];
}

/** One person with all places in the courses that are looked at. */
export interface Learner {
  userId: string;
  places: readonly Place[];
  /** Mean of the scores of the courses, 0–100; null without a grade. */
  score: number | null;
}

export interface AtRisk {
  userId: string;
  fullName: string | null;
  /** 0–1; null as long as no model is configured. */
  riskProbability: number | null;
  /** In the order of `riskReasons`. */
  reasons: RiskReason[];
}

/** A score below this is a low one. */
export const lowScore = 60;
const inactiveDays = 7;
/** Share of the plan under which someone is behind it. */
const behindShare = 0.75;
const leastMissingWork = 2;
const leastReasons = 2;
const mostListed = 20;

/** How much of the time from enrolment to the due date is over, 0–1; null without both, in that order. */
function elapsedShare({ enrolledAt, dueAt }: CourseEnrolment, now: number): number | null {
  if (enrolledAt === null || dueAt === null || dueAt <= enrolledAt) return null;
  return clamp((now - enrolledAt) / (dueAt - enrolledAt), 0, 1);
}

/**
 * Whether someone who is going on has finished fewer than 75 % of the topics that the elapsed share of the
 * time asks for. What is not known (dates, topics) makes nobody late.
 */
export function isBehindPlan(row: CourseEnrolment, now: number): boolean {
  const elapsed = elapsedShare(row, now);
  const { completedTopics, totalTopics } = row;
  if (!isGoingOn(row) || elapsed === null || completedTopics === null || totalTopics === null) return false;
  return completedTopics < behindShare * elapsed * totalTopics;
}

/** The latest activity in any of the places, epoch ms; null when none is known. */
export function lastActivityOf({ places }: Learner): number | null {
  const known = places.flatMap(({ row }) => row.lastActivityAt ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** Not seen anywhere for seven days; someone of whom no activity is known is not called inactive. */
export function isInactive(learner: Learner, now: number): boolean {
  const last = lastActivityOf(learner);
  return last !== null && last < now - inactiveDays * dayMs;
}

/** Assessments of one place that are due and of which nothing was handed in. */
function missingWork({ attempts }: Place, now: number): number {
  const assessments = [...Map.groupBy(attempts, ({ assessmentId }) => assessmentId).values()];
  const isHandedIn = ({ submittedAt }: Attempt) => submittedAt !== null && submittedAt <= now;
  const isDue = ({ dueAt }: Attempt) => dueAt !== null && dueAt < now;
  return assessments.filter((group) => group.some(isDue) && !group.some(isHandedIn)).length;
}

function reasonsOf(learner: Learner, now: number): RiskReason[] {
  const goingOn = learner.places.filter(({ row }) => isGoingOn(row));
  const missing = goingOn.reduce((sum, place) => sum + missingWork(place, now), 0);
  const holds: Record<RiskReason, boolean> = {
    inactive_7_days: isInactive(learner, now),
    behind_plan: goingOn.some(({ row }) => isBehindPlan(row, now)),
    low_scores: learner.score !== null && learner.score < lowScore,
    missing_work: missing >= leastMissingWork,
  };
  return riskReasons.filter((reason) => holds[reason]);
}

/**
 * Learners who are going on in a course and show at least two reasons: most reasons first, then longest
 * inactive, at most 20. A list of persons for those who may look each of them up; no figure about a group.
 *
 * Null rule: what is not known is no reason; a name that is not known is null.
 */
export function atRisk(
  learners: readonly Learner[],
  names: ReadonlyMap<string, string | null>,
  now: number,
): AtRisk[] {
  return learners
    .filter(({ places }) => places.some(({ row }) => isGoingOn(row)))
    .map((learner) => ({ learner, reasons: reasonsOf(learner, now), last: lastActivityOf(learner) ?? now }))
    .filter(({ reasons }) => reasons.length >= leastReasons)
    .sort(
      (a, b) =>
        b.reasons.length - a.reasons.length ||
        a.last - b.last ||
        a.learner.userId.localeCompare(b.learner.userId),
    )
    .slice(0, mostListed)
    .map(({ learner: { userId }, reasons }) => ({
      userId,
      fullName: names.get(userId) ?? null,
      riskProbability: null,
      reasons,
    }));
}
