import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeline } from '../../../src/domain/analytics/activity.ts';
import { meaningfulDays, streak } from '../../../src/domain/gamification/streak.ts';
import { addDays, dayNumber } from '../../../src/domain/time.ts';
import { now, view } from '../analytics/seeds.ts';

const today = '2026-03-10';
const back = (days: number) => addDays(today, -days);
const active = (...daysBack: number[]) => new Set(daysBack.map(back));
const run = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);
const courses = (count: number, daysBack: number) => Array.from({ length: count }, () => back(daysBack));

describe('a streak', () => {
  it('of the seed: four days, a gap, then three days up to today', () => {
    const result = streak(active(8, 7, 6, 5, 2, 1, 0), [], today);
    expect(result).toMatchObject({
      currentStreak: 3,
      longestStreak: 4,
      freezes: 0,
      status: 'active',
      milestones: [],
    });
    expect(result.streakDays).toEqual([8, 7, 6, 5, 2, 1, 0].map(back));
    expect(result.recordDays).toEqual([8, 7, 6, 5].map(back));
    expect(result.history).toHaveLength(30);
    expect(result.history[0]).toEqual({
      date: '2026-02-09',
      maintained: false,
      source: null,
      frozen: false,
    });
    expect(result.history.slice(-4)).toEqual([
      { date: '2026-03-07', maintained: false, source: null, frozen: false },
      { date: '2026-03-08', maintained: true, source: 'activity', frozen: false },
      { date: '2026-03-09', maintained: true, source: 'activity', frozen: false },
      { date: '2026-03-10', maintained: true, source: 'activity', frozen: false },
    ]);
  });

  it.each([
    ['was active today', active(1, 0), 2, 'active'],
    ['has not been active yet today', active(2, 1), 2, 'at_risk'],
    ['missed yesterday', active(3, 2), 0, 'broken'],
    ['began again today', active(3, 0), 1, 'active'],
    ['never was active', active(), 0, 'none'],
  ])('of someone who %s', (_, days, currentStreak, status) => {
    expect(streak(days, [], today)).toMatchObject({ currentStreak, status });
  });

  it('survives a missed day with a freeze, which is spent and adds nothing to the count', () => {
    const result = streak(active(4, 3, 1, 0), courses(10, 5), today);
    expect(result).toMatchObject({ currentStreak: 4, longestStreak: 4, freezes: 0, status: 'active' });
    expect(result.history.at(-3)).toEqual({
      date: back(2),
      maintained: true,
      source: 'freeze',
      frozen: true,
    });
    expect(result.streakDays).not.toContain(back(2));
  });

  it('breaks when more days are missed than freezes are held', () => {
    expect(streak(active(5, 2, 1), courses(10, 9), today)).toMatchObject({ currentStreak: 2, freezes: 0 });
    expect(streak(active(5, 2, 1), courses(20, 9), today)).toMatchObject({ currentStreak: 3, freezes: 0 });
  });

  it('may use a freeze from the day after the tenth course, not on that day itself', () => {
    const days = active(4, 2, 1, 0);
    expect(streak(days, courses(10, 3), today)).toMatchObject({ currentStreak: 3, freezes: 1 });
    expect(streak(days, courses(10, 4), today)).toMatchObject({ currentStreak: 4, freezes: 0 });
    expect(streak(active(), courses(10, 0), today).freezes).toBe(0);
    expect(streak(active(), courses(10, 1), today).freezes).toBe(1);
  });

  it('holds at most three freezes, needs ten courses for each, and loses what is earned beyond', () => {
    expect([9, 10, 29, 30, 70].map((n) => streak(active(0), courses(n, 5), today).freezes)).toEqual([
      0, 1, 2, 3, 3,
    ]);
    // 40 courses are four freezes, of which three are held: the fourth missed day breaks the streak.
    expect(streak(active(5, 1), courses(40, 9), today)).toMatchObject({ currentStreak: 2, freezes: 0 });
    expect(streak(active(6, 1), courses(40, 9), today)).toMatchObject({ currentStreak: 1, freezes: 0 });
  });

  it('spends no freeze where there is no streak to save, nor on a day that is not over', () => {
    expect(streak(active(), courses(30, 90), today)).toMatchObject({ freezes: 3, status: 'none' });
    expect(streak(active(1), courses(10, 9), today)).toMatchObject({
      currentStreak: 1,
      freezes: 1,
      status: 'at_risk',
    });
  });

  it('reaches milestones on the first day of that length, and keeps them when it breaks', () => {
    const result = streak(active(...run(60, 31), ...run(20, 12)), [], today);
    expect(result).toMatchObject({ currentStreak: 0, longestStreak: 30, status: 'broken' });
    expect(result.milestones).toEqual([
      { days: 7, reachedOn: back(54) },
      { days: 30, reachedOn: back(31) },
    ]);
    expect(streak(active(...run(364, 0)), [], today).milestones.at(-1)).toEqual({
      days: 365,
      reachedOn: today,
    });
  });

  it('goes on over the change of the clock, the year and a leap day', () => {
    const days = new Set([
      '2023-12-31',
      '2024-01-01',
      ...Array.from({ length: 90 }, (_, n) => addDays('2024-01-02', n)),
    ]);
    expect(days).toContain('2024-02-29');
    expect(streak(days, [], '2024-03-31').currentStreak).toBe(92);
  });
});

