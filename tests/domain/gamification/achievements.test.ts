import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AchievementFacts,
  type AchievementSources,
  achievements,
  type CountedEvent,
  factsOf,
} from '../../../src/domain/gamification/achievement-engine.ts';
import { achievementCatalogue, countedThings, tiers } from '../../../src/domain/gamification/achievements.ts';
import { contentTypes } from '../../../src/domain/learning/content.ts';
import {
  ago,
  allFinite,
  anyAttempt,
  anyEnrolment,
  anyView,
  attempt,
  calendar,
  completion,
  enrolment,
  now,
  skill,
  view,
} from '../analytics/seeds.ts';

const nothing: AchievementSources = {
  views: null,
  attempts: null,
  sessions: null,
  questions: null,
  logins: null,
  enrolments: null,
  skills: null,
  ledger: null,
  streak: null,
};
const facts = (changes: Partial<AchievementSources>) => factsOf({ ...nothing, ...changes }, calendar);
const one = (code: string, of: AchievementFacts) => achievements(of).find((each) => each.code === code);
const session = (sessionId: string, status: string, daysAgo: number) => ({
  sessionId,
  exerciseId: null,
  skillId: null,
  startedAt: ago(daysAgo),
  endedAt: null,
  status,
  score: null,
  attempts: null,
});

describe('the catalogue of achievements', () => {
  it('has at least 24 with codes of their own in snake case, and uses every tier and every count', () => {
    const codes = achievementCatalogue.map(({ code }) => code);
    expect(codes.length).toBeGreaterThanOrEqual(24);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !/^[a-z]+(_[a-z]+)*$/.test(code))).toEqual([]);
    expect(new Set(achievementCatalogue.map(({ tier }) => tier))).toEqual(new Set(tiers));
    expect(new Set(achievementCatalogue.map(({ rule }) => rule.counts))).toEqual(new Set(countedThings));
  });

  it('asks for more with every higher tier of the same count', () => {
    for (const rules of Map.groupBy(achievementCatalogue, ({ rule }) => rule.counts).values()) {
      const byTier = rules.toSorted((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier));
      const numbers = byTier.map(({ rule }) => rule.atLeast);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(numbers[0]).toBeGreaterThanOrEqual(1);
    }
  });

  it('does not ask for more kinds of content than there are', () => {
    const asked = achievementCatalogue.filter(({ rule }) => rule.counts === 'content_types');
    expect(Math.max(...asked.map(({ rule }) => rule.atLeast))).toBe(contentTypes.length);
  });
});

