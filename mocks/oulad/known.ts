/** What was known of an enrolment on a course day: nothing that happened later, no hindsight. */
import type { EnrolmentStatus } from '../../src/domain/learning/enrolment.ts';
import type { Today } from './course-days.ts';
import type { Assessment, OuladEnrolment, Presentation, Student, Submission } from './data.ts';

export const todayOf = (presentation: Presentation, now: number): Today => presentation.days.today(now);

/** True from the day of registration; where that is not recorded, from the start of the course. */
export function isEnrolledBy(enrolment: OuladEnrolment, day: number): boolean {
  return (enrolment.registeredDay ?? 0) <= day;
}

/** A student's enrolments that have happened by an instant; none = nobody has heard of the student yet. */
export function enrolmentsBy(student: Student, now: number): OuladEnrolment[] {
  return student.enrolments.filter((enrolment) =>
    isEnrolledBy(enrolment, todayOf(enrolment.presentation, now).day),
  );
}

export const hasEnded = ({ length }: Presentation, day: number): boolean => day >= length;

export function submissionsBy(enrolment: OuladEnrolment, day: number): Submission[] {
  return enrolment.submissions.filter((submission) => submission.day <= day);
}

/** The last click not after a day; null = none, or the data do not reach that day. */
export function lastClickBy(enrolment: OuladEnrolment, day: number): number | null {
  if (!clicksKnownBy(enrolment, day)) return null;
  return enrolment.clickDays.findLast((clicked) => clicked <= day) ?? null;
}

/** Whether the data hold a student's clicks up to a day (or up to leaving the course). */
export function clicksKnownBy({ presentation, unregisteredDay }: OuladEnrolment, day: number): boolean {
  return Math.min(day, unregisteredDay ?? day) <= presentation.clicksKnownTo;
}

/**
 * A result is known only when the presentation is over. There is no word for "failed" in the contract: who
 * failed has not completed, and stays in progress past the due date.
 */
export function statusBy(enrolment: OuladEnrolment, day: number): EnrolmentStatus {
  const { unregisteredDay, outcome, presentation } = enrolment;
  const ended = hasEnded(presentation, day);
  if (unregisteredDay !== null && unregisteredDay <= day) return 'withdrawn';
  if (ended && outcome === 'withdrawn') return 'withdrawn';
  if (ended && outcome === 'passed') return 'completed';
  const started = enrolment.submissions[0]?.day ?? Number.POSITIVE_INFINITY;
  const clicked = enrolment.clickDays[0] ?? Number.POSITIVE_INFINITY;
  return Math.min(started, clicked) <= day ? 'in_progress' : 'enrolled';
}

/**
 * Work whose due day is over and that was not handed in, for someone who was registered on that day. Not for
 * assessments of which the data hold nobody's result: whether those were missed is unknown.
 */
export function missedBy(enrolment: OuladEnrolment, today: Today): Assessment[] {
  const done = new Set(submissionsBy(enrolment, today.day).map(({ assessment }) => assessment));
  const { unregisteredDay } = enrolment;
  return enrolment.presentation.assessments.filter(
    (assessment) =>
      assessment.recorded &&
      assessment.dueDay <= today.lastOver &&
      !done.has(assessment) &&
      isEnrolledBy(enrolment, assessment.dueDay) &&
      (unregisteredDay === null || unregisteredDay > assessment.dueDay),
  );
}
