import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CourseFacts } from '../../../src/domain/analytics/course-facts.ts';
import { teachingEffectiveness } from '../../../src/domain/analytics/teaching-effectiveness.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import type { CourseEnrolment, CourseFeedback } from '../../../src/domain/learning/enrolment.ts';
import { ago, allFinite, attempt, calendar, rollRow } from './seeds.ts';

const facts = (courseId: string, changes: Partial<CourseFacts> = {}): CourseFacts => ({
  course: { courseId, title: null, publishedAt: null, totalTopics: 10, level: 'beginner', skillIds: [] },
  roll: [],
  attempts: [],
  feedback: [],
  ...changes,
});
const question = (courseId: string | null = null) => ({ organizationId: null, courseId, range: null });
const of = (all: CourseFacts[] | null, courseId: string | null = null) =>
  teachingEffectiveness(all, null, question(courseId), calendar);

const people = (
  count: number,
  prefix = 'u',
  changes: (index: number) => Partial<CourseEnrolment> = () => ({}),
) =>
  Array.from({ length: count }, (_, index) => rollRow({ userId: `${prefix}-${index}`, ...changes(index) }));

/** All was due by now; half of them completed, the others have begun nothing. */
const roll = people(20, 'u', (index) => ({
  status: index < 10 ? 'completed' : 'in_progress',
  enrolledAt: ago(60),
  dueAt: ago(1),
  totalTopics: 10,
  completedTopics: index < 10 ? 10 : 0,
}));
/** Everybody has a baseline and a first try, five try again. */
const attempts: Attempt[] = roll.flatMap(({ userId }, index) => [
  attempt({
    attemptId: `${userId}-b`,
    userId,
    assessmentId: 'before',
    kind: 'baseline',
    score: index % 2 ? 60 : 40,
    passed: false,
    submittedAt: ago(20),
  }),
  attempt({
    attemptId: `${userId}-1`,
    userId,
    score: index % 2 ? 70 : 50,
    passed: index < 10,
    submittedAt: ago(10),
  }),
  ...(index < 15 ? [] : [again(userId, index)]),
]);
function again(userId: string, index: number): Attempt {
  const score = index % 2 ? 70 : 50;
  return attempt({
    attemptId: `${userId}-2`,
    userId,
    attemptNo: 2,
    score,
    passed: true,
    submittedAt: ago(5),
  });
}
/** Five ratings in each of four months, the rating of each month as said. */
const rated = (...monthly: number[]): CourseFeedback[] =>
  roll.map(({ userId }, index) => {
    const month = Math.floor(index / 5);
    return { userId, rating: monthly[month] ?? null, submittedAt: ago(95 - 30 * month) };
  });
const seed = facts('c-1', { roll, attempts, feedback: rated(4, 4, 4, 4) });

