import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mastery } from '../../../src/domain/analytics/mastery.ts';
import { ago, allFinite, anyAttempt, anySkill, attempt, now, skill } from './seeds.ts';

const on = (score: number, n: number, days = 30 - n) =>
  attempt({
    attemptId: `at-${n}`,
    assessmentId: `as-${n}`,
    score,
    submittedAt: ago(days),
    skills: [{ skillId: 's-1', score }],
  });

describe('mastery', () => {
  it('of the seed: scores 90, 90, 90 on a skill of level 4', () => {
    const { data } = mastery([skill({ level: 4 })], [on(90, 1), on(90, 2), on(90, 3)], now);
    // (2.7 + 2·1) / (3 + 2 + 1/4) = 89.5 %
    expect(data).toMatchObject({ overallPercent: 89.5, masteredSkills: 1, inProgressSkills: 0 });
    expect(data.skills).toEqual([
      {
        skillId: 's-1',
        skillName: 'Skill 1',
        masteryPercent: 89.5,
        level: 'expert',
        status: 'mastered',
        successProbability: expect.any(Number),
        evidence: 3,
        acquiredAt: null,
        weeksToMaster: 0,
      },
    ]);
    expect(data.distribution).toEqual({ beginner: 0, intermediate: 0, advanced: 0, expert: 1 });
  });

  it('is not reached with two attempts, however good, unless the Skills Engine says so', () => {
    const status = (changes: object) =>
      mastery([skill({ level: 4, ...changes })], [on(100, 1), on(100, 2)], now).data.skills?.[0]?.status;
    expect(status({})).toBe('in_progress');
    expect(status({ acquiredAt: ago(3) })).toBe('mastered');
  });

  it('keeps the chance of being right apart from mastery: without attempts there is no chance to speak of', () => {
    const [only] = mastery([skill({ level: 2 })], [], now).data.skills ?? [];
    expect(only).toMatchObject({
      masteryPercent: 50,
      successProbability: null,
      evidence: 0,
      status: 'in_progress',
    });
    expect(mastery([skill({ level: 0 })], [], now).data.skills?.[0]).toMatchObject({ status: 'not_started' });
  });

  it('stands on attempts alone where the Skills Engine knows nothing, and says so when there are none on skills', () => {
    expect(mastery(null, [on(80, 1)], now).data.skills).toHaveLength(1);
    expect(mastery(null, [], now).missing).toHaveLength(5);
    expect(mastery(null, null, now)).toMatchObject({ data: { skills: null }, missing: [] });
  });

  it('does not depend on order or doubles, stays in its bounds, and is always finite', () => {
    const skills = fc.uniqueArray(anySkill, { selector: ({ skillId }) => skillId, maxLength: 4 });
    const attempts = fc.uniqueArray(anyAttempt, { selector: ({ attemptId }) => attemptId, maxLength: 20 });
    fc.assert(
      fc.property(skills, attempts, (own, made) => {
        // Two answers to one item at one instant have no order to speak of.
        const dated = made.map((one, index) => ({ ...one, assessmentId: `as-${index}` }));
        const plain = mastery(own, dated, now).data;
        expect(mastery([...own].reverse(), [...dated, ...dated].reverse(), now).data).toEqual(plain);
        expect(allFinite(plain)).toBe(true);
        for (const { masteryPercent, successProbability } of plain.skills ?? []) {
          expect(masteryPercent ?? 0).toBeLessThanOrEqual(100);
          expect(successProbability ?? 0.5).toBeGreaterThan(0);
          expect(successProbability ?? 0.5).toBeLessThan(1);
        }
      }),
    );
  });

  it('never falls when an answer was better', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        (scores, at) => {
          const percent = (list: number[]) =>
            mastery(
              [],
              list.map((score, index) => on(score, index)),
              now,
            ).data.skills?.[0]?.masteryPercent ?? 0;
          const better = scores.map((score, index) => (index === at ? score + 1 : score));
          expect(percent(better)).toBeGreaterThanOrEqual(percent(scores));
        },
      ),
    );
  });
});
