import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CourseFacts } from '../../../src/domain/analytics/course-facts.ts';
import { courseHealth } from '../../../src/domain/analytics/course-health.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import type { CourseEnrolment } from '../../../src/domain/learning/enrolment.ts';
import { ago, allFinite, attempt, calendar, rollRow } from './seeds.ts';

const course = (courseId = 'c-1') => ({
  courseId,
  title: `Course ${courseId}`,
  publishedAt: null,
  totalTopics: 10,
  level: null,
  skillIds: [],
});
const facts = (changes: Partial<CourseFacts> = {}): CourseFacts => ({
  course: course(),
  roll: [],
  attempts: [],
  feedback: [],
  ...changes,
});
const nothingNamed = { organizationId: null, courseId: null, range: null };
const of = (...all: CourseFacts[]) =>
  courseHealth(all, nothingNamed, { topicIds: new Map(), baseline: 'none' as const }, calendar);
const onlyOf = (one: CourseFacts) => of(one).data.courses?.[0];

const people = (count: number, changes: (index: number) => Partial<CourseEnrolment> = () => ({})) =>
  Array.from({ length: count }, (_, index) => rollRow({ userId: `u-${index}`, ...changes(index) }));

/** 48 are halfway in time with 4 of 10 topics, 24 of them active; 12 withdrew after two weeks. */
const roll = people(60, (index) => ({
  enrolledAt: ago(70),
  dueAt: ago(-70),
  completedTopics: 4,
  totalTopics: 10,
  lastActivityAt: ago(index < 24 ? 2 : 20),
  ...(index < 48 ? {} : { status: 'withdrawn' as const, withdrawnAt: ago(55) }),
}));
const work = roll
  .slice(0, 48)
  .map(({ userId }, index) => attempt({ attemptId: userId, userId, score: index < 36 ? 70 : 50 }));
const feedback = roll.slice(0, 45).map(({ userId }) => ({ userId, rating: 5, submittedAt: ago(5) }));
const seed = facts({ roll, attempts: work, feedback });

describe('course health', () => {
  it('of the seed: five parts by their weights', () => {
    const { data, missing } = of(seed);
    // completion: 48·4 of 48·5. engagement: 24 of 48. outcomes: 36 of 48. retention: S(10) = 48/60.
    // satisfaction: (45·5 + 5·3.5)/50 = 4.85 → 96.25, for 45 people in steps of 5.
    // .3·80 + .2·50 + .2·75 + .2·80 + .1·95 = 74.5.
    expect(data).toMatchObject({ healthy: 0, watch: 1, atRisk: 0 });
    expect(data.courses?.[0]).toMatchObject({
      courseId: 'c-1',
      title: 'Course c-1',
      healthScore: 74.5,
      status: 'watch',
      parts: { completion: 80, engagement: 50, outcomes: 75, retention: 80, satisfaction: 95 },
      alerts: [
        { code: 'dropout_spike', week: 2, value: 20 },
        { code: 'topic_where_most_stop', topicId: null, value: 100 },
      ],
    });
    expect(data.courses?.[0]?.survival).toEqual(
      Array.from({ length: 11 }, (_, week) => ({ week, remainingPercent: week < 2 ? 100 : 80 })),
    );
    expect(missing).toEqual([]);
  });

  it('gives the weights of unknown parts to the others', () => {
    const one = onlyOf(facts({ roll, attempts: null, feedback: null }));
    // (.3·80 + .2·50 + .2·80) / .7 = 71.4
    expect(one).toMatchObject({
      healthScore: 71.4,
      status: 'watch',
      parts: { outcomes: null, satisfaction: null },
    });
  });

  it('gives no score for fewer than three known parts, and says why', () => {
    const bare = people(12, () => ({ dueAt: null }));
    const { data, missing } = of(facts({ roll: bare }));
    expect(data.courses?.[0]).toMatchObject({
      healthScore: null,
      status: null,
      parts: { completion: null, engagement: null, outcomes: null, retention: 100, satisfaction: null },
    });
    expect(data).toMatchObject({ healthy: null, watch: null, atRisk: null });
    expect(missing).toContainEqual({ field: 'healthy', reason: 'insufficient_data' });
    expect(missing).toContainEqual({ field: 'courses[].parts.engagement', reason: 'insufficient_data' });
  });

  it('suppresses a part that rests on too few people', () => {
    const { data, missing } = of(facts({ roll, attempts: work.slice(0, 9), feedback: feedback.slice(0, 9) }));
    expect(data.courses?.[0]?.parts).toMatchObject({ outcomes: null, satisfaction: null });
    expect(missing).toEqual([
      { field: 'courses[].parts.outcomes', reason: 'suppressed' },
      { field: 'courses[].parts.satisfaction', reason: 'suppressed' },
    ]);
  });

  it('suppresses what is made of counts that are suppressed: who withdrew, and who is active', () => {
    const few = roll.slice(0, 51);
    const { data, missing } = of(facts({ roll: few, attempts: work, feedback }));
    // Three withdrew, and with them the first of the two groups of 24.
    expect(data.courses?.[0]).toMatchObject({
      parts: { completion: 80, engagement: null, outcomes: 75, retention: null, satisfaction: 95 },
      survival: null,
    });
    expect(missing).toEqual([
      { field: 'courses[].parts.engagement', reason: 'suppressed' },
      { field: 'courses[].parts.retention', reason: 'suppressed' },
      { field: 'courses[].survival', reason: 'suppressed' },
    ]);
  });

  it('tells nothing of a course under the minimum, nor of the other course that would give it away', () => {
    const small = facts({ course: course('c-2'), roll: people(9) });
    const { data, missing } = of(seed, small);
    for (const one of data.courses ?? []) {
      const { courseId, title, parts, ...rest } = one;
      expect(new Set([...Object.values(rest), ...Object.values(parts)])).toEqual(new Set([null]));
    }
    expect(new Set(missing.map(({ reason }) => reason))).toEqual(new Set(['suppressed']));
    expect(missing.map(({ field }) => field)).toContain('courses[].survival');
  });

  it('counts the latest scored hand-in of each person and assessment, and no baseline', () => {
    const later = roll
      .slice(0, 48)
      .map(({ userId }) => attempt({ attemptId: `${userId}-2`, userId, score: 90, submittedAt: ago(0.5) }));
    const unmarked = later.map((one) => ({ ...one, attemptId: `${one.attemptId}-3`, score: null }));
    const baseline = later.map((one) => ({
      ...one,
      attemptId: `${one.attemptId}-b`,
      assessmentId: 'as-b',
      kind: 'baseline' as const,
      score: 10,
    }));
    const attempts = [...later, ...unmarked, ...baseline, ...work];
    expect(onlyOf(facts({ roll, attempts }))?.parts.outcomes).toBe(100);
  });

  it('takes a course of which the roll is not known for unknown, not for empty', () => {
    expect(onlyOf(facts({ roll: null }))).toMatchObject({ healthScore: null, survival: null, alerts: null });
    expect(of(facts({ roll: null })).missing).toContainEqual({
      field: 'healthy',
      reason: 'insufficient_data',
    });
  });

  it('is all unknown when the courses are not known, and zero when there are none', () => {
    const context = { topicIds: new Map(), baseline: 'none' as const };
    expect(courseHealth(null, nothingNamed, context, calendar)).toEqual({
      data: { healthy: null, watch: null, atRisk: null, courses: null },
      missing: [],
    });
    expect(of().data).toEqual({ healthy: 0, watch: 0, atRisk: 0, courses: [] });
  });

  it('looks only at those who enrolled in the days it was asked about', () => {
    const late = people(10, () => ({ enrolledAt: ago(7) })).map((row, index) => ({
      ...row,
      userId: `v-${index}`,
    }));
    const question = { ...nothingNamed, range: { first: '2026-03-01', last: '2026-03-10' } };
    const context = { topicIds: new Map(), baseline: 'none' as const };
    const { data } = courseHealth([facts({ roll: [...roll, ...late] })], question, context, calendar);
    expect(data.courses?.[0]?.survival).toEqual([
      { week: 0, remainingPercent: 100 },
      { week: 1, remainingPercent: 100 },
    ]);
  });
});

