/** What every trainer analytic may be asked: one of the courses, and days. */
import type { z } from 'zod';
import type { CourseQuestion } from '../../../domain/analytics/course-facts.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Setting } from '../../../domain/setting.ts';
import type { AnalyticRequest } from '../define.ts';
import { idQuery, rangeQuery } from '../fields.ts';
import { optionalDayRange } from '../range.ts';

export const trainerQuery = rangeQuery.safeExtend({
  courseId: idQuery('only this one of the trainer’s courses'),
});
type TrainerQuery = z.output<typeof trainerQuery>;

/** What is asked of the trainer's courses, in the organization's own days. */
export function courseQuestion(
  { subject, query }: AnalyticRequest<TrainerQuery>,
  setting: Setting,
): CourseQuestion {
  return {
    organizationId: subject.organizationId,
    courseId: query.courseId ?? null,
    range: optionalDayRange(query, setting),
  };
}

/**
 * The courses that are meant: all of them when none is named.
 * @throws AppError NOT_FOUND for a course that is not among the trainer's.
 */
export function chosenCourses<C extends { courseId: string }>(
  courses: readonly C[],
  courseId: string | undefined,
): readonly C[] {
  if (courseId === undefined) return courses;
  const chosen = courses.filter((course) => course.courseId === courseId);
  if (chosen.length === 0) throw new AppError('NOT_FOUND', 'The trainer has no such course.');
  return chosen;
}
