import { describe, expect, it } from 'vitest';
import type { CourseFacts, CourseQuestion } from '../../../src/domain/analytics/course-facts.ts';
import { coursePerformance } from '../../../src/domain/analytics/course-performance.ts';
import { everything, facts, noFigures, people, rated, scored } from './course-seeds.ts';
import { ago, calendar, rollRow } from './seeds.ts';

const of = (all: CourseFacts[] | null, question: Partial<CourseQuestion> = {}) =>
  coursePerformance(all, { ...everything, ...question }, calendar);
const rows = ({ missing }: ReturnType<typeof of>) => missing.map(({ field, reason }) => `${field} ${reason}`);
const first = (all: CourseFacts[], question: Partial<CourseQuestion> = {}) =>
  of(all, question).data.courses?.[0];

/** 42 people: 12 active, 10 going on and not seen for 14 days, 10 completed, 10 withdrawn. */
const large = [
  ...people('active', 12, { lastActivityAt: ago(14) }),
  ...people('quiet', 10, { lastActivityAt: ago(15) }),
  ...people('done', 10, { status: 'completed', lastActivityAt: ago(1) }),
  ...people('gone', 10, { status: 'withdrawn' }),
];

/** Enrolled so many weeks ago, each number that often; 2 days ago is the Sunday of the last whole week. */
const byWeek = (counts: number[]) =>
  counts.flatMap((count, age) => people(`w${age}`, count, { enrolledAt: ago(2 + 7 * age) }));

describe('the performance of a course', () => {
  it('of the seed: 42 people, twelve scores of 60 and eight of 90, ratings of 4, 5 and elsewhere 3', () => {
    const sample = facts('c-1', {
      roll: large,
      attempts: [...scored(large.slice(0, 12), 60), ...scored(large.slice(12, 20), 90)],
      feedback: [...rated(large.slice(0, 5), 4), ...rated(large.slice(5, 10), 5)],
    });
    const others = people('other', 10);
    const answer = of([sample, facts('c-2', { roll: others, feedback: rated(others, 3) })]);
    // 10 of 42 = 23.8 %, to steps of 5. Mean 72 and median 60 of 20, to steps of 5. Prior (45 + 30) / 20 =
    // 3.75, so (45 + 5 · 3.75) / 15 = 4.25, to steps of .4 from 1. All 42 enrolled in one week: no trend.
    expect(answer.data.courses?.[0]).toEqual({
      courseId: 'c-1',
      title: 'Course c-1',
      enrollments: 42,
      active: 12,
      completions: 10,
      withdrawals: 10,
      completionPercent: 25,
      averageScore: 70,
      medianScore: 60,
      averageRating: 4.2,
      ratings: 10,
      enrollmentTrend: 'steady',
    });
    // (30 + 18.75) / 15 = 3.25; nobody was ever seen there, and nobody has a score.
    expect(answer.data.courses?.[1]).toMatchObject({
      enrollments: 10,
      active: null,
      completions: 0,
      averageScore: null,
      averageRating: 3.4,
    });
    // Over all: 10 of 52 places = 19.2 %, to steps of 2; 3.75 to steps of .2.
    expect(answer.data).toMatchObject({
      totalCourses: 2,
      totalLearners: 52,
      completionPercent: 20,
      averageRating: 3.8,
    });
    expect(rows(answer)).toEqual([
      'courses[].active insufficient_data',
      'courses[].averageScore insufficient_data',
      'courses[].medianScore insufficient_data',
    ]);
  });

  it('calls weekly enrolments rising or falling when they are, and nothing under ten of them', () => {
    const falling = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4];
    const trend = (roll: CourseFacts['roll'], question = {}) =>
      first([facts('c-1', { roll })], question)?.enrollmentTrend;
    expect(trend(byWeek(falling))).toBe('falling');
    expect(trend(byWeek([...falling].reverse()))).toBe('rising');
    expect(trend(byWeek(falling.map(() => 1)))).toBe('steady');
    expect(trend([...byWeek([9]), ...people('new', 20, { enrolledAt: ago(1) })])).toBeNull();
    // The days asked for choose the people, not the weeks of the trend.
    expect(trend(byWeek(falling), { range: { first: '2025-12-01', last: '2026-01-31' } })).toBe('falling');
  });

  it('counts those who enrolled in the days asked for, and nobody of another organization', () => {
    const roll = [
      ...people('in', 11, { enrolledAt: Date.parse('2026-02-10T12:00:00Z') }),
      ...people('before', 11, { enrolledAt: Date.parse('2026-01-31T12:00:00Z') }),
      ...people('when', 3, { enrolledAt: null }),
      ...people('other', 20, { organizationId: 'org-2' }),
    ];
    const february = { range: { first: '2026-02-01', last: '2026-02-28' } };
    expect(first([facts('c-1', { roll })], february)?.enrollments).toBe(11);
    expect(first([facts('c-1', { roll })])?.enrollments).toBe(25);
  });

  it('counts someone who is on a roll twice once, and leaves out what was rated after now', () => {
    const roll = [...large, rollRow({ userId: 'active-00', lastActivityAt: ago(3) })];
    const later = rated(large.slice(0, 10), 4).map((one) => ({ ...one, submittedAt: ago(-1) }));
    const course = first([facts('c-1', { roll, feedback: later })]);
    expect(course).toMatchObject({ enrollments: 42, ratings: 0, averageRating: null });
  });
});

