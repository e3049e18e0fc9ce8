/** An organization of some people whose figures are made by the real use case over stubbed services. */
import { cachePolicies } from '../../../src/application/analytics/cache-policies.ts';
import { makeRunAnalytic } from '../../../src/application/analytics/run-analytic.ts';
import type { CallScope, UpstreamGate } from '../../../src/application/ports/reply.ts';
import type { Snapshots } from '../../../src/application/ports/snapshots.ts';
import { makeTakeSnapshots, type SnapshotOrder } from '../../../src/application/snapshots/take-snapshots.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import { MemoryAnswerCache } from '../../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryGamificationWrites } from '../../../src/infrastructure/gamification/memory-gamification-writes.ts';
import { makeMemoryKept } from '../../../src/infrastructure/gamification/memory-kept.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { MemorySnapshots } from '../../../src/infrastructure/snapshots/memory-snapshots.ts';
import { reply, silentLogger, stoppedClock, stubGate, stubStores } from '../../fixtures/stubs.ts';
import { enrolment, member, now } from '../gamification/world.ts';

type Live = Parameters<typeof stubGate>[0];
export const day = 86_400_000;
export const id = (n: number) => `u-${String(n).padStart(3, '0')}`;

/** So many learners, and two trainers in front of them. */
export const staffed = (learners: number): Member[] => [
  member(0, { userId: 't-1', roles: ['trainer'] }),
  member(0, { userId: 't-2', roles: ['trainer'] }),
  ...Array.from({ length: learners }, (_, n) => member(n, { userId: id(n + 1) })),
];

const row = (userId: string, lastActivityAt: number | null): OrganizationEnrolment => ({
  userId,
  courseId: 'c-1',
  organizationId: 'org-1',
  status: 'in_progress',
  enrolledAt: now - 60 * day,
  completedAt: null,
  withdrawnAt: null,
  dueAt: null,
  lastActivityAt,
  completedTopics: 4,
  totalTopics: 10,
});

const none =
  <T>(service: Parameters<typeof reply>[0], value: T) =>
  () =>
    reply(service, value, 'realtime', now);
const noPage = { items: [], nextCursor: null };

export interface Organization {
  members: readonly Member[];
  /** By user id; those who are not named did something yesterday. */
  lastActivity?: Record<string, number | null>;
}

/** All services answer; a change replaces methods. */
export function servicesOf({ members, lastActivity = {} }: Organization, changes: Live = {}): Live {
  const learners = members.filter(({ roles }) => roles.includes('learner'));
  const seen = (userId: string) => (userId in lastActivity ? (lastActivity[userId] ?? null) : now - day);
  const page = { items: learners.map(({ userId }) => row(userId, seen(userId))), nextCursor: null };
  const organization = { id: 'org-1', name: null, timeZone: 'Asia/Jerusalem', size: null, industry: null };
  return {
    directory: {
      organization: none('directory', organization),
      members: none('directory', { items: [...members], nextCursor: null }),
      goals: none('directory', []),
      user: (userId) => reply('directory', member(0, { userId, fullName: 'Somebody Real' }), 'realtime', now),
      logins: none('directory', []),
      ...changes.directory,
    },
    courses: {
      organizationEnrollments: none('courses', page),
      progress: none('courses', [
        enrolment({ enrolledAt: now - 60 * day, totalTopics: 10, status: 'in_progress' }),
      ]),
      trainerCourses: none('courses', []),
      enrollments: none('courses', []),
      feedback: none('courses', []),
      ...changes.courses,
    },
    assessment: {
      attempts: none('assessment', []),
      courseAttempts: none('assessment', []),
      organizationResults: none('assessment', noPage),
      ...changes.assessment,
    },
    content: {
      views: none('content', []),
      contents: none('content', []),
      usage: none('content', []),
      ...changes.content,
    },
    devlab: {
      sessions: none('devlab', []),
      organizationPractice: none('devlab', noPage),
      ...changes.devlab,
    },
    skills: {
      forUser: none('skills', []),
      organizationSkills: none('skills', noPage),
      demand: none('skills', []),
      ...changes.skills,
    },
    rag: { questions: none('rag', []), organizationQuestions: none('rag', noPage), ...changes.rag },
  };
}

export interface Taking {
  live: Live;
  mock?: Live;
  snapshots?: Snapshots;
  ledger?: MemoryLedger;
  order?: Partial<SnapshotOrder>;
  minimumCohort?: number;
}

/** One run of the work, with what it kept and what it said of its progress. */
export function taking({ live, mock, order, minimumCohort = 10, ...own }: Taking) {
  const { snapshots = new MemorySnapshots(), ledger = new MemoryLedger() } = own;
  const kept = makeMemoryKept(new MemoryGamificationWrites(ledger));
  const clock = stoppedClock(now);
  const scopes: CallScope[] = [];
  const stubbed = stubGate(live, mock ?? null);
  const gate: UpstreamGate = {
    ...stubbed,
    live: (scope) => {
      scopes.push(scope);
      return stubbed.live(scope);
    },
  };
  const cache = new MemoryAnswerCache({ maxEntries: 1000, maxBytes: 1e7 }, clock);
  const minimumCohortOf = () => minimumCohort;
  const run = makeRunAnalytic({
    notePrediction: async () => undefined,
    gate,
    stores: {
      live: stubStores({ snapshots, ledger, kept }),
      mock: stubStores({ snapshots: new MemorySnapshots(), ledger: new MemoryLedger(), kept }),
    },
    cache,
    policies: cachePolicies,
    clock,
    digest,
    logger: silentLogger,
    budgetMs: 8000,
    minimumCohortOf,
  });
  const progress: [number, number, string][] = [];
  const take = makeTakeSnapshots({
    gate,
    run,
    snapshots,
    clock,
    logger: silentLogger,
    newId: () => 'req-snapshots',
    minimumCohortOf,
    answerMs: 60_000,
  });
  const work = (changes: Partial<SnapshotOrder> = {}) =>
    take({
      organizationId: 'org-1',
      day: '2026-03-10',
      cursor: null,
      progress: (done, total, cursor) => void progress.push([done, total, cursor]),
      signal: new AbortController().signal,
      ...order,
      ...changes,
    });
  return { work, run, snapshots, progress, scopes, clock };
}