describe('a day that a zone skipped', () => {
  const before = ['2011-12-28', '2011-12-29'];
  const days = new Set([...before, '2011-12-31', '2012-01-01']);

  it('breaks no streak where it never was, spends no freeze and is not in its history', () => {
    const there = streak(days, [], '2012-01-01', new Set(), 'Pacific/Apia');
    expect(there).toMatchObject({ currentStreak: 4, longestStreak: 4, status: 'active' });
    expect(there.history.map(({ date }) => date)).not.toContain('2011-12-30');
    expect(there.history).toHaveLength(29);
    const early = Array.from({ length: 10 }, () => '2011-12-27');
    expect(streak(days, early, '2012-01-01', new Set(), 'Pacific/Apia').freezes).toBe(1);
  });

  it('is missed everywhere else', () => {
    expect(streak(days, [], '2012-01-01', new Set(), 'Pacific/Auckland').currentStreak).toBe(2);
  });
});

/** The rules as definitions on single days, asked from today backwards; nothing of the code under test. */
function recomputed(activeDays: ReadonlySet<string>, courseDays: readonly string[], lastDay: string) {
  const last = dayNumber(lastDay);
  const acts = new Set([...activeDays].map(dayNumber));
  const done = courseDays.map(dayNumber);
  const start = Math.min(last, ...acts, ...done) - 1;
  const finishedBefore = (day: number) => done.filter((other) => other < day).length;
  const memo = new Map<string, number>();
  const remember = (key: string, make: () => number) => {
    const known = memo.get(key) ?? make();
    memo.set(key, known);
    return known;
  };
  const usable = (day: number): number => {
    const gained = Math.floor(finishedBefore(day) / 10) - Math.floor(finishedBefore(day - 1) / 10);
    return day <= start ? 0 : Math.min(3, usable(day - 1) - (isFrozen(day - 1) ? 1 : 0) + gained);
  };
  const held = (day: number): number => remember(`held ${day}`, () => usable(day));
  const isFrozen = (day: number): boolean =>
    day > start && day < last && !acts.has(day) && count(day - 1) > 0 && held(day) > 0;
  const count = (day: number): number =>
    remember(`count ${day}`, () => {
      if (day <= start) return 0;
      if (acts.has(day)) return count(day - 1) + 1;
      return day === last || isFrozen(day) ? count(day - 1) : 0;
    });
  const all = Array.from({ length: last - start + 1 }, (_, index) => start + index);
  return {
    currentStreak: count(last),
    longestStreak: Math.max(...all.map(count)),
    freezes: held(last),
    frozen: all.filter((day) => day > last - 30 && isFrozen(day)),
    firstSeven: all.find((day) => count(day) === 7),
  };
}

const anyActive = fc
  .array(fc.tuple(fc.integer({ min: -2, max: 70 }), fc.integer({ min: 1, max: 12 })), { maxLength: 9 })
  .map((runs) => new Set(runs.flatMap(([from, length]) => run(from, from - length + 1).map(back))));
const anyCourses = fc
  .array(fc.tuple(fc.integer({ min: -2, max: 80 }), fc.constantFrom(1, 5, 10, 15)), { maxLength: 5 })
  .map((groups) => groups.flatMap(([days, count]) => courses(count, days)));

describe('any streak', () => {
  it('is what the rules say when they are written down once more, day by day from today back', () => {
    fc.assert(
      fc.property(anyActive, anyCourses, (days, completed) => {
        const result = streak(days, completed, today);
        const past = new Set([...days].filter((day) => day <= today));
        const naive = recomputed(past, completed, today);
        expect({
          currentStreak: result.currentStreak,
          longestStreak: result.longestStreak,
          freezes: result.freezes,
          frozen: result.history.filter(({ frozen }) => frozen).map(({ date }) => dayNumber(date)),
          firstSeven: result.milestones[0] && dayNumber(result.milestones[0].reachedOn),
        }).toEqual(naive);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its bounds whatever the order of days and courses, and whatever is still to come', () => {
    fc.assert(
      fc.property(anyActive, anyCourses, (days, completed) => {
        const result = streak(days, completed, today);
        expect(result.currentStreak).toBeLessThanOrEqual(result.longestStreak);
        expect(result.freezes).toBeGreaterThanOrEqual(0);
        expect(result.freezes).toBeLessThanOrEqual(3);
        expect(result.history.map(({ date }) => date)).toEqual(run(29, 0).map(back));
        expect(result.streakDays).toEqual([...days].filter((day) => day <= today).sort());
        const shuffled = new Set([...days].reverse());
        expect(streak(shuffled.add(back(-1)), [...completed, back(-1)].reverse(), today)).toEqual(result);
      }),
    );
  });
});

describe('the days that count', () => {
  it('are those with anything but a log-in, in the zone', () => {
    const activities = timeline(
      {
        views: [view({ at: Date.parse('2026-03-08T23:30:00Z') })],
        attempts: null,
        sessions: null,
        questions: null,
        logins: [{ at: Date.parse('2026-03-05T12:00:00Z'), durationSeconds: 60 }],
        enrolments: null,
      },
      now,
    );
    expect([...meaningfulDays(activities, 'UTC')]).toEqual(['2026-03-08']);
    expect([...meaningfulDays(activities, 'Asia/Jerusalem')]).toEqual(['2026-03-09']);
    expect(meaningfulDays([], 'UTC').size).toBe(0);
  });
});
