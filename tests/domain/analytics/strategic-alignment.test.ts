import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strategicAlignment } from '../../../src/domain/analytics/strategic-alignment.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Goal } from '../../../src/domain/learning/person.ts';
import {
  anyLists,
  columnsOf,
  type Lists,
  peopleOf,
  place,
  rollOf,
  setting,
  shuffledLists,
  skillsOf,
  team,
} from '../organization/organization-seeds.ts';
import { ago, allFinite } from './seeds.ts';

const goal = (changes: Partial<Goal> = {}): Goal => ({
  id: 'g-1',
  name: 'Goal 1',
  weight: 2,
  targetSkills: [{ skillId: 's-1', requiredLevel: 2 }],
  kpi: { value: 50, target: 100, unit: null },
  ...changes,
});
const twenty = team('a', 20);
const people = peopleOf(twenty);
/** So many people have a skill at a level. */
const skilled = (count: number, skillId = 's-1', level = 2) =>
  twenty.slice(0, count).map(({ userId }) => ({ userId, skillId, level }));
/** Everybody's course was due five days ago; so many finished it in time. */
const due = (onTime: number): OrganizationEnrolment[] =>
  twenty.map(({ userId }, index) =>
    place({
      userId,
      dueAt: ago(5),
      ...(index < onTime ? { status: 'completed' as const, completedAt: ago(6) } : {}),
    }),
  );
const names = new Map([['s-1', 'Skill 1']]);
const alignment = (goals: Goal[], have = skilled(10), rows = due(15)) =>
  strategicAlignment(goals, people, rollOf(people, rows), skillsOf(people, have), names, setting);
const fieldsOf = ({ missing }: { missing: { field: string; reason: string }[] }) =>
  Object.fromEntries(missing.map(({ field, reason }) => [field, reason]));

describe('strategic alignment', () => {
  it('of the seed: 50 of 100, 10 of 20 people with the skill, 15 of 20 in time', () => {
    const found = alignment([
      goal(),
      goal({ id: 'g-2', name: null, weight: 1, kpi: null, targetSkills: [] }),
    ]);
    expect(found.data).toEqual({
      // (2 × 55 + 1 × 75) / 3
      overallPercent: 61.7,
      goals: [
        {
          goalId: 'g-1',
          name: 'Goal 1',
          weight: 2,
          // .5 × 50 + .3 × 50 + .2 × 75
          alignmentPercent: 55,
          parts: { kpi: 50, skillCoverage: 50, compliance: 75 },
          aligned: 10,
          total: 20,
          status: 'partly_aligned',
        },
        {
          goalId: 'g-2',
          name: null,
          weight: 1,
          // Only compliance is known: it has all the weight.
          alignmentPercent: 75,
          parts: { kpi: null, skillCoverage: null, compliance: 75 },
          aligned: 0,
          total: 0,
          status: 'aligned',
        },
      ],
      // Ten people lack both levels: 20 / 20.
      criticalGaps: [{ skillId: 's-1', name: 'Skill 1', shortfall: 1 }],
      estimatedWeeksToClose: null,
      actions: [
        { code: 'train_skill', skillId: 's-1', people: 10 },
        // Five people have something overdue, and they are few.
        { code: 'finish_assigned_courses', skillId: null, people: null },
      ],
    });
    expect(fieldsOf(found)).toEqual({
      estimatedWeeksToClose: 'insufficient_data',
      'goals[].parts.kpi': 'insufficient_data',
      'goals[].parts.skillCoverage': 'insufficient_data',
      'actions[].people': 'suppressed',
    });
  });

  it.each([
    [150, 100, 100],
    [-5, 100, 0],
    [1, 3, 33.3],
    [null, 100, null],
    [5, null, null],
    [5, 0, null],
  ])('has the KPI %s of %s as %s', (value, target, kpi) => {
    expect(alignment([goal({ kpi: { value, target, unit: null } })]).data.goals?.[0]?.parts.kpi).toBe(kpi);
  });

  it('asks for a goal below half of its target to be reviewed', () => {
    const codes = (value: number) =>
      alignment([goal({ kpi: { value, target: 100, unit: null } })]).data.actions?.map(({ code }) => code);
    expect(codes(49)).toContain('review_goal');
    expect(codes(50)).not.toContain('review_goal');
  });

  it('counts a level that is required as 0 as reached by all', () => {
    const none = goal({ targetSkills: [{ skillId: 's-1', requiredLevel: 0 }] });
    const { goals, criticalGaps } = alignment([none], []).data;
    expect(goals?.[0]).toMatchObject({ aligned: 20, total: 20, parts: { skillCoverage: 100 } });
    expect(criticalGaps).toEqual([]);
  });

  it('needs the highest level that any goal asks for, and names the five largest gaps', () => {
    const goals = [
      goal({ targetSkills: [1, 2, 3, 4].map((at) => ({ skillId: `s-${at}`, requiredLevel: at })) }),
      goal({ targetSkills: [1, 5, 6].map((at) => ({ skillId: `s-${at}`, requiredLevel: 3 })) }),
    ];
    const gaps = alignment(goals, []).data.criticalGaps;
    expect(gaps?.map(({ skillId, shortfall }) => [skillId, shortfall])).toEqual([
      ['s-4', 4],
      ['s-1', 3],
      ['s-3', 3],
      ['s-5', 3],
      ['s-6', 3],
    ]);
  });

  it('is weighted alike without weights, and unknown when all of it is', () => {
    const goals = [
      goal({ weight: null, kpi: { value: 100, target: 100, unit: null } }),
      goal({ weight: null, kpi: { value: 0, target: 100, unit: null } }),
    ];
    // .5 × 100 + .3 × 50 + .2 × 75 = 80, and 30.
    expect(alignment(goals).data.overallPercent).toBe(55);
    const nothing = strategicAlignment([goal({ kpi: null })], people, null, null, names, setting);
    expect(nothing.data).toMatchObject({ overallPercent: null, criticalGaps: null });
    expect(nothing.data.goals?.[0]).toMatchObject({
      alignmentPercent: null,
      parts: { kpi: null, skillCoverage: null, compliance: null },
      aligned: null,
      total: null,
      status: null,
    });
    expect(fieldsOf(nothing)).toMatchObject({
      overallPercent: 'insufficient_data',
      'goals[].parts.compliance': 'insufficient_data',
      'goals[].parts.skillCoverage': 'insufficient_data',
    });
  });

  it('is all unknown, with no reason of its own, when the goals are not known, and not when there are none', () => {
    const unknown = strategicAlignment(null, people, null, null, names, setting);
    expect(Object.values(unknown.data).every((figure) => figure === null)).toBe(true);
    expect(unknown.missing).toEqual([]);
    expect(alignment([]).data).toMatchObject({ overallPercent: null, goals: [], criticalGaps: [] });
  });
});

