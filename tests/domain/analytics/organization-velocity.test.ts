import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { organizationVelocity, paceTrend } from '../../../src/domain/analytics/organization-velocity.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import {
  anyLists,
  columnsOf,
  peopleOf,
  place,
  rollOf,
  setting,
  shuffledLists,
  team,
} from '../organization/organization-seeds.ts';
import { ago, allFinite, dayMs, now } from './seeds.ts';

const velocityOf = (
  members: readonly Member[],
  rows: readonly OrganizationEnrolment[],
  minimumCohort = 10,
) => {
  const people = peopleOf(members);
  return organizationVelocity(people, rollOf(people, rows), { ...setting, minimumCohort });
};
const fieldsOf = ({ missing }: { missing: { field: string; reason: string }[] }) =>
  Object.fromEntries(missing.map(({ field, reason }) => [field, reason]));

const going = { enrolledAt: ago(28), courseId: 'going' };
/** 12 people: 8 topics in 4 weeks, done yesterday; an older course half finished in 4 weeks and half in 8. */
const a = team('a', 12).flatMap(({ userId }, index) => [
  place({ ...going, userId, completedTopics: 8, lastActivityAt: ago(1) }),
  place({
    userId,
    courseId: 'done',
    status: 'completed',
    enrolledAt: ago(70),
    completedAt: ago(index < 6 ? 42 : 14),
  }),
]);
/** 20 people: 15 with 4 topics in 4 weeks and 4 to go in two, 5 with 8 and 2 to go. */
const b = team('b', 20).map(({ userId }, index) =>
  place({
    ...going,
    userId,
    dueAt: now + 14 * dayMs,
    lastActivityAt: ago(20),
    ...(index < 15 ? { completedTopics: 4, totalTopics: 8 } : { completedTopics: 8, totalTopics: 10 }),
  }),
);