describe('teaching effectiveness', () => {
  it('of the seed: the mean of five parts', () => {
    const { data, missing } = of([seed]);
    // Latest: 15 of 20 passed; first: 10 of 20; 100 of 200 topics; (20·4 + 5·3.5)/25 = 3.9 → 72.5 → 70.
    // d = 10 / √(20·100/19) = 0.975 ± 0.656, in steps of 0.2; 100 Φ(0.975) = 83.5 → 85.
    expect(data).toEqual({
      overallScore: 66,
      parts: { passRate: 75, completion: 50, learningGain: 85, satisfaction: 70, firstTryPass: 50 },
      passRateVsPeers: null,
      learningGain: { cohensD: 1, low: 0.4, high: 1.6, n: 20 },
      satisfaction: { average: 4, trend: 'stable', responses: 20 },
      strengths: ['pass_rate', 'learning_gain'],
      improvements: ['completion', 'first_try_pass'],
      peers: { n: null },
    });
    expect(missing).toEqual([
      { field: 'passRateVsPeers', reason: 'insufficient_data' },
      { field: 'peers.n', reason: 'insufficient_data' },
    ]);
  });

  it('needs three parts for a score, and takes what is not known for unknown', () => {
    const { data, missing } = of([facts('c-1', { roll, attempts: null, feedback: null })]);
    expect(data).toMatchObject({
      overallScore: null,
      parts: { passRate: null, completion: 50, learningGain: null, satisfaction: null, firstTryPass: null },
      learningGain: null,
      satisfaction: { average: null, trend: null, responses: null },
      strengths: [],
      improvements: ['completion'],
    });
    expect(missing).toContainEqual({ field: 'overallScore', reason: 'insufficient_data' });
    expect(missing).toContainEqual({ field: 'satisfaction.responses', reason: 'insufficient_data' });
  });

  it('holds nothing against a course that is going on but what should be finished by now', () => {
    const halfWay = roll.map((row) => ({
      ...row,
      status: 'in_progress' as const,
      enrolledAt: ago(30),
      dueAt: ago(-30),
      completedTopics: 5,
    }));
    const { data } = of([facts('c-1', { roll: halfWay, attempts, feedback: rated(4, 4, 4, 4) })]);
    expect(data.parts.completion).toBe(100);
    expect(data.improvements).not.toContain('completion');
    const undated = halfWay.map((row) => ({ ...row, dueAt: null }));
    const unknown = of([facts('c-1', { roll: undated, attempts, feedback: rated(4, 4, 4, 4) })]);
    expect(unknown.data.parts.completion).toBeNull();
    expect(unknown.missing).toContainEqual({ field: 'parts.completion', reason: 'insufficient_data' });
  });

  it('says that there are no ratings when there really are none', () => {
    const { data } = of([facts('c-1', { roll, attempts, feedback: [] })]);
    expect(data.satisfaction).toEqual({ average: null, trend: null, responses: 0 });
    expect(data.parts.satisfaction).toBeNull();
  });

  it('suppresses a part that rests on too few people', () => {
    const few = facts('c-1', { roll, attempts: attempts.slice(0, 9), feedback: rated(4, 4).slice(0, 9) });
    const { data, missing } = of([few]);
    expect(data.parts).toEqual({
      passRate: null,
      completion: 50,
      learningGain: null,
      satisfaction: null,
      firstTryPass: null,
    });
    expect(missing).toContainEqual({ field: 'parts.passRate', reason: 'suppressed' });
    expect(missing).toContainEqual({ field: 'satisfaction.responses', reason: 'suppressed' });
  });

  it('tells nothing of a trainer, or of a course, with fewer people than the minimum', () => {
    const small = facts('c-2', { roll: people(9, 'v'), feedback: [] });
    for (const { data, missing } of [of([small]), of([seed, small], 'c-2'), of([seed, small], 'c-1')]) {
      const { parts, satisfaction, peers, ...rest } = data;
      const figures = [parts, satisfaction, peers, rest].flatMap((group) => Object.values(group));
      expect(new Set(figures)).toEqual(new Set([null]));
      expect(new Set(missing.map(({ reason }) => reason))).toEqual(new Set(['suppressed']));
    }
  });

  it('leaves out of the whole what would be the difference to the courses that are told', () => {
    const others = people(12, 'v');
    const ratings = others.map(({ userId }) => ({ userId, rating: 1, submittedAt: ago(3) }));
    const withRatings = (count: number) =>
      of([seed, facts('c-2', { roll: others, feedback: ratings.slice(0, count) })]).data.satisfaction;
    expect(withRatings(9)).toMatchObject({ average: 4, responses: 20 });
    // (20·4 + 12·1) / 32 = 2.875, for 32 people in steps of 5 % of the range: 1 + 9·0.2.
    expect(withRatings(12)).toMatchObject({ average: 2.8, responses: 32 });
  });

  it('calls satisfaction improving or declining only when the months say so', () => {
    const trendOf = (...monthly: number[]) =>
      of([facts('c-1', { roll, feedback: rated(...monthly) })]).data.satisfaction.trend;
    expect(trendOf(2, 3, 4, 5)).toBe('improving');
    expect(trendOf(5, 4, 3, 2)).toBe('declining');
    expect(trendOf(2, 5, 2, 5)).toBe('stable');
    expect(trendOf(2, 5)).toBeNull();
  });

  it('stands beside its peers where these are known', () => {
    const peers = Array.from({ length: 10 }, (_, index) => ({ passRate: index < 5 ? 60 : 80, people: 30 }));
    expect(teachingEffectiveness([seed], peers, question(), calendar).data).toMatchObject({
      passRateVsPeers: { delta: 5, percentile: 70 },
      peers: { n: 10 },
    });
  });

  it('is all unknown when the courses are not known, and not zero when there are none', () => {
    expect(of(null).missing).toEqual([]);
    const { data, missing } = of([]);
    expect(data).toMatchObject({ overallScore: null, strengths: null, improvements: null });
    expect(missing).toContainEqual({ field: 'parts.passRate', reason: 'insufficient_data' });
  });
});

