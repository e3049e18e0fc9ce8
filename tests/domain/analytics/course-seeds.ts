/** A trainer's courses, by hand and by chance. */
import fc from 'fast-check';
import type { CourseFacts, CourseQuestion } from '../../../src/domain/analytics/course-facts.ts';
import type { CourseEnrolment, CourseFeedback } from '../../../src/domain/learning/enrolment.ts';
import { ago, attempt, rollRow } from './seeds.ts';

export const everything: CourseQuestion = { organizationId: 'org-1', courseId: null, range: null };

/** The figures of a course of which nothing is told. */
export const noFigures = {
  enrollments: null,
  active: null,
  completions: null,
  withdrawals: null,
  completionPercent: null,
  averageScore: null,
  medianScore: null,
  averageRating: null,
  ratings: null,
  enrollmentTrend: null,
};

export const facts = (courseId: string, changes: Partial<Omit<CourseFacts, 'course'>> = {}): CourseFacts => ({
  course: {
    courseId,
    title: `Course ${courseId}`,
    publishedAt: null,
    totalTopics: 10,
    level: 'beginner',
    skillIds: [],
  },
  roll: [],
  attempts: [],
  feedback: [],
  ...changes,
});

/** So many people with ids `<prefix>-00`, `<prefix>-01` and so on. */
export const people = (prefix: string, count: number, changes: Partial<CourseEnrolment> = {}) =>
  Array.from({ length: count }, (_, index) =>
    rollRow({ userId: `${prefix}-${String(index).padStart(2, '0')}`, ...changes }),
  );

/** One scored attempt of each of these people. */
export const scored = (rows: readonly CourseEnrolment[], score: number | null, courseId = 'c-1') =>
  rows.map(({ userId }) =>
    attempt({ attemptId: `${courseId} ${userId}`, userId, courseId, score, submittedAt: ago(1) }),
  );

export const rated = (rows: readonly CourseEnrolment[], rating: number | null): CourseFeedback[] =>
  rows.map(({ userId }) => ({ userId, rating, submittedAt: ago(1) }));

const anyUser = fc.integer({ min: 1, max: 30 }).map((n) => `u-${n}`);

const anyRow = fc
  .record({
    userId: anyUser,
    organizationId: fc.constantFrom('org-1', 'org-1', 'org-1', null, 'org-2'),
    status: fc.constantFrom('enrolled', 'in_progress', 'completed', 'withdrawn' as const),
    enrolledAt: fc.option(fc.integer({ min: -5, max: 120 }).map(ago)),
    dueAt: fc.option(fc.integer({ min: -60, max: 60 }).map(ago)),
    completedTopics: fc.option(fc.nat(10)),
    totalTopics: fc.option(fc.nat(10)),
    lastActivityAt: fc.option(fc.integer({ min: -1, max: 60 }).map(ago)),
  })
  .map((changes) => rollRow(changes as Partial<CourseEnrolment>));

const anyWork = fc
  .record({
    attemptId: fc.integer({ min: 1, max: 500 }).map((n) => `at-${n}`),
    userId: fc.option(anyUser),
    assessmentId: fc.constantFrom('as-1', 'as-2', 'as-3'),
    score: fc.option(fc.integer({ min: 0, max: 100 })),
    submittedAt: fc.option(fc.integer({ min: -5, max: 60 }).map(ago)),
    dueAt: fc.option(fc.integer({ min: -5, max: 60 }).map(ago)),
    weight: fc.option(fc.integer({ min: 0, max: 9 })),
  })
  .map(attempt);

const anyRating = fc.record({
  userId: anyUser,
  rating: fc.option(fc.integer({ min: 1, max: 5 })),
  submittedAt: fc.option(fc.integer({ min: -5, max: 60 }).map(ago)),
});

const byUser = { selector: ({ userId }: { userId: string | null }) => userId };

const anyCourse = fc.record({
  course: fc.record({
    courseId: fc.constantFrom('c-1', 'c-2', 'c-3', 'c-4'),
    title: fc.constant(null),
    publishedAt: fc.constant(null),
    totalTopics: fc.constant(null),
    level: fc.constantFrom('beginner', 'Advanced', 'odd', null),
    skillIds: fc.constant<string[]>([]),
  }),
  roll: fc.option(fc.uniqueArray(anyRow, { ...byUser, maxLength: 30, size: 'max' }), { freq: 20 }),
  attempts: fc.option(
    fc.uniqueArray(anyWork, { selector: ({ attemptId }) => attemptId, maxLength: 60, size: 'max' }),
    {
      freq: 10,
    },
  ),
  feedback: fc.option(fc.uniqueArray(anyRating, { ...byUser, maxLength: 30, size: 'max' }), { freq: 10 }),
});

export const anyFacts: fc.Arbitrary<CourseFacts[]> = fc.uniqueArray(anyCourse, {
  selector: ({ course }) => course.courseId,
  maxLength: 4,
  size: 'max',
});

export const anyQuestion: fc.Arbitrary<CourseQuestion> = fc.record({
  organizationId: fc.constantFrom('org-1', null),
  courseId: fc.constantFrom(null, null, 'c-1'),
  range: fc.constantFrom(null, null, { first: '2026-01-01', last: '2026-02-28' }),
});

const twice = <T>(list: readonly T[] | null): T[] | null => list && [...list, ...list].reverse();

/** The same facts in another order, everything twice. */
export const shuffled = (all: readonly CourseFacts[]): CourseFacts[] =>
  [...all, ...all].reverse().map(({ course, roll, attempts, feedback }) => ({
    course,
    roll: twice(roll),
    attempts: twice(attempts),
    feedback: twice(feedback),
  }));
