import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { departmentAnalytics } from '../../../src/domain/analytics/department-analytics.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import {
  anyLists,
  columnsOf,
  type Lists,
  peopleOf,
  place,
  result,
  resultsOf,
  rollOf,
  setting,
  shuffledLists,
  skillsOf,
  team,
} from '../organization/organization-seeds.ts';
import { ago, allFinite, dayMs } from './seeds.ts';

const departmentsOf = (
  members: readonly Member[],
  rows: readonly OrganizationEnrolment[],
  scores: Record<string, number> = {},
  minimumCohort = 10,
) => {
  const people = peopleOf(members);
  const results = resultsOf(
    people,
    Object.entries(scores).map(([userId, score]) => result(userId, score)),
  );
  return departmentAnalytics(people, rollOf(people, rows), results, null, { ...setting, minimumCohort });
};
const fieldsOf = ({ missing }: { missing: { field: string; reason: string }[] }) =>
  Object.fromEntries(missing.map(({ field, reason }) => [field, reason]));
const scoresOf = (members: readonly Member[], score: (index: number) => number) =>
  Object.fromEntries(members.map(({ userId }, index) => [userId, score(index)]));

const members = [...team('a', 12), ...team('b', 20)];
/** A: one course completed and one going on each, done yesterday. B: one going on each, nothing done for 20 days. */
const rows = [
  ...team('a', 12).flatMap(({ userId }) => [
    place({ userId, courseId: 'c-1', status: 'completed', completedAt: ago(1), lastActivityAt: ago(1) }),
    place({ userId, courseId: 'c-2' }),
  ]),
  ...team('b', 20).map(({ userId }) => place({ userId, lastActivityAt: ago(20) })),
];

