import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { departmentAnalytics } from '../../../src/domain/analytics/department-analytics.ts';
import {
  type KeptPaces,
  keptEnrolments,
  keptPaces,
  keptTrend,
  withKeptEnrolments,
  withKeptPaces,
} from '../../../src/domain/analytics/kept-months.ts';
import { learningCulture } from '../../../src/domain/analytics/learning-culture.ts';
import { skillDemand } from '../../../src/domain/analytics/skill-demand.ts';
import type { SkillDemand } from '../../../src/domain/learning/skill.ts';
import { hidingStep } from '../../../src/domain/privacy/rounding.ts';
import { addMonths } from '../../../src/domain/time.ts';
import { peopleOf, place, rollOf, setting, team } from '../organization/organization-seeds.ts';
import { bounds, type Fact } from '../privacy/attacker.ts';
import { ago } from './seeds.ts';

/** Whole months before March 2026, newest first. */
const monthAgo = (months: number) => addMonths('2026-03', -months);
const paces = (month: string, changes: Partial<KeptPaces> = {}): KeptPaces => ({
  month,
  minimumCohort: 10,
  told: ['a', 'b'],
  departments: [{ departmentId: 'a', people: 20, pace: 1 }],
  ...changes,
});
const nothing = (month: string) => ({ month, pace: null });
const idle = () => false;
const filled = (kept: KeptPaces[], at = setting, told = ['a', 'b']) =>
  withKeptPaces([nothing(monthAgo(1))], 'a', idle, kept, told, at)[0]?.pace;

describe('what is kept of a month that is over', () => {
  it('of the seed: 20 people of A with a topic a week through February; B is a small department', () => {
    const members = [...team('a', 20), ...team('b', 12), ...team('c', 11)];
    const people = peopleOf(members);
    // 38 days to the end of February 10: ten topics in ten weeks.
    const rows = team('a', 20).map(({ userId }) =>
      place({ userId, enrolledAt: ago(70), lastActivityAt: ago(0), completedTopics: 10 }),
    );
    const few = team('b', 9).map(({ userId }) =>
      place({ userId, enrolledAt: ago(70), lastActivityAt: ago(0), completedTopics: 10 }),
    );
    expect(keptPaces(people, rollOf(people, [...rows, ...few]), setting)).toEqual({
      month: '2026-02',
      minimumCohort: 10,
      told: ['a', 'b', 'c'],
      departments: [{ departmentId: 'a', people: 20, pace: 1 }],
    });
  });

  it('names no department that is hidden', () => {
    const people = peopleOf([...team('a', 30), ...team('b', 12), ...team('c', 3)]);
    const rows = [...team('b', 12), ...team('c', 3)].map(({ userId }) => place({ userId }));
    const kept = keptPaces(people, rollOf(people, rows), setting);
    expect(kept.told).toEqual(['a']);
    expect(kept.departments).toEqual([]);
  });

  it('of enrolments: none, or as many as the smallest group; of the last whole month only', () => {
    const skill = (skillId: string, enrollments: number, month = monthAgo(1)) =>
      ({ skillId, monthly: [{ month, enrollments }] }) as SkillDemand;
    const demand = [skill('none', 0), skill('few', 9), skill('ten', 10), skill('now', 50, monthAgo(0))];
    expect(keptEnrolments(demand, setting)).toEqual({
      month: monthAgo(1),
      minimumCohort: 10,
      skills: [
        { skillId: 'none', enrollments: 0 },
        { skillId: 'ten', enrollments: 10 },
      ],
    });
  });
});

describe('a month of a department that the rolls do not tell', () => {
  it('is the one that was kept, rounded for two', () => {
    // 10 people: of 0 to 10 topics a step of 1.
    const kept = paces(monthAgo(1), { departments: [{ departmentId: 'a', people: 20, pace: 1.3 }] });
    expect(filled([kept])).toBe(1);
  });

  it('stays unknown when none was kept: unknown is not zero', () => {
    expect(filled([])).toBeNull();
    expect(filled([paces(monthAgo(2))])).toBeNull();
    expect(filled([paces(monthAgo(1), { departments: [] })])).toBeNull();
  });

  it('is hidden when smaller groups were told about then than may be now', () => {
    const strict = { ...setting, minimumCohort: 15 };
    expect(filled([paces(monthAgo(1))], strict)).toBeNull();
    expect(filled([paces(monthAgo(1), { minimumCohort: 15 })], strict)).not.toBeNull();
  });

  it('is hidden when its own group is too small by the rule of now', () => {
    const small = { departments: [{ departmentId: 'a', people: 9, pace: 1 }] };
    expect(filled([paces(monthAgo(1), small)])).toBeNull();
  });

  it.each([[['a']], [['a', 'b', 'c']], [['a', 'c']]])(
    'is hidden when the departments that are told are now %j',
    (told) => expect(filled([paces(monthAgo(1))], setting, told)).toBeNull(),
  );

  it('is left alone where the rolls know a pace, or people of the month', () => {
    const known = [{ month: monthAgo(1), pace: 4 }];
    expect(withKeptPaces(known, 'a', () => true, [paces(monthAgo(1))], ['a', 'b'], setting)).toEqual(known);
    const few = [nothing(monthAgo(1))];
    expect(withKeptPaces(few, 'a', () => true, [paces(monthAgo(1))], ['a', 'b'], setting)).toEqual(few);
  });
});

