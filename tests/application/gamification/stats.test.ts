import { describe, expect, it } from 'vitest';
import { achievements } from '../../../src/application/analytics/gamification/achievements.ts';
import { stats } from '../../../src/application/analytics/gamification/stats.ts';
import { streak } from '../../../src/application/analytics/gamification/streak.ts';
import type { AchievementsFigures } from '../../../src/domain/gamification/achievements-figures.ts';
import type { StatsFigures } from '../../../src/domain/gamification/stats-figures.ts';
import type { StreakFigures } from '../../../src/domain/gamification/streak-figures.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { failure, reply, stubStores } from '../../fixtures/stubs.ts';
import { ask, at, attempt, enrolment, entry, now, quiet, session, skill } from './world.ts';

/**
 * One course with its topic on the 1st, a skill on the 5th, 80.4 points in an assessment on the 9th, a solved
 * practice today, the 10th: three days with activity.
 */
const course = enrolment({
  completedAt: at('2026-03-01T10:00:00Z'),
  status: 'completed',
  completions: [
    {
      topicId: 'p-1',
      topicTitle: null,
      skillIds: [],
      completedAt: at('2026-03-01T10:00:00Z'),
      durationSeconds: null,
    },
  ],
});
const busy = (changes: Parameters<typeof quiet>[0] = {}) =>
  quiet({
    courses: { progress: () => reply('courses', [course], 'realtime', now) },
    assessment: {
      attempts: () =>
        reply(
          'assessment',
          [attempt({ score: 80.4, passed: true, submittedAt: at('2026-03-09T09:00:00Z') })],
          'realtime',
          now,
        ),
    },
    skills: {
      forUser: () => reply('skills', [skill({ acquiredAt: at('2026-03-05T09:00:00Z') })], 'realtime', now),
    },
    devlab: {
      sessions: () =>
        reply(
          'devlab',
          [session({ startedAt: at('2026-03-10T09:00:00Z'), status: 'solved' })],
          'realtime',
          now,
        ),
    },
    ...changes,
  });

const ledgerWith = async (...entries: ReturnType<typeof entry>[]) => {
  const ledger = new MemoryLedger();
  await ledger.record(entries, 'org-1');
  return ledger;
};

