import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { countIn, indexAt, placeOf } from '../../mocks/world/shares.ts';
import { makeWorld } from '../../mocks/world/world.ts';
import {
  asking,
  courseRoutes,
  dayMs,
  everythingAbout,
  learnerId,
  noon,
  organizationRoutes,
  userRoutes,
} from './world-asking.ts';

interface Enrolment {
  courseId: string;
  trainerId: string;
  organizationId: string;
  enrolledAt: string;
  dueAt: string;
  status: string;
  completions: { completedAt: string }[];
}
interface Attempt {
  submittedAt: string | null;
  dueAt: string | null;
  score: number | null;
}
interface Member {
  userId: string;
  organizationId: string;
  departmentId: string | null;
  isActive: boolean;
  roles: string[];
}

const world = asking();
const learners = fc.integer({ min: 0, max: 1199 });
const progress = (id: string, of = world) => of.list<Enrolment>('courses', '/progress/:userId', id);

describe('the same seed and day', () => {
  it('give the same bytes for everybody, in whatever order they are asked for', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => learnerId(index));
    const forwards = asking();
    const backwards = asking();
    const first = new Map(ids.map((id) => [id, everythingAbout(forwards, id)]));
    const second = new Map([...ids].reverse().map((id) => [id, everythingAbout(backwards, id)]));
    // More people than are remembered: the first ones are worked out again.
    const again = new Map(ids.map((id) => [id, everythingAbout(forwards, id)]));
    for (const id of ids) {
      expect(second.get(id)).toBe(first.get(id));
      expect(again.get(id)).toBe(first.get(id));
    }
  });

  it('give the same bytes for organizations and courses', () => {
    for (const [routes, id] of [
      [organizationRoutes, 'org-2'],
      [courseRoutes, 'course-07'],
    ] as const) {
      for (const [service, route] of routes) {
        expect(JSON.stringify(asking().one(service, route, id))).toBe(
          JSON.stringify(world.one(service, route, id)),
        );
      }
    }
    const demand = (of = asking()) =>
      JSON.stringify(of.one('skills', '/skills/demand', '', { organizationId: 'org-1' }));
    expect(demand()).toBe(demand(world));
  });

  it('do not change while the day lasts', () => {
    const evening = asking({ now: () => Date.parse('2026-03-10T23:59:59.999Z') });
    for (let index = 0; index < 50; index += 1) {
      expect(everythingAbout(evening, learnerId(index))).toBe(everythingAbout(world, learnerId(index)));
    }
  });
});

describe('another day', () => {
  it('moves the past with it, also for a world that was there before', () => {
    let now = noon;
    const moving = asking({ now: () => now });
    const before = progress(learnerId(5), moving);
    now += 10 * dayMs;
    const after = progress(learnerId(5), moving);
    const daysMoved = (key: 'enrolledAt' | 'dueAt') =>
      after.map((row, place) => (Date.parse(row[key]) - Date.parse(before[place]?.[key] ?? '')) / dayMs);
    expect(before.length).toBeGreaterThan(0);
    expect(daysMoved('enrolledAt')).toEqual(before.map(() => 10));
    expect(daysMoved('dueAt')).toEqual(before.map(() => 10));
  });
});

describe('another seed', () => {
  it('is another past', () => {
    const other = asking({ seed: 2 });
    const same = Array.from({ length: 50 }, (_, index) => learnerId(index)).filter(
      (id) => everythingAbout(other, id) === everythingAbout(world, id),
    );
    expect(same).toEqual([]);
  });
});

