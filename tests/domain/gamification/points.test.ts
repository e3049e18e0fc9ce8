import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  capped,
  entriesOf,
  type LedgerEntry,
  mergeLedger,
  pointSources,
  since,
  totals,
} from '../../../src/domain/gamification/points.ts';
import type { PracticeSession } from '../../../src/domain/learning/practice.ts';
import { addDays, dayOf } from '../../../src/domain/time.ts';
import {
  ago,
  anyAttempt,
  anyEnrolment,
  attempt,
  calendar,
  enrolment,
  now,
  skill,
} from '../analytics/seeds.ts';

const session = (sessionId: string, startedAt: number): PracticeSession => ({
  sessionId,
  exerciseId: null,
  skillId: null,
  startedAt,
  endedAt: null,
  status: null,
  score: null,
  attempts: null,
});

const nothing = { enrolments: null, attempts: null, sessions: null, skills: null };

const entry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  userId: 'u-1',
  source: 'course',
  reference: 'c-1',
  points: 100,
  occurredAt: ago(1),
  ...changes,
});

const anyEntry = fc.record({
  userId: fc.constantFrom('u-1', 'u-2'),
  source: fc.constantFrom(...pointSources),
  reference: fc.integer({ min: 1, max: 30 }).map(String),
  points: fc.integer({ min: 0, max: 400 }),
  occurredAt: fc.integer({ min: 0, max: 60 }).map((hours) => now - hours * 3_600_000),
});
const anyLedger = fc.array(anyEntry, { maxLength: 40 });
const keyOf = ({ userId, source, reference }: LedgerEntry) => `${userId} ${source} ${reference}`;

describe('the entries of a ledger', () => {
  it('of the seed: a course, a skill, an assessment, two sessions and a streak day, oldest first', () => {
    const entries = entriesOf(
      'u-1',
      {
        enrolments: [enrolment({ completedAt: ago(5) }), enrolment({ courseId: 'c-2' })],
        attempts: [attempt({ score: 79.6, submittedAt: ago(4) })],
        sessions: [session('p-2', ago(2)), session('p-1', ago(3))],
        skills: [skill({ acquiredAt: ago(5) }), skill({ skillId: 's-2' })],
      },
      ['2026-03-07'],
      calendar,
    );
    expect(entries).toEqual([
      { userId: 'u-1', source: 'course', reference: 'c-1', points: 100, occurredAt: ago(5) },
      { userId: 'u-1', source: 'skill', reference: 's-1', points: 50, occurredAt: ago(5) },
      { userId: 'u-1', source: 'assessment', reference: 'as-1', points: 80, occurredAt: ago(4) },
      {
        userId: 'u-1',
        source: 'streak_day',
        reference: '2026-03-07',
        points: 10,
        occurredAt: Date.parse('2026-03-07T00:00:00Z'),
      },
      { userId: 'u-1', source: 'practice', reference: 'p-1', points: 10, occurredAt: ago(3) },
      { userId: 'u-1', source: 'practice', reference: 'p-2', points: 10, occurredAt: ago(2) },
    ]);
    expect(totals(entries)).toEqual({
      total: 260,
      bySource: { course: 100, skill: 50, assessment: 80, practice: 20, streak_day: 10 },
    });
  });

  it('take the first scored hand-in of an assessment: repeating it earns nothing, better or worse', () => {
    const attempts = [
      attempt({ attemptId: 'at-3', score: 95, submittedAt: ago(1) }),
      attempt({ attemptId: 'at-2', score: 40, submittedAt: ago(2) }),
      attempt({ attemptId: 'at-1', score: null, submittedAt: ago(3) }),
      attempt({ attemptId: 'at-0', score: 70, submittedAt: null }),
    ];
    const entries = entriesOf('u-1', { ...nothing, attempts }, [], calendar);
    expect(entries.map(({ points, occurredAt }) => [points, occurredAt])).toEqual([[40, ago(2)]]);
  });

  it('hold nothing that has not happened yet, and nothing of a source that is not known', () => {
    const future = {
      enrolments: [enrolment({ completedAt: now + 1 })],
      attempts: [attempt({ submittedAt: now + 1 })],
      sessions: [session('p-1', now + 1)],
      skills: [skill({ acquiredAt: now + 1 })],
    };
    expect(entriesOf('u-1', future, ['2026-03-11'], calendar)).toEqual([]);
    expect(entriesOf('u-1', nothing, [], calendar)).toEqual([]);
  });

  it('count today as a streak day wherever it is already today, on the learner’s own day', () => {
    const auckland = { now, zone: 'Pacific/Auckland' };
    const losAngeles = { now, zone: 'America/Los_Angeles' };
    for (const [zone, today] of [
      [auckland, '2026-03-11'],
      [losAngeles, '2026-03-10'],
    ] as const) {
      const entries = entriesOf('u-1', nothing, [today, addDays(today, 1)], zone);
      expect(entries.map(({ reference }) => reference)).toEqual([today]);
      expect(since(entries, today, zone)).toEqual(entries);
    }
  });

  it('do not depend on order or on rows that come twice', () => {
    fc.assert(
      fc.property(
        fc.array(anyEnrolment, { maxLength: 3 }),
        fc.uniqueArray(anyAttempt, { selector: ({ attemptId }) => attemptId, maxLength: 12 }),
        (enrolments, attempts) => {
          const of = (twice: boolean) =>
            entriesOf(
              'u-1',
              {
                ...nothing,
                enrolments: twice ? [...enrolments, ...enrolments].reverse() : enrolments,
                attempts: twice ? [...attempts, ...attempts].reverse() : attempts,
              },
              [],
              calendar,
            );
          const entries = of(false);
          expect(of(true)).toEqual(entries);
          expect(new Set(entries.map(keyOf)).size).toBe(entries.length);
          expect(entries.every(({ occurredAt }) => occurredAt <= now)).toBe(true);
        },
      ),
    );
  });
});