describe('the velocity of an organization', () => {
  const answer = velocityOf([...team('a', 12), ...team('b', 20)], [...a, ...b]);

  it('of the seed: paces 2 × 12, 1 × 15 and 2 × 5; targets 2 × 15 and 1 × 5', () => {
    expect(answer.data).toMatchObject({
      // 49 / 32 = 1.53 in steps of .5, as 32 people hide in 5 % of 10.
      overallPace: 1.5,
      // 35 / 20 = 1.75, between 1.5 and 2: to the even one.
      targetPace: 2,
      // 5 of the 20 who have a target: 2 ≥ .9 × 1, and not 1 ≥ .9 × 2.
      onTrackPercent: 25,
      learners: 32,
      active: 12,
      // At 4 weeks 6 of 44 finish, S = .86, and 32 are seen no longer; at 8 weeks 6 of 6.
      completionWeeks: { median: 8, p90: 8 },
      // December to February are over.
      trend: 'steady',
      departments: [
        {
          departmentId: 'a',
          name: 'Department a',
          pace: 2,
          learners: 12,
          onTrackPercent: null,
          suppressed: false,
        },
        // 25 / 20 = 1.25: to the even step, 1.
        { departmentId: 'b', name: 'Department b', pace: 1, learners: 20, onTrackPercent: 25 },
      ],
    });
    expect(fieldsOf(answer)).toEqual({
      'departments[].onTrackPercent': 'insufficient_data',
      'monthly[].pace': 'suppressed',
    });
  });

  it('counts those who take no course as 0, and leaves out those whose pace nobody knows', () => {
    const half = team('b', 20).slice(0, 10);
    const row = (userId: string) => place({ ...going, userId, completedTopics: 24 });
    // 10 × 6 and 10 × 0 are 3; with the others unknown they are 6.
    expect(
      velocityOf(
        team('b', 20),
        half.map(({ userId }) => row(userId)),
      ).data.overallPace,
    ).toBe(3);
    const unknown = team('b', 20).map(({ userId }, index) => ({
      ...row(userId),
      ...(index < 10 ? {} : { completedTopics: null }),
    }));
    expect(velocityOf(team('b', 20), unknown).data.overallPace).toBe(6);
  });

  it('is not moved beyond the rounding by one person who is out of all bounds', () => {
    const pace = (topics: number) =>
      velocityOf(
        team('a', 10),
        team('a', 10).map(({ userId }, index) =>
          place({ ...going, userId, completedTopics: index === 0 ? topics : 8 }),
        ),
      ).data.overallPace;
    // 18 + 10 and 18 + 2 in ten: 2.8 and 2.
    expect([pace(8), pace(40), pace(4000)]).toEqual([2, 3, 3]);
  });

  it('hides a large department too when it is small among those whose figure is known', () => {
    // Due dates have 3 of A and all of B and C: A would be all less B and C.
    const due = (userId: string) =>
      place({ ...going, userId, completedTopics: 4, totalTopics: 8, dueAt: now + 14 * dayMs });
    const members = [...team('a', 20), ...team('b', 10), ...team('c', 11)];
    const rows = members
      .filter(({ userId, departmentId }) => departmentId !== 'a' || ['a-0', 'a-1', 'a-2'].includes(userId))
      .map(({ userId }) => due(userId));
    const { departments, onTrackPercent } = velocityOf(members, rows).data;
    expect(onTrackPercent).toBe(0);
    expect(departments.map((one) => one.onTrackPercent)).toEqual([null, null, 0]);
    expect(departments.map((one) => one.suppressed)).toEqual([false, false, false]);
  });

  it('does not tell the weeks of the only ones who completed anything', () => {
    const done = (count: number) =>
      team('a', 20).map(({ userId }, index) =>
        place({
          userId,
          enrolledAt: ago(70),
          ...(index < count ? { status: 'completed' as const, completedAt: ago(35) } : {}),
        }),
      );
    const weeks = (count: number) => {
      const found = velocityOf(team('a', 20), done(count));
      return [found.data.completionWeeks.median, fieldsOf(found)['completionWeeks.median']];
    };
    expect(weeks(0)).toEqual([null, 'insufficient_data']);
    expect(weeks(9)).toEqual([null, 'suppressed']);
    // At 5 weeks 10 of 20.
    expect(weeks(10)).toEqual([5, undefined]);
  });

  it('does not know who is active when no activity is dated, and tells no count that is nearly all', () => {
    const rows = (active: number | null) =>
      team('a', 30).map(({ userId }, index) =>
        place({ userId, lastActivityAt: active === null ? null : ago(index < active ? 1 : 60) }),
      );
    const active = (count: number | null) => {
      const found = velocityOf(team('a', 30), rows(count));
      return [found.data.active, fieldsOf(found).active];
    };
    expect(active(null)).toEqual([null, 'insufficient_data']);
    expect(active(0)).toEqual([0, undefined]);
    expect(active(9)).toEqual([null, 'suppressed']);
    expect(active(10)).toEqual([10, undefined]);
    expect(active(21)).toEqual([null, 'suppressed']);
    expect(active(30)).toEqual([30, undefined]);
  });

  it('of the months is topics per week and person: one a day is 7 a week', () => {
    const rows = team('a', 10).map(({ userId }) =>
      place({
        userId,
        enrolledAt: Date.parse('2026-01-01T00:00:00Z'),
        lastActivityAt: Date.parse('2026-03-01T00:00:00Z'),
        completedTopics: 59,
      }),
    );
    const { data } = velocityOf(team('a', 10), rows);
    expect(data.monthly.slice(-4)).toEqual([
      { month: '2025-12', pace: null },
      { month: '2026-01', pace: 7 },
      { month: '2026-02', pace: 7 },
      { month: '2026-03', pace: null },
    ]);
    expect(data.trend).toBeNull();
  });

  it('rises when each of six months has a topic a week more, however the current one begins', () => {
    const months = ['2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02'];
    const rows = team('a', 10).flatMap(({ userId }) =>
      months.map((month, index) => {
        const enrolledAt = Date.parse(`${month}-01T00:00:00Z`);
        // 28 days; topics a week 1 to 6, more or less by the length of the month.
        const completedTopics = (index + 1) * 4;
        return place({
          userId,
          courseId: month,
          enrolledAt,
          lastActivityAt: enrolledAt + 28 * dayMs,
          completedTopics,
        });
      }),
    );
    const today = place({ userId: 'a-0', courseId: 'now', enrolledAt: ago(2), completedTopics: 0 });
    expect(velocityOf(team('a', 10), [...rows, today]).data.trend).toBe('rising');
  });

  it('has a trend from three whole months on, and a word other than steady only with four', () => {
    expect([
      paceTrend([1, 2]),
      paceTrend([1, 2, 3]),
      paceTrend([1, 2, 3, 4]),
      paceTrend([4, 3, 2, 1]),
    ]).toEqual([null, 'steady', 'rising', 'falling']);
  });
});

