import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skillDemand } from '../../../src/domain/analytics/skill-demand.ts';
import type { SkillDemand } from '../../../src/domain/learning/skill.ts';
import { addMonths } from '../../../src/domain/time.ts';
import { setting, shuffled } from '../organization/organization-seeds.ts';
import { allFinite, anySkill, skill } from './seeds.ts';

/** April 2025 to March 2026, of which ten days have passed. */
const months = Array.from({ length: 12 }, (_, index) => addMonths('2025-04', index));
/** 275 days of the first nine, 31 + 28 + 10 of the last three. */
const days = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 10];
/** So many enrolments a day in the first nine months and in the last three. */
const daily = (earlier: number, recent: number) =>
  months.map((month, index) => ({
    month,
    enrollments: (days[index] ?? 0) * (index < 9 ? earlier : recent),
  }));

const demanded = (changes: Partial<SkillDemand> = {}): SkillDemand => ({
  skillId: 's-1',
  name: 'Skill 1',
  learners: 30,
  requiredBy: 2,
  openGaps: 20,
  enrollments: 100,
  monthly: daily(1, 2),
  ...changes,
});
const growthOf = (monthly: SkillDemand['monthly'], at = setting) => {
  const top = skillDemand([demanded({ monthly })], null, at).data.topSkills?.[0];
  return [top?.trend, top?.trendPercent];
};

describe('the demand for skills', () => {
  it('of the seed: shares of 100 enrolments, 40 open gaps and 2 goals', () => {
    const other = demanded({
      skillId: 's-2',
      name: null,
      enrollments: 50,
      openGaps: 40,
      requiredBy: 1,
      learners: 9,
      monthly: [],
    });
    const own = [
      skill({ skillId: 's-1', level: 1, requiredLevel: 3 }),
      skill({ skillId: 's-2', level: 2, requiredLevel: 2 }),
      skill({ skillId: 's-9', level: 0, requiredLevel: 4 }),
    ];
    const { data, missing } = skillDemand([other, demanded()], own, setting);
    expect(data).toEqual({
      topSkills: [
        {
          skillId: 's-1',
          name: 'Skill 1',
          // .4 × 1 + .35 × 20/40 + .25 × 1
          demandScore: 82.5,
          learners: 30,
          requiredBy: 2,
          openGaps: 20,
          // Two a day against one.
          trend: 'rising',
          trendPercent: 100,
        },
        {
          skillId: 's-2',
          name: null,
          // .4 × 50/100 + .35 × 1 + .25 × 1/2
          demandScore: 67.5,
          learners: null,
          requiredBy: 1,
          openGaps: 40,
          trend: null,
          trendPercent: null,
        },
      ],
      emerging: [expect.objectContaining({ skillId: 's-1' })],
      yourGaps: [{ skillId: 's-1', name: 'Skill 1', gap: 2, demandScore: 82.5 }],
    });
    expect(missing).toEqual([
      { field: 'topSkills[].trendPercent', reason: 'insufficient_data' },
      { field: 'topSkills[].learners', reason: 'suppressed' },
    ]);
  });

  it('does not fall because the month has only begun, nor by the length of months', () => {
    expect(growthOf(daily(2, 2))).toEqual(['steady', 0]);
    // 30 and 31 days later in the same month.
    const later = { ...setting, now: Date.parse('2026-03-31T12:00:00Z') };
    const full = daily(2, 2).map((one, index) => (index === 11 ? { ...one, enrollments: 62 } : one));
    expect(growthOf(full, later)).toEqual(['steady', 0]);
  });

  it.each([
    [10, 12, 'steady', 20],
    [10, 13, 'rising', 30],
    [10, 8, 'steady', -20],
    [10, 7, 'falling', -30],
    [1, 0, 'falling', -100],
    [0, 5, null, null],
  ])('with %i a day and then %i is %s', (earlier, recent, trend, percent) => {
    expect(growthOf(daily(earlier, recent))).toEqual([trend, percent]);
  });

  it('has no trend of less than twelve months or of fewer than ten enrolments, and takes none of the future', () => {
    expect(growthOf(daily(1, 2).slice(1))).toEqual([null, null]);
    const nine = months.map((month, index) => ({ month, enrollments: index < 9 ? 1 : 0 }));
    expect(growthOf(nine)).toEqual([null, null]);
    expect(growthOf([...daily(1, 2), { month: '2026-04', enrollments: 5000 }])).toEqual(['rising', 100]);
    const early = { month: '2025-03', enrollments: 5000 };
    expect(growthOf([early, ...daily(1, 2)])).toEqual(['rising', 100]);
  });

  it('has twenty skills at most, and ten emerging ones, fastest first', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      demanded({ skillId: `s-${index}`, enrollments: 100 - index, monthly: daily(1, 2 + index) }),
    );
    const { topSkills, emerging } = skillDemand(many, null, setting).data;
    expect(topSkills?.map(({ skillId }) => skillId)).toEqual(many.slice(0, 20).map(({ skillId }) => skillId));
    expect(emerging?.map(({ skillId }) => skillId)).toEqual(
      many
        .slice(20)
        .reverse()
        .map(({ skillId }) => skillId),
    );
  });

  it('is unknown, not nothing, when nobody says what is asked for or what one has', () => {
    expect(skillDemand(null, [], setting)).toEqual({
      data: { topSkills: null, emerging: null, yourGaps: null },
      missing: [],
    });
    expect(skillDemand([demanded()], null, setting).data.yourGaps).toBeNull();
    expect(skillDemand([], [], setting).data).toEqual({ topSkills: [], emerging: [], yourGaps: [] });
  });

  it('tells no count of fewer people than the minimum but none at all, and an organization can raise it', () => {
    const counts = (learners: number, minimumCohort: number) =>
      skillDemand([demanded({ learners, openGaps: learners })], null, { ...setting, minimumCohort }).data
        .topSkills?.[0];
    expect(counts(0, 10)).toMatchObject({ learners: 0, openGaps: 0 });
    expect(counts(9, 10)).toMatchObject({ learners: null, openGaps: null });
    expect(counts(10, 10)).toMatchObject({ learners: 10, openGaps: 10 });
    expect(counts(10, 11)).toMatchObject({ learners: null, openGaps: null });
  });
});

