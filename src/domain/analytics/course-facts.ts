/** What the trainer's figures are made of: each course with its people, their work and their ratings. */
import type { Attempt } from '../learning/attempt.ts';
import type { Course, CourseEnrolment, CourseFeedback } from '../learning/enrolment.ts';
import { suppressedCells, totalIsTellable } from '../privacy/suppression.ts';
import type { Setting } from '../setting.ts';
import { round } from '../statistics/summary.ts';
import { dayOf } from '../time.ts';

/** One course of a trainer as the services tell it; null = the service does not know, or could not be asked. */
export interface CourseFacts {
  course: Course;
  roll: readonly CourseEnrolment[] | null;
  attempts: readonly Attempt[] | null;
  feedback: readonly CourseFeedback[] | null;
}

/** Days, both included, in the organization's time zone. */
interface Days {
  first: string;
  last: string;
}

interface Scored extends Attempt {
  score: number;
  submittedAt: number;
}

const touchedAt = (row: CourseEnrolment): number =>
  Math.max(row.lastActivityAt ?? 0, row.completedAt ?? 0, row.withdrawnAt ?? 0, row.enrolledAt ?? 0);

/** Of two rows about one person: the one touched last, then the further one. Never by order of arrival. */
const latestFirst = (a: CourseEnrolment, b: CourseEnrolment): number =>
  touchedAt(b) - touchedAt(a) ||
  (b.completedTopics ?? -1) - (a.completedTopics ?? -1) ||
  a.status.localeCompare(b.status);

/**
 * Those on a roll who belong to the trainer's organization, one row per person, by user id. A row without an
 * organization counts as own; people of another organization are never counted, whoever teaches them.
 */
export function peopleOn(roll: readonly CourseEnrolment[], organizationId: string | null): CourseEnrolment[] {
  const own = roll.filter((row) => row.organizationId === null || row.organizationId === organizationId);
  const people = new Map<string, CourseEnrolment>();
  for (const row of [...own].sort(latestFirst)) {
    if (!people.has(row.userId)) people.set(row.userId, row);
  }
  return [...people.values()].sort((a, b) => a.userId.localeCompare(b.userId));
}

export const isGoingOn = ({ status }: Pick<CourseEnrolment, 'status'>): boolean =>
  status === 'enrolled' || status === 'in_progress';

/** Whether the last known activity is not before `since` (epoch ms); without a known one it is not. */
export const isActiveSince = (row: Pick<CourseEnrolment, 'lastActivityAt'>, since: number): boolean =>
  row.lastActivityAt !== null && row.lastActivityAt >= since;

/** Whether an instant lies in the days of a range; null = no range: all do. An unknown instant is in none. */
export function inRange(at: number | null, range: Days | null, zone: string): boolean {
  if (range === null) return true;
  if (at === null) return false;
  const day = dayOf(at, zone);
  return day >= range.first && day <= range.last;
}

/** A binary error must not put a score of 60 below 60. */
export const withoutDust = (score: number): number => round(score, 9);

/** What has been handed in and marked by now. */
const isScored = (attempt: Attempt, now: number): attempt is Scored =>
  attempt.score !== null && attempt.submittedAt !== null && attempt.submittedAt <= now;

const inOrder = (a: Scored, b: Scored): number =>
  a.submittedAt - b.submittedAt ||
  (a.attemptNo ?? 0) - (b.attemptNo ?? 0) ||
  a.attemptId.localeCompare(b.attemptId);

/**
 * How one person does in one course: mean of the latest scored hand-in per assessment, by assessment weight
 * (unknown weight counts 1; all weights 0 count alike).
 *
 * Unit: points 0–100. Null rule: nothing scored by `now` is no grade, never 0.
 * @param attempts of one person in one course, in any order
 */
export function scoreOf(attempts: readonly Attempt[], now: number): number | null {
  const scored = attempts.filter((attempt) => isScored(attempt, now)).sort(inOrder);
  const latest = [...new Map(scored.map((attempt) => [attempt.assessmentId, attempt])).values()].sort(
    (a, b) => a.assessmentId.localeCompare(b.assessmentId),
  );
  const total = latest.reduce((sum, { weight }) => sum + (weight ?? 1), 0);
  if (latest.length === 0) return null;
  if (total === 0) return withoutDust(latest.reduce((sum, { score }) => sum + score, 0) / latest.length);
  return withoutDust(latest.reduce((sum, { score, weight }) => sum + score * (weight ?? 1), 0) / total);
}

