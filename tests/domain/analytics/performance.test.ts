import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { performance } from '../../../src/domain/analytics/performance.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import { ago, allFinite, anyAttempt, attempt, calendar } from './seeds.ts';

const of = (attempts: Attempt[], range: { first: string; last: string } | null = null) =>
  performance(attempts, new Map([['s-1', 'Skill 1']]), range, calendar);

const series = (...scores: number[]) =>
  scores.map((score, index) =>
    attempt({ attemptId: `at-${index}`, assessmentId: `as-${index}`, score, submittedAt: ago(40 - index) }),
  );

describe('performance', () => {
  it('of the seed: 50, 60, 70, 80, 90 with weights 1, 1, 1, 1, 6', () => {
    const attempts = series(50, 60, 70, 80, 90).map((one, index) => ({
      ...one,
      weight: index === 4 ? 6 : 1,
    }));
    const { data } = of(attempts);
    // (50 + 60 + 70 + 80 + 6·90) / 10 = 80; four of five reached 60: Wilson 37.6 to 96.4.
    expect(data).toMatchObject({
      averageScore: 80,
      medianScore: 70,
      trend: 'improving',
      trendPerAttempt: 10,
      assessmentsTaken: 5,
      passRatePercent: { value: 80, low: 37.6, high: 96.4 },
    });
    expect(data.recentScores?.map(({ score }) => score)).toEqual([90, 80, 70, 60, 50]);
    // The mean is 70 and so are the last five; s = 15.81, so ± 1.96 · 15.81 · √1.2 = 33.9.
    expect(data.expectedNextScore).toEqual({ value: 70, low: 36.1, high: 100 });
  });

  it('judges each assessment by its first hand-in', () => {
    const due = ago(10);
    const { data } = of([
      attempt({ attemptId: '1', assessmentId: 'on-time', submittedAt: ago(11), dueAt: due }),
      attempt({ attemptId: '2', assessmentId: 'on-time', submittedAt: ago(1), dueAt: due }),
      attempt({ attemptId: '3', assessmentId: 'late', submittedAt: ago(9), dueAt: due }),
      attempt({ attemptId: '4', assessmentId: 'missing', submittedAt: null, score: null, dueAt: due }),
      attempt({ attemptId: '5', assessmentId: 'not-yet', submittedAt: null, score: null, dueAt: ago(-5) }),
      attempt({ attemptId: '6', assessmentId: 'floating', submittedAt: ago(3), dueAt: null }),
    ]);
    expect(data.tardiness).toEqual({ total: 4, onTime: 1, late: 1, missing: 1, floating: 1 });
  });

  it('takes what was not marked for unknown, not for nothing', () => {
    const { data } = of([
      ...series(80, 80, 80),
      attempt({ attemptId: 'x', assessmentId: 'x', score: null }),
      attempt({ attemptId: 'y', assessmentId: 'y', submittedAt: null, score: 0 }),
    ]);
    expect(data).toMatchObject({ averageScore: 80, assessmentsTaken: 4, passRatePercent: { value: 100 } });
  });

  it('gives no mean, trend or expectation for fewer than three scores, and says why', () => {
    const { data, missing } = of(series(80, 90));
    expect(data).toMatchObject({
      averageScore: null,
      medianScore: null,
      trend: null,
      expectedNextScore: null,
    });
    expect(missing.map(({ field, reason }) => `${field} ${reason}`)).toEqual([
      'averageScore insufficient_data',
      'medianScore insufficient_data',
      'trend insufficient_data',
      'trendPerAttempt insufficient_data',
      'expectedNextScore insufficient_data',
    ]);
  });

  it('looks only at the days it was asked about', () => {
    const { data } = of(series(10, 80, 80, 80), { first: '2026-01-30', last: '2026-03-10' });
    expect(data.averageScore).toBe(80);
  });

  it('tells skills apart, by name where one is known', () => {
    const on = (skillId: string, score: number, n: number) =>
      attempt({ attemptId: `${skillId}-${n}`, submittedAt: ago(20 - n), skills: [{ skillId, score }] });
    const { data } = of([on('s-1', 60, 1), on('s-1', 70, 2), on('s-1', 80, 3), on('s-2', 50, 4)]);
    expect(data.bySkill).toEqual([
      { skillId: 's-1', skillName: 'Skill 1', averageScore: 70, attempts: 3, trend: 'stable' },
      { skillId: 's-2', skillName: null, averageScore: null, attempts: 1, trend: null },
    ]);
  });

  it('is all unknown when attempts are not known', () => {
    const { data, missing } = performance(null, new Map(), null, calendar);
    expect([...new Set(Object.values(data)), missing]).toEqual([null, []]);
  });

  it('does not depend on order or doubles, adds up, and is always finite', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyAttempt, { selector: ({ attemptId }) => attemptId, maxLength: 25 }),
        (attempts) => {
          const plain = of(attempts).data;
          expect(of([...attempts, ...attempts].reverse()).data).toEqual(plain);
          expect(allFinite(plain)).toBe(true);
          const { total = 0, onTime = 0, late = 0, missing = 0, floating = 0 } = plain.tardiness ?? {};
          expect(onTime + late + missing + floating).toBe(total);
          if (plain.averageScore !== null) {
            expect(plain.averageScore).toBeGreaterThanOrEqual(0);
            expect(plain.averageScore).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });
});
