import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  learnerLevel,
  type PeerMetric,
  type PeerSources,
  peerComparison,
  peerMetrics,
} from '../../../src/domain/analytics/peer-comparison.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import {
  anyLists,
  columnsOf,
  type Lists,
  peopleOf,
  place,
  practiceOf,
  questionsOf,
  result,
  resultsOf,
  rollOf,
  setting,
  shuffledLists,
  team,
} from '../organization/organization-seeds.ts';
import { ago, allFinite } from './seeds.ts';

type Filters = Parameters<typeof peerComparison>[2];
const own: Filters = { level: 'own', skillId: null, courseId: null };
const any: Filters = { ...own, level: null };

/** Everybody of one team with these scores, in order; NaN = nobody knows. */
function sourcesOf(
  scores: readonly number[],
  changes: Partial<PeerSources> = {},
  rows: OrganizationEnrolment[] = [],
): PeerSources {
  const members = team('a', scores.length);
  const people = peopleOf(members);
  return {
    people,
    roll: rollOf(people, rows),
    results: resultsOf(
      people,
      members.map(({ userId }, index) => {
        const score = scores[index] ?? Number.NaN;
        return result(userId, Number.isNaN(score) ? null : score);
      }),
    ),
    practice: practiceOf(people, []),
    questions: questionsOf(people, []),
    withSkill: null,
    onCourse: null,
    ...changes,
  };
}
const compare = (sources: PeerSources, filters = own, minimumCohort = 10) =>
  peerComparison('a-0', sources, filters, { ...setting, minimumCohort });
const metricOf = (found: ReturnType<typeof compare>, metric: PeerMetric) =>
  found.data.metrics.find((one) => one.metric === metric);
const codeOf = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof AppError ? error.code : 'other';
  }
};
const of = (count: number, score: number) => Array.from({ length: count }, () => score);

describe('comparison with peers', () => {
  it('of the seed: 75 among five with 60, one with 75 and five with 90', () => {
    const found = compare(sourcesOf([75, ...of(5, 60), 75, ...of(5, 90)]));
    expect(metricOf(found, 'average_score')).toEqual({
      metric: 'average_score',
      value: 75,
      // 75, and 825 / 11 = 75, in steps of 10: to the even one of 70 and 80.
      peerMedian: 80,
      peerMean: 80,
      // With oneself 5 of 12 below and 2 alike: (5 + 1) / 12.
      percentile: 50,
    });
    expect(found.data.cohort).toEqual({
      scope: 'organization',
      size: 11,
      filters: { level: 'beginner', skillId: null, courseId: null },
    });
    expect(found.data.insights).toEqual([]);
  });

  it.each([
    // Of eleven: with ten peers alike everybody is in the middle.
    [50, 50],
    // All ten below and oneself: 10.5 / 11 = 95 in steps of 10, to the even one.
    [60, 100],
    // 0.5 / 11 = 4.5
    [40, 0],
  ])('of %i among ten with 50 is at the percentile %i', (value, percentile) => {
    expect(metricOf(compare(sourcesOf([value, ...of(10, 50)])), 'average_score')?.percentile).toBe(
      percentile,
    );
  });

  it('has a word for what is more than a fifth from the peers’ median', () => {
    const insights = (value: number) => compare(sourcesOf([value, ...of(10, 50)])).data.insights;
    expect(insights(59)).toEqual([]);
    expect(insights(60)).toEqual([{ code: 'above_peers', metric: 'average_score', deltaPercent: 20 }]);
    expect(insights(30)).toEqual([{ code: 'below_peers', metric: 'average_score', deltaPercent: -40 }]);
  });

  it('is with people of the same level, of another one, or of all', () => {
    // The learner and 12 others completed nothing, 15 completed three courses.
    const rows = Array.from({ length: 15 }, (_, index) => index + 13).flatMap((index) =>
      ['c-1', 'c-2', 'c-3'].map((courseId) =>
        place({ userId: `a-${index}`, courseId, status: 'completed', completedAt: ago(1) }),
      ),
    );
    const size = (level: Filters['level']) => {
      const { cohort } = compare(sourcesOf(of(28, 50), {}, rows), { ...own, level }).data;
      return [cohort.size, cohort.filters.level];
    };
    expect(size('own')).toEqual([12, 'beginner']);
    expect(size('advanced')).toEqual([15, 'advanced']);
    expect(size(null)).toEqual([27, null]);
  });

  it('has levels from 0, 1, 3 and 6 completed courses', () => {
    expect([0, 1, 2, 3, 5, 6, 60].map(learnerLevel)).toEqual([
      'beginner',
      'intermediate',
      'intermediate',
      'advanced',
      'advanced',
      'expert',
      'expert',
    ]);
  });

  it('counts nothing on a list as none, and what no list tells as unknown', () => {
    const found = compare(sourcesOf([Number.NaN, ...of(10, 50)], { questions: null }));
    expect(metricOf(found, 'practice_sessions')).toMatchObject({ value: 0, peerMedian: 0, percentile: 50 });
    const unknown = { value: null, peerMedian: null, peerMean: null, percentile: null };
    expect(metricOf(found, 'questions_asked')).toMatchObject(unknown);
    expect(metricOf(found, 'topics_per_week')).toMatchObject(unknown);
    expect(metricOf(found, 'completion_percent')).toMatchObject(unknown);
    expect(metricOf(found, 'average_score')).toMatchObject({ ...unknown, peerMedian: 50, peerMean: 50 });
    expect(found.missing).toContainEqual({ field: 'metrics[].value', reason: 'insufficient_data' });
    expect(found.missing).toContainEqual({ field: 'metrics[].percentile', reason: 'insufficient_data' });
  });

  it('is not moved beyond the rounding by one peer who is out of all bounds', () => {
    const asking = (questions: number) => {
      const sources = sourcesOf(of(11, 50));
      return compare({
        ...sources,
        questions: questionsOf(sources.people, [{ userId: 'a-5', questions, resolved: 0 }]),
      });
    };
    // In steps of 20: 200 / 10, whether it is 200 or a million.
    expect(metricOf(asking(200), 'questions_asked')?.peerMean).toBe(20);
    expect(metricOf(asking(1_000_000), 'questions_asked')?.peerMean).toBe(20);
  });
});

