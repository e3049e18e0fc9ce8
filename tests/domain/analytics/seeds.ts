import fc from 'fast-check';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import type { ContentView } from '../../../src/domain/learning/content.ts';
import type { CourseEnrolment, Enrolment } from '../../../src/domain/learning/enrolment.ts';
import type { LearnerSkill } from '../../../src/domain/learning/skill.ts';

/** Noon of Tuesday, 10 March 2026, in UTC: every seed is told from here. */
export const now = Date.parse('2026-03-10T12:00:00Z');
export const calendar = { now, zone: 'UTC', minimumCohort: 10 };
export const dayMs = 86_400_000;
/** So many days before now. */
export const ago = (days: number): number => now - days * dayMs;

export const enrolment = (changes: Partial<Enrolment> = {}): Enrolment => ({
  courseId: 'c-1',
  courseTitle: 'Course 1',
  trainerId: null,
  organizationId: null,
  enrolledAt: ago(60),
  dueAt: null,
  completedAt: null,
  status: 'in_progress',
  assignment: null,
  totalTopics: 10,
  completions: [],
  ...changes,
});

export const completion = (topicId: string, days: number, skillIds: string[] = []) => ({
  topicId,
  topicTitle: null,
  skillIds,
  completedAt: ago(days),
  durationSeconds: null,
});

export const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  attemptId: 'at-1',
  userId: 'u-1',
  assessmentId: 'as-1',
  courseId: 'c-1',
  kind: 'postcourse',
  itemDifficulty: null,
  attemptNo: 1,
  score: 80,
  passMark: 60,
  passed: null,
  startedAt: null,
  submittedAt: ago(1),
  dueAt: null,
  weight: null,
  skills: [],
  ...changes,
});

export const view = (changes: Partial<ContentView> = {}): ContentView => ({
  contentId: 'k-1',
  type: 'video',
  topicId: 't-1',
  at: ago(1),
  secondsSpent: 600,
  completed: true,
  ...changes,
});

export const skill = (changes: Partial<LearnerSkill> = {}): LearnerSkill => ({
  skillId: 's-1',
  name: 'Skill 1',
  category: null,
  level: 1,
  requiredLevel: 3,
  importance: { business: 50, market: 50, career: 50 },
  prerequisites: [],
  acquiredAt: null,
  history: [],
  ...changes,
});

export const rollRow = (changes: Partial<CourseEnrolment> = {}): CourseEnrolment => ({
  userId: 'u-1',
  organizationId: null,
  enrolledAt: ago(30),
  dueAt: null,
  status: 'in_progress',
  completedTopics: 5,
  totalTopics: 10,
  lastActivityAt: null,
  completedAt: null,
  withdrawnAt: null,
  ...changes,
});

/** Random learners, some of whose events lie in the future or come twice. */
export const anyEnrolment = fc
  .record({
    courseId: fc.constantFrom('c-1', 'c-2', 'c-3'),
    status: fc.constantFrom('enrolled', 'in_progress', 'completed', 'withdrawn' as const),
    totalTopics: fc.option(fc.nat(12)),
    dueAt: fc.option(fc.integer({ min: -100, max: 100 }).map(ago)),
    completions: fc.array(
      fc
        .tuple(fc.constantFrom('t-1', 't-2', 't-3', 't-4', 't-5'), fc.integer({ min: -5, max: 90 }))
        .map(([id, days]) => completion(id, days, ['s-1'])),
      { maxLength: 12 },
    ),
  })
  .map((changes) => enrolment({ ...changes, status: changes.status as Enrolment['status'] }));

export const anyAttempt = fc
  .record({
    attemptId: fc.integer({ min: 1, max: 40 }).map((n) => `at-${n}`),
    assessmentId: fc.integer({ min: 1, max: 9 }).map((n) => `as-${n}`),
    score: fc.option(fc.integer({ min: 0, max: 100 })),
    submittedAt: fc.option(fc.integer({ min: -5, max: 90 }).map(ago)),
    dueAt: fc.option(fc.integer({ min: -30, max: 90 }).map(ago)),
    weight: fc.option(fc.integer({ min: 0, max: 50 })),
    itemDifficulty: fc.option(fc.integer({ min: 0, max: 100 })),
    skills: fc.array(
      fc.record({
        skillId: fc.constantFrom('s-1', 's-2'),
        score: fc.option(fc.integer({ min: 0, max: 100 })),
      }),
      { maxLength: 2 },
    ),
  })
  .map(attempt);

export const anyView = fc
  .record({
    contentId: fc.constantFrom('k-1', 'k-2', 'k-3'),
    type: fc.constantFrom('video', 'reading', 'code', 'quiz', null),
    topicId: fc.constantFrom('t-1', 't-2', null),
    at: fc.integer({ min: -5, max: 60 }).map(ago),
    secondsSpent: fc.option(fc.nat(5000)),
    completed: fc.option(fc.boolean()),
  })
  .map((changes) => view(changes as Partial<ContentView>));

export const anySkill = fc
  .record({
    skillId: fc.constantFrom('s-1', 's-2', 's-3', 's-4'),
    level: fc.integer({ min: 0, max: 4 }),
    requiredLevel: fc.option(fc.integer({ min: 0, max: 4 })),
    importance: fc.record({
      business: fc.option(fc.integer({ min: 0, max: 100 })),
      market: fc.option(fc.integer({ min: 0, max: 100 })),
      career: fc.option(fc.integer({ min: 0, max: 100 })),
    }),
    prerequisites: fc.array(fc.constantFrom('s-1', 's-2', 's-3'), { maxLength: 2 }),
    acquiredAt: fc.option(fc.integer({ min: 1, max: 90 }).map(ago)),
    history: fc.array(
      fc.record({ at: fc.integer({ min: -5, max: 300 }).map(ago), level: fc.integer({ min: 0, max: 4 }) }),
      { maxLength: 5 },
    ),
  })
  .map(skill);

/** True when nothing in a result is NaN or Infinity. */
export function allFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(allFinite);
}
