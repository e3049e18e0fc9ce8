import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import type { ContentUsage, ContentView } from '../../../src/domain/learning/content.ts';
import type { CourseEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { CourseAsked, LearnerAsked } from '../../../src/domain/prediction/drop-off-risk.ts';
import type { DropOffModel, Fit } from '../../../src/domain/prediction/model.ts';
import { signalsOfVariant, targets, variants } from '../../../src/domain/prediction/model.ts';

export const dayMs = 86_400_000;
export const now = Date.parse('2026-03-01T18:00:00Z');
export const setting = { now, zone: 'UTC', minimumCohort: 10 };
export const daysAgo = (days: number): number => now - days * dayMs;

export const row = (userId: string, changes: Partial<CourseEnrolment> = {}): CourseEnrolment => ({
  userId,
  organizationId: 'acme',
  enrolledAt: daysAgo(40),
  dueAt: daysAgo(-60),
  status: 'in_progress',
  completedTopics: 2,
  totalTopics: 10,
  lastActivityAt: daysAgo(2),
  completedAt: null,
  withdrawnAt: null,
  ...changes,
});

export const attempt = (userId: string, assessmentId: string, changes: Partial<Attempt> = {}): Attempt => ({
  attemptId: `${assessmentId}-${userId}`,
  userId,
  assessmentId,
  courseId: 'course',
  kind: 'postcourse',
  itemDifficulty: null,
  attemptNo: 1,
  score: 70,
  passMark: 40,
  passed: true,
  startedAt: null,
  submittedAt: daysAgo(15),
  dueAt: daysAgo(14),
  weight: 10,
  skills: [],
  ...changes,
});

/** `u0` does best and the last one worst, in everything. */
export const ladder = (people: number): CourseEnrolment[] =>
  Array.from({ length: people }, (_, index) =>
    row(`u${index}`, {
      completedTopics: people - index,
      totalTopics: people,
      lastActivityAt: daysAgo(index / 2),
    }),
  );

/** All but the last two have handed in; the later, the worse. */
export const handIns = (people: number): Attempt[] =>
  Array.from({ length: people }, (_, index) =>
    attempt(`u${index}`, 'essay', {
      score: index < people - 2 ? 95 - index : null,
      submittedAt: index < people - 2 ? daysAgo(20 - index / 10) : null,
    }),
  );

export const usage: ContentUsage[] = [
  { contentId: 'c1', views: 200, uniqueViewers: 20, completions: 5, secondsSpent: null },
];

export const viewsOf = (count: number): ContentView[] =>
  Array.from({ length: count }, (_, index) => ({
    contentId: 'c1',
    type: null,
    topicId: null,
    at: daysAgo(index + 1),
    secondsSpent: null,
    completed: null,
  }));

export const course = (changes: Partial<CourseAsked> = {}): CourseAsked => ({
  courseId: 'course',
  title: 'A course',
  roll: ladder(20),
  attempts: handIns(20),
  usage: null,
  publishedAt: null,
  ...changes,
});

export const learner = (userId: string, changes: Partial<LearnerAsked> = {}): LearnerAsked => ({
  userId,
  organizationId: 'acme',
  views: null,
  rule: { engagementScore: null, paceTrendPercent: null, lastActiveAt: null },
  ...changes,
});

const meaning: Record<string, number> = { score: -1, progress: -1, activity: -1, recent_activity: -1 };

/** A made-up model whose coefficients are all ±1, so that contributions can be checked on paper. */
export const plainModel: DropOffModel = {
  id: 'drop-off-risk',
  version: 1,
  horizonDays: 28,
  population: 'made up',
  auc: 0.7,
  brier: 0.1,
  calibrationSlope: 1,
  laterFrom: 2,
  levels: { medium: 1, high: 2, critical: 3 },
  fits: targets.flatMap((target) =>
    variants.flatMap((variant) =>
      (['early', 'later'] as const).map(
        (stage): Fit => ({
          target,
          variant,
          stage,
          baseRate: 0.1,
          intercept: -2,
          terms: signalsOfVariant[variant].map((signal) => ({
            signal,
            coefficient: meaning[signal] ?? 1,
            mean: signal.endsWith('activity') ? 0 : signal === 'run_attrition' ? -4 : 0.5,
          })),
        }),
      ),
    ),
  ),
};