describe('trends with kept months', () => {
  const members = [...team('a', 12), ...team('b', 20)];
  const people = peopleOf(members);
  const roll = rollOf(people, []);
  const rising = Array.from({ length: 8 }, (_, index) =>
    paces(monthAgo(8 - index), { departments: [{ departmentId: 'a', people: 40, pace: index }] }),
  );

  it('of a department: rising from month to month; nothing of the other one', () => {
    const { data } = departmentAnalytics(people, roll, null, null, setting, rising);
    expect(data.departments.map(({ trend }) => trend)).toEqual(['rising', null]);
    expect(data.comparison.mostImproved).toBe('a');
  });

  it('of a department: unknown without them, and unavailable when they could not be read', () => {
    const reasonOf = (kept: KeptPaces[] | null) =>
      departmentAnalytics(people, roll, null, null, setting, kept).missing.find(
        ({ field }) => field === 'departments[].trend',
      )?.reason;
    expect(reasonOf([])).toBe('insufficient_data');
    expect(reasonOf(null)).toBe('unavailable');
  });

  it('of a skill: the months before those that the service tells', () => {
    const month = (back: number, enrollments: number) => ({ month: monthAgo(back), enrollments });
    const skill: SkillDemand = {
      skillId: 's-1',
      name: null,
      learners: 30,
      requiredBy: 1,
      openGaps: 20,
      enrollments: 300,
      monthly: [month(2, 60), month(1, 60), month(0, 60)],
    };
    const kept = Array.from({ length: 9 }, (_, index) => ({
      month: monthAgo(11 - index),
      minimumCohort: 10,
      skills: [{ skillId: 's-1', enrollments: 10 }],
    }));
    const trendOf = (months: typeof kept | null) =>
      skillDemand([skill], null, setting, months).data.topSkills?.[0]?.trend;
    expect(trendOf([])).toBeNull();
    expect(trendOf(null)).toBeNull();
    expect(trendOf(kept)).toBe('rising');
    expect(trendOf(kept.slice(1))).toBeNull();
    expect(trendOf(kept.map((one) => ({ ...one, minimumCohort: 5 })))).toBeNull();
    const own = { ...skill, monthly: [month(1, 7)] };
    const again = [{ month: monthAgo(1), minimumCohort: 10, skills: [{ skillId: 's-1', enrollments: 99 }] }];
    expect(withKeptEnrolments(own, again, setting)).toEqual([month(1, 7)]);
  });

  it('of a part of the culture: what it was at the end of each month, without the one that goes on', () => {
    const parts = (month: string, knowledgeSharing: number | null, minimumCohort = 10) => ({
      month,
      minimumCohort,
      parts: { knowledgeSharing },
    });
    const series = [10, 20, 30, 40, 50, 60].map((value, index) => parts(monthAgo(6 - index), value));
    const trend = (kept: typeof series, now: number | null = 50, at = setting) =>
      keptTrend('knowledgeSharing', now, kept, at);
    expect(trend(series)).toBe('rising');
    expect(trend([...series].reverse())).toBe('rising');
    expect(trend([...series, parts(monthAgo(0), 0)])).toBe('rising');
    expect(trend(series, null)).toBeNull();
    expect(trend(series.slice(0, 2))).toBeNull();
    expect(trend(series.map((one) => ({ ...one, minimumCohort: 5 })))).toBeNull();
    expect(trend(series.map((one) => ({ ...one, parts: { knowledgeSharing: null } })))).toBeNull();
  });

  it('of a culture: every part but the dated one has that of its own kept months', () => {
    const kept = [20, 40, 60, 80, 90].map((value, index) => ({
      month: monthAgo(5 - index),
      minimumCohort: 10,
      parts: {
        voluntaryParticipation: 100 - value,
        voluntaryCompletion: 50,
        knowledgeSharing: value,
        mentoring: null,
        continuity: value,
      },
    }));
    const sample = Array.from({ length: 20 }, () => ({ enrolments: [], views: [] }));
    const trends = (given: typeof kept | null) =>
      Object.fromEntries(
        learningCulture(sample, null, setting, given).data.indicators.map(({ code, trend }) => [code, trend]),
      );
    expect(trends(kept)).toMatchObject({ continuity: 'rising', mentoring: null, knowledge_sharing: null });
    expect(trends([])).toMatchObject({ continuity: null });
    expect(trends(kept).voluntary_participation).toBe(trends([]).voluntary_participation);
    expect(learningCulture(sample, null, setting, null).missing).toContainEqual({
      field: 'indicators[].trend',
      reason: 'unavailable',
    });
  });
});

