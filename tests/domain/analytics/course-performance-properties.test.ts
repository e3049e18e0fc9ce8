import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CourseFacts,
  type CourseQuestion,
  peopleOn,
} from '../../../src/domain/analytics/course-facts.ts';
import { coursePerformance } from '../../../src/domain/analytics/course-performance.ts';
import { anyFacts, anyQuestion, everything, noFigures, shuffled } from './course-seeds.ts';
import { allFinite, calendar } from './seeds.ts';

const setting = { ...calendar, minimumCohort: 5 };
const of = (all: CourseFacts[], question: Partial<CourseQuestion> = {}) =>
  coursePerformance(all, { ...everything, ...question }, setting);

describe('any courses', () => {
  it('answer alike in any order and with doubles, with finite figures', () => {
    fc.assert(
      fc.property(anyFacts, anyQuestion, (all, question) => {
        const answer = of(all, question);
        expect(of(shuffled(all), question)).toEqual(answer);
        expect(allFinite(answer.data)).toBe(true);
      }),
    );
  });

  it('tell counts that add up to at most all places, and nothing of fewer people than the minimum', () => {
    fc.assert(
      fc.property(anyFacts, (all) => {
        for (const { courseId, title, ...told } of of(all).data.courses ?? []) {
          const roll = all.find(({ course }) => course.courseId === courseId)?.roll ?? null;
          const size = roll === null ? null : peopleOn(roll, 'org-1').length;
          if (size === null || (size > 0 && size < 5)) expect(told).toEqual(noFigures);
          const { active, completions, withdrawals, enrollments, averageRating, ratings } = told;
          expect((active ?? 0) + (completions ?? 0) + (withdrawals ?? 0)).toBeLessThanOrEqual(size ?? 0);
          if (enrollments !== null) expect(enrollments).toBe(size);
          for (const count of [active, completions, withdrawals, ratings, enrollments])
            expect(count === null || count === 0 || count >= 5).toBe(true);
          if (averageRating !== null) {
            expect(averageRating).toBeGreaterThanOrEqual(1);
            expect(averageRating).toBeLessThanOrEqual(5);
          }
        }
      }),
    );
  });

  it('say why for every figure that is null', () => {
    fc.assert(
      fc.property(anyFacts, anyQuestion, (all, question) => {
        const { data, missing } = of(all, question);
        const fields = new Set(missing.map(({ field }) => field));
        for (const row of data.courses ?? [])
          for (const [name, value] of Object.entries(row))
            if (value === null && name !== 'title') expect(fields).toContain(`courses[].${name}`);
        for (const name of ['totalLearners', 'completionPercent', 'averageRating'] as const)
          expect(fields.has(name)).toBe(data[name] === null);
      }),
    );
  });
});