describe('the stats of a learner', () => {
  it('are the sums worked out by hand', async () => {
    const { data, meta } = await ask<StatsFigures>(stats, { live: busy() });
    expect(data).toEqual({
      // 100 + 50 + 80 + 10, and three days with activity.
      totalPoints: 270,
      level: 2,
      levelName: 'learner',
      levelProgressPercent: 85,
      nextLevelPoints: 300,
      currentStreak: 2,
      longestStreak: 2,
      streakFreezes: 0,
      latestAchievement: {
        id: 'bronze-first_solution',
        code: 'first_solution',
        tier: 'bronze',
        earnedAt: '2026-03-10T09:00:00.000Z',
      },
      pointsBySource: { course: 100, skill: 50, assessment: 80, practice: 10, streakDay: 30 },
    });
    expect(meta).toMatchObject({ complete: true, missing: [] });
  });

  it('count once what is in the ledger and in the timeline, and add what is only in the ledger', async () => {
    const ledger = await ledgerWith(
      entry('u-1', {
        source: 'course',
        reference: 'c-1',
        points: 100,
        occurredAt: at('2026-03-01T10:00:00Z'),
      }),
      entry('u-1', { source: 'skill', reference: 'k-old', occurredAt: at('2020-01-01T10:00:00Z') }),
      entry('u-2', { source: 'skill', reference: 'k-other' }),
    );
    const { data } = await ask<StatsFigures>(stats, { live: busy(), stores: { ledger } });
    expect(data.totalPoints).toBe(320);
    expect(data.pointsBySource).toMatchObject({ course: 100, skill: 100 });
  });

  it('write nothing: reading is no earning', async () => {
    const ledger = new MemoryLedger();
    await ask(stats, { live: busy(), stores: { ledger } });
    expect(await ledger.entriesOf('u-1')).toEqual([]);
    expect((await ledger.lastAccruals(['u-1'])).size).toBe(0);
  });

  it('give at most 1,000 points for one day, over ledger and timeline together', async () => {
    const day = Array.from({ length: 20 }, (_, n) => entry('u-1', { reference: `a-${n + 10}`, points: 100 }));
    const ledger = await ledgerWith(...day);
    const { data } = await ask<StatsFigures>(stats, { live: quiet(), stores: { ledger } });
    expect(data.totalPoints).toBe(1000);
  });

  it('tell nothing that the stores could raise when these cannot be read, and are not kept', async () => {
    const { data, meta } = await ask<StatsFigures>(stats, {
      live: busy(),
      stores: { ledger: stubStores().ledger },
    });
    const unknown = [
      'totalPoints',
      'level',
      'levelName',
      'levelProgressPercent',
      'nextLevelPoints',
      'latestAchievement',
      'pointsBySource',
      'currentStreak',
      'longestStreak',
      'streakFreezes',
    ] as const;
    expect(unknown.map((name) => data[name])).toEqual(unknown.map(() => null));
    expect(meta.missing).toEqual(unknown.map((field) => ({ field, reason: 'unavailable' })));
    expect(meta).toMatchObject({ complete: false, cacheExpiry: null });
    expect(meta.sources.map(({ service }) => service)).not.toContain('ledger');
  });

  it('call no sum of points known while a service fails that could raise it', async () => {
    const ledger = await ledgerWith(entry('u-1', { reference: 'a-1', points: 80 }));
    const live = busy({ assessment: { attempts: () => failure('assessment') } });
    const { data, meta } = await ask<StatsFigures>(stats, { live, stores: { ledger } });
    expect(Object.values(data).filter((figure) => figure !== null)).toEqual([]);
    expect(meta.missing).toEqual(
      expect.arrayContaining(
        Object.keys(data).map((field) => ({ field, reason: 'unavailable', service: 'assessment' })),
      ),
    );
  });

  it('say which source is not configured, and keep what the ledger holds of it in the total', async () => {
    const ledger = await ledgerWith(entry('u-1', { reference: 'a-1', points: 80 }));
    const live = busy({ assessment: { attempts: () => failure('assessment', 'not_configured') } });
    const { data, meta } = await ask<StatsFigures>(stats, { live, stores: { ledger } });
    expect(data.pointsBySource).toEqual({
      course: 100,
      skill: 50,
      assessment: null,
      practice: 10,
      streakDay: null,
    });
    // Without the day of the attempt, which only the assessments would know.
    expect(data.totalPoints).toBe(260);
    expect(meta.missing).toEqual(
      ['pointsBySource.assessment', 'pointsBySource.streakDay'].map((field) => ({
        field,
        reason: 'not_configured',
        service: 'assessment',
      })),
    );
  });

  it('of somebody of whom a service knows nothing, and nobody else anything, are not zeros', async () => {
    const live = quiet({ assessment: { attempts: () => reply('assessment', null, 'realtime', now) } });
    const { data, meta } = await ask<StatsFigures>(stats, { live });
    expect(data).toMatchObject({ totalPoints: null, level: null, currentStreak: null, longestStreak: null });
    const said = meta.missing.filter(({ reason }) => reason === 'insufficient_data');
    expect(said.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['totalPoints', 'level', 'currentStreak', 'longestStreak']),
    );
  });

  it('of somebody who has earned nothing are zeros, and no latest achievement', async () => {
    const { data, meta } = await ask<StatsFigures>(stats);
    expect(data).toMatchObject({ totalPoints: 0, level: 1, currentStreak: 0, latestAchievement: null });
    expect(meta.missing).toEqual([{ field: 'latestAchievement', reason: 'insufficient_data' }]);
  });
});

