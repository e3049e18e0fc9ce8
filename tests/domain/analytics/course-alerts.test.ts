import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertFacts, courseAlerts } from '../../../src/domain/analytics/course-alerts.ts';
import type { CourseEnrolment } from '../../../src/domain/learning/enrolment.ts';
import { ago, allFinite, attempt, calendar, rollRow } from './seeds.ts';

const of = (changes: Partial<AlertFacts>) =>
  courseAlerts(
    { people: [], attempts: [], feedback: [], topicIds: null, tellsLeaving: true, ...changes },
    calendar,
  );

const people = (count: number, changes: (index: number) => Partial<CourseEnrolment> = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    rollRow({ userId: `u-${index}`, completedTopics: null, ...changes(index) }),
  );

/** Everybody enrolled so many days ago; of the first ones, each withdrew in the week that is said. */
const leaving = (count: number, days: number, weeks: readonly number[]) =>
  people(count, (index) => {
    const week = weeks[index];
    const enrolledAt = ago(days);
    if (week === undefined) return { enrolledAt };
    return { enrolledAt, status: 'withdrawn', withdrawnAt: ago(days - 7 * week - 1) };
  });
const times = (count: number, week: number): number[] => Array.from({ length: count }, () => week);

describe('dropout spike', () => {
  it('is a week that costs more than three times what the others do: 10 of 40 in week 4', () => {
    expect(of({ people: leaving(40, 83, times(10, 4)) })).toEqual([
      { code: 'dropout_spike', week: 4, value: 25 },
    ]);
  });

  it('is the week from which on more leave: nobody in weeks 0 to 5, three of a hundred in 6 to 11', () => {
    // Pettitt: K = 36 of 12 weeks, p = 2 exp(−6·36²/(12³ + 12²)) = 0.031; the hazard of week 6 is 3/100.
    const weeks = [6, 7, 8, 9, 10, 11].flatMap((week) => times(3, week));
    expect(of({ people: leaving(100, 83, weeks) })).toEqual([{ code: 'dropout_spike', week: 6, value: 3 }]);
  });

  it('is none when fewer people than the minimum left', () => {
    expect(of({ people: leaving(40, 83, times(9, 4)) })).toEqual([]);
    expect(of({ people: leaving(100, 83, [6, 7, 8, 9, 10, 11]) })).toEqual([]);
  });

  it('is none where it may not be told how many withdrew', () => {
    expect(of({ people: leaving(40, 83, times(10, 4)), tellsLeaving: false })).toEqual([]);
  });

  it('is none when the same share leaves every week: half of 512 five times', () => {
    const weeks = [256, 128, 64, 32, 16].flatMap((count, week) => times(count, week));
    expect(of({ people: leaving(512, 34, weeks) })).toEqual([]);
  });
});

describe('topic where most stop', () => {
  const topicIds = Array.from({ length: 10 }, (_, index) => `t-${index + 1}`);
  const stopped = people(20, (index) => ({
    completedTopics: index < 12 ? 3 : 4 + (index % 5),
    ...(index < 6
      ? { status: 'withdrawn' as const, withdrawnAt: ago(1), enrolledAt: ago(9) }
      : { lastActivityAt: ago(30) }),
  }));

  it('is the topic after those that were finished: 12 of 20 have three', () => {
    expect(of({ people: stopped, topicIds })).toEqual([
      { code: 'topic_where_most_stop', topicId: 't-4', value: 60 },
    ]);
  });

  it('is not named when the topics are not known', () => {
    expect(of({ people: stopped })).toEqual([{ code: 'topic_where_most_stop', topicId: null, value: 60 }]);
    expect(of({ people: stopped, topicIds: ['t-1'] })[0]?.topicId).toBeNull();
  });

  it('is none for fewer than half, for fewer than the minimum, and for those who go on', () => {
    const more = people(5, (index) => ({ completedTopics: index, lastActivityAt: ago(40) }));
    const others = more.map((row, index) => ({ ...row, userId: `v-${index}`, completedTopics: 6 }));
    expect(of({ people: [...stopped, ...others] })).toEqual([]);
    expect(of({ people: stopped.slice(3, 12) })).toEqual([]);
    expect(of({ people: people(20, () => ({ completedTopics: 3, lastActivityAt: ago(27) })) })).toEqual([]);
  });

  it('is not the end: who finished all topics did not stop', () => {
    const through = people(20, () => ({ completedTopics: 10, totalTopics: 10, lastActivityAt: ago(40) }));
    expect(of({ people: through })).toEqual([]);
  });

  it('does not take unknown progress for none', () => {
    expect(of({ people: people(20, () => ({ completedTopics: null, lastActivityAt: ago(40) })) })).toEqual(
      [],
    );
  });
});