describe('what comparison with peers does not tell', () => {
  it('who they are: no id and no name of anybody else', () => {
    fc.assert(
      fc.property(anyLists, (lists) => {
        const { places } = peopleOf(lists.members);
        const [userId] = places.keys();
        if (userId === undefined || places.size < 11) return;
        const text = JSON.stringify(
          peerComparison(userId, { ...columnsOf(lists), withSkill: null, onCourse: null }, any, setting),
        );
        expect(lists.members.some((one) => text.includes(`"${one.userId}"`))).toBe(false);
        expect(text).not.toContain('Somebody Real');
      }),
    );
  });

  it('anything with fewer peers than the minimum, which an organization can raise', () => {
    const code = (others: number, minimum: number) =>
      codeOf(() => compare(sourcesOf(of(1 + others, 50)), own, minimum));
    expect([code(9, 10), code(10, 10), code(10, 11), code(11, 11), code(4, 5), code(5, 5)]).toEqual([
      'COHORT_TOO_SMALL',
      null,
      'COHORT_TOO_SMALL',
      null,
      'COHORT_TOO_SMALL',
      null,
    ]);
  });

  it('anything under a filter that leaves out fewer than the minimum, but some', () => {
    // Forty others; so many of them have the skill.
    const code = (having: number, name: 'withSkill' | 'onCourse') =>
      codeOf(() =>
        compare(
          sourcesOf(of(41, 50), { [name]: new Set(Array.from({ length: having }, (_, index) => index + 1)) }),
        ),
      );
    for (const name of ['withSkill', 'onCourse'] as const)
      expect([9, 10, 30, 31, 39, 40].map((having) => code(having, name))).toEqual([
        'COHORT_TOO_SMALL',
        null,
        null,
        'COHORT_TOO_SMALL',
        'COHORT_TOO_SMALL',
        null,
      ]);
  });

  it('anything under two filters that only together single somebody out', () => {
    // 1–20 have the skill and 1–19 take the course: number 20 would be the difference.
    const set = (count: number) => new Set(Array.from({ length: count }, (_, index) => index + 1));
    const both = (course: number) =>
      codeOf(() => compare(sourcesOf(of(41, 50), { withSkill: set(20), onCourse: set(course) })));
    expect([both(19), both(20), both(10)]).toEqual(['COHORT_TOO_SMALL', null, null]);
  });

  it('a figure known of fewer peers than the minimum', () => {
    const found = compare(sourcesOf([50, ...of(9, 60), ...of(5, Number.NaN)]));
    expect(metricOf(found, 'average_score')).toMatchObject({
      value: 50,
      peerMedian: null,
      peerMean: null,
      percentile: null,
    });
    for (const name of ['peerMedian', 'peerMean', 'percentile'])
      expect(
        found.missing.some(({ field, reason }) => field === `metrics[].${name}` && reason !== 'unavailable'),
      ).toBe(true);
  });

  it('anything to somebody whom the organization does not list', () => {
    expect(codeOf(() => peerComparison('stranger', sourcesOf(of(20, 50)), own, setting))).toBe(
      'INSUFFICIENT_DATA',
    );
  });
});

describe('the comparison of any learner', () => {
  const compute = (lists: Lists, userId: string, filters: Filters, minimum: number) => {
    const columns = columnsOf(lists);
    try {
      return peerComparison(userId, { ...columns, withSkill: null, onCourse: null }, filters, {
        ...setting,
        minimumCohort: minimum,
      });
    } catch (error) {
      return error instanceof AppError ? error.code : error;
    }
  };
  const anyFilters = fc
    .constantFrom<Filters['level'][]>('own', null, 'beginner', 'intermediate', 'advanced')
    .map((level) => ({ ...own, level }));

  it('has figures within their ranges and at least the minimum of peers, or is refused; the same in any order', () => {
    fc.assert(
      fc.property(
        anyLists,
        anyFilters,
        fc.integer({ min: 5, max: 20 }),
        fc.nat(),
        (lists, filters, minimum, seed) => {
          const userId = lists.members[0]?.userId ?? 'nobody';
          const found = compute(lists, userId, filters, minimum);
          expect(compute(shuffledLists(lists, seed), userId, filters, minimum)).toEqual(found);
          if (typeof found === 'string') {
            expect(found).toBe(lists.members.length === 0 ? 'INSUFFICIENT_DATA' : 'COHORT_TOO_SMALL');
            return;
          }
          const { data, missing } = found as ReturnType<typeof peerComparison>;
          expect(allFinite(data)).toBe(true);
          expect(data.cohort.size).toBeGreaterThanOrEqual(minimum);
          expect(data.metrics.map(({ metric }) => metric)).toEqual(peerMetrics);
          const fields = missing.map(({ field }) => field);
          for (const { metric, ...figures } of data.metrics) {
            expect(figures.percentile ?? 0).toBeGreaterThanOrEqual(0);
            expect(figures.percentile ?? 0).toBeLessThanOrEqual(100);
            for (const [name, value] of Object.entries(figures)) {
              expect(value ?? 0).toBeGreaterThanOrEqual(0);
              if (value === null) expect(fields).toContain(`metrics[].${name}`);
            }
          }
        },
      ),
    );
  });
});
