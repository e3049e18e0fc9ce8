import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Enrolment } from '../../../src/domain/learning/enrolment.ts';
import type { LearnerSkill } from '../../../src/domain/learning/skill.ts';
import {
  type RecommendationSources,
  recommendations,
} from '../../../src/domain/prediction/recommendations.ts';

const now = Date.UTC(2026, 4, 1);
const setting = { now, zone: 'UTC', minimumCohort: 10 };
const asked = { userId: 'u-1', organizationId: 'org-1', context: 'general' as const, limit: 20 };

const skill = (
  skillId: string,
  level: number,
  requiredLevel: number,
  prerequisites: string[] = [],
): LearnerSkill => ({
  skillId,
  name: null,
  category: null,
  level,
  requiredLevel,
  importance: { business: null, market: null, career: null },
  prerequisites,
  acquiredAt: null,
  history: [],
});
const proposal = (courseId: string, ...skillIds: string[]) => ({
  courseId,
  title: null,
  skillIds,
  reason: null,
  score: null,
});
const enrolment = (courseId: string, status: Enrolment['status']): Enrolment => ({
  courseId,
  courseTitle: null,
  trainerId: null,
  organizationId: null,
  enrolledAt: null,
  dueAt: null,
  completedAt: null,
  status,
  assignment: null,
  totalTopics: null,
  completions: [],
});
const nothing: RecommendationSources = {
  progress: [],
  proposals: [],
  catalogue: [],
  skills: [],
  demand: null,
  rolls: new Map(),
};
const listOf = (sources: Partial<RecommendationSources>, changes = {}) =>
  recommendations({ ...asked, ...changes }, { ...nothing, ...sources }, setting).data.recommendations ?? [];
const idsOf = (...args: Parameters<typeof listOf>) => listOf(...args).map(({ courseId }) => courseId);

describe('recommendations', () => {
  it('of the seed: two levels of s-1 closed before one of s-2; .45·100 + .25·100 of .70 is 100', () => {
    const list = listOf({
      proposals: [proposal('c-1', 's-2'), proposal('c-2', 's-1')],
      skills: [skill('s-1', 1, 3), skill('s-2', 2, 3)],
    });
    expect(list[0]).toMatchObject({
      courseId: 'c-2',
      rank: 1,
      score: 100,
      closes: [{ skillId: 's-1', gap: 2 }],
      estimatedWeeks: null,
      narrative: null,
    });
    expect(list[0]?.reasons.map(({ code }) => code)).toEqual(['closes_gap', 'ready', 'proposed']);
    expect(list.map(({ courseId, rank }) => [courseId, rank])).toEqual([
      ['c-2', 1],
      ['c-1', 2],
    ]);
  });

  it('never hold a course that is completed or under way, but one that was left may come back', () => {
    const sources = {
      proposals: ['a', 'b', 'c'].map((id) => proposal(id, `s-${id}`)),
      progress: [enrolment('a', 'completed'), enrolment('b', 'in_progress'), enrolment('c', 'withdrawn')],
    };
    expect(idsOf(sources)).toEqual(['c']);
  });

  it('never hold a course whose prerequisites are not met, or not known to be', () => {
    const proposals = [proposal('a', 's-1')];
    const needing = (level: number) => [skill('s-1', 0, 3, ['s-0']), skill('s-0', level, 3)];
    expect(idsOf({ proposals, skills: needing(1) })).toEqual([]);
    expect(idsOf({ proposals, skills: needing(2) })).toEqual(['a']);
    expect(idsOf({ proposals, skills: [skill('s-1', 0, 3, ['s-0'])] })).toEqual([]);
    // What a course teaches itself, it does not ask for.
    expect(idsOf({ proposals: [proposal('a', 's-1', 's-0')], skills: needing(0) })).toEqual(['a']);
  });

  it('keep those that close a gap when that is asked for', () => {
    const sources = { proposals: [proposal('a', 's-1'), proposal('b', 's-2')], skills: [skill('s-1', 0, 2)] };
    expect(idsOf(sources, { context: 'skill_gap' })).toEqual(['a']);
    expect(idsOf(sources, { limit: 1 })).toEqual(['a']);
  });

  it('tell how a course works for people only when there are enough of them', () => {
    const roll = (people: number) =>
      Array.from({ length: people }, (_, index) => ({
        userId: `u-${index}`,
        organizationId: 'org-1',
        enrolledAt: null,
        dueAt: null,
        status: 'completed' as const,
        completedTopics: null,
        totalTopics: 8,
        lastActivityAt: null,
        completedAt: null,
        withdrawnAt: null,
      }));
    const codes = (people: number) =>
      listOf({ proposals: [proposal('a', 's-1')], rolls: new Map([['a', roll(people)]]) }).flatMap(
        ({ reasons }) => reasons.map(({ code }) => code),
      );
    expect(codes(20)).toContain('works_for_peers');
    expect(codes(9)).not.toContain('works_for_peers');
  });

  it('are in one order whatever the services’ order, with at most two of one skill among the first five', () => {
    const someSkill = fc.constantFrom('s-1', 's-2', 's-3', 's-4');
    const course = fc.record({
      courseId: fc.integer({ min: 1, max: 30 }).map((n) => `c-${n}`),
      skillIds: fc.uniqueArray(someSkill, { minLength: 1, maxLength: 2 }),
    });
    const skills = [skill('s-1', 0, 3), skill('s-2', 1, 3), skill('s-3', 1, 3), skill('s-4', 4, 2)];
    fc.assert(
      fc.property(
        fc.uniqueArray(course, { selector: ({ courseId }) => courseId, maxLength: 15 }),
        (courses) => {
          const proposals = courses.map(({ courseId, skillIds }) => proposal(courseId, ...skillIds));
          const list = listOf({ proposals, skills });
          expect(listOf({ proposals: [...proposals].reverse(), skills: [...skills].reverse() })).toEqual(
            list,
          );
          const taught = new Map(courses.map(({ courseId, skillIds }) => [courseId, skillIds]));
          const first = list.slice(0, 5).flatMap(({ courseId }) => taught.get(courseId) ?? []);
          for (const id of new Set(first))
            expect(first.filter((one) => one === id).length).toBeLessThanOrEqual(2);
          expect(list.map(({ rank }) => rank)).toEqual(list.map((_, index) => index + 1));
        },
      ),
    );
  });
});