describe('what strategic alignment does not tell', () => {
  it('how many have a skill when fewer than the minimum have it, or lack it', () => {
    const told = (count: number) => {
      const { goals, actions } = alignment([goal()], skilled(count)).data;
      return [goals?.[0]?.aligned, actions?.find(({ code }) => code === 'train_skill')?.people];
    };
    expect(told(0)).toEqual([0, 20]);
    expect(told(9)).toEqual([null, null]);
    expect(told(10)).toEqual([10, 10]);
    // Nine lack it: .9 levels each, still critical.
    expect(told(11)).toEqual([null, null]);
    expect(told(20)).toEqual([20, undefined]);
  });

  it('what two goals say together that differ by one skill, or by one level of it', () => {
    const target = (skillId: string, requiredLevel = 2) => ({ skillId, requiredLevel });
    const two = (
      first: Goal['targetSkills'],
      second: Goal['targetSkills'],
      have: ReturnType<typeof skilled>,
    ) =>
      alignment([goal({ targetSkills: first }), goal({ id: 'g-2', targetSkills: second })], have).data.goals;
    // 13 − 10 = 3 people have the second skill.
    const bySkill = two(
      [target('s-1')],
      [target('s-1'), target('s-2')],
      [...skilled(10), ...skilled(3, 's-2')],
    );
    expect(bySkill?.map(({ aligned }) => aligned)).toEqual([10, null]);
    // The coverage is that of the skill that may be told.
    expect(bySkill?.map(({ parts }) => parts.skillCoverage)).toEqual([50, 50]);
    // 13 − 10 = 3 people have the first level and not the second.
    const byLevel = two(
      [target('s-1', 1)],
      [target('s-1')],
      skilled(13).map((one, index) => ({ ...one, level: index < 3 ? 1 : 2 })),
    );
    expect(byLevel?.map(({ aligned }) => aligned)).toEqual([null, null]);
    expect(byLevel?.map(({ parts }) => parts.skillCoverage)).toEqual([null, null]);
  });

  it('by the share of the few, what it does not tell as their number', () => {
    const goals = (count: number) => alignment([goal()], skilled(count)).data.goals;
    for (const count of [1, 5, 9]) expect(goals(count)).toEqual(goals(3));
    expect(fieldsOf(alignment([goal()], skilled(3)))).toMatchObject({
      'goals[].aligned': 'suppressed',
      'goals[].parts.skillCoverage': 'suppressed',
    });
  });

  it('whether the only ones whose work was due did it in time', () => {
    const parts = (count: number) => alignment([goal()], [], due(20).slice(0, count)).data.goals?.[0]?.parts;
    expect(parts(0)).toMatchObject({ compliance: null });
    expect(parts(9)).toMatchObject({ compliance: null });
    expect(parts(10)).toMatchObject({ compliance: 100 });
    expect(fieldsOf(alignment([goal()], [], due(20).slice(0, 9)))['goals[].parts.compliance']).toBe(
      'suppressed',
    );
  });

  it('anything of fewer people than the minimum, which an organization can raise', () => {
    const few = strategicAlignment([goal()], people, null, null, names, { ...setting, minimumCohort: 21 });
    expect(Object.values(few.data).every((figure) => figure === null)).toBe(true);
    expect(new Set(few.missing.map(({ reason }) => reason))).toEqual(new Set(['suppressed']));
    expect(few.missing.map(({ field }) => field).sort()).toEqual(Object.keys(few.data).sort());
  });
});

