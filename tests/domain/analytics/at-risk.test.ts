import { describe, expect, it } from 'vitest';
import type { CourseFacts } from '../../../src/domain/analytics/course-facts.ts';
import { studentDistribution } from '../../../src/domain/analytics/student-distribution.ts';
import { everything, facts, people } from './course-seeds.ts';
import { ago, attempt, calendar, rollRow } from './seeds.ts';

const of = (all: CourseFacts[], names: [string, string][] = []) =>
  studentDistribution(all, everything, new Map(names), calendar);
const seen = { lastActivityAt: ago(1) };

describe('those at risk', () => {
  /** Half of the time is over: ten topics ask for 3.75 at least. */
  const plan = { enrolledAt: ago(30), dueAt: ago(-30), totalTopics: 10 };
  const behind = { ...plan, completedTopics: 3 };
  const missed = (userId: string, count: number) =>
    Array.from({ length: count }, (_, n) =>
      attempt({
        attemptId: `${userId} ${n}`,
        assessmentId: `due-${n}`,
        userId,
        submittedAt: null,
        score: null,
        dueAt: ago(2),
      }),
    );
  const all = facts('c-1', {
    roll: [
      rollRow({ userId: 'short', ...behind, lastActivityAt: ago(8) }),
      rollRow({ userId: 'long', ...behind, lastActivityAt: ago(20) }),
      rollRow({ userId: 'every', ...behind, lastActivityAt: ago(8) }),
      rollRow({ userId: 'seen', ...behind, lastActivityAt: ago(7) }),
      rollRow({ userId: 'never-seen', ...behind }),
      rollRow({ userId: 'in-plan', ...plan, completedTopics: 4, lastActivityAt: ago(20) }),
      rollRow({ userId: 'finished', ...behind, status: 'completed', lastActivityAt: ago(20) }),
      rollRow({ userId: 'gone', ...behind, status: 'withdrawn', lastActivityAt: ago(20) }),
      rollRow({ userId: 'stranger', ...behind, organizationId: 'org-2', lastActivityAt: ago(20) }),
      ...people('fine', 10, seen),
    ],
    attempts: [
      attempt({ attemptId: 'x', userId: 'every', score: 59 }),
      ...missed('every', 2),
      ...missed('seen', 1),
      ...missed('finished', 5),
    ],
  });

  it('have two reasons at least and are going on here; most reasons come first, then the longest silence', () => {
    const answer = of([all], [['every', 'Eve Ry']]);
    expect(answer.data.atRisk).toEqual([
      {
        userId: 'every',
        fullName: 'Eve Ry',
        riskProbability: null,
        reasons: ['inactive_7_days', 'behind_plan', 'low_scores', 'missing_work'],
      },
      { userId: 'long', fullName: null, riskProbability: null, reasons: ['inactive_7_days', 'behind_plan'] },
      { userId: 'short', fullName: null, riskProbability: null, reasons: ['inactive_7_days', 'behind_plan'] },
    ]);
    expect(answer.missing.map(({ field, reason }) => `${field} ${reason}`)).toEqual(
      expect.arrayContaining([
        'atRisk[].riskProbability not_configured',
        'atRisk[].fullName insufficient_data',
      ]),
    );
  });

  it('are seen as late as in any of their courses', () => {
    const elsewhere = facts('c-2', {
      roll: [rollRow({ userId: 'long', ...seen }), ...people('other', 10, seen)],
    });
    expect(of([all, elsewhere]).data.atRisk?.map(({ userId }) => userId)).toEqual(['every', 'short']);
  });

  it('are at most twenty', () => {
    const roll = people('p', 30, { ...behind, lastActivityAt: ago(9) });
    expect(of([facts('c-1', { roll })]).data.atRisk).toHaveLength(20);
  });
});