describe('achievements', () => {
  it('of the seed: five courses, the fifth two days ago', () => {
    const enrolments = [9, 2, 7, 4, 30].map((days, index) =>
      enrolment({ courseId: `c-${index}`, completedAt: ago(days) }),
    );
    const of = facts({ enrolments: [...enrolments, enrolment({ courseId: 'c-9', completedAt: now + 1 })] });
    expect(achievements(of).slice(0, 4)).toEqual([
      {
        id: 'bronze-first_course',
        code: 'first_course',
        tier: 'bronze',
        earnedAt: ago(30),
        progressPercent: 100,
      },
      {
        id: 'silver-course_explorer',
        code: 'course_explorer',
        tier: 'silver',
        earnedAt: ago(2),
        progressPercent: 100,
      },
      {
        id: 'gold-course_champion',
        code: 'course_champion',
        tier: 'gold',
        earnedAt: null,
        progressPercent: 50,
      },
      {
        id: 'platinum-course_legend',
        code: 'course_legend',
        tier: 'platinum',
        earnedAt: null,
        progressPercent: 20,
      },
    ]);
  });

  it('are earned at the entry with which the points reached the number', () => {
    const entry = (reference: string, points: number, days: number) => ({
      userId: 'u-1',
      source: 'assessment' as const,
      reference,
      points,
      occurredAt: ago(days),
    });
    const of = facts({ ledger: [entry('as-3', 30, 1), entry('as-1', 60, 5), entry('as-2', 40, 3)] });
    expect(one('hundred_points', of)).toMatchObject({ earnedAt: ago(3), progressPercent: 100 });
    expect(one('thousand_points', of)).toMatchObject({ earnedAt: null, progressPercent: 13 });
    const almost = facts({ ledger: [entry('as-1', 19_999, 1)] });
    expect(one('twenty_thousand_points', almost)).toMatchObject({ earnedAt: null, progressPercent: 99.9 });
  });

  it('take a passed assessment once, by what the service says or else by the pass mark', () => {
    const of = facts({
      attempts: [
        attempt({ attemptId: 'at-1', score: 59, submittedAt: ago(9) }),
        attempt({ attemptId: 'at-2', score: 100, submittedAt: ago(6) }),
        attempt({ attemptId: 'at-3', score: 60, submittedAt: ago(5) }),
        attempt({ attemptId: 'at-4', assessmentId: 'as-2', score: 90, passed: false }),
        attempt({ attemptId: 'at-5', assessmentId: 'as-3', score: 90, passMark: null }),
        attempt({ attemptId: 'at-6', assessmentId: 'as-4', score: 90, submittedAt: null }),
      ],
    });
    expect(of.assessments_passed).toEqual([{ at: ago(6), amount: 1 }]);
    expect(of.perfect_scores).toEqual([{ at: ago(6), amount: 1 }]);
  });

  it('count sessions, questions, skills, topics and kinds of content once each, at the first time', () => {
    const of = facts({
      sessions: [session('p-1', 'solved', 4), session('p-1', 'solved', 4), session('p-2', 'open', 3)],
      questions: [
        { at: ago(8), topicId: null, resolved: true },
        { at: ago(7), topicId: 't-1', resolved: null },
      ],
      skills: [skill({ acquiredAt: ago(6) }), skill({ skillId: 's-2' })],
      enrolments: [enrolment({ completions: [completion('t-1', 3), completion('t-1', 5)] })],
      views: [view({ at: ago(2) }), view({ at: ago(9) }), view({ at: ago(1), type: null })],
    });
    expect(of).toMatchObject({
      practice_solved: [{ at: ago(4), amount: 1 }],
      questions_resolved: [{ at: ago(8), amount: 1 }],
      skills: [{ at: ago(6), amount: 1 }],
      topics: [{ at: ago(5), amount: 1 }],
      content_types: [{ at: ago(9), amount: 1 }],
    });
    // Days 9, 8, 7, 5, 4, 3, 2 and 1 before today.
    expect(of.active_days).toHaveLength(8);
  });

  it('do not take a log-in for an active day', () => {
    expect(facts({ logins: [{ at: ago(1), durationSeconds: 60 }] }).active_days).toEqual([]);
  });

  it('date a streak by the first activity of its day, else by the start of the day', () => {
    const recordDays = ['2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-07', '2026-03-08'];
    const streakOf = (...more: string[]) => ({ recordDays: [...recordDays, ...more] });
    const views = [view({ at: ago(1) + 5 }), view({ at: ago(1) })];
    const known = facts({ views, streak: streakOf('2026-03-09') });
    expect(one('week_streak', known)).toMatchObject({ earnedAt: ago(1), progressPercent: 100 });
    const unknown = facts({ streak: streakOf('2026-03-09') });
    expect(one('week_streak', unknown)?.earnedAt).toBe(Date.parse('2026-03-09T00:00:00Z'));
    expect(one('week_streak', facts({ streak: streakOf() }))).toMatchObject({
      earnedAt: null,
      progressPercent: 85.7,
    });
  });

  it('have no progress where what they count is not known: unknown is not 0', () => {
    const all = achievements(facts({}));
    expect(new Set(all.map(({ progressPercent }) => progressPercent))).toEqual(new Set([null]));
    expect(one('first_course', facts({ enrolments: [] }))).toMatchObject({
      earnedAt: null,
      progressPercent: 0,
    });
  });
});

const anySources = fc.record({
  enrolments: fc.uniqueArray(anyEnrolment, { selector: ({ courseId }) => courseId, maxLength: 3 }),
  attempts: fc.uniqueArray(anyAttempt, { selector: ({ attemptId }) => attemptId, maxLength: 9 }),
  views: fc.array(anyView, { maxLength: 9 }),
});

describe('any achievements', () => {
  it('are earned exactly when they are at 100, never in the future, in catalogue order', () => {
    fc.assert(
      fc.property(anySources, (sources) => {
        const all = achievements(facts(sources));
        expect(all.map(({ code }) => code)).toEqual(achievementCatalogue.map(({ code }) => code));
        expect(allFinite(all)).toBe(true);
        for (const { earnedAt, progressPercent } of all) {
          expect(earnedAt !== null).toBe(progressPercent === 100);
          expect(earnedAt ?? 0).toBeLessThanOrEqual(now);
          expect(progressPercent ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('do not depend on order or on rows that come twice', () => {
    fc.assert(
      fc.property(anySources, ({ enrolments, attempts, views }) => {
        const twice = {
          enrolments: [...enrolments, ...enrolments].reverse(),
          attempts: [...attempts, ...attempts].reverse(),
          views: [...views, ...views].reverse(),
        };
        expect(achievements(facts(twice))).toEqual(achievements(facts({ enrolments, attempts, views })));
      }),
    );
  });

  it('are never lost, nor earned later, by doing more', () => {
    const events = fc
      .array(fc.record({ at: fc.nat(1000), amount: fc.integer({ min: 1, max: 9 }) }), { maxLength: 30 })
      .map((list): CountedEvent[] => list.sort((a, b) => a.at - b.at));
    fc.assert(
      fc.property(events, events, (few, more) => {
        const of = (courses: CountedEvent[]) =>
          achievements({ ...facts({}), courses }).filter(({ progressPercent }) => progressPercent !== null);
        const after = of([...few, ...more].sort((a, b) => a.at - b.at));
        for (const [index, { earnedAt, progressPercent }] of of(few).entries()) {
          expect(after[index]?.progressPercent).toBeGreaterThanOrEqual(progressPercent ?? 0);
          if (earnedAt !== null) expect(after[index]?.earnedAt).toBeLessThanOrEqual(earnedAt);
        }
      }),
    );
  });
});