describe('time', () => {
  /** Instants of everything that has happened; due and target dates may lie ahead. */
  function instants(value: unknown): number[] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) => {
      if (key === 'dueAt' || key === 'targetDate') return [];
      return typeof part === 'string' && /^\d{4}-\d\d-\d\dT/.test(part) ? [Date.parse(part)] : instants(part);
    });
  }

  it('has no future: nothing has happened after now, on any day of the week', () => {
    fc.assert(
      fc.property(learners, fc.integer({ min: 0, max: 13 }), (index, later) => {
        const now = Date.parse('2026-03-10T00:00:00Z') + later * dayMs;
        const there = asking({ now: () => now });
        for (const [service, route] of userRoutes) {
          for (const at of instants(there.one(service, route, learnerId(index))))
            expect(at).toBeLessThanOrEqual(now);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has no future in courses either', () => {
    for (let number = 1; number <= 40; number += 1) {
      const id = `course-${String(number).padStart(2, '0')}`;
      for (const [service, route] of courseRoutes) {
        for (const at of instants(world.list(service, route, id))) expect(at).toBeLessThanOrEqual(noon);
      }
    }
  });

  it('reaches eighteen months back', () => {
    const starts = Array.from({ length: 300 }, (_, index) => progress(learnerId(index)))
      .flat()
      .map(({ enrolledAt }) => (noon - Date.parse(enrolledAt)) / dayMs);
    expect(Math.max(...starts)).toBeGreaterThan(500);
    expect(Math.max(...starts)).toBeLessThan(556);
  });

  it('has a weekly rhythm: every organization rests on its own weekend', () => {
    const weekends: Record<string, number[]> = { 'org-1': [5, 6], 'org-2': [0, 6], 'org-3': [0, 6] };
    for (const [organization, weekend] of Object.entries(weekends)) {
      const days = world
        .list<Member>('directory', '/organizations/:id/members', organization)
        .slice(-150)
        .flatMap(({ userId }) => world.list<{ at: string }>('content', '/users/:id/views', userId))
        .map(({ at }) => new Date(at).getUTCDay());
      const restful = days.filter((day) => weekend.includes(day)).length / days.length;
      expect(days.length).toBeGreaterThan(5000);
      // Two of seven days would be 0.29.
      expect(restful).toBeLessThan(0.12);
      expect(restful).toBeGreaterThan(0);
    }
  });

  it('puts all activity on one calendar day in UTC and in the zone of the organization', () => {
    const zones = { 'org-1': 'Asia/Jerusalem', 'org-2': 'America/New_York', 'org-3': 'Europe/Berlin' };
    for (const [organization, timeZone] of Object.entries(zones)) {
      expect(world.one('directory', '/organizations/:id', organization)).toMatchObject({ timeZone });
      const local = new Intl.DateTimeFormat('en-CA', { timeZone });
      for (const { userId } of world
        .list<Member>('directory', '/organizations/:id/members', organization)
        .slice(-60)) {
        for (const { at } of world.list<{ at: string }>('content', '/users/:id/views', userId))
          expect(local.format(new Date(at))).toBe(at.slice(0, 10));
      }
    }
  });
});

describe('organizations', () => {
  it('are disjoint, and hold everybody once', () => {
    const members = ['org-1', 'org-2', 'org-3'].map((id) =>
      world.list<Member>('directory', '/organizations/:id/members', id),
    );
    const ids = members.flat().map(({ userId }) => userId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(1200 + 60);
    members.forEach((list, place) => {
      expect(new Set(list.map(({ organizationId }) => organizationId))).toEqual(
        new Set([`org-${place + 1}`]),
      );
      expect(list.map(({ userId }) => userId)).toEqual(list.map(({ userId }) => userId).sort());
      expect(world.one('directory', '/organizations/:id', `org-${place + 1}`)).toMatchObject({
        size: list.length,
      });
    });
  });

  it('teach their own people only', () => {
    fc.assert(
      fc.property(learners, (index) => {
        const { organizationId } = world.one('directory', '/users/:id', learnerId(index)) as Member;
        for (const { organizationId: of, trainerId } of progress(learnerId(index))) {
          expect(of).toBe(organizationId);
          expect(world.one('directory', '/users/:id', trainerId)).toMatchObject({
            organizationId,
            roles: ['trainer'],
          });
        }
      }),
    );
  });

  it('have twelve departments, one of each too small to show, and people in none', () => {
    const all = ['org-1', 'org-2', 'org-3'].flatMap((id) =>
      world
        .list<Member>('directory', '/organizations/:id/members', id)
        .filter(({ roles }) => roles.includes('learner')),
    );
    const sizes = new Map<string | null, number>();
    for (const { departmentId } of all) sizes.set(departmentId, (sizes.get(departmentId) ?? 0) + 1);
    const nowhere = sizes.get(null) ?? 0;
    sizes.delete(null);
    expect(sizes.size).toBe(12);
    expect(nowhere).toBeGreaterThan(20);
    expect(nowhere).toBeLessThan(120);
    expect([...sizes.values()].filter((size) => size < 10).length).toBeGreaterThanOrEqual(2);
  });
});

describe('courses', () => {
  it('come in runs with one due day: most of 12 to 40 people, a few below 10', () => {
    const sizes = new Map<string, number>();
    for (let number = 1; number <= 40; number += 1) {
      const id = `course-${String(number).padStart(2, '0')}`;
      for (const { dueAt } of world.list<Enrolment>('courses', '/courses/:id/enrollments', id))
        sizes.set(`${id} ${dueAt}`, (sizes.get(`${id} ${dueAt}`) ?? 0) + 1);
    }
    const all = [...sizes.values()];
    const usual = all.filter((size) => size >= 12 && size <= 40).length / all.length;
    const small = all.filter((size) => size < 10).length / all.length;
    expect(usual).toBeGreaterThan(0.7);
    expect(small).toBeGreaterThan(0.02);
    expect(small).toBeLessThan(0.25);
  });
});

describe('people', () => {
  const ids = Array.from({ length: 1200 }, (_, index) => learnerId(index));
  const attempts = (id: string) => world.list<Attempt>('assessment', '/users/:id/attempts', id);
  const shareOf = (fits: (id: string) => boolean) => ids.filter(fits).length / ids.length;
  const within = (share: number, least: number, most: number) => {
    expect(share).toBeGreaterThan(least);
    expect(share).toBeLessThan(most);
  };

  it('finish, fade, leave and never begin', () => {
    const statuses = ids.flatMap((id) => progress(id).map(({ status }) => status));
    const share = (status: string) => statuses.filter((one) => one === status).length / statuses.length;
    within(share('completed'), 0.4, 0.75);
    within(share('in_progress'), 0.15, 0.4);
    within(share('withdrawn'), 0.04, 0.2);
    within(share('enrolled'), 0.01, 0.1);
  });

  it('hand in late, or not at all', () => {
    const all = ids.flatMap(attempts).filter(({ dueAt }) => dueAt !== null);
    const missing = all.filter(({ submittedAt }) => submittedAt === null);
    const late = all.filter(
      ({ submittedAt, dueAt }) => submittedAt !== null && dueAt !== null && submittedAt > dueAt,
    );
    within(missing.length / all.length, 0.05, 0.35);
    within(late.length / all.length, 0.03, 0.35);
    expect(missing.every(({ score }) => score === null)).toBe(true);
  });

  it('are sometimes without a grade, without a course, or in two runs of one course', () => {
    within(
      shareOf((id) => attempts(id).every(({ score }) => score === null)),
      0.02,
      0.2,
    );
    within(
      shareOf((id) => progress(id).length === 0),
      0.005,
      0.1,
    );
    const courses = (id: string) => progress(id).map(({ courseId }) => courseId);
    within(
      shareOf((id) => new Set(courses(id)).size < courses(id).length),
      0.005,
      0.1,
    );
  });

  it('get better at what they learn', () => {
    for (const id of ids.slice(0, 200)) {
      for (const { history, level } of world.list<{
        history: { at: string; level: number }[];
        level: number;
      }>('skills', '/users/:id/skills', id)) {
        const levels = history.map((step) => step.level);
        expect(levels).toEqual([...levels].sort((a, b) => a - b));
        expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort());
        expect(levels.at(-1) ?? 0).toBe(level);
      }
    }
    const risen = ids.filter((id) =>
      world
        .list<{ history: unknown[] }>('skills', '/users/:id/skills', id)
        .some(({ history }) => history.length >= 3),
    );
    within(risen.length / ids.length, 0.3, 1);
  });
});

describe('the demo people', () => {
  const demo = demoPeople();
  const person = (key: string) => {
    const found = demo.find(({ password }) => password === `demo-${key}`);
    if (found === undefined) throw new Error(`nobody is ${key}`);
    return found;
  };

  it('have ids that stay, whatever the seed and the size', () => {
    const idsOf = (size: object) =>
      demoPeople(makeWorld({ now: () => 0, ...size }).size).map(({ id, email }) => `${id} ${email}`);
    expect(demoPeople(77).map(({ id, email }) => `${id} ${email}`)).toEqual(idsOf({}));
    expect(idsOf({ learners: 100_000 })).toEqual(idsOf({}));
    expect(idsOf({ learners: 10 })).toEqual(idsOf({}));
  });

  it('have their stories on any day and for any seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 400 }), (seed, later) => {
        const now = noon + later * dayMs;
        const there = asking({ seed, now: () => now });
        const shared = (key: string) =>
          progress(person(key).id, there).find(({ courseId }) => courseId === 'course-01');
        const [thriving, fading, newcomer] = ['thriving', 'fading', 'newcomer'].map(shared);
        for (const enrolment of [thriving, fading, newcomer]) {
          expect(enrolment).toMatchObject({ trainerId: person('trainer').id, dueAt: thriving?.dueAt });
        }
        expect([thriving?.status, fading?.status]).toEqual(['in_progress', 'in_progress']);
        // Nobody begins on a weekend just because it is a demo.
        expect(['enrolled', 'in_progress']).toContain(newcomer?.status);
        // Halfway through the course the plan is five of ten topics; the worst of luck costs one.
        expect(thriving?.completions.length).toBeGreaterThanOrEqual(4);
        expect(thriving?.completions.length).toBeGreaterThan(fading?.completions.length ?? 99);
        const cohort = there
          .list<Enrolment>('courses', '/courses/:id/enrollments', 'course-01')
          .filter(({ dueAt, status }) => dueAt === thriving?.dueAt && status !== 'withdrawn');
        expect(cohort.length).toBeGreaterThanOrEqual(10);
      }),
      // Chance draws the stories; which ones are looked at must not be chance.
      { numRuns: 100, seed: 1 },
    );
  });

  it('include one who was enrolled two days ago and has no grade', () => {
    const { id } = person('newcomer');
    const [only, ...rest] = progress(id);
    expect(rest).toEqual([]);
    expect(only?.enrolledAt.slice(0, 10)).toBe('2026-03-08');
    expect(world.list('assessment', '/users/:id/attempts', id)).toEqual([]);
  });

  it('include one of every role, and somebody of another organization', () => {
    expect(new Set(demo.flatMap(({ roles }) => roles))).toEqual(
      new Set(['learner', 'trainer', 'org_admin', 'admin']),
    );
    expect(person('elsewhere').organizationId).toBe('org-2');
    for (const { id, email, roles, organizationId } of demo) {
      expect(world.one('auth', '/users/:id', id)).toMatchObject({ id, email, roles, organizationId });
      expect(world.one('directory', '/users/:id', id)).toMatchObject({ userId: id, roles, organizationId });
    }
  });
});