describe('what velocity does not tell', () => {
  it('a small department, and the next smallest one with it: only their ids, names and the flag', () => {
    const members = [...team('a', 3), ...team('b', 12), ...team('c', 20), ...team(null, 2)];
    const rows = members.map(({ userId }) => place({ ...going, userId, completedTopics: 8 }));
    const found = velocityOf(members, rows);
    const nothing = { pace: null, learners: null, onTrackPercent: null, suppressed: true };
    expect(found.data.departments).toMatchObject([
      { departmentId: 'a', name: 'Department a', ...nothing },
      { departmentId: 'b', name: 'Department b', ...nothing },
      { departmentId: 'c', pace: 2, learners: 20, suppressed: false },
      { departmentId: 'unassigned', name: null, ...nothing },
    ]);
    expect(found.data).toMatchObject({ learners: 37, overallPace: 2 });
    expect(fieldsOf(found)['departments[].pace']).toBe('suppressed');
  });

  it('anything of fewer people than the minimum, which an organization can raise', () => {
    const members = team('a', 20);
    const rows = members.map(({ userId }) => place({ ...going, userId, completedTopics: 8 }));
    expect(velocityOf(members, rows, 20).data).toMatchObject({ learners: 20, overallPace: 2 });
    const few = velocityOf(members, rows, 21);
    expect(few.data).toMatchObject({
      overallPace: null,
      targetPace: null,
      trend: null,
      onTrackPercent: null,
      learners: null,
      active: null,
      completionWeeks: { median: null, p90: null },
      departments: [{ departmentId: 'a', suppressed: true, pace: null, learners: null }],
    });
    expect(few.data.monthly.every(({ pace }) => pace === null)).toBe(true);
    expect(fieldsOf(few)).toMatchObject({ learners: 'suppressed', overallPace: 'suppressed' });
  });

  it('anything of nobody but that they are nobody', () => {
    const found = velocityOf([], []);
    expect(found.data).toMatchObject({ learners: 0, active: 0, overallPace: null, departments: [] });
    expect(fieldsOf(found)).toMatchObject({ overallPace: 'insufficient_data' });
  });
});

describe('the velocity of any organization', () => {
  const anyMinimum = fc.integer({ min: 5, max: 25 });
  const compute = (lists: Parameters<typeof columnsOf>[0], minimumCohort: number) => {
    const { people, roll } = columnsOf(lists);
    return organizationVelocity(people, roll, { ...setting, minimumCohort });
  };

  it('lies within its ranges, gives a reason for every null, and nothing of suppressed departments', () => {
    fc.assert(
      fc.property(anyLists, anyMinimum, (lists, minimum) => {
        const { data, missing } = compute(lists, minimum);
        expect(allFinite(data)).toBe(true);
        const fields = missing.map(({ field }) => field);
        expect(new Set(fields).size).toBe(fields.length);
        for (const name of [
          'overallPace',
          'targetPace',
          'onTrackPercent',
          'active',
          'learners',
          'trend',
        ] as const)
          expect(data[name] === null).toBe(fields.includes(name));
        for (const { pace } of [...data.departments, ...data.monthly])
          if (pace !== null) expect(pace).toBeGreaterThanOrEqual(0);
        for (const pace of [data.overallPace, data.targetPace, ...data.departments.map((one) => one.pace)])
          expect(pace ?? 0).toBeLessThanOrEqual(10);
        for (const { onTrackPercent } of [data, ...data.departments]) {
          expect(onTrackPercent ?? 0).toBeGreaterThanOrEqual(0);
          expect(onTrackPercent ?? 0).toBeLessThanOrEqual(100);
        }
        for (const { departmentId, name, suppressed, ...figures } of data.departments)
          if (suppressed) expect(Object.values(figures).every((figure) => figure === null)).toBe(true);
          else expect(figures.learners).toBeGreaterThanOrEqual(minimum);
      }),
    );
  });

  it('adds up: departments that are told have no more people than all, and their paces frame the whole', () => {
    fc.assert(
      fc.property(anyLists, anyMinimum, (lists, minimum) => {
        const { data } = compute(lists, minimum);
        const told = data.departments.reduce((sum, { learners }) => sum + (learners ?? 0), 0);
        const hidden = data.departments.some(({ suppressed }) => suppressed);
        if (data.learners === null) expect(told).toBe(0);
        else if (hidden) expect(data.learners - told).toBeGreaterThanOrEqual(minimum);
        else expect(told).toBe(data.learners);
        if (data.active !== null && data.learners !== null)
          expect(data.active).toBeLessThanOrEqual(data.learners);
        const paces = data.departments.map(({ pace }) => pace);
        if (data.overallPace === null || paces.some((pace) => pace === null)) return;
        // Rounded by at most half of 10 % here and of 20 % there.
        const known = paces.filter((pace) => pace !== null);
        expect(data.overallPace).toBeLessThanOrEqual(Math.max(...known) + 1.5);
        expect(data.overallPace).toBeGreaterThanOrEqual(Math.min(...known) - 1.5);
      }),
    );
  });

  it('is the same in any order', () => {
    fc.assert(
      fc.property(anyLists, anyMinimum, fc.nat(), (lists, minimum, seed) => {
        expect(compute(shuffledLists(lists, seed), minimum)).toEqual(compute(lists, minimum));
      }),
    );
  });

  it('tells fewer departments, never others, for a greater minimum', () => {
    fc.assert(
      fc.property(anyLists, anyMinimum, (lists, minimum) => {
        const hidden = (least: number) =>
          compute(lists, least).data.departments.flatMap((one) => (one.suppressed ? one.departmentId : []));
        expect(hidden(minimum + 5)).toEqual(expect.arrayContaining(hidden(minimum)));
      }),
    );
  });
});