describe('what a score does not say of a count that is suppressed', () => {
  const few = demanded({ skillId: 's-2', openGaps: 3, enrollments: 50 });
  const scoreIn = (one: SkillDemand) =>
    skillDemand([demanded(), one], null, setting).data.topSkills?.find(({ skillId }) => skillId === 's-2')
      ?.demandScore;

  it('is which one it is: it is left out, and the others make the whole', () => {
    // (.4 × 50/100 + .25 × 1) / .65
    expect(scoreIn(few)).toBe(69.2);
    for (const openGaps of [1, 5, 9]) expect(scoreIn({ ...few, openGaps })).toBe(69.2);
    // (.35 × 10/20 + .25 × 1) / .6, whichever the few enrolments are.
    const rare = { ...few, openGaps: 10 };
    for (const enrollments of [1, 5, 9]) expect(scoreIn({ ...rare, enrollments })).toBe(70.8);
    expect(scoreIn({ ...few, enrollments: 0 })).toBe(38.5);
  });

  it('cannot be had from a sister skill with the same enrolments', () => {
    const answerFor = (openGaps: number) =>
      skillDemand(
        [demanded(), { ...few, openGaps }, { ...few, skillId: 's-3', openGaps: 20 }],
        null,
        setting,
      );
    for (const openGaps of [1, 2, 9]) expect(answerFor(openGaps)).toEqual(answerFor(3));
  });

  it('is a single enrolment in a trend of few: ten in the earlier months, one in the last', () => {
    const monthly = months.map((month, index) => ({ month, enrollments: index === 0 ? 40 : 0 }));
    const trendWith = (last: number) =>
      growthOf(monthly.map((one, index) => (index === 9 ? { ...one, enrollments: last } : one)));
    // Ten would be usual in these weeks: steps of 10.
    expect([trendWith(0), trendWith(5), trendWith(6)]).toEqual([
      ['falling', -100],
      ['falling', -50],
      ['falling', -40],
    ]);
  });
});

describe('the reasons of a demand', () => {
  it('are those of what is shown: none for a null beyond the twentieth skill', () => {
    const many = Array.from({ length: 21 }, (_, index) =>
      demanded({ skillId: `s-${10 + index}`, enrollments: 100 - index }),
    );
    const withFew = (at: number) =>
      skillDemand(
        many.map((one, index) => (index === at ? { ...one, learners: 3, monthly: [] } : one)),
        null,
        setting,
      ).missing;
    expect(withFew(20)).toEqual([]);
    expect(withFew(5)).toEqual([
      { field: 'topSkills[].trendPercent', reason: 'insufficient_data' },
      { field: 'topSkills[].learners', reason: 'suppressed' },
    ]);
  });
});

describe('any demand', () => {
  const anyDemand = fc.uniqueArray(
    fc.record<SkillDemand>({
      skillId: fc.nat(40).map((number) => `s-${number}`),
      name: fc.constant(null),
      learners: fc.nat(30),
      requiredBy: fc.nat(4),
      openGaps: fc.nat(30),
      enrollments: fc.nat(300),
      monthly: fc.uniqueArray(
        fc.record({
          month: fc.integer({ min: -14, max: 3 }).map((by) => addMonths('2026-03', by)),
          enrollments: fc.nat(40),
        }),
        { selector: ({ month }) => month, maxLength: 18 },
      ),
    }),
    { selector: ({ skillId }) => skillId, maxLength: 30 },
  );
  const anyOwn = fc.option(fc.uniqueArray(anySkill, { selector: ({ skillId }) => skillId }));

  it('has scores within 0 and 100, greatest first, and a reason for every null', () => {
    fc.assert(
      fc.property(anyDemand, anyOwn, (demand, own) => {
        const { data, missing } = skillDemand(demand, own, setting);
        expect(allFinite(data)).toBe(true);
        const fields = missing.map(({ field }) => field);
        const scores = (data.topSkills ?? []).map(({ demandScore }) => demandScore);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        expect(scores.every((score) => score >= 0 && score <= 100)).toBe(true);
        for (const { learners, openGaps, trend, trendPercent } of data.topSkills ?? []) {
          for (const [name, value] of Object.entries({ learners, openGaps, trendPercent }))
            if (value === null) expect(fields).toContain(`topSkills[].${name}`);
          expect(trend === null).toBe(trendPercent === null);
        }
        expect((data.emerging ?? []).every(({ trend }) => trend === 'rising')).toBe(true);
        expect((data.yourGaps ?? []).every(({ gap }) => gap > 0)).toBe(true);
      }),
    );
  });

  it('is the same in any order of skills and months', () => {
    fc.assert(
      fc.property(anyDemand, anyOwn, fc.nat(), (demand, own, seed) => {
        const other = shuffled(demand, seed).map((one) => ({ ...one, monthly: shuffled(one.monthly, seed) }));
        const [found, again] = [
          skillDemand(demand, own, setting),
          skillDemand(other, own && shuffled(own, seed), setting),
        ];
        expect(again.data).toEqual(found.data);
        expect(new Set(again.missing)).toEqual(new Set(found.missing));
      }),
    );
  });
});
