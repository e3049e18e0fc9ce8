import { cachePolicies } from '../../../src/application/analytics/cache-policies.ts';
import type { Analytic } from '../../../src/application/analytics/define.ts';
import { makeRunAnalytic } from '../../../src/application/analytics/run-analytic.ts';
import type { OwnStores, Preferences } from '../../../src/application/ports/gamification.ts';
import type { LeaderboardPrivacy } from '../../../src/domain/gamification/leaderboard.ts';
import type { LedgerEntry } from '../../../src/domain/gamification/points.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import type { Enrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import type { PracticeSession } from '../../../src/domain/learning/practice.ts';
import type { LearnerSkill } from '../../../src/domain/learning/skill.ts';
import { MemoryAnswerCache } from '../../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryLeaderboards } from '../../../src/infrastructure/gamification/memory-leaderboards.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { callScope, reply, silentLogger, stoppedClock, stubGate, stubStores } from '../../fixtures/stubs.ts';

/** A Tuesday. */
export const now = Date.parse('2026-03-10T12:00:00Z');
export const at = (text: string) => Date.parse(text);

export const enrolment = (changes: Partial<Enrolment> = {}): Enrolment => ({
  courseId: 'c-1',
  courseTitle: null,
  trainerId: null,
  organizationId: null,
  enrolledAt: null,
  dueAt: null,
  completedAt: null,
  status: 'enrolled',
  assignment: null,
  totalTopics: null,
  completions: [],
  ...changes,
});

export const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  attemptId: 't-1',
  userId: null,
  assessmentId: 'a-1',
  courseId: null,
  kind: 'postcourse',
  itemDifficulty: null,
  attemptNo: null,
  score: null,
  passMark: null,
  passed: null,
  startedAt: null,
  submittedAt: null,
  dueAt: null,
  weight: null,
  skills: [],
  ...changes,
});

export const session = (changes: Partial<PracticeSession> = {}): PracticeSession => ({
  sessionId: 's-1',
  exerciseId: null,
  skillId: null,
  startedAt: now,
  endedAt: null,
  status: null,
  score: null,
  attempts: null,
  ...changes,
});

export const skill = (changes: Partial<LearnerSkill> = {}): LearnerSkill => ({
  skillId: 'k-1',
  name: null,
  category: null,
  level: 2,
  requiredLevel: null,
  importance: { business: null, market: null, career: null },
  prerequisites: [],
  acquiredAt: null,
  history: [],
  ...changes,
});

export const member = (n: number, changes: Partial<Member> = {}): Member => ({
  userId: `u-${n}`,
  organizationId: 'org-1',
  fullName: `Person ${n}`,
  departmentId: null,
  departmentName: null,
  teamId: null,
  managerId: null,
  position: null,
  roles: ['learner'],
  hiredAt: null,
  isActive: true,
  ...changes,
});

export const entry = (userId: string, changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  userId,
  source: 'assessment',
  reference: 'a-1',
  points: 50,
  occurredAt: at('2026-03-10T08:00:00Z'),
  ...changes,
});

type Live = Parameters<typeof stubGate>[0];

/** Services that know everybody and saw nothing happen. */
export const quiet = (changes: Live = {}): Live => ({
  directory: {
    organization: () =>
      reply(
        'directory',
        { id: 'org-1', name: null, timeZone: 'UTC', size: null, industry: null },
        'realtime',
        now,
      ),
    ...changes.directory,
  },
  courses: { progress: () => reply('courses', [], 'realtime', now), ...changes.courses },
  assessment: { attempts: () => reply('assessment', [], 'realtime', now), ...changes.assessment },
  devlab: { sessions: () => reply('devlab', [], 'realtime', now), ...changes.devlab },
  skills: { forUser: () => reply('skills', [], 'realtime', now), ...changes.skills },
  content: { views: () => reply('content', [], 'realtime', now), ...changes.content },
  rag: { questions: () => reply('rag', [], 'realtime', now), ...changes.rag },
});

/** People of an organization in pages of 500. */
export const directoryOf = (members: readonly Member[]): NonNullable<Live['directory']> => ({
  members: (_organizationId, cursor) => {
    const from = Number(cursor ?? 0);
    const next = from + 500;
    const nextCursor = next < members.length ? String(next) : null;
    return reply('directory', { items: members.slice(from, next), nextCursor }, 'realtime', now);
  },
  user: (userId) => reply('directory', members.find((one) => one.userId === userId) ?? null, 'realtime', now),
});

/** Everybody is public but those who are named. */
export const preferencesOf = (chosen: Record<string, LeaderboardPrivacy> = {}): Preferences => ({
  of: () => Promise.reject(new Error('preferences.of is not stubbed')),
  update: () => Promise.reject(new Error('preferences.update is not stubbed')),
  leaderboardPrivacy: async (userIds) =>
    new Map(userIds.map((userId) => [userId, chosen[userId] ?? 'public'])),
});

/** Our own stores in memory, some of them replaced; the leaderboards stand on what the others say. */
export function storesOf({ tieSecret = 'a secret', ...given }: Asked['stores'] = {}): OwnStores {
  const ledger = given.ledger ?? new MemoryLedger();
  const preferences = given.preferences ?? preferencesOf();
  const leaderboards = new MemoryLeaderboards({ ledger, preferences, tieSecret });
  const kept = { of: async () => ({ achievements: [], activityDays: [], freezeDays: [] }) };
  return stubStores({ ledger, kept, preferences, leaderboards, ...given });
}

export interface Asked {
  live?: Live;
  stores?: Partial<OwnStores> & { tieSecret?: string };
  query?: Record<string, unknown>;
  userId?: string;
  organizationId?: string | null;
  minimumCohort?: number;
}

/** One answer of an analytic, as the dashboard gets it. */
export async function ask<Data>(analytic: Analytic, asked: Asked = {}) {
  const clock = stoppedClock(now);
  const live = storesOf(asked.stores);
  const run = makeRunAnalytic({
    notePrediction: async () => undefined,
    gate: stubGate(asked.live ?? quiet()),
    stores: { live, mock: stubStores() },
    cache: new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock),
    policies: cachePolicies,
    clock,
    digest,
    logger: silentLogger,
    budgetMs: 8000,
    minimumCohortOf: () => asked.minimumCohort ?? 10,
  });
  const { organizationId = 'org-1', userId = 'u-1' } = asked;
  const { answer } = await run(
    {
      analytic,
      subject: { kind: 'learner', id: userId, organizationId },
      query: analytic.query.parse(asked.query ?? {}),
      completeness: 'partial',
    },
    callScope(),
  );
  return {
    bytes: answer.data.toString(),
    data: JSON.parse(answer.data.toString()) as Data,
    meta: answer.meta,
  };
}
