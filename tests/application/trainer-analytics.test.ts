import { describe, expect, it } from 'vitest';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import type { Analytic } from '../../src/application/analytics/define.ts';
import { makeRunAnalytic } from '../../src/application/analytics/run-analytic.ts';
import { coursePerformance } from '../../src/application/analytics/trainer/course-performance.ts';
import { trainerQuery } from '../../src/application/analytics/trainer/query.ts';
import { studentDistribution } from '../../src/application/analytics/trainer/student-distribution.ts';
import type { UpstreamReplies } from '../../src/application/ports/reply.ts';
import type { Course } from '../../src/domain/learning/enrolment.ts';
import { MemoryAnswerCache } from '../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../src/infrastructure/digest.ts';
import { facts, people, rated, scored } from '../domain/analytics/course-seeds.ts';
import {
  callScope,
  failure,
  reply,
  silentLogger,
  stoppedClock,
  stubGate,
  stubStores,
} from '../fixtures/stubs.ts';

const clock = stoppedClock();
const now = <T>(service: 'courses' | 'assessment' | 'directory', value: T) =>
  reply(service, value, 'realtime', clock.now());

const organization = { id: 'org-1', name: null, timeZone: 'UTC', size: null, industry: null };
const own = people('p', 20, { organizationId: 'org-1' });
const foreign = people('x', 20, { organizationId: 'org-2' });
const world = {
  'c-1': facts('c-1', { roll: [...own, ...foreign], attempts: scored(own, 80), feedback: rated(own, 5) }),
  'c-2': facts('c-2', { roll: own.slice(0, 10), feedback: rated(own.slice(0, 10), 2) }),
};
const factsOf = (courseId: string) => world[courseId as keyof typeof world];

interface Changes {
  courses?: Partial<UpstreamReplies['courses']>;
  assessment?: Partial<UpstreamReplies['assessment']>;
}

function runnerWith({ courses = {}, assessment = {} }: Changes = {}) {
  const list: Course[] = Object.values(world).map(({ course }) => course);
  const gate = stubGate({
    directory: { organization: () => now('directory', organization) },
    courses: {
      trainerCourses: () => now('courses', list as Course[] | null),
      enrollments: (id) => now('courses', [...(factsOf(id).roll ?? [])]),
      feedback: (id) => now('courses', [...(factsOf(id).feedback ?? [])]),
      ...courses,
    },
    assessment: {
      courseAttempts: (id) => now('assessment', [...(factsOf(id).attempts ?? [])]),
      ...assessment,
    },
  });
  const run = makeRunAnalytic({
    notePrediction: async () => undefined,
    gate,
    stores: { live: stubStores(), mock: stubStores() },
    cache: new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock),
    policies: cachePolicies,
    clock,
    digest,
    logger: silentLogger,
    budgetMs: 8000,
    minimumCohortOf: () => 10,
  });
  return async (analytic: Analytic, query: object = {}) => {
    const subject = { kind: 'trainer', id: 't-1', organizationId: 'org-1' } as const;
    const { answer } = await run({ analytic, subject, query, completeness: 'partial' }, callScope());
    return { data: JSON.parse(answer.data.toString()) as unknown, meta: answer.meta };
  };
}

const both = [coursePerformance, studentDistribution];

