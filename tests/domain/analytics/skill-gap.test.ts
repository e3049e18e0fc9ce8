import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skillGap } from '../../../src/domain/analytics/skill-gap.ts';
import { ago, allFinite, anySkill, now, skill } from './seeds.ts';

describe('the skill gap', () => {
  it('of the seed: level 2 of 4 asked for, business 60, market 80, career 40, one open skill waits for it', () => {
    const { data, missing } = skillGap(
      [
        skill({
          level: 2,
          requiredLevel: 4,
          importance: { business: 60, market: 80, career: 40 },
          history: [
            { at: ago(70), level: 1 },
            { at: ago(42), level: 2 },
          ],
        }),
        skill({
          skillId: 's-2',
          level: 2,
          requiredLevel: 3,
          importance: { business: 20, market: 20, career: 20 },
          prerequisites: ['s-1'],
        }),
        skill({ skillId: 's-3', level: 3, requiredLevel: 3 }),
      ],
      null,
      now,
    );
    expect(missing).toEqual([]);
    // Reached 2 + 2 + 3 of 4 + 3 + 3.
    expect(data).toMatchObject({ totalGaps: 2, criticalGaps: 1, coveragePercent: 70, topPriority: 's-1' });
    // .25·50 + .30·60 + .20·80 + .15·20 + .10·40 = 53.5; two levels make it critical. One level took 4 weeks.
    expect(data.gaps?.[0]).toMatchObject({
      gap: 2,
      priority: 'critical',
      priorityScore: 53.5,
      priorityParts: { gap: 50, business: 60, market: 80, prerequisites: 20, career: 40 },
      estimatedWeeksToClose: 8,
    });
    // .25·33.3 + .30·20 + .20·20 + .10·20 = 20.3
    expect(data.gaps?.[1]).toMatchObject({
      gap: 1,
      priority: 'low',
      priorityScore: 20.3,
      estimatedWeeksToClose: 4,
    });
  });

  it.each([
    [{ level: 2, importance: { business: 75, market: 0, career: 0 } }, 'critical'],
    [{ level: 2, importance: { business: 74, market: 100, career: 100 } }, 'high'],
    [{ level: 2, importance: { business: 50, market: 50, career: 50 } }, 'low'],
    [{ level: 2, importance: { business: 60, market: 60, career: 60 } }, 'medium'],
  ])('with %o is %s', (changes, priority) => {
    expect(skillGap([skill({ requiredLevel: 3, ...changes })], null, now).data.gaps?.[0]?.priority).toBe(
      priority,
    );
  });

  it('leaves out importance that nobody rated instead of taking it for nothing', () => {
    const { data } = skillGap(
      [skill({ level: 1, requiredLevel: 2, importance: { business: null, market: null, career: null } })],
      null,
      now,
    );
    // Only the gap (50, weight .25) and the prerequisites (0, weight .15) are known.
    expect(data.gaps?.[0]?.priorityScore).toBe(31.3);
  });

  it('does not count what nobody asks for, and knows no coverage where nothing is asked', () => {
    const { data, missing } = skillGap([skill({ requiredLevel: null })], null, now);
    expect(data).toMatchObject({ totalGaps: 0, gaps: [], coveragePercent: null, topPriority: null });
    expect(missing).toEqual([{ field: 'coveragePercent', reason: 'insufficient_data' }]);
  });

  it('takes the organization’s pace when there is no own one, and else says that it is not known', () => {
    const weeks = (pace: number | null) => skillGap([skill()], pace, now);
    expect(weeks(5).data.gaps?.[0]?.estimatedWeeksToClose).toBe(10);
    expect(weeks(null).data.gaps?.[0]?.estimatedWeeksToClose).toBeNull();
    expect(weeks(null).missing).toEqual([
      { field: 'gaps[].estimatedWeeksToClose', reason: 'insufficient_data' },
    ]);
  });

  it('is all unknown when skills are not known', () => {
    expect(new Set(Object.values(skillGap(null, null, now).data))).toEqual(new Set([null]));
  });

  it('does not depend on order, stays in its bounds, and closing a gap never makes coverage worse', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anySkill, { selector: ({ skillId }) => skillId, maxLength: 4 }),
        (skills) => {
          const plain = skillGap(skills, null, now).data;
          expect(skillGap([...skills].reverse(), null, now).data).toEqual(plain);
          expect(allFinite(plain)).toBe(true);
          for (const { gap, priorityScore } of plain.gaps ?? []) {
            expect(gap).toBeGreaterThan(0);
            expect(priorityScore).toBeGreaterThanOrEqual(0);
            expect(priorityScore).toBeLessThanOrEqual(100);
          }
          const better = skillGap(
            skills.map((one) => ({ ...one, level: Math.min(4, one.level + 1) })),
            null,
            now,
          ).data;
          expect(better.coveragePercent ?? 0).toBeGreaterThanOrEqual(plain.coveragePercent ?? 0);
        },
      ),
    );
  });
});
