import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CourseFacts, CourseQuestion } from '../../../src/domain/analytics/course-facts.ts';
import { studentDistribution } from '../../../src/domain/analytics/student-distribution.ts';
import type { CourseEnrolment } from '../../../src/domain/learning/enrolment.ts';
import { anyFacts, anyQuestion, everything, facts, people, scored, shuffled } from './course-seeds.ts';
import { ago, allFinite, attempt, calendar, now } from './seeds.ts';

const of = (
  all: CourseFacts[] | null,
  question: Partial<CourseQuestion> = {},
  names: [string, string][] = [],
  setting = calendar,
) => studentDistribution(all, { ...everything, ...question }, new Map(names), setting);
const rows = ({ missing }: ReturnType<typeof of>) => missing.map(({ field, reason }) => `${field} ${reason}`);

const seen = { lastActivityAt: ago(1) };
const groups = {
  low: people('low', 12, seen),
  middle: people('middle', 12, seen),
  high: people('high', 12, seen),
  new: people('new', 12, { status: 'enrolled', completedTopics: 0 }),
};
const seed = facts('c-1', {
  roll: Object.values(groups).flat(),
  attempts: [...scored(groups.low, 40), ...scored(groups.middle, 70), ...scored(groups.high, 100)],
});

const nothing = {
  totalLearners: null,
  byLevel: { beginner: null, intermediate: null, advanced: null, expert: null, unknown: null },
  byProgress: { notStarted: null, inProgress: null, completed: null, withdrawn: null },
  byPerformance: { struggling: null, onTrack: null, excelling: null, noGradeYet: null },
  scoreHistogram: Array.from({ length: 10 }, () => null),
  quartiles: { p25: null, p50: null, p75: null, p90: null },
  attempts: { one: null, two: null, three: null, fourPlus: null },
};

describe('the distribution of students', () => {
  it('of the seed: twelve each with 40, 70, 100 and without a grade', () => {
    const answer = of([seed]);
    // 36 scores: p25 at 8.75, p50 at 17.5, p75 at 26.25 and p90 at 31.5 of 0–35; to steps of 5.
    expect(answer.data).toEqual({
      totalLearners: 48,
      byLevel: { beginner: 48, intermediate: 0, advanced: 0, expert: 0, unknown: 0 },
      byProgress: { notStarted: 12, inProgress: 36, completed: 0, withdrawn: 0 },
      byPerformance: { struggling: 12, onTrack: 12, excelling: 12, noGradeYet: 12 },
      scoreHistogram: [0, 0, 0, 0, 12, 0, 0, 12, 0, 12],
      quartiles: { p25: 40, p50: 70, p75: 100, p90: 100 },
      attempts: { one: 36, two: 0, three: 0, fourPlus: 0 },
      atRisk: [],
    });
    expect(answer.missing).toEqual([]);
  });

  it('puts a grade on the border to the better side, and someone late and not seen to those who struggle', () => {
    const late = { enrolledAt: ago(30), dueAt: ago(-30), completedTopics: 3, lastActivityAt: ago(8) };
    const rolls = [
      people('a', 10, seen),
      people('b', 10, seen),
      people('c', 10, late),
      people('d', 10, late),
    ];
    const [enough = [], excellent = [], slow = []] = rolls;
    const attempts = [...scored(enough, 60), ...scored(excellent, 85), ...scored(slow, 95)];
    const { data } = of([facts('c-1', { roll: rolls.flat(), attempts })]);
    expect(data.byPerformance).toEqual({ struggling: 10, onTrack: 10, excelling: 10, noGradeYet: 10 });
    expect(data.scoreHistogram).toEqual([0, 0, 0, 0, 0, 0, 10, 0, 10, 10]);
  });

  it('counts places by course and progress, people once, and their score over both courses', () => {
    const own = people('p', 20, seen);
    const done = people('p', 20, { status: 'completed' });
    const second = facts('c-2', { roll: done, attempts: scored(own, 50, 'c-2') });
    const { data } = of([
      facts('c-1', { roll: own, attempts: scored(own, 90) }),
      { ...second, course: { ...second.course, level: ' Expert' } },
    ]);
    expect(data).toMatchObject({
      totalLearners: 20,
      byLevel: { beginner: 20, expert: 20, unknown: 0 },
      byProgress: { inProgress: 20, completed: 20 },
      byPerformance: { onTrack: 20 },
      quartiles: { p50: 70 },
    });
  });

  it('takes the status for progress where finished topics are not known', () => {
    const roll = [
      ...people('a', 10, { status: 'enrolled', completedTopics: null }),
      ...people('b', 10, { status: 'in_progress', completedTopics: null }),
      ...people('c', 10, { status: 'enrolled', completedTopics: 0, lastActivityAt: ago(1) }),
      ...people('d', 10, { status: 'withdrawn', completedTopics: 0 }),
    ];
    const { data } = of([facts('c-1', { roll })]);
    expect(data.byProgress).toEqual({ notStarted: 10, inProgress: 20, completed: 0, withdrawn: 10 });
  });

  it('counts hand-ins per person and assessment, and tells none of few people, however many pairs they make', () => {
    const own = people('p', 20, seen);
    const handIns = (row: CourseEnrolment, assessmentId: string, times: number) =>
      Array.from({ length: times }, (_, n) =>
        attempt({ attemptId: `${row.userId} ${assessmentId} ${n}`, userId: row.userId, assessmentId }),
      );
    const attempts = own.flatMap((row) => [
      ...handIns(row, 'once', 1),
      ...handIns(row, 'often', 5),
      attempt({ attemptId: `${row.userId} never`, userId: row.userId, submittedAt: null, score: null }),
    ]);
    const few = own.slice(0, 3).flatMap((row) => ['a', 'b', 'c', 'd'].flatMap((id) => handIns(row, id, 2)));
    const { data } = of([facts('c-1', { roll: own, attempts: [...attempts, ...few] })]);
    expect(data.attempts).toEqual({ one: 20, two: null, three: 0, fourPlus: 20 });
  });
});