describe('the figures of a trainer with two courses', () => {
  it('are those of the own organization, course by course', async () => {
    const { data, meta } = await runnerWith()(coursePerformance);
    // Ratings: 20 × 5 and 10 × 2, prior 4; (100 + 20) / 25 = 4.8 to steps of .2 and (20 + 20) / 15 = 2.67 to .4.
    expect(data).toMatchObject({
      totalCourses: 2,
      totalLearners: 20,
      averageRating: 4,
      courses: [
        { courseId: 'c-1', enrollments: 20, averageScore: 80, averageRating: 4.8, ratings: 20 },
        { courseId: 'c-2', enrollments: 10, averageScore: null, averageRating: 2.6, ratings: 10 },
      ],
    });
    expect(meta).toMatchObject({ complete: true, metric: { id: 'trainer.course-performance', version: 1 } });
  });

  it('are distributed over both', async () => {
    const { data } = await runnerWith()(studentDistribution);
    expect(data).toMatchObject({
      totalLearners: 20,
      byLevel: { beginner: 30 },
      byPerformance: { onTrack: 20 },
      attempts: { one: 20 },
      atRisk: [],
    });
  });

  it('are those of the one course that is asked for, without reading the attempts of the other', async () => {
    const asked: string[] = [];
    const courseAttempts = (id: string) => {
      asked.push(id);
      return now('assessment', [...(factsOf(id).attempts ?? [])]);
    };
    const ask = runnerWith({ assessment: { courseAttempts } });
    expect((await ask(studentDistribution, { courseId: 'c-2' })).data).toMatchObject({
      totalLearners: 10,
      byPerformance: { noGradeYet: 10 },
    });
    expect(asked).toEqual(['c-2']);
    expect((await ask(coursePerformance, { courseId: 'c-1' })).data).toMatchObject({
      totalCourses: 1,
      courses: [{ courseId: 'c-1', averageScore: 80, averageRating: 4.8 }],
    });
  });

  it('are null, with the reason, where Assessment cannot be asked', async () => {
    const ask = runnerWith({ assessment: { courseAttempts: () => failure('assessment') } });
    const performance = await ask(coursePerformance);
    expect(performance.data).toMatchObject({
      courses: [{ enrollments: 20, averageScore: null, ratings: 20 }, {}],
    });
    expect(performance.meta.complete).toBe(false);
    expect(performance.meta.missing).toContainEqual({
      field: 'courses[].averageScore',
      reason: 'unavailable',
      service: 'assessment',
    });
    const distribution = await ask(studentDistribution);
    expect(distribution.data).toMatchObject({
      totalLearners: 20,
      byPerformance: { struggling: null, noGradeYet: null },
      scoreHistogram: Array.from({ length: 10 }, () => null),
    });
    expect(distribution.meta.missing.every(({ service }) => service === 'assessment')).toBe(true);
  });

  it('are null, with the reason, where there are no ratings to be had', async () => {
    const ask = runnerWith({ courses: { feedback: () => failure('courses') } });
    const { data, meta } = await ask(coursePerformance);
    expect(data).toMatchObject({ averageRating: null, courses: [{ ratings: null, averageScore: 80 }, {}] });
    expect(meta.missing).toContainEqual({
      field: 'averageRating',
      reason: 'unavailable',
      service: 'courses',
    });
  });

  it.each(both)('end as an error without the rolls: $id', async (analytic) => {
    const ask = runnerWith({ courses: { enrollments: () => failure('courses') } });
    await expect(ask(analytic)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it.each(both)(
    'are not found for a course of somebody else, which nobody is asked about: $id',
    async (analytic) => {
      const ask = runnerWith({ courses: { enrollments: () => Promise.reject(new Error('was asked')) } });
      await expect(ask(analytic, { courseId: 'c-9' })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'The trainer has no such course.',
      });
    },
  );

  it('are all null for a trainer the service does not know, and none for one without courses', async () => {
    const unknown = runnerWith({ courses: { trainerCourses: () => now('courses', null) } });
    const { data, meta } = await unknown(coursePerformance);
    expect(data).toEqual({
      totalCourses: null,
      totalLearners: null,
      completionPercent: null,
      averageRating: null,
      courses: null,
    });
    expect(meta.missing).toContainEqual({
      field: 'totalCourses',
      reason: 'insufficient_data',
      service: 'courses',
    });
    expect((await unknown(studentDistribution)).data).toMatchObject({ totalLearners: null, atRisk: null });

    const none = runnerWith({ courses: { trainerCourses: () => now('courses', []) } });
    expect((await none(coursePerformance)).data).toMatchObject({ totalCourses: 0, courses: [] });
    expect((await none(studentDistribution)).data).toMatchObject({ totalLearners: 0, atRisk: [] });
  });
});

describe('the query of a trainer’s figures', () => {
  it('takes a course and days that fit together, and nothing else', () => {
    const isValid = (query: object) => trainerQuery.safeParse(query).success;
    expect(isValid({ courseId: 'c-1', startDate: '2026-01-01', endDate: '2026-01-31' })).toBe(true);
    expect(isValid({})).toBe(true);
    expect(isValid({ courseId: 'c 1' })).toBe(false);
    expect(isValid({ startDate: '2026-01-31', endDate: '2026-01-01' })).toBe(false);
    expect(isValid({ course: 'c-1' })).toBe(false);
  });
});
