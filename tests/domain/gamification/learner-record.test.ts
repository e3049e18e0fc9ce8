import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  earnedEntries,
  type LearnerSources,
  learnerRecord,
  ledgerSummary,
  summedRecord,
} from '../../../src/domain/gamification/learner-record.ts';
import { type LedgerEntry, pointSources, totals } from '../../../src/domain/gamification/points.ts';
import { enrolment, session } from '../../application/gamification/world.ts';

const now = Date.parse('2026-03-31T12:00:00Z');
const hour = 3_600_000;
const nothingKept = { achievements: [], activityDays: [], freezeDays: [] };

const anyInstant = fc.integer({ min: -60 * 24, max: 48 }).map((hours) => now + hours * hour);
const anyEntry: fc.Arbitrary<LedgerEntry> = fc.record({
  userId: fc.constant('u-1'),
  source: fc.constantFrom(...pointSources.filter((source) => source !== 'streak_day')),
  reference: fc.integer({ min: 0, max: 25 }).map((n) => `r-${n}`),
  points: fc.integer({ min: 0, max: 1000 }),
  occurredAt: anyInstant,
});
const anyDay: fc.Arbitrary<LedgerEntry> = fc.integer({ min: 1, max: 31 }).map((n) => {
  const reference = `2026-03-${String(n).padStart(2, '0')}`;
  const occurredAt = Date.parse(`${reference}T00:00:00Z`);
  return { userId: 'u-1', source: 'streak_day', reference, points: 10, occurredAt };
});
const anySources: fc.Arbitrary<LearnerSources> = fc.record({
  enrolments: fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 25 }), anyInstant)
      .map(([n, completedAt]) => enrolment({ courseId: `r-${n}`, completedAt })),
    { maxLength: 25 },
  ),
  sessions: fc.option(
    fc.array(
      fc.tuple(fc.integer({ min: 0, max: 25 }), anyInstant).map(([n, startedAt]) => {
        return session({ sessionId: `r-${n}`, startedAt, status: 'solved' });
      }),
      { maxLength: 25 },
    ),
  ),
  attempts: fc.constant(null),
  skills: fc.constant(null),
  views: fc.constant(null),
  questions: fc.constant(null),
});
const anyStored = fc
  .tuple(fc.array(anyEntry, { maxLength: 60 }), fc.array(anyDay, { maxLength: 31 }))
  .map((parts) => [...new Map(parts.flat().map((one) => [`${one.source} ${one.reference}`, one])).values()]);
const anyCalendar = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York').map((zone) => ({ now, zone }));

describe('what a summed ledger tells', () => {
  it('is what all its entries tell: points, streak and achievements', () => {
    fc.assert(
      fc.property(anySources, anyStored, anyCalendar, (sources, stored, calendar) => {
        const whole = learnerRecord('u-1', sources, stored, calendar);
        const ledger = ledgerSummary(stored, earnedEntries('u-1', sources, calendar), calendar);
        const summed = summedRecord('u-1', sources, { ledger, kept: nothingKept }, calendar);
        expect(summed.points).toEqual(totals(whole.ledger ?? []));
        expect(summed.streak).toEqual(whole.streak);
        expect(summed.achievements).toEqual(whole.achievements);
      }),
    );
  });

  it('without our stores is what the services tell alone, without points', () => {
    fc.assert(
      fc.property(anySources, anyCalendar, (sources, calendar) => {
        const { ledger, ...rest } = learnerRecord('u-1', sources, null, calendar);
        expect(ledger).toBeNull();
        expect(summedRecord('u-1', sources, null, calendar)).toEqual({ points: null, ...rest });
      }),
    );
  });
});

describe('what was kept of a learner', () => {
  const sources: LearnerSources = {
    enrolments: [],
    attempts: [],
    sessions: [],
    skills: [],
    views: [],
    questions: [],
  };
  const calendar = { now, zone: 'UTC' };
  const ledger = ledgerSummary([], [], calendar);
  const told = (kept: Partial<typeof nothingKept> | object) =>
    summedRecord('u-1', sources, { ledger, kept: { ...nothingKept, ...kept } }, calendar);

  it('counts for the streak like days that services tell, and earns no points', () => {
    const { streak, points } = told({ activityDays: ['2026-03-29', '2026-03-30', '2026-03-31'] });
    expect(streak).toMatchObject({ currentStreak: 3, longestStreak: 3, status: 'active' });
    expect(points?.total).toBe(0);
  });

  it('saves a day with a freeze that nobody could earn any more', () => {
    const activityDays = ['2026-03-29', '2026-03-31'];
    expect(told({ activityDays }).streak.currentStreak).toBe(1);
    const { streak } = told({ activityDays, freezeDays: ['2026-03-30'] });
    expect(streak).toMatchObject({ currentStreak: 2, freezes: 0 });
    expect(streak.history.at(-2)).toEqual({
      date: '2026-03-30',
      maintained: true,
      source: 'freeze',
      frozen: true,
    });
  });

  it('stays earned since it was earned, whatever services say', () => {
    const kept = { code: 'course_explorer', tier: 'silver' as const, earnedAt: now - hour };
    const { achievements } = told({ achievements: [kept] });
    expect(achievements.find(({ code }) => code === kept.code)).toMatchObject({
      earnedAt: now - hour,
      progressPercent: 100,
    });
    expect(achievements.filter(({ earnedAt }) => earnedAt !== null)).toHaveLength(1);
  });
});