describe('what is not told of students', () => {
  it('is anything of nine people, not even who is at risk', () => {
    const answer = of([facts('c-1', { roll: people('p', 9) })]);
    expect(answer.data).toEqual({ ...nothing, atRisk: [] });
    expect(rows(answer)).toEqual([
      ...Object.keys(nothing).map((field) => `${field} suppressed`),
      'atRisk suppressed',
    ]);
  });

  it('is a bucket that is what remains of the courses one can ask for', () => {
    const advanced = facts('c-2', { roll: people('b', 12) });
    const all = [
      facts('c-1', { roll: people('a', 5) }),
      { ...advanced, course: { ...advanced.course, level: 'advanced' } },
      facts('c-3', { roll: people('c', 40) }),
    ];
    const answer = of(all);
    // Together 45 beginners less the 40 of c-3 would be the five of c-1.
    expect(answer.data).toMatchObject({ totalLearners: 57, byLevel: { beginner: null, advanced: null } });
    expect(rows(answer)).toEqual(
      expect.arrayContaining(['byLevel.beginner suppressed', 'byLevel.advanced suppressed']),
    );
    expect(of(all, { courseId: 'c-3' }).data.byLevel.beginner).toBe(40);
    expect(of(all, { courseId: 'c-2' }).data).toEqual({ ...nothing, atRisk: [] });
  });

  it('is a bucket of both courses that less the one that tells it would be the few of the other', () => {
    const left = (prefix: string, count: number) => people(prefix, count, { status: 'withdrawn' });
    const big = facts('c-1', { roll: [...people('b', 30, seen), ...left('bl', 20)] });
    const small = facts('c-2', { roll: [...people('s', 30, seen), ...left('sl', 3)] });
    expect(of([big, small], { courseId: 'c-1' }).data.byProgress.withdrawn).toBe(20);
    expect(of([big, small], { courseId: 'c-2' }).data.byProgress.withdrawn).toBeNull();
    // 23 − 20 = 3
    expect(of([big, small]).data.byProgress.withdrawn).toBeNull();
  });

  it('is the number of learners when it would count the few who take two courses', () => {
    const roll = people('p', 40, seen);
    const both = (count: number) => [
      facts('c-1', { roll }),
      facts('c-2', { roll: [...people('q', 40, seen), ...roll.slice(0, count)] }),
    ];
    expect(of(both(0)).data.totalLearners).toBe(80);
    expect(of(both(8)).data.totalLearners).toBeNull();
    expect(of(both(12)).data.totalLearners).toBe(80);
  });

  it('is what attempts are needed for, when they are not known', () => {
    const answer = of([{ ...seed, attempts: null }]);
    const { byPerformance, scoreHistogram, quartiles, attempts } = nothing;
    expect(answer.data).toMatchObject({
      totalLearners: 48,
      byPerformance,
      scoreHistogram,
      quartiles,
      attempts,
      byProgress: { notStarted: 12 },
    });
    expect(rows(answer)).toEqual(
      ['byPerformance', 'scoreHistogram', 'quartiles', 'attempts'].map((name) => `${name} insufficient_data`),
    );
  });

  it('is a quartile of fewer scores than the minimum', () => {
    const few = { ...seed, attempts: scored(groups.low.slice(0, 9), 40) };
    expect(of([few]).data.quartiles).toEqual(nothing.quartiles);
    expect(rows(of([few]))).toContain('quartiles suppressed');
    expect(rows(of([{ ...seed, attempts: [] }]))).toContain('quartiles insufficient_data');
  });

  it('is anything of an unknown trainer or roll; without a course there is really nobody', () => {
    expect(of(null)).toEqual({ data: { ...nothing, atRisk: null }, missing: [] });
    const noRoll = of([seed, facts('c-2', { roll: null })]);
    expect(noRoll.data).toEqual({ ...nothing, atRisk: null });
    expect(rows(noRoll)).toContain('atRisk insufficient_data');
    expect(of([]).data).toMatchObject({
      totalLearners: 0,
      byPerformance: { struggling: 0, noGradeYet: 0 },
      quartiles: nothing.quartiles,
      atRisk: [],
    });
  });
});

