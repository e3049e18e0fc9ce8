/** A learner of whom nobody saw anything, where not everybody could look; and days that have not been. */
import { describe, expect, it } from 'vitest';
import { engagement } from '../../../src/domain/analytics/engagement.ts';
import { mastery } from '../../../src/domain/analytics/mastery.ts';
import { velocity } from '../../../src/domain/analytics/velocity.ts';
import { streakFigures } from '../../../src/domain/gamification/streak-figures.ts';
import { calendar, completion, enrolment, now, skill, view } from './seeds.ts';

const range = { first: '2026-02-23', last: '2026-03-10' };
const empty = { views: [], attempts: [], sessions: [], questions: [], enrolments: [] };
const engaged = (sources: Partial<Parameters<typeof engagement>[1]>) =>
  engagement(
    { userId: 'u-1', organizationId: null },
    { ...empty, logins: null, ...sources },
    null,
    range,
    calendar,
  );
const stored = {
  ledger: {
    bySource: { course: 0, skill: 0, assessment: 0, practice: 0, streak_day: 0 },
    reached: [],
    streakDays: [],
    courses: [],
  },
  kept: { achievements: [], activityDays: [], freezeDays: [] },
};
const streak = (sources: object) =>
  streakFigures('u-1', { ...empty, skills: null, ...sources } as never, stored as never, calendar);

describe('engagement of which nobody saw anything', () => {
  it('is 0 when all could have seen it', () => {
    const { data } = engaged({});
    expect(data).toMatchObject({ activeDays: 0, sessionsPerWeek: 0, level: 'low' });
  });

  it('is not known when one of them knows nothing of the learner', () => {
    const { data, missing } = engaged({ attempts: null });
    expect(data).toMatchObject({ overallScore: null, level: null, activeDays: null, sessionsPerWeek: null });
    expect(data.parts).toEqual({ consistency: null, time: null, quality: null, diversity: null });
    expect(data.byType).toMatchObject({ video: 0, assessment: null });
    expect(data.weekly?.map(({ score }) => score)).toEqual([null, null, null]);
    for (const field of ['overallScore', 'level', 'activeDays', 'sessionsPerWeek', 'weekly[].score'])
      expect(missing).toContainEqual({ field, reason: 'insufficient_data' });
  });

  it('is told of what was seen', () => {
    expect(engaged({ attempts: null, views: [view()] }).data.activeDays).toBe(1);
  });
});

describe('a streak of which nobody saw a day', () => {
  it('is none when all could have seen one, and else not known', () => {
    expect(streak({}).data).toMatchObject({ currentStreak: 0, longestStreak: 0, status: 'none' });
    const { data, missing } = streak({ views: null });
    expect(data).toMatchObject({ currentStreak: null, longestStreak: null, status: null });
    expect(missing.map(({ field }) => field)).toEqual(['currentStreak', 'longestStreak', 'status']);
  });
});

describe('evidence of mastery', () => {
  it('is 0 without attempts, and null where they are not known', () => {
    const evidence = (attempts: [] | null) =>
      mastery([skill({ level: 2 })], attempts, now).data.skills?.map((one) => one.evidence);
    expect(evidence([])).toEqual([0]);
    expect(evidence(null)).toEqual([null]);
  });
});

describe('weeks that have not begun', () => {
  it('are not told as weeks without a topic', () => {
    const of = enrolment({ completions: [completion('t-1', 20)] });
    const { data } = velocity('u-1', [of], { first: '2026-03-02', last: '2026-03-31' }, calendar);
    expect(data.weekly?.map(({ weekStart }) => weekStart)).toEqual(['2026-03-02', '2026-03-09']);
  });
});
