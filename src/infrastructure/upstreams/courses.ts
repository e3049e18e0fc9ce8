import type { CoursesPort } from '../../application/ports/upstreams.ts';
import type {
  CourseEnrolment,
  CourseFeedback,
  Enrolment,
  EnrolmentStatus,
} from '../../domain/learning/enrolment.ts';
import { bestBy, uniqueBy } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import {
  list,
  orNone,
  row,
  wireAmount,
  wireCountOrNull,
  wireEnum,
  wireEnumOrNull,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireInstantOrNull,
  wireRating,
  wireText,
} from './wire-types.ts';

/** From least to most final. */
const statuses = ['enrolled', 'in_progress', 'withdrawn', 'completed'] as const;
const status = wireEnum(statuses, {
  active: 'in_progress',
  cancelled: 'withdrawn',
  canceled: 'withdrawn',
  dropped: 'withdrawn',
});

const enrolment = row({
  courseId: wireId,
  courseTitle: wireText,
  trainerId: wireIdOrNull,
  organizationId: wireIdOrNull,
  enrolledAt: wireInstantOrNull,
  dueAt: wireInstantOrNull,
  completedAt: wireInstantOrNull,
  status,
  assignment: wireEnumOrNull(['self', 'assigned']),
  totalTopics: wireCountOrNull,
  completions: list(
    row({
      topicId: wireId,
      topicTitle: wireText,
      skillIds: orNone(wireId),
      completedAt: wireInstant,
      durationSeconds: wireAmount,
    }),
  ),
});

const courseEnrolmentFields = {
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
};
const courseEnrolment = row(courseEnrolmentFields);

const organizationEnrolment = row({ ...courseEnrolmentFields, courseId: wireId });

const course = row({
  courseId: wireId,
  title: wireText,
  publishedAt: wireInstantOrNull,
  totalTopics: wireCountOrNull,
  level: wireText,
  skillIds: orNone(wireId),
});

const feedback = row({ userId: wireId, rating: wireRating, submittedAt: wireInstantOrNull });

const newest = (...instants: (number | null)[]) => Math.max(0, ...instants.map((at) => at ?? 0));
const touched = (row: CourseEnrolment) =>
  newest(row.lastActivityAt, row.completedAt, row.withdrawnAt, row.enrolledAt);
const touchedByLearner = (row: Enrolment) =>
  newest(row.completedAt, row.enrolledAt, ...row.completions.map(({ completedAt }) => completedAt));

const advance = (row: { status: EnrolmentStatus }) => statuses.indexOf(row.status);

/** Of two rows about the same person and course: the one touched last, then the further one. */
const latestRow = (a: CourseEnrolment, b: CourseEnrolment) =>
  touched(b) - touched(a) || (b.completedTopics ?? -1) - (a.completedTopics ?? -1) || advance(b) - advance(a);
const latestEnrolment = (a: Enrolment, b: Enrolment) =>
  touchedByLearner(b) - touchedByLearner(a) ||
  b.completions.length - a.completions.length ||
  advance(b) - advance(a);

const latestFeedback = (a: CourseFeedback, b: CourseFeedback) => (b.submittedAt ?? 0) - (a.submittedAt ?? 0);

/** Course Builder: courses, enrolments and progress. One row per learner and course, one rating per learner. */
export const makeCoursesClient = (wire: Wire): CoursesPort => ({
  progress: async (userId) => {
    const rows = await wire.collection(path`/progress/${userId}`, enrolment, {}, { userId });
    return rows && bestBy(rows, ({ courseId }) => courseId, latestEnrolment);
  },
  trainerCourses: async (trainerId) => {
    const courses = await wire.list(path`/trainers/${trainerId}/courses`, course, {}, { trainerId });
    return courses && uniqueBy(courses, ({ courseId }) => courseId);
  },
  enrollments: async (courseId) => {
    const rows = await wire.list(path`/courses/${courseId}/enrollments`, courseEnrolment, {}, { courseId });
    return rows && bestBy(rows, ({ userId }) => userId, latestRow);
  },
  feedback: async (courseId) => {
    const rows = await wire.list(path`/courses/${courseId}/feedback`, feedback, {}, { courseId });
    return rows && bestBy(rows, ({ userId }) => userId, latestFeedback);
  },
  organizationEnrollments: async (organizationId, cursor) => {
    const at = path`/organizations/${organizationId}/enrollments`;
    const page = await wire.page(at, organizationEnrolment, cursor, {}, { organizationId });
    return { ...page, items: bestBy(page.items, (row) => `${row.userId} ${row.courseId}`, latestRow) };
  },
});