describe('what is not told of a course', () => {
  it('is everything of one with nine people, and of the next larger one, but not of both together', () => {
    const all = [
      facts('c-1', { roll: people('a', 9) }),
      facts('c-2', { roll: people('b', 12) }),
      facts('c-3', { roll: people('c', 40) }),
    ];
    const { data, missing } = of(all);
    expect(data.courses?.[0]).toEqual({ courseId: 'c-1', title: 'Course c-1', ...noFigures });
    expect(data.courses?.[1]).toEqual({ courseId: 'c-2', title: 'Course c-2', ...noFigures });
    expect(data.courses?.[2]?.enrollments).toBe(40);
    expect(data.totalLearners).toBe(61);
    expect(missing).toContainEqual({ field: 'courses[].enrollments', reason: 'suppressed' });
    expect(of(all, { courseId: 'c-2' }).data).toEqual({
      totalCourses: 1,
      totalLearners: null,
      completionPercent: null,
      averageRating: null,
      courses: [{ courseId: 'c-2', title: 'Course c-2', ...noFigures }],
    });
  });

  it('is a small count, the percent that would give it away, and the total less the other course', () => {
    const mixed = (prefix: string, done: number) => [
      ...people(prefix, 40 - done),
      ...people(`${prefix}-done`, done, { status: 'completed' }),
    ];
    const { data } = of([facts('c-1', { roll: mixed('a', 3) }), facts('c-2', { roll: mixed('b', 20) })]);
    expect(data.courses?.[0]).toMatchObject({ enrollments: 40, completions: null, completionPercent: null });
    expect(data.courses?.[1]).toMatchObject({ enrollments: 40, completions: 20, completionPercent: 50 });
    expect(data).toMatchObject({ totalLearners: 80, completionPercent: null });
  });

  it('is a mean of fewer scores or ratings than the minimum, and the number of these ratings', () => {
    const answer = of([
      facts('c-1', {
        roll: large,
        attempts: scored(large.slice(0, 9), 70),
        feedback: rated(large.slice(0, 9), 4),
      }),
    ]);
    expect(answer.data.courses?.[0]).toMatchObject({
      averageScore: null,
      medianScore: null,
      averageRating: null,
      ratings: null,
    });
    expect(rows(answer)).toEqual([
      'averageRating suppressed',
      'courses[].averageScore suppressed',
      'courses[].medianScore suppressed',
      'courses[].averageRating suppressed',
      'courses[].ratings suppressed',
    ]);
  });

  it('is the mean of all ratings when that less the other course would be the one of a few', () => {
    const few = facts('c-1', { roll: people('a', 20), feedback: rated(people('a', 3), 1) });
    const many = facts('c-2', { roll: people('b', 20), feedback: rated(people('b', 20), 5) });
    const { data } = of([few, many]);
    expect(data.averageRating).toBeNull();
    expect(data.courses?.map(({ ratings }) => ratings)).toEqual([null, 20]);
  });

  it('is what the services do not know: null, and 0 only for what is really none', () => {
    const silent = of([facts('c-1', { roll: large, attempts: null, feedback: null })]);
    expect(silent.data.courses?.[0]).toMatchObject({
      averageScore: null,
      averageRating: null,
      ratings: null,
    });
    expect(first([facts('c-1', { roll: large })])).toMatchObject({ averageRating: null, ratings: 0 });
    expect(first([facts('c-1')])).toMatchObject({ enrollments: 0, active: 0, completionPercent: null });

    const noRoll = of([facts('c-1', { roll: null }), facts('c-2', { roll: large })]);
    expect(noRoll.data).toMatchObject({ totalCourses: 2, totalLearners: null, completionPercent: null });
    expect(noRoll.data.courses?.[0]).toMatchObject(noFigures);
    expect(noRoll.missing).toContainEqual({ field: 'totalLearners', reason: 'insufficient_data' });
  });

  it('is everything of a trainer who is not known, and nothing of one without courses', () => {
    expect(of(null)).toEqual({
      data: {
        totalCourses: null,
        totalLearners: null,
        completionPercent: null,
        averageRating: null,
        courses: null,
      },
      missing: [],
    });
    expect(of([]).data).toEqual({
      totalCourses: 0,
      totalLearners: 0,
      completionPercent: null,
      averageRating: null,
      courses: [],
    });
  });
});