describe('departments side by side', () => {
  it('of the seed: 12 of 24 and 0 of 20 completed, 12 of 12 and 0 of 20 active', () => {
    const people = peopleOf(members);
    // Means 70 of 60 and 80; and 40.
    const scores = {
      ...scoresOf(team('a', 12), (index) => (index < 6 ? 60 : 80)),
      ...scoresOf(team('b', 20), () => 40),
    };
    const results = resultsOf(
      people,
      Object.entries(scores).map(([userId, score]) => result(userId, score)),
    );
    // Level 2 of s-1 have 10 of A and 9 of B: enough there, too few here.
    const skills = skillsOf(
      people,
      [...team('a', 10), ...team('b', 9)].map(({ userId }) => ({ userId, skillId: 's-1', level: 2 })),
    );
    const { data, missing } = departmentAnalytics(people, rollOf(people, rows), results, skills, setting);
    expect(data).toEqual({
      departments: [
        {
          departmentId: 'a',
          name: 'Department a',
          learners: 12,
          completionPercent: 50,
          engagementScore: 100,
          averageScore: 70,
          skillsCovered: 1,
          trend: null,
          suppressed: false,
        },
        {
          departmentId: 'b',
          name: 'Department b',
          learners: 20,
          completionPercent: 0,
          engagementScore: 0,
          averageScore: 40,
          skillsCovered: 0,
          trend: null,
          suppressed: false,
        },
      ],
      comparison: { highestEngagement: 'a', lowestEngagement: 'b', mostImproved: null },
    });
    expect(missing).toEqual([
      { field: 'comparison.mostImproved', reason: 'insufficient_data' },
      { field: 'departments[].trend', reason: 'insufficient_data' },
    ]);
  });

  it('are ranked with ten people of the whole: 11 of 11 come after 95 of 100 only by chance', () => {
    // All told: 106 + 60 of 211, .787. A: (11 + 7.87) / 21 = .899; B: (95 + 7.87) / 110 = .935.
    const active = (userId: string, is: boolean) => place({ userId, lastActivityAt: ago(is ? 1 : 60) });
    const three = [...team('a', 11), ...team('b', 100), ...team('c', 100)];
    const seen = [
      ...team('a', 11).map(({ userId }) => active(userId, true)),
      ...team('b', 100).map(({ userId }, index) => active(userId, index < 95)),
      ...team('c', 100).map(({ userId }, index) => active(userId, index < 60)),
    ];
    const { departments, comparison } = departmentsOf(three, seen).data;
    expect(departments.map(({ engagementScore }) => engagementScore)).toEqual([100, 95, 60]);
    expect(comparison).toMatchObject({ highestEngagement: 'b', lowestEngagement: 'c' });
  });

  it('are not compared when there is but one, when all are alike, or when nobody dates activity', () => {
    const nothing = { highestEngagement: null, lowestEngagement: null, mostImproved: null };
    const idle = members.map(({ userId }) => place({ userId, lastActivityAt: ago(50) }));
    const undated = members.map(({ userId }) => place({ userId, lastActivityAt: null }));
    for (const found of [
      departmentsOf(team('a', 12), rows),
      departmentsOf(members, idle),
      departmentsOf(members, undated),
    ]) {
      expect(found.data.comparison).toEqual(nothing);
      expect(fieldsOf(found)).toMatchObject({ 'comparison.highestEngagement': 'insufficient_data' });
    }
    expect(departmentsOf(members, undated).data.departments.map((one) => one.engagementScore)).toEqual([
      null,
      null,
    ]);
    expect(departmentsOf(members, idle).data.departments.map((one) => one.engagementScore)).toEqual([0, 0]);
  });

  it('improve most where the pace of the months that are over rises fastest', () => {
    const months = ['2025-10', '2025-11', '2025-12', '2026-01', '2026-02'];
    const study = (userId: string, step: number) =>
      months.map((month, index) => {
        const enrolledAt = Date.parse(`${month}-01T00:00:00Z`);
        return place({
          userId,
          courseId: month,
          enrolledAt,
          lastActivityAt: enrolledAt + 28 * dayMs,
          completedTopics: 4 * step * (index + 1),
        });
      });
    const learning = [
      ...team('a', 12).flatMap(({ userId }) => study(userId, 1)),
      ...team('b', 20).flatMap(({ userId }) => study(userId, 1.8)),
    ];
    const { departments, comparison } = departmentsOf(members, learning).data;
    expect(departments.map(({ trend }) => trend)).toEqual(['rising', 'rising']);
    expect(comparison.mostImproved).toBe('b');
  });

  it('need three whole months for a trend', () => {
    const months = (count: number) =>
      departmentsOf(
        members,
        members.map(({ userId }) =>
          place({
            userId,
            enrolledAt: Date.parse(`2026-0${3 - count}-01T00:00:00Z`),
            lastActivityAt: Date.parse('2026-02-28T00:00:00Z'),
          }),
        ),
      ).data.departments.map(({ trend }) => trend);
    expect(months(2)).toEqual([null, null]);
    const longer = members.map(({ userId }) =>
      place({
        userId,
        enrolledAt: Date.parse('2025-12-01T00:00:00Z'),
        lastActivityAt: Date.parse('2026-02-28T00:00:00Z'),
      }),
    );
    expect(departmentsOf(members, longer).data.departments.map(({ trend }) => trend)).toEqual([
      'steady',
      'steady',
    ]);
  });
});

