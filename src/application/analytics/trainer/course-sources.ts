/** The calls that all trainer analytics share, and their answers put together course by course. */
import type { CourseFacts } from '../../../domain/analytics/course-facts.ts';
import type { Attempt } from '../../../domain/learning/attempt.ts';
import type { Course, CourseEnrolment, CourseFeedback } from '../../../domain/learning/enrolment.ts';
import type { UpstreamReplies } from '../../ports/reply.ts';
import type { AnalyticRequest } from '../define.ts';
import { chosenCourses } from './query.ts';

type Request = AnalyticRequest<{ courseId?: string | undefined }>;

/** The first step: which courses the trainer has. */
export const trainerCourses = ({ courses }: UpstreamReplies, { subject }: Request) => ({
  courses: courses.trainerCourses(subject.id),
});

const rollsOf = (courses: Pick<UpstreamReplies, 'courses'>['courses'], own: readonly Course[]) =>
  own.map(({ courseId }) => courses.enrollments(courseId));

/**
 * The second step of those who need no ratings: rolls of all courses, attempts of the chosen ones. All rolls,
 * because whether a course may be told about depends on how many people the others have: otherwise a small
 * course would be all courses less the one that was asked for.
 * @throws AppError NOT_FOUND before anything is asked for a course that is not the trainer's.
 */
export function rollsAndAttempts(
  { courses, assessment }: Pick<UpstreamReplies, 'courses' | 'assessment'>,
  found: { courses: readonly Course[] | null },
  { query }: Request,
) {
  const own = found.courses ?? [];
  const chosen = found.courses === null ? [] : chosenCourses(own, query.courseId);
  return {
    rolls: rollsOf(courses, own),
    attempts: chosen.map(({ courseId }) => assessment.courseAttempts(courseId)),
  };
}

/** `rollsAndAttempts`, and the ratings of all courses: a course's are weighed against all of them. */
export function rollsAttemptsAndFeedback(
  upstreams: Pick<UpstreamReplies, 'courses' | 'assessment'>,
  found: { courses: readonly Course[] | null },
  request: Request,
) {
  const parts = rollsAndAttempts(upstreams, found, request);
  const own = found.courses ?? [];
  return { ...parts, feedback: own.map(({ courseId }) => upstreams.courses.feedback(courseId)) };
}

/** What the two steps found; a list is null when its service could not be asked. */
interface Found {
  courses: readonly Course[] | null;
  rolls: readonly (readonly CourseEnrolment[] | null)[] | null;
  attempts: readonly (readonly Attempt[] | null)[] | null;
  feedback?: readonly (readonly CourseFeedback[] | null)[] | null;
}

/**
 * All courses of the trainer with what is known of each; attempts are known of the chosen ones only.
 * @returns null when the service does not know the trainer
 */
export function courseFacts(
  { courses, rolls, attempts, feedback = null }: Found,
  { query }: Request,
): CourseFacts[] | null {
  if (courses === null) return null;
  const chosen = chosenCourses(courses, query.courseId);
  const attemptsOf = new Map(chosen.map(({ courseId }, index) => [courseId, attempts?.[index] ?? null]));
  return courses.map((course, index) => ({
    course,
    roll: rolls?.[index] ?? null,
    attempts: attemptsOf.get(course.courseId) ?? null,
    feedback: feedback?.[index] ?? null,
  }));
}