/** The size of a group and who of it had moved by the second month; the true pace of each, 0–10. */
const twoMonths = fc.record({
  stay: fc.array(fc.double({ min: 2, max: 8, noNaN: true }), { minLength: 20, maxLength: 60 }),
  moved: fc.array(fc.double({ min: 2, max: 8, noNaN: true }), { minLength: 1, maxLength: 2 }),
});

describe('two kept months', () => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const told = (values: readonly number[]) =>
    filled([
      paces(monthAgo(1), { departments: [{ departmentId: 'a', people: values.length, pace: mean(values) }] }),
    ]) ?? Number.NaN;
  /** As the attacker of figures of one day reads it: percent of the range. */
  const factOf = (names: readonly string[], values: readonly number[]): Fact => ({
    people: names,
    mean: 10 * told(values),
    halfStep: (10 * hidingStep(Math.floor(values.length / 2), 10)) / 2,
  });

  it('narrow the pace of one or two people who left between them to no less than 20 points of 100 but in a few of a thousand cases', () => {
    let [narrow, cases] = [0, 0];
    fc.assert(
      fc.property(twoMonths, ({ stay, moved }) => {
        const [staying, moving] = [stay.map((_, index) => `s${index}`), moved.map((_, index) => `m${index}`)];
        const facts = [factOf([...staying, ...moving], [...stay, ...moved]), factOf(staying, stay)];
        // The attacker counts on no finer figure than this; nor is there one.
        for (const { mean: figure, halfStep } of facts)
          expect(Math.abs(figure / (2 * halfStep) - Math.round(figure / (2 * halfStep)))).toBeLessThan(1e-6);
        const { low, high } = bounds(facts, moving);
        expect(high).toBeGreaterThan(low);
        cases += 1;
        if (high - low < 20) narrow += 1;
      }),
      { numRuns: 1000, seed: 7 },
    );
    expect(cases).toBe(1000);
    expect(narrow).toBeLessThan(10);
  });

  it('tell nothing of a department that was hidden in one of them or is now, whatever the sizes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 2, maxLength: 6 });
    const idOf = (index: number) => String.fromCharCode(97 + index);
    const world = (own: readonly number[]) => {
      const people = peopleOf(own.flatMap((size, index) => team(idOf(index), size)));
      const rows = own.flatMap((size, index) =>
        team(idOf(index), size).map(({ userId }) =>
          place({ userId, enrolledAt: ago(70), lastActivityAt: ago(0), completedTopics: 10 }),
        ),
      );
      return keptPaces(people, rollOf(people, rows), setting);
    };
    let [shown, hidden] = [0, 0];
    fc.assert(
      fc.property(sizes, sizes, ([...then], [...later]) => {
        const [first, second] = [world(then), world(later)];
        for (const departmentId of second.told) {
          const [month] = withKeptPaces(
            [nothing(monthAgo(1))],
            departmentId,
            idle,
            [first],
            second.told,
            setting,
          );
          const isSame =
            first.told.length === second.told.length && first.told.every((id) => second.told.includes(id));
          if (month?.pace === null) hidden += 1;
          else {
            shown += 1;
            expect(isSame).toBe(true);
          }
        }
        for (const { departmentId } of first.departments) expect(first.told).toContain(departmentId);
      }),
      { numRuns: 300 },
    );
    expect(shown).toBeGreaterThan(0);
    expect(hidden).toBeGreaterThan(0);
  });

  it('of a part say rising or falling only of more than two people of the smallest group could have moved', () => {
    const values = fc.array(fc.integer({ min: 40, max: 60 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(values, (series) => {
        const kept = series.map((value, index) => ({
          month: monthAgo(series.length - index),
          minimumCohort: 10,
          parts: { part: value },
        }));
        expect(keptTrend('part', 50, kept, setting)).toBe('steady');
      }),
    );
  });
});