describe('any students', () => {
  const setting = { ...calendar, minimumCohort: 5 };
  const sumOf = (counts: readonly (number | null)[]) => counts.reduce<number>((sum, n) => sum + (n ?? 0), 0);

  it('answer alike in any order and with doubles, with finite figures', () => {
    fc.assert(
      fc.property(anyFacts, anyQuestion, (all, question) => {
        const answer = of(all, question, [], setting);
        expect(of(shuffled(all), question, [], setting)).toEqual(answer);
        expect(allFinite(answer.data)).toBe(true);
      }),
    );
  });

  it('fall into buckets that add up to at most all of them and are never small', () => {
    fc.assert(
      fc.property(anyFacts, anyQuestion, (all, question) => {
        const { data } = of(all, question, [], setting);
        const places = all.reduce((sum, { roll }) => sum + (roll?.length ?? 0), 0);
        const { byLevel, byProgress, byPerformance, scoreHistogram, attempts, totalLearners } = data;
        const buckets = [byLevel, byProgress, byPerformance, attempts].flatMap((one) => Object.values(one));
        for (const count of [...buckets, ...scoreHistogram, totalLearners])
          expect(count === null || count === 0 || count >= 5).toBe(true);
        expect(sumOf(Object.values(byLevel))).toBeLessThanOrEqual(places);
        expect(sumOf(Object.values(byProgress))).toBeLessThanOrEqual(places);
        if (totalLearners === null) return;
        expect(sumOf(Object.values(byPerformance))).toBeLessThanOrEqual(totalLearners);
        expect(sumOf(scoreHistogram)).toBeLessThanOrEqual(totalLearners);
      }),
    );
  });

  it('leave nothing of a bucket to be worked out from the courses that can be asked for alone', () => {
    fc.assert(
      fc.property(anyFacts, (all) => {
        const whole = of(all, {}, [], setting).data.byProgress;
        const alone = all.map(
          ({ course }) => of(all, { courseId: course.courseId }, [], setting).data.byProgress,
        );
        for (const key of ['notStarted', 'inProgress', 'completed', 'withdrawn'] as const) {
          const untold = alone.filter((one) => one[key] === null).length;
          const rest = (whole[key] ?? 0) - sumOf(alone.map((one) => one[key]));
          if (whole[key] === null || untold === 0 || rest === 0) continue;
          expect(rest).toBeGreaterThanOrEqual(5);
          expect(untold).toBeGreaterThanOrEqual(2);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are never in a bucket of scores without a grade, nor on the list when they are of another organization', () => {
    fc.assert(
      fc.property(anyFacts, (all) => {
        const { data } = of(all, {}, [], setting);
        const handedIn = all
          .flatMap(({ attempts }) => attempts ?? [])
          .filter(({ score, submittedAt }) => score !== null && submittedAt !== null && submittedAt <= now);
        const graded = new Set(handedIn.map(({ userId }) => userId)).size;
        const { struggling, onTrack, excelling } = data.byPerformance;
        expect(sumOf([struggling, onTrack, excelling])).toBeLessThanOrEqual(graded);
        expect(sumOf(data.scoreHistogram)).toBeLessThanOrEqual(graded);
        const own = new Set(
          all
            .flatMap(({ roll }) => roll ?? [])
            .flatMap((row) => (row.organizationId === 'org-2' ? [] : row.userId)),
        );
        for (const { userId, reasons } of data.atRisk ?? []) {
          expect(own).toContain(userId);
          expect(reasons.length).toBeGreaterThanOrEqual(2);
        }
      }),
    );
  });
});