describe('size', () => {
  it('costs nothing until somebody asks: a world of 100,000 is made as soon as one of 1,000, and so is a person', () => {
    const middleMs = (times: number, work: (index: number) => unknown) =>
      Array.from({ length: times }, (_, index) => {
        const startedAt = performance.now();
        work(index);
        return performance.now() - startedAt;
      }).sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
    const costs = (learners: number) => {
      const made = middleMs(9, () => asking({ learners }));
      const asked = asking({ learners });
      const person = middleMs(301, (index) => everythingAbout(asked, learnerId((index * 7919) % learners)));
      return { made, person };
    };
    const [small, big] = [costs(1000), costs(100_000)];
    // Ten times and a millisecond: what grows with the world would be a hundred times.
    expect(big.made).toBeLessThan(10 * small.made + 1);
    expect(big.person).toBeLessThan(10 * small.person + 1);
  });

  it('keeps runs of the usual size when the world grows', () => {
    const big = asking({ learners: 100_000 });
    const roll = big.list<Enrolment>('courses', '/courses/:id/enrollments', 'course-100');
    expect(roll.length).toBeGreaterThan(20);
    expect(roll.length).toBeLessThan(400);
  });

  it('works with ten learners', () => {
    const tiny = asking({ learners: 10 });
    expect(progress(learnerId(0), tiny).length).toBeGreaterThan(0);
    expect(tiny.one('auth', '/users/:id', learnerId(10))).toBeUndefined();
  });

  it.each([
    { learners: 0 },
    { learners: 1.5 },
    { organizations: 0 },
    { staff: 1 },
    { courses: 2 },
    { seed: -1 },
  ])('refuses what cannot be: %j', (options) => {
    expect(() => makeWorld({ now: () => noon, ...options })).toThrow(RangeError);
  });
});

describe('shares', () => {
  const organizations = fc.integer({ min: 1, max: 9 });

  it('know the place of any number and the number of any place', () => {
    fc.assert(
      fc.property(organizations, fc.integer({ min: 0, max: 1_000_000 }), (count, index) => {
        const place = placeOf(count, index);
        expect(indexAt(count, place)).toBe(index);
        expect(place.rank).toBe(countIn(count, place.organization, index));
      }),
    );
  });

  it('leave nobody out', () => {
    fc.assert(
      fc.property(organizations, fc.integer({ min: 0, max: 10_000 }), (count, total) => {
        const shares = Array.from({ length: count }, (_, organization) =>
          countIn(count, organization, total),
        );
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
      }),
    );
  });
});
