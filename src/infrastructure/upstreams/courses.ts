import { z } from 'zod';
import type { CoursesPort } from '../../application/ports/upstreams.ts';
import type { CourseEnrolment } from '../../domain/learning/enrolment.ts';
import { path, uniqueBy, type Wire } from './wire.ts';
import {
  orNull,
  wireCountOrNull,
  wireEnum,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireInstantOrNull,
  wireRating,
  wireSeconds,
  wireText,
} from './wire-types.ts';

const status = wireEnum(['enrolled', 'in_progress', 'completed', 'withdrawn']);

const enrolment = z.object({
  courseId: wireId,
  courseTitle: wireText,
  trainerId: wireIdOrNull,
  organizationId: wireIdOrNull,
  enrolledAt: wireInstantOrNull,
  dueAt: wireInstantOrNull,
  completedAt: wireInstantOrNull,
  status,
  assignment: orNull(wireEnum(['self', 'assigned'])),
  totalTopics: wireCountOrNull,
  completions: z.array(
    z.object({
      topicId: wireId,
      topicTitle: wireText,
      skillIds: z.array(wireId).default([]),
      completedAt: wireInstant,
      durationSeconds: wireSeconds,
    }),
  ),
});

const courseEnrolment = z.object({
  userId: wireId,
  organizationId: wireIdOrNull,
  enrolledAt: wireInstantOrNull,
  dueAt: wireInstantOrNull,
  status,
  completedTopics: wireCountOrNull,
  totalTopics: wireCountOrNull,
  lastActivityAt: wireInstantOrNull,
  completedAt: wireInstantOrNull,
  withdrawnAt: wireInstantOrNull,
});

const course = z.object({
  courseId: wireId,
  title: wireText,
  publishedAt: wireInstantOrNull,
  totalTopics: wireCountOrNull,
  level: wireText,
  skillIds: z.array(wireId).default([]),
});

const feedback = z.object({ userId: wireId, rating: wireRating, submittedAt: wireInstantOrNull });

/** Of two rows about the same person and course, the one that was touched last; then the further one. */
function latestFirst(a: CourseEnrolment, b: CourseEnrolment): number {
  const touched = (row: CourseEnrolment) =>
    Math.max(row.lastActivityAt ?? 0, row.completedAt ?? 0, row.withdrawnAt ?? 0, row.enrolledAt ?? 0);
  return touched(b) - touched(a) || (b.completedTopics ?? -1) - (a.completedTopics ?? -1);
}

const latestOf = <T extends CourseEnrolment>(rows: readonly T[], keyOf: (row: T) => string): T[] => {
  const kept = new Set(uniqueBy([...rows].sort(latestFirst), keyOf));
  return rows.filter((row) => kept.has(row));
};

/** Course Builder: courses, enrolments and progress. */
export const makeCoursesClient = (wire: Wire): CoursesPort => ({
  progress: (userId) => wire.list(path`/progress/${userId}`, enrolment),
  trainerCourses: async (trainerId) => {
    const courses = await wire.list(path`/trainers/${trainerId}/courses`, course);
    return courses && uniqueBy(courses, ({ courseId }) => courseId);
  },
  enrollments: async (courseId) => {
    const rows = await wire.list(path`/courses/${courseId}/enrollments`, courseEnrolment);
    return rows && latestOf(rows, ({ userId }) => userId);
  },
  feedback: async (courseId) => {
    const rows = await wire.list(path`/courses/${courseId}/feedback`, feedback);
    return rows && uniqueBy(rows, ({ userId, submittedAt }) => `${userId} ${submittedAt}`);
  },
  organizationEnrollments: async (organizationId, cursor) => {
    const item = courseEnrolment.extend({ courseId: wireId });
    const page = await wire.page(path`/organizations/${organizationId}/enrollments`, item, cursor);
    const own = page.items.filter(
      (row) => row.organizationId === null || row.organizationId === organizationId,
    );
    return { ...page, items: latestOf(own, ({ userId, courseId }) => `${userId} ${courseId}`) };
  },
});
