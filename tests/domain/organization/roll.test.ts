import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import { isOnTrack, monthsKept, type Roll, rollBuilder } from '../../../src/domain/organization/roll.ts';
import { dayMs, monthOf } from '../../../src/domain/time.ts';
import { ago, now } from '../analytics/seeds.ts';
import { anyLists, columnsOf, peopleOf, place, rollOf, shuffledLists, team } from './organization-seeds.ts';

const hourMs = 3_600_000;
const people = peopleOf([...team('a', 1), ...team('b', 2)]);
const of = (...rows: Partial<OrganizationEnrolment>[]) =>
  rollOf(
    people,
    rows.map((changes, index) => place({ userId: 'a-0', courseId: `c-${index}`, ...changes })),
  );
const sumOf = (column: ArrayLike<number>): number =>
  Array.from(column).reduce((total, one) => total + one, 0);
/** Weeks that have lifetimes, with how many. */
const weeksOf = (column: Uint32Array) =>
  [...column].flatMap((count, week) => (count === 0 ? [] : [[week, count]]));
const monthly = (roll: Roll, department: number) =>
  Object.fromEntries(
    roll.months.map((month, index) => [month, roll.topicsByMonth[department * monthsKept + index] ?? 0]),
  );

describe('the pace of a person', () => {
  it('is the sum over what is going on: 8 topics in 4 weeks and 3 in 2 are 3.5 a week', () => {
    const roll = of(
      { enrolledAt: ago(28), completedTopics: 8 },
      { enrolledAt: ago(14), completedTopics: 3 },
      { enrolledAt: ago(7), completedTopics: 9, status: 'completed', completedAt: ago(1) },
      { enrolledAt: ago(7), completedTopics: 9, status: 'withdrawn' },
    );
    expect(roll.pace[0]).toBe(3.5);
  });

  it('takes at least a week: 3 topics since yesterday are 3 a week', () => {
    expect(of({ enrolledAt: ago(1), completedTopics: 3 }).pace[0]).toBe(3);
  });

  it('is unknown, not 0, when nobody knows how many topics or since when, or nothing has begun', () => {
    for (const changes of [{ completedTopics: null }, { enrolledAt: null }, { enrolledAt: now + dayMs }])
      expect(of(changes).pace[0]).toBeNaN();
    expect([...rollOf(people, []).pace]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('what is asked of a person', () => {
  it('is what finishes in time what still can be: 4 topics in 2 weeks are 2 a week', () => {
    expect(of({ completedTopics: 8, totalTopics: 12, dueAt: now + 14 * dayMs }).target[0]).toBe(2);
    expect(of({ completedTopics: 8, totalTopics: 12, dueAt: now + dayMs }).target[0]).toBe(4);
    expect(of({ completedTopics: 12, totalTopics: 8, dueAt: now + dayMs }).target[0]).toBe(0);
  });

  it('is unknown without a due date or a number of topics', () => {
    expect(of({ dueAt: null }).target[0]).toBeNaN();
    expect(of({ dueAt: now + dayMs, totalTopics: null }).target[0]).toBeNaN();
  });

  it('is met with nine tenths of it, never with work overdue, and nobody knows without a target', () => {
    const asked = { enrolledAt: ago(70), totalTopics: 28, dueAt: now + 7 * dayMs };
    // 18 in ten weeks = 1.8 a week against 10 in one week; 18 of 20: 1.8 against 2.
    expect(isOnTrack(of({ ...asked, completedTopics: 18 }), 0)).toBe(false);
    expect(isOnTrack(of({ ...asked, completedTopics: 18, totalTopics: 20 }), 0)).toBe(true);
    expect(isOnTrack(of({ ...asked, completedTopics: 28, dueAt: ago(1) }), 0)).toBe(false);
    expect(isOnTrack(of({ dueAt: null }), 0)).toBeNull();
    expect(isOnTrack(of({ ...asked, completedTopics: null }), 0)).toBeNull();
  });
});

describe('enrolments', () => {
  it('that were withdrawn are no enrolments, are not due, and their lifetime ends with the withdrawal', () => {
    const roll = of({ status: 'withdrawn', enrolledAt: ago(28), withdrawnAt: ago(7), dueAt: ago(1) });
    expect([roll.enrolments[0], roll.due[0], roll.overdue[0]]).toEqual([0, 0, 0]);
    // 21 days are 3 weeks; for completions the withdrawal only ends what was seen.
    expect(weeksOf(roll.toWithdrawal.events)).toEqual([[3, 1]]);
    expect(weeksOf(roll.toCompletion.censored)).toEqual([[3, 1]]);
    expect(sumOf(roll.toCompletion.events)).toBe(0);
  });

  it('that were completed live until then: 4 weeks', () => {
    const roll = of({ status: 'completed', enrolledAt: ago(35), completedAt: ago(7) });
    expect([roll.enrolments[0], roll.completions[0]]).toEqual([1, 1]);
    expect(weeksOf(roll.toCompletion.events)).toEqual([[4, 1]]);
    expect(weeksOf(roll.toWithdrawal.censored)).toEqual([[4, 1]]);
  });

  it('that go on live until today, whenever something was last done', () => {
    const roll = of({ status: 'in_progress', enrolledAt: ago(30), lastActivityAt: ago(25) });
    expect(weeksOf(roll.toCompletion.censored)).toEqual([[4, 1]]);
  });

  it('that are due were done in time, late, not at all, or nobody knows', () => {
    const due = { dueAt: ago(5) };
    const done = { ...due, status: 'completed' as const };
    const figures = ({ due: had, onTime, overdue }: Roll) => [had[0], onTime[0], overdue[0]];
    expect(figures(of({ ...done, completedAt: ago(5) }))).toEqual([1, 1, 0]);
    expect(figures(of({ ...done, completedAt: ago(4) }))).toEqual([1, 0, 0]);
    expect(figures(of(due))).toEqual([1, 0, 1]);
    expect(figures(of({ ...done, completedAt: null }))).toEqual([0, 0, 0]);
    expect(figures(of({ dueAt: now + 1 }))).toEqual([0, 0, 0]);
  });

  it('of the future have no pace, no month and no lifetime yet', () => {
    // Three hours from now is still this month.
    const roll = of({ enrolledAt: now + 3 * hourMs, completedTopics: 5 });
    expect(roll.enrolments[0]).toBe(1);
    expect([sumOf(roll.topicsByMonth), sumOf(roll.peopleByMonth)]).toEqual([0, 0]);
    expect(weeksOf(roll.toCompletion.censored)).toEqual([[0, 1]]);
  });

  it('of somebody who is not a member are not counted anywhere', () => {
    const row = place({ userId: 'stranger', status: 'completed', completedAt: ago(2), dueAt: ago(1) });
    expect(rollOf(people, [row])).toEqual(rollOf(people, []));
  });

  it('of one person in one course count once: the first row wins', () => {
    const rows = [place({ userId: 'a-0', completedTopics: 8 }), place({ userId: 'a-0', completedTopics: 1 })];
    expect(rollOf(people, rows)).toEqual(rollOf(people, rows.slice(0, 1)));
    expect(rollOf(people, rows.toReversed())).toEqual(rollOf(people, rows.slice(1)));
  });
});

describe('activity', () => {
  it('is that of the last 14 days, in any course', () => {
    expect(of({ lastActivityAt: ago(40) }, { lastActivityAt: ago(13) }).active[0]).toBe(1);
    expect(of({ lastActivityAt: ago(14) }).active[0]).toBe(0);
  });

  it('is not known when no enrolment dates any', () => {
    expect(of({ lastActivityAt: null }).knowsActivity).toBe(false);
    expect(of({ lastActivityAt: null }, { lastActivityAt: ago(90) }).knowsActivity).toBe(true);
    expect(rollOf(people, []).knowsActivity).toBe(true);
  });
});

describe('months', () => {
  // Six hours before the border and eighteen after it: 2 of 8 topics and 6 of them.
  it.each([
    ['UTC', '2026-03', '2026-03-01T00:00:00Z'],
    // Summer time: Jerusalem 27 March – 25 October, New York 8 March – 1 November, Auckland until 5 April
    // and from 27 September 2026.
    ['Asia/Jerusalem', '2026-03', '2026-02-28T22:00:00Z'],
    ['Asia/Jerusalem', '2026-04', '2026-03-31T21:00:00Z'],
    ['Asia/Jerusalem', '2026-11', '2026-10-31T22:00:00Z'],
    ['Asia/Jerusalem', '2026-01', '2025-12-31T22:00:00Z'],
    ['America/New_York', '2026-03', '2026-03-01T05:00:00Z'],
    ['America/New_York', '2026-04', '2026-04-01T04:00:00Z'],
    // The day on which summer time ends is the first of the month, and begins in it.
    ['America/New_York', '2026-11', '2026-11-01T04:00:00Z'],
    ['America/New_York', '2026-01', '2026-01-01T05:00:00Z'],
    ['Pacific/Auckland', '2026-04', '2026-03-31T11:00:00Z'],
    ['Pacific/Auckland', '2026-05', '2026-04-30T12:00:00Z'],
    ['Pacific/Auckland', '2026-10', '2026-09-30T11:00:00Z'],
    ['Pacific/Auckland', '2026-01', '2025-12-31T11:00:00Z'],
  ])('in %s have their borders there: %s begins at %s', (zone, month, instant) => {
    const border = Date.parse(instant);
    const there = peopleOf(team('a', 1), zone);
    const row = place({
      userId: 'a-0',
      enrolledAt: border - 6 * hourMs,
      lastActivityAt: border + 18 * hourMs,
      completedTopics: 8,
    });
    const roll = rollOf(there, [row], border + 2 * dayMs);
    expect(roll.months.at(-1)).toBe(month);
    expect([...roll.topicsByMonth.slice(-2)]).toEqual([2, 6]);
    expect([...roll.peopleByMonth.slice(-2)]).toEqual([1, 1]);
    expect(monthOf(border - 1, zone)).toBe(roll.months.at(-2));
  });

  it('are twelve, over the end of the year, the current one last', () => {
    const { months } = rollOf(people, []);
    expect([months.length, months[0], months[8], months[9], months.at(-1)]).toEqual([
      12,
      '2025-04',
      '2025-12',
      '2026-01',
      '2026-03',
    ]);
  });

  it('share topics by their days: of 59 from New Year to 1 March, January has 31 and February 28', () => {
    const roll = of({
      enrolledAt: Date.parse('2026-01-01T00:00:00Z'),
      lastActivityAt: Date.parse('2026-03-01T00:00:00Z'),
      completedTopics: 59,
    });
    expect(monthly(roll, 0)).toMatchObject({ '2025-12': 0, '2026-01': 31, '2026-02': 28, '2026-03': 0 });
  });

  it('count a person once, however many courses, in the own department', () => {
    const rows = ['c-1', 'c-2'].map((courseId) =>
      place({ userId: 'b-1', courseId, enrolledAt: ago(3), completedTopics: 1 }),
    );
    const roll = rollOf(people, rows);
    expect([...roll.peopleByMonth].flatMap((count, at) => (count ? [at, count] : []))).toEqual([23, 1]);
    expect(roll.topicsByMonth[23]).toBeCloseTo(2, 9);
  });

  it('have what was finished at once, and not what nobody dates', () => {
    const at = ago(5);
    expect(monthly(of({ enrolledAt: at, lastActivityAt: at, completedTopics: 7 }), 0)).toMatchObject({
      '2026-03': 7,
    });
    const undated = of({ enrolledAt: null, completedTopics: 7 }, { completedTopics: null });
    expect([sumOf(undated.topicsByMonth), sumOf(undated.peopleByMonth)]).toEqual([0, 0]);
  });

  it('add up to what was finished in the year, in every zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('UTC', 'Asia/Jerusalem', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata'),
        fc.integer({ min: Date.parse('2025-06-01'), max: Date.parse('2027-06-01') }),
        fc.array(fc.record({ began: fc.nat(300 * 24), took: fc.nat(400 * 24), topics: fc.nat(50) })),
        (zone, at, courses) => {
          const there = peopleOf(team('a', 1), zone);
          const rows = courses.map(({ began, took, topics }, index) =>
            place({
              userId: 'a-0',
              courseId: `c-${index}`,
              enrolledAt: at - began * hourMs,
              lastActivityAt: at - (began - took) * hourMs,
              completedTopics: topics,
            }),
          );
          const finished = courses.reduce((sum, { topics }) => sum + topics, 0);
          expect(sumOf(rollOf(there, rows, at).topicsByMonth)).toBeCloseTo(finished, 6);
        },
      ),
    );
  });
});

describe('the roll of any organization', () => {
  it('says the same in any order of people and rows, on one page or on many', () => {
    fc.assert(
      fc.property(anyLists, fc.nat(), fc.integer({ min: 1, max: 9 }), (lists, seed, pageSize) => {
        const other = shuffledLists(lists, seed);
        const there = peopleOf(other.members);
        const builder = rollBuilder(there, now);
        for (let from = 0; from < other.rows.length; from += pageSize)
          builder.add(other.rows.slice(from, from + pageSize));
        const [whole, paged] = [columnsOf(lists), builder.done()];
        for (const [userId, at] of whole.people.places) {
          const own = there.places.get(userId) ?? -1;
          for (const name of ['enrolments', 'completions', 'active', 'due', 'onTime', 'overdue'] as const)
            expect(paged[name][own]).toBe(whole.roll[name][at]);
          for (const name of ['pace', 'target'] as const)
            if (Number.isNaN(whole.roll[name][at])) expect(paged[name][own]).toBeNaN();
            else expect(paged[name][own]).toBeCloseTo(whole.roll[name][at] ?? -1, 9);
        }
        expect(paged.toCompletion).toEqual(whole.roll.toCompletion);
        expect(paged.toWithdrawal).toEqual(whole.roll.toWithdrawal);
        expect(sumOf(paged.topicsByMonth)).toBeCloseTo(sumOf(whole.roll.topicsByMonth), 6);
        expect(sumOf(paged.peopleByMonth)).toBe(sumOf(whole.roll.peopleByMonth));
        expect(Object.fromEntries(paged.courses)).toEqual(Object.fromEntries(whole.roll.courses));
      }),
    );
  });

  it('never has more done than there was to do, nor anything below 0', () => {
    fc.assert(
      fc.property(anyLists, (lists) => {
        const { people: there, roll } = columnsOf(lists);
        for (const at of there.places.values()) {
          expect(roll.completions[at]).toBeLessThanOrEqual(roll.enrolments[at] ?? -1);
          expect(roll.onTime[at]).toBeLessThanOrEqual(roll.due[at] ?? -1);
          expect((roll.pace[at] ?? -1) < 0).toBe(false);
          expect((roll.target[at] ?? -1) < 0).toBe(false);
        }
        const lives = ({ events, censored }: Roll['toCompletion']) => sumOf(events) + sumOf(censored);
        expect(lives(roll.toCompletion)).toBe(lives(roll.toWithdrawal));
      }),
    );
  });
});