const anyPerson = fc.record({
  userId: fc.nat(60).map((n) => `u-${n}`),
  status: fc.constantFrom('enrolled', 'in_progress', 'completed', 'withdrawn'),
  before: fc.option(fc.integer({ min: 0, max: 100 })),
  after: fc.option(fc.integer({ min: 0, max: 100 })),
  rating: fc.option(fc.integer({ min: 1, max: 5 })),
  days: fc.integer({ min: -5, max: 300 }),
});
const anyCourse = (courseId: string, maxLength: number) =>
  fc.uniqueArray(anyPerson, { selector: ({ userId }) => userId, maxLength }).map((all) =>
    facts(courseId, {
      roll: all.map(({ userId, status }) => rollRow({ userId, status: status as CourseEnrolment['status'] })),
      attempts: all.flatMap(({ userId, before, after, days }) => [
        attempt({
          attemptId: `${userId}-b`,
          userId,
          kind: 'baseline',
          score: before,
          submittedAt: ago(days),
        }),
        attempt({
          attemptId: `${userId}-p`,
          userId,
          assessmentId: 'as-2',
          score: after,
          submittedAt: ago(days),
        }),
      ]),
      feedback: all.map(({ userId, rating, days }) => ({ userId, rating, submittedAt: ago(days) })),
    }),
  );

describe('teaching effectiveness of any trainer', () => {
  it('is finite, within its bounds, and does not depend on order or doubles', () => {
    fc.assert(
      fc.property(anyCourse('c-1', 60), anyCourse('c-2', 30), (first, second) => {
        const plain = of([first, second]);
        expect(allFinite(plain.data)).toBe(true);
        for (const value of [plain.data.overallScore, ...Object.values(plain.data.parts)]) {
          expect(value === null || (value >= 0 && value <= 100)).toBe(true);
        }
        const average = plain.data.satisfaction.average ?? 3;
        expect(average >= 1 && average <= 5).toBe(true);
        const twice = <T>(list: readonly T[] | null) => [...(list ?? []), ...(list ?? [])].reverse();
        const doubled = [second, first].map(({ course, roll, attempts, feedback }) => ({
          course,
          roll: twice(roll),
          attempts: twice(attempts),
          feedback: twice(feedback),
        }));
        expect(of(doubled)).toEqual(plain);
      }),
    );
  });

  it('tells nothing of fewer people than the minimum', () => {
    fc.assert(
      fc.property(anyCourse('c-1', 9), (only) => {
        const { parts, satisfaction, peers, ...rest } = of([only]).data;
        const figures = [parts, peers, rest, satisfaction].flatMap((group) => Object.values(group));
        const none = only.roll?.length === 0 ? [null, 0] : [null];
        expect(none).toEqual(expect.arrayContaining([...new Set(figures)]));
      }),
    );
  });
});