describe('the alignment of any organization', () => {
  const anyGoal = fc.record<Goal>({
    id: fc.constantFrom('g-1', 'g-2', 'g-3'),
    name: fc.constant(null),
    weight: fc.option(fc.nat(5)),
    targetSkills: fc.uniqueArray(
      fc.record({
        skillId: fc.constantFrom('s-1', 's-2', 's-3', 's-9'),
        requiredLevel: fc.constantFrom(0, 1, 1.5, 2, 3, 4),
      }),
      { selector: ({ skillId }) => skillId, maxLength: 4 },
    ),
    kpi: fc.option(
      fc.record({
        value: fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
        target: fc.option(fc.double({ noNaN: true, min: -10, max: 1e6 })),
        unit: fc.constant(null),
      }),
    ),
  });
  const compute = (goals: Goal[] | null, lists: Lists, minimumCohort = 10) => {
    const { people: own, roll, skills } = columnsOf(lists);
    return strategicAlignment(goals, own, roll, skills, names, { ...setting, minimumCohort });
  };

  it('has figures within their ranges and a reason for every null', () => {
    fc.assert(
      fc.property(
        fc.array(anyGoal, { maxLength: 4 }),
        anyLists,
        fc.integer({ min: 5, max: 25 }),
        (goals, lists, minimum) => {
          const { data, missing } = compute(goals, lists, minimum);
          expect(allFinite(data)).toBe(true);
          const fields = missing.map(({ field }) => field);
          for (const [name, value] of Object.entries(data))
            if (value === null) expect(fields).toContain(name);
          for (const { parts, alignmentPercent, aligned, total } of data.goals ?? []) {
            for (const percent of [alignmentPercent, ...Object.values(parts)]) {
              expect(percent ?? 0).toBeGreaterThanOrEqual(0);
              expect(percent ?? 0).toBeLessThanOrEqual(100);
            }
            for (const [name, value] of Object.entries(parts))
              if (value === null) expect(fields).toContain(`goals[].parts.${name}`);
            expect(aligned ?? 0).toBeLessThanOrEqual(total ?? 0);
            if (aligned === null) expect(fields).toContain('goals[].aligned');
          }
          for (const { shortfall } of data.criticalGaps ?? []) {
            expect(shortfall).toBeGreaterThan(0);
            expect(shortfall).toBeLessThanOrEqual(4);
          }
          const told = (data.actions ?? []).map(({ people: count }) => count ?? 0);
          expect(told.every((count) => count === 0 || count >= minimum)).toBe(true);
        },
      ),
    );
  });

  it('has no two goals whose difference is a few people', () => {
    fc.assert(
      fc.property(fc.array(anyGoal, { maxLength: 4 }), anyLists, (goals, lists) => {
        const { data } = compute(goals, lists, 5);
        const told = goals.map((one, at) => ({
          targets: one.targetSkills,
          aligned: data.goals?.[at]?.aligned,
        }));
        for (const one of told)
          for (const other of told) {
            const rest = one.targets.filter(
              (own) =>
                !other.targets.some(
                  ({ skillId, requiredLevel }) =>
                    own.skillId === skillId && own.requiredLevel === requiredLevel,
                ),
            );
            if (rest.length !== 1 || one.targets.length !== other.targets.length + 1) continue;
            if (typeof one.aligned !== 'number' || typeof other.aligned !== 'number') continue;
            const difference = one.aligned - other.aligned;
            expect(difference === 0 || difference >= 5).toBe(true);
          }
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in any order of the lists', () => {
    fc.assert(
      fc.property(fc.array(anyGoal, { maxLength: 4 }), anyLists, fc.nat(), (goals, lists, seed) => {
        expect(compute(goals, shuffledLists(lists, seed))).toEqual(compute(goals, lists));
      }),
    );
  });
});