describe('the streak of a learner', () => {
  it('goes on over days that only the ledger knows', async () => {
    const ledger = await ledgerWith(
      ...['2026-03-07', '2026-03-08'].map((reference) =>
        entry('u-1', {
          source: 'streak_day',
          reference,
          points: 10,
          occurredAt: at(`${reference}T00:00:00Z`),
        }),
      ),
    );
    const { data } = await ask<StreakFigures>(streak, { live: busy(), stores: { ledger } });
    expect(data).toMatchObject({ currentStreak: 4, longestStreak: 4, freezes: 0, status: 'active' });
    expect(data.history).toHaveLength(30);
    expect(data.history.at(-1)).toEqual({
      date: '2026-03-10',
      maintained: true,
      source: 'activity',
      frozen: false,
    });
    expect(data.history.at(-5)).toMatchObject({ date: '2026-03-06', maintained: false, source: null });
  });

  it('does not call a day missed that a failing service may know of', async () => {
    const live = busy({ content: { views: () => failure('content') } });
    const { data, meta } = await ask<StreakFigures>(streak, { live });
    expect(data.history.slice(-3).map(({ maintained }) => maintained)).toEqual([null, true, true]);
    expect(data.history.slice(-3).map(({ frozen }) => frozen)).toEqual([null, false, false]);
    expect(data).toMatchObject({ currentStreak: null, longestStreak: null, freezes: null, status: null });
    expect(new Set(meta.missing.map(({ field }) => field))).toEqual(
      new Set([
        'currentStreak',
        'longestStreak',
        'freezes',
        'status',
        'history[].maintained',
        'history[].frozen',
        'history[].source',
      ]),
    );
    expect(
      meta.missing.every(({ service, reason }) => service === 'content' && reason === 'unavailable'),
    ).toBe(true);
  });

  it('is not known without the ledger, and has no freezes where the courses know nothing of the learner', async () => {
    const live = busy({ courses: { progress: () => reply('courses', null, 'realtime', now) } });
    const unread = await ask<StreakFigures>(streak, { live, stores: { ledger: stubStores().ledger } });
    expect(unread.data).toMatchObject({
      currentStreak: null,
      longestStreak: null,
      freezes: null,
      status: null,
    });
    const unknown = await ask<StreakFigures>(streak, { live });
    expect(unknown.data).toMatchObject({ currentStreak: 2, freezes: null });
    expect(unknown.meta.missing).toEqual(
      ['freezes', 'history[].maintained', 'history[].source'].map((field) => ({
        field,
        reason: 'insufficient_data',
        service: 'courses',
      })),
    );
  });
});

describe('the achievements of a learner', () => {
  it('are counted in all and by tier', async () => {
    const { data } = await ask<AchievementsFigures>(achievements, { live: busy() });
    const earned = data.achievements.filter(({ earnedAt }) => earnedAt !== null).map(({ code }) => code);
    expect(earned).toEqual([
      'first_course',
      'first_topic',
      'first_skill',
      'first_pass',
      'first_solution',
      'hundred_points',
    ]);
    expect(data).toMatchObject({ total: data.achievements.length, earned: 6 });
    expect(data.byTier.bronze.earned).toBe(6);
    const tiers = Object.values(data.byTier);
    expect(tiers.reduce((sum, { total }) => sum + total, 0)).toBe(data.total);
  });

  it('have no progress where what they count is not known', async () => {
    const live = busy({ skills: { forUser: () => failure('skills', 'not_configured') } });
    const { data, meta } = await ask<AchievementsFigures>(achievements, { live });
    const firstSkill = data.achievements.find(({ code }) => code === 'first_skill');
    expect(firstSkill).toMatchObject({ earnedAt: null, progressPercent: null });
    expect(meta.missing).toEqual(
      ['earnedAt', 'progressPercent'].map((name) => ({
        field: `achievements[].${name}`,
        reason: 'not_configured',
        service: 'skills',
      })),
    );
  });
});

describe('while a service fails', () => {
  it('no number of earned achievements is told, and nothing of those that it counts in', async () => {
    const live = busy({ assessment: { attempts: () => failure('assessment') } });
    const { data } = await ask<AchievementsFigures>(achievements, { live });
    const of = (code: string) => data.achievements.find((one) => one.code === code);
    expect(data.earned).toBeNull();
    expect(Object.values(data.byTier).map(({ earned }) => earned)).toEqual([null, null, null, null]);
    expect(of('first_pass')).toMatchObject({ earnedAt: null, progressPercent: null });
    expect(of('hundred_points')).toMatchObject({ earnedAt: null, progressPercent: null });
    expect(of('first_course')).toMatchObject({ earnedAt: expect.any(String), progressPercent: 100 });
  });
});