describe('two ledgers merged', () => {
  it('keep the earlier of two entries for the same thing, and people apart', () => {
    const early = entry({ occurredAt: ago(9), points: 40 });
    const late = entry({ occurredAt: ago(1) });
    const other = entry({ userId: 'u-2', occurredAt: ago(5) });
    expect(mergeLedger([late, other], [early])).toEqual([early, other]);
  });

  it('keep what has been written when the same instant comes with other points', () => {
    expect(mergeLedger([entry({ points: 60 })], [entry({ points: 90 })])).toEqual([entry({ points: 60 })]);
  });

  it('are ordered by instant, then source, then reference', () => {
    const entries = [
      entry({ source: 'skill', reference: 'a' }),
      entry({ source: 'course', reference: 'b' }),
      entry({ source: 'course', reference: 'a' }),
      entry({ source: 'streak_day', reference: 'z', occurredAt: ago(2) }),
    ];
    const order = mergeLedger(entries, []).map(({ source, reference }) => `${source} ${reference}`);
    expect(order).toEqual(['streak_day z', 'course a', 'course b', 'skill a']);
  });

  it('change nothing when merged again, whatever was merged first', () => {
    fc.assert(
      fc.property(anyLedger, anyLedger, anyLedger, (a, b, c) => {
        const both = mergeLedger(a, b);
        expect(mergeLedger(both, a)).toEqual(both);
        expect(mergeLedger(both, b)).toEqual(both);
        expect(mergeLedger(both, c)).toEqual(mergeLedger(a, mergeLedger(b, c)));
        expect(new Set([...a, ...b].map(keyOf)).size).toBe(both.length);
      }),
    );
  });
});

describe('the daily cap', () => {
  it('gives the entry that crosses 1,000 the rest and drops the later ones of that day', () => {
    const courses = Array.from({ length: 12 }, (_, index) =>
      entry({ reference: `c-${index}`, points: 95, occurredAt: ago(1) + index }),
    );
    const nextDay = entry({ reference: 'c-99', occurredAt: ago(0) });
    const points = capped([nextDay, ...courses], calendar).map((one) => one.points);
    // 10 × 95 = 950, the eleventh gets 50, the twelfth nothing.
    expect(points).toEqual([95, 95, 95, 95, 95, 95, 95, 95, 95, 95, 50, 100]);
  });

  it('is per person, and per day of the zone', () => {
    const big = (changes: Partial<LedgerEntry>) => entry({ points: 800, ...changes });
    const evening = Date.parse('2026-03-09T21:30:00Z');
    const night = Date.parse('2026-03-09T22:30:00Z');
    const entries = [
      big({ occurredAt: evening }),
      big({ reference: 'c-2', occurredAt: night }),
      big({ userId: 'u-2', occurredAt: evening }),
    ];
    const total = (zone: string) => totals(capped(entries, { now, zone })).total;
    expect([total('UTC'), total('Asia/Jerusalem')]).toEqual([1800, 2400]);
  });

  it('gives all that was earned up to 1,000 a day, and changes nothing a second time', () => {
    fc.assert(
      fc.property(anyLedger, (entries) => {
        const ledger = mergeLedger(entries, []);
        const given = capped(ledger, calendar);
        const dayKey = (one: LedgerEntry) => `${one.userId} ${dayOf(one.occurredAt, 'UTC')}`;
        const sum = (list: readonly LedgerEntry[]) => list.reduce((all, { points }) => all + points, 0);
        const earned = Map.groupBy(ledger, dayKey);
        const kept = Map.groupBy(given, dayKey);
        for (const [key, list] of earned) expect(sum(kept.get(key) ?? [])).toBe(Math.min(1000, sum(list)));
        expect(capped(given, calendar)).toEqual(given);
      }),
    );
  });
});

describe('the entries since a day', () => {
  it('are those of that day and later in the zone, up to now', () => {
    const late = entry({ occurredAt: Date.parse('2026-03-08T23:30:00Z') });
    const future = entry({ reference: 'c-2', occurredAt: now + 1 });
    const of = (zone: string) => since([late, future], '2026-03-09', { now, zone });
    expect([of('UTC'), of('Asia/Jerusalem')]).toEqual([[], [late]]);
  });
});

describe('totals', () => {
  it('are the sum of their parts', () => {
    fc.assert(
      fc.property(anyLedger, (entries) => {
        const { total, bySource } = totals(entries);
        expect(Object.values(bySource).reduce((sum, points) => sum + points, 0)).toBe(total);
        expect(total).toBe(entries.reduce((sum, { points }) => sum + points, 0));
      }),
    );
  });
});