describe('falling engagement', () => {
  const roll = people(20, () => ({ enrolledAt: ago(100) }));
  /** So many hand-ins in each of the eight weeks before this one, on Fridays. */
  const handIns = (...weekly: number[]) =>
    weekly.flatMap((count, week) =>
      Array.from({ length: count }, (_, index) =>
        attempt({
          attemptId: `${week}-${index}`,
          userId: `u-${index}`,
          submittedAt: ago(4 + 7 * (weekly.length - 1 - week)),
        }),
      ),
    );

  it('is the way down of hand-ins per person: 20, 18 … 6 of 20 people are 70 percent less', () => {
    const attempts = handIns(20, 18, 16, 14, 12, 10, 8, 6);
    expect(of({ people: roll, attempts })).toEqual([{ code: 'engagement_falling', value: -70 }]);
  });

  it('is none when it rises, goes up and down, or lies in the week that has just begun', () => {
    expect(of({ people: roll, attempts: handIns(6, 8, 10, 12, 14, 16, 18, 20) })).toEqual([]);
    expect(of({ people: roll, attempts: handIns(9, 12, 9, 12, 9, 12, 9, 12) })).toEqual([]);
    expect(of({ people: roll, attempts: [attempt({ userId: 'u-1', submittedAt: ago(0.5) })] })).toEqual([]);
  });

  it('is none of a course that is younger, of fewer people, and when hand-ins are not known', () => {
    const attempts = handIns(20, 18, 16, 14, 12, 10, 8, 6);
    expect(of({ people: people(20, () => ({ enrolledAt: ago(40) })), attempts })).toEqual([]);
    expect(of({ people: roll.slice(0, 9), attempts })).toEqual([]);
    expect(of({ people: roll, attempts: null })).toEqual([]);
  });
});

describe('rating drop', () => {
  const roll = people(40);
  const ratings = (before: number, after: number, count = 20) =>
    roll.flatMap(({ userId }, index) => [
      ...(index < count ? [{ userId, rating: before, submittedAt: ago(120) }] : []),
      ...(index >= 40 - count ? [{ userId, rating: after, submittedAt: ago(10) }] : []),
    ]);

  it('is the difference of the last 90 days to the time before', () => {
    expect(of({ people: roll, feedback: ratings(5, 4) })).toEqual([{ code: 'rating_drop', value: 1 }]);
  });

  it('is none for less than half a point, for a rise and for fewer people than the minimum', () => {
    const slight = ratings(5, 5).map((one, index) => (index > 31 ? { ...one, rating: 4 } : one));
    expect(of({ people: roll, feedback: slight })).toEqual([]);
    expect(of({ people: roll, feedback: ratings(3, 5) })).toEqual([]);
    expect(of({ people: roll, feedback: ratings(5, 1, 9) })).toEqual([]);
    expect(of({ people: roll, feedback: null })).toEqual([]);
  });

  it('does not count those who are not on the roll', () => {
    expect(of({ people: roll.slice(0, 25), feedback: ratings(5, 1) })).toEqual([]);
  });
});

const at = fc.option(fc.integer({ min: -10, max: 200 }).map(ago));
const anyPeople = (maxLength: number) =>
  fc.uniqueArray(
    fc
      .record({
        userId: fc.nat(80).map((n) => `u-${n}`),
        status: fc.constantFrom('enrolled', 'in_progress', 'completed', 'withdrawn'),
        enrolledAt: at,
        completedTopics: fc.option(fc.nat(3)),
        lastActivityAt: at,
        withdrawnAt: at,
      })
      .map((changes) => rollRow(changes as Partial<CourseEnrolment>)),
    { selector: ({ userId }) => userId, maxLength },
  );
const factsOf = (rows: readonly CourseEnrolment[]): AlertFacts => ({
  people: rows,
  attempts: rows.map(({ userId, lastActivityAt }) =>
    attempt({ attemptId: userId, userId, submittedAt: lastActivityAt }),
  ),
  feedback: rows.map(({ userId, completedTopics, enrolledAt }) => ({
    userId,
    rating: completedTopics === null ? null : 1 + completedTopics,
    submittedAt: enrolledAt,
  })),
  topicIds: ['t-1', 't-2'],
  tellsLeaving: true,
});

describe('alerts of any course', () => {
  it('are finite and do not depend on order or doubles of what was handed in and said', () => {
    fc.assert(
      fc.property(anyPeople(80), (rows) => {
        const facts = factsOf(rows);
        const plain = of(facts);
        expect(allFinite(plain)).toBe(true);
        const twice = <T>(list: readonly T[] | null) => [...(list ?? []), ...(list ?? [])].reverse();
        const { attempts, feedback } = facts;
        const other = { ...facts, people: [...rows].reverse() };
        expect(of({ ...other, attempts: twice(attempts), feedback: twice(feedback) })).toEqual(plain);
      }),
    );
  });

  it('are none of fewer people than the minimum', () => {
    fc.assert(
      fc.property(anyPeople(9), (rows) => {
        expect(of(factsOf(rows))).toEqual([]);
      }),
    );
  });
});