describe('what departments do not tell', () => {
  it('anything of a small one, nor of the next smallest: only id, name and the flag', () => {
    const { data, missing } = departmentsOf([...members, ...team('c', 3)], rows);
    const nothing = {
      learners: null,
      completionPercent: null,
      engagementScore: null,
      averageScore: null,
      skillsCovered: null,
      trend: null,
      suppressed: true,
    };
    expect(data.departments[0]).toEqual({ departmentId: 'a', name: 'Department a', ...nothing });
    expect(data.departments[2]).toEqual({ departmentId: 'c', name: 'Department c', ...nothing });
    expect(data.departments[1]).toMatchObject({ departmentId: 'b', learners: 20, suppressed: false });
    expect(missing).toContainEqual({ field: 'departments[].learners', reason: 'suppressed' });
  });

  it('the scores of the nine in a large one who have any, nor those of the one that would give them away', () => {
    const scores = { ...scoresOf(team('a', 12), () => 60), ...scoresOf(team('b', 9), () => 90) };
    const found = departmentsOf([...members, ...team('c', 30)], rows, {
      ...scores,
      ...scoresOf(team('c', 30), () => 50),
    });
    expect(found.data.departments.map(({ averageScore }) => averageScore)).toEqual([null, null, 50]);
    expect(fieldsOf(found)['departments[].averageScore']).toBe('suppressed');
  });

  it('the completions of the only ones who are enrolled', () => {
    const few = team('a', 3).map(({ userId }) => place({ userId, status: 'completed', completedAt: ago(1) }));
    const found = departmentsOf(team('a', 12), few);
    expect(found.data.departments[0]?.completionPercent).toBeNull();
    expect(fieldsOf(found)['departments[].completionPercent']).toBe('suppressed');
  });

  it('one person by having most of the courses: a share hides them in a coarser step', () => {
    // 9 people with one course each and one with 31: 40 courses, of which one person has no part above 31 / 40.
    const many = (status: 'completed' | 'in_progress') => [
      ...team('a', 9).map(({ userId }) => place({ userId })),
      ...Array.from({ length: 31 }, (_, index) => place({ userId: 'a-9', courseId: `c-${index}`, status })),
    ];
    const percent = (status: 'completed' | 'in_progress') =>
      departmentsOf(team('a', 10), many(status)).data.departments[0]?.completionPercent;
    // 31 of 40 in steps of 100 %, not 78 % against 0 % in steps of 10.
    expect([percent('completed'), percent('in_progress')]).toEqual([100, 0]);
  });

  it('what is not known as 0: without lists of results and skills there are no scores and no skills', () => {
    const people = peopleOf(members);
    const { data } = departmentAnalytics(people, rollOf(people, rows), null, null, setting);
    for (const one of data.departments)
      expect(one).toMatchObject({ averageScore: null, skillsCovered: null });
    const nobody = departmentsOf(members, []);
    expect(nobody.data.departments.map(({ completionPercent }) => completionPercent)).toEqual([null, null]);
    expect(fieldsOf(nobody)).toMatchObject({
      'departments[].completionPercent': 'insufficient_data',
      'departments[].averageScore': 'insufficient_data',
    });
  });
});

describe('the departments of any organization', () => {
  const anyMinimum = fc.integer({ min: 5, max: 25 });
  const compute = (lists: Lists, minimumCohort: number) => {
    const { people, roll, results, skills } = columnsOf(lists);
    return departmentAnalytics(people, roll, results, skills, { ...setting, minimumCohort });
  };

  it('have figures within their ranges, a reason for every null, and nothing when suppressed', () => {
    fc.assert(
      fc.property(anyLists, anyMinimum, (lists, minimum) => {
        const { data, missing } = compute(lists, minimum);
        expect(allFinite(data)).toBe(true);
        const fields = missing.map(({ field }) => field);
        for (const { departmentId, name, suppressed, ...figures } of data.departments) {
          for (const percent of [figures.completionPercent, figures.engagementScore, figures.averageScore]) {
            expect(percent ?? 0).toBeGreaterThanOrEqual(0);
            expect(percent ?? 0).toBeLessThanOrEqual(100);
          }
          if (suppressed) expect(Object.values(figures).every((figure) => figure === null)).toBe(true);
          else {
            expect(figures.learners).toBeGreaterThanOrEqual(minimum);
            for (const [figure, value] of Object.entries(figures))
              if (value === null) expect(fields).toContain(`departments[].${figure}`);
          }
        }
        for (const [figure, id] of Object.entries(data.comparison)) {
          if (id === null) expect(fields).toContain(`comparison.${figure}`);
          else expect(data.departments.find((one) => one.departmentId === id)?.suppressed).toBe(false);
        }
      }),
    );
  });

  it('are in the order of their ids, and the same in any order of the lists', () => {
    fc.assert(
      fc.property(anyLists, anyMinimum, fc.nat(), (lists, minimum, seed) => {
        const found = compute(lists, minimum);
        expect(compute(shuffledLists(lists, seed), minimum)).toEqual(found);
        const ids = found.data.departments.map(({ departmentId }) => departmentId);
        expect(ids).toEqual(ids.toSorted());
      }),
    );
  });
});