const at = fc.option(fc.integer({ min: -10, max: 400 }).map(ago));
const anyRow = fc
  .record({
    userId: fc.nat(60).map((n) => `u-${n}`),
    status: fc.constantFrom('enrolled', 'in_progress', 'completed', 'withdrawn'),
    enrolledAt: at,
    dueAt: at,
    completedTopics: fc.option(fc.nat(12)),
    totalTopics: fc.option(fc.nat(12)),
    lastActivityAt: at,
    completedAt: at,
    withdrawnAt: at,
  })
  .map((changes) => rollRow(changes as Partial<CourseEnrolment>));
const anyRoll = (maxLength: number, minLength = 0) =>
  fc.uniqueArray(anyRow, { selector: ({ userId }) => userId, minLength, maxLength });
const workOf = (rows: readonly CourseEnrolment[]): Attempt[] =>
  rows.map(({ userId, completedTopics }) =>
    attempt({ attemptId: userId, userId, score: completedTopics === null ? null : 8 * completedTopics }),
  );
const ratingsOf = (rows: readonly CourseEnrolment[]) =>
  rows.map(({ userId, totalTopics, lastActivityAt }) => ({
    userId,
    rating: totalTopics === null ? null : 1 + (totalTopics % 5),
    submittedAt: lastActivityAt,
  }));
const factsOf = (rows: CourseEnrolment[]) =>
  facts({ roll: rows, attempts: workOf(rows), feedback: ratingsOf(rows) });

describe('course health of any course', () => {
  it('stays within its bounds, is finite, and its survival never rises', () => {
    fc.assert(
      fc.property(anyRoll(60, 10), (rows) => {
        const one = onlyOf(factsOf(rows));
        expect(allFinite(one)).toBe(true);
        for (const value of [one?.healthScore ?? null, ...Object.values(one?.parts ?? {})]) {
          expect(value === null || (value >= 0 && value <= 100)).toBe(true);
        }
        const remaining = one?.survival?.map(({ remainingPercent }) => remainingPercent) ?? [];
        expect(remaining).toEqual([...remaining].sort((a, b) => b - a));
        expect(remaining.every((value) => value >= 0 && value <= 100)).toBe(true);
      }),
    );
  });

  it('does not depend on order or doubles', () => {
    fc.assert(
      fc.property(anyRoll(40), (rows) => {
        const one = factsOf(rows);
        const twice = <T>(list: readonly T[] | null) => [...(list ?? []), ...(list ?? [])].reverse();
        const doubled = facts({
          roll: twice(one.roll),
          attempts: twice(one.attempts),
          feedback: twice(one.feedback),
        });
        expect(of(doubled)).toEqual(of(one));
      }),
    );
  });

  it('tells nothing of fewer people than the minimum', () => {
    fc.assert(
      fc.property(anyRoll(9), (rows) => {
        const { courseId, title, parts, ...rest } = onlyOf(factsOf(rows)) ?? {};
        expect(
          [...Object.values(parts ?? { none: 0 }), ...Object.values(rest)].every((one) => one === null),
        ).toBe(true);
      }),
    );
  });
});
