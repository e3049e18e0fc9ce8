import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chosenOf,
  countedCourses,
  inRange,
  isActiveSince,
  peopleOn,
  scoreOf,
  scoresByPerson,
  totalsAreTold,
} from '../../../src/domain/analytics/course-facts.ts';
import { anyFacts, anyQuestion, everything, facts, people, shuffled } from './course-seeds.ts';
import { ago, attempt, calendar, now, rollRow } from './seeds.ts';

const counted = (...sizes: number[]) =>
  countedCourses(
    sizes.map((size, index) => facts(`c-${index}`, { roll: people(`p${index}`, size) })),
    everything,
    calendar,
  );
const suppressedOf = (courses: ReturnType<typeof counted>) => courses.map(({ isSuppressed }) => isSuppressed);

describe('the people on a roll', () => {
  it('are those of the own organization or of none, each once with the row touched last', () => {
    const roll = [
      rollRow({ userId: 'b', organizationId: 'org-1', status: 'withdrawn', withdrawnAt: ago(2) }),
      rollRow({ userId: 'b', organizationId: 'org-1', status: 'in_progress', lastActivityAt: ago(9) }),
      rollRow({ userId: 'a', organizationId: null }),
      rollRow({ userId: 'c', organizationId: 'org-2' }),
    ];
    expect(peopleOn(roll, 'org-1').map(({ userId, status }) => `${userId} ${status}`)).toEqual([
      'a in_progress',
      'b withdrawn',
    ]);
    expect(peopleOn(roll, null).map(({ userId }) => userId)).toEqual(['a']);
  });

  it('are active since a moment only when an activity is known and not before it', () => {
    const seen = [ago(14), ago(15), null].map((lastActivityAt) => isActiveSince({ lastActivityAt }, ago(14)));
    expect(seen).toEqual([true, false, false]);
  });
});

describe('a range of days', () => {
  it('has its borders in the zone, holds all when there is none, and no unknown instant', () => {
    const day = { first: '2026-03-10', last: '2026-03-10' };
    const lateEvening = Date.parse('2026-03-09T23:30:00Z');
    expect(inRange(lateEvening, day, 'Asia/Jerusalem')).toBe(true);
    expect(inRange(lateEvening, day, 'UTC')).toBe(false);
    expect([inRange(null, day, 'UTC'), inRange(null, null, 'UTC')]).toEqual([false, true]);
  });
});

describe('the score of a person in a course', () => {
  it('of the seed: the later 80 of one assessment and 50 of one with weight 3 make 57.5', () => {
    const attempts = [
      attempt({ attemptId: '1', assessmentId: 'a', score: 40, submittedAt: ago(5) }),
      attempt({ attemptId: '2', assessmentId: 'a', score: 80, submittedAt: ago(2) }),
      attempt({ attemptId: '3', assessmentId: 'b', score: 50, submittedAt: ago(4), weight: 3 }),
      // Handed in again and not marked yet: the last mark stands.
      attempt({ attemptId: '4', assessmentId: 'b', score: null, submittedAt: ago(1), weight: 3 }),
      attempt({ attemptId: '5', assessmentId: 'c', score: 0, submittedAt: ago(-1) }),
    ];
    expect(scoreOf(attempts, now)).toBe(57.5);
    expect(scoreOf([...attempts, ...attempts].reverse(), now)).toBe(57.5);
  });

  it('is unknown, not 0, when nothing is marked', () => {
    const unmarked = [attempt({ score: null }), attempt({ attemptId: '2', submittedAt: null, score: 0 })];
    expect([scoreOf([], now), scoreOf(unmarked, now)]).toEqual([null, null]);
  });

  it('takes weights of nothing for equal ones', () => {
    const of = (assessmentId: string, score: number) =>
      attempt({ attemptId: assessmentId, assessmentId, score, weight: 0 });
    expect(scoreOf([of('a', 40), of('b', 60)], now)).toBe(50);
  });

  it('is not put below a border by a binary error', () => {
    const of = (assessmentId: string, weight: number) =>
      attempt({ attemptId: assessmentId, assessmentId, score: 60, weight });
    for (const weights of [
      [0.1, 0.2],
      [0.1, 0.7, 0.2],
      [1.1, 2.2, 3.3],
    ])
      expect(
        scoreOf(
          weights.map((weight, index) => of(`${index}`, weight)),
          now,
        ),
      ).toBe(60);
  });

  it('is given for those who are counted and have one', () => {
    const attempts = ['a', 'b', null].map((userId) => attempt({ attemptId: `of ${userId}`, userId }));
    const rows = [rollRow({ userId: 'a' }), rollRow({ userId: 'c' })];
    expect([...scoresByPerson(attempts, rows, now)]).toEqual([['a', 80]]);
  });
});

describe('courses that may be told about', () => {
  it('are all when each is large enough or empty', () => {
    const courses = counted(10, 0, 30);
    expect(suppressedOf(courses)).toEqual([false, false, false]);
    expect(totalsAreTold(courses, null, 10)).toBe(true);
  });

  it('are not a small one and the next larger one, also when a single one is asked for', () => {
    const courses = counted(5, 12, 40);
    expect(suppressedOf(courses)).toEqual([true, true, false]);
    expect(totalsAreTold(courses, null, 10)).toBe(true);
    expect(['c-0', 'c-1', 'c-2'].map((id) => totalsAreTold(courses, id, 10))).toEqual([false, false, true]);
    expect(chosenOf(courses, 'c-1').map(({ people }) => people?.length)).toEqual([12]);
  });

  it('give no total when the same few people take all of them', () => {
    const roll = people('p', 6);
    const courses = countedCourses([facts('c-1', { roll }), facts('c-2', { roll })], everything, calendar);
    expect(totalsAreTold(courses, null, 10)).toBe(false);
    expect(totalsAreTold(counted(), null, 10)).toBe(true);
  });

  it('give no total when the suppressed ones together are of few people, who take several', () => {
    const roll = people('p', 6);
    const all = [facts('c-1', { roll }), facts('c-2', { roll }), facts('c-3', { roll: people('q', 40) })];
    const courses = countedCourses(all, everything, calendar);
    expect(suppressedOf(courses)).toEqual([true, true, false]);
    expect(totalsAreTold(courses, null, 10)).toBe(false);
  });

  it('do not depend on order or doubles, and never have between one person and the minimum', () => {
    fc.assert(
      fc.property(anyFacts, anyQuestion, (all, question) => {
        const courses = countedCourses(all, question, calendar);
        const told = (list: typeof courses) =>
          list.map(({ course, people: rows, isSuppressed }) => [course.courseId, rows, isSuppressed]);
        expect(told(countedCourses(shuffled(all), question, calendar))).toEqual(told(courses));
        for (const { people: rows, isSuppressed } of courses) {
          const size = rows?.length ?? 0;
          if (size > 0 && size < calendar.minimumCohort) expect(isSuppressed).toBe(true);
        }
      }),
    );
  });
});