/** The attempts of each of these people in one course; those of nobody known are left out. */
export function attemptsByPerson(
  attempts: readonly Attempt[],
  people: readonly Pick<CourseEnrolment, 'userId'>[],
): Map<string, Attempt[]> {
  const own = new Map<string, Attempt[]>(people.map(({ userId }) => [userId, []]));
  for (const attempt of attempts) {
    if (attempt.userId !== null) own.get(attempt.userId)?.push(attempt);
  }
  return own;
}

/** `scoreOf` for those of these people who have a grade in one course. */
export function scoresByPerson(
  attempts: readonly Attempt[],
  people: readonly Pick<CourseEnrolment, 'userId'>[],
  now: number,
): Map<string, number> {
  const scores = new Map<string, number>();
  for (const [userId, own] of attemptsByPerson(attempts, people)) {
    const score = scoreOf(own, now);
    if (score !== null) scores.set(userId, score);
  }
  return scores;
}

/** What is asked of a trainer's courses; null = the only thing named is the trainer. */
export interface CourseQuestion {
  organizationId: string | null;
  courseId: string | null;
  range: Days | null;
}

/** A course with the people who are counted in it. */
export interface CountedCourse extends CourseFacts {
  /** Own organization, enrolled in the range; null when the roll is not known. */
  people: CourseEnrolment[] | null;
  /** Nothing may be told of it, for its own sake or for that of another course. */
  isSuppressed: boolean;
}

const cellOf = ({ course, people }: Pick<CountedCourse, 'course' | 'people'>) => ({
  key: course.courseId,
  people: people?.length ?? 0,
});

/**
 * Every course once, by id, with its people and whether it may be told about. Suppression looks at all the
 * trainer's courses, also when one is asked for: otherwise asking for each would give away what their total
 * hides. The courses are not quite disjoint groups, for one person may take two; places are counted, which
 * keeps the rule on the safe side for the courses and leaves the people to `totalsAreTold`.
 */
export function countedCourses(
  facts: readonly CourseFacts[],
  { organizationId, range }: CourseQuestion,
  { zone, minimumCohort }: Setting,
): CountedCourse[] {
  const unique = [...new Map(facts.map((one) => [one.course.courseId, one])).values()];
  const counted = unique
    .map((one) => ({
      ...one,
      people:
        one.roll &&
        peopleOn(one.roll, organizationId).filter(({ enrolledAt }) => inRange(enrolledAt, range, zone)),
    }))
    .sort((a, b) => a.course.courseId.localeCompare(b.course.courseId));
  const suppressed = suppressedCells(counted.map(cellOf), minimumCohort);
  return counted.map((one) => ({ ...one, isSuppressed: suppressed.has(one.course.courseId) }));
}

export const chosenOf = (courses: readonly CountedCourse[], courseId: string | null): CountedCourse[] =>
  courses.filter(({ course }) => courseId === null || course.courseId === courseId);

/** The different people of some courses. */
export const peopleIn = (courses: readonly CountedCourse[]): Set<string> =>
  new Set(courses.flatMap(({ people }) => people?.map(({ userId }) => userId) ?? []));

/**
 * Whether figures of the chosen courses together may be told: of one course when it may; of all when they are
 * enough and so are those of the suppressed courses, by places and by people.
 */
export function totalsAreTold(
  courses: readonly CountedCourse[],
  courseId: string | null,
  minimum: number,
): boolean {
  if (courseId !== null) return chosenOf(courses, courseId).every(({ isSuppressed }) => !isSuppressed);
  const hidden = courses.filter(({ isSuppressed }) => isSuppressed);
  const keys = new Set(hidden.map(({ course }) => course.courseId));
  if (peopleIn(courses).size === 0) return true;
  return (
    totalIsTellable(courses.map(cellOf), keys, minimum) &&
    (hidden.length === 0 || peopleIn(hidden).size >= minimum)
  );
}

/**
 * How many different people there are, or null where fewer than `minimum` of them are in more than one course: the
 * courses' own numbers less this one would count them.
 */
export function tellableTotal(people: number, places: number, minimum: number): number | null {
  const repeated = places - people;
  return repeated > 0 && repeated < minimum ? null : people;
}
