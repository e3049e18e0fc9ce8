import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PointSource, pointSources } from '../../../src/domain/gamification/points.ts';
import { type Award, PointsProjection } from '../../../src/domain/gamification/projection.ts';
import { dayOf, startOfDay } from '../../../src/domain/time.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const dayMs = 86_400_000;

const awardOf = (changes: Partial<Award> = {}): Award => ({
  stream: 'user:u-1',
  version: 1,
  userId: 'u-1',
  organizationId: 'org-1',
  source: 'course',
  reference: 'c-1',
  points: 100,
  occurredAt: noon,
  day: '2026-03-10',
  ...changes,
});

function folded(awards: readonly Award[]): PointsProjection {
  const projection = new PointsProjection();
  for (const award of awards) projection.apply(award);
  return projection;
}

const people = ['u-1', 'u-2', 'u-3'];
const zones = ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland', 'Australia/Lord_Howe'];

/** What people earned, as their events tell it: a stream per person, numbered in the order of coming. */
const anyHistory = fc
  .array(
    fc.record({
      userId: fc.constantFrom(...people),
      organizationId: fc.constantFrom('org-1', 'org-2', null),
      source: fc.constantFrom(...pointSources),
      points: fc.integer({ min: 0, max: 700 }),
      // A few days around a change of the clocks, so that days come over the cap.
      occurredAt: fc.integer({ min: noon - 3 * dayMs, max: noon + 3 * dayMs }),
      day: fc.constantFrom('2026-03-09', '2026-03-10'),
    }),
    { maxLength: 40 },
  )
  .map((awards) => {
    const versions = new Map<string, number>();
    return awards.map((award, index): Award => {
      const version = (versions.get(award.userId) ?? 0) + 1;
      versions.set(award.userId, version);
      return { ...award, version, stream: `user:${award.userId}`, reference: `thing-${index}` };
    });
  });

/** With nothing shared with the projection: every sum is made anew from the whole list. */
function naiveTotals(awards: readonly Award[], userId: string) {
  const own = awards.filter((award) => award.userId === userId);
  if (own.length === 0) return null;
  const upTo = (list: readonly Award[]) =>
    Math.min(
      1000,
      list.reduce((sum, { points }) => sum + points, 0),
    );
  const worth = own.map((award, index) => {
    const before = own.slice(0, index).filter(({ day }) => day === award.day);
    return { source: award.source, points: upTo([...before, award]) - upTo(before) };
  });
  const sumOf = (source: PointSource) =>
    worth.filter((one) => one.source === source).reduce((sum, { points }) => sum + points, 0);
  const days = new Set(own.map(({ day }) => day));
  return {
    points: [...days].reduce((sum, day) => sum + upTo(own.filter((award) => award.day === day)), 0),
    bySource: Object.fromEntries(pointSources.map((source) => [source, sumOf(source)])),
    entries: own.length,
    lastEarnedAt: Math.max(...own.map(({ occurredAt }) => occurredAt)),
  };
}

function naiveStandings(awards: readonly Award[], organization: string, since: number | null, zone: string) {
  const own = awards.filter(
    ({ organizationId, occurredAt }) =>
      organizationId === organization && (since === null || occurredAt >= since),
  );
  return people.flatMap((userId) => {
    const days = new Map<string, number>();
    for (const { occurredAt, points } of own.filter((award) => award.userId === userId)) {
      const day = dayOf(occurredAt, zone);
      days.set(day, (days.get(day) ?? 0) + points);
    }
    const points = [...days.values()].reduce((sum, ofDay) => sum + Math.min(1000, ofDay), 0);
    return points > 0 ? [{ userId, points }] : [];
  });
}

const byPerson = <T extends { userId: string }>(list: readonly T[]) =>
  list.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));

describe('points rebuilt from events', () => {
  it('are nothing of somebody or an organization that no event names', () => {
    const projection = folded([awardOf()]);
    expect(projection.totals('u-2')).toBeNull();
    expect(projection.standings('org-2', { since: null, zone: 'UTC' })).toEqual([]);
  });

  it('are at most 1,000 a day, given out in the order of coming', () => {
    const projection = folded([
      awardOf({ points: 700 }),
      awardOf({ version: 2, source: 'skill', points: 700, reference: 's-1' }),
      awardOf({ version: 3, source: 'practice', points: 10, reference: 'p-1', day: '2026-03-11' }),
    ]);
    expect(projection.totals('u-1')).toMatchObject({
      points: 1010,
      entries: 3,
      bySource: { course: 700, skill: 300, practice: 10, assessment: 0, streak_day: 0 },
    });
  });

  it('say whether an event was new', () => {
    const projection = new PointsProjection();
    expect([1, 3, 1, 3, 2, 2].map((version) => projection.apply(awardOf({ version })))).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(projection.totals('u-1')?.entries).toBe(3);
  });

  it('count the same version of two streams twice', () => {
    const projection = folded([awardOf(), awardOf({ stream: 'user:u-1:other' })]);
    expect(projection.totals('u-1')?.points).toBe(200);
  });

  it('are given away as copies', () => {
    const projection = folded([awardOf()]);
    Object.assign(projection.totals('u-1')?.bySource ?? {}, { course: 5 });
    expect(projection.totals('u-1')?.bySource.course).toBe(100);
  });

  it('equal totals that are summed anew, whatever has happened', () => {
    fc.assert(
      fc.property(anyHistory, (awards) => {
        const projection = folded(awards);
        for (const userId of people) expect(projection.totals(userId)).toEqual(naiveTotals(awards, userId));
      }),
    );
  });

  it('equal standings that are summed anew, since any day and in any zone', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.constantFrom(...zones),
        fc.constantFrom(null, '2026-03-08', '2026-03-10', '2026-03-12'),
        (awards, zone, firstDay) => {
          const since = firstDay === null ? null : startOfDay(firstDay, zone);
          for (const organization of ['org-1', 'org-2']) {
            const rebuilt = folded(awards).standings(organization, { since, zone });
            expect(byPerson(rebuilt)).toEqual(naiveStandings(awards, organization, since, zone));
          }
        },
      ),
    );
  });

  it('are the same however often and in whatever order of streams events come', () => {
    const mixed = anyHistory.chain((awards) =>
      fc.tuple(
        fc.constant(awards),
        fc.array(fc.nat(), { minLength: awards.length, maxLength: awards.length }),
        fc.subarray(awards),
      ),
    );
    fc.assert(
      fc.property(mixed, ([awards, keys, again]) => {
        // Another order of streams, the same within each; then some of it once more.
        const rank = new Map(people.map((userId, index) => [userId, (keys[index] ?? 0) + index / 10]));
        const reordered = awards.toSorted((a, b) => (rank.get(a.userId) ?? 0) - (rank.get(b.userId) ?? 0));
        const [once, twice] = [folded(awards), folded([...reordered, ...again, ...awards])];
        for (const userId of people) expect(twice.totals(userId)).toEqual(once.totals(userId));
        for (const id of ['org-1', 'org-2']) {
          const period = { since: null, zone: 'UTC' };
          expect(byPerson(twice.standings(id, period))).toEqual(byPerson(once.standings(id, period)));
        }
      }),
    );
  });

  it('do not depend on any order as long as no day is over the cap', () => {
    const shuffled = anyHistory
      .map((awards) => awards.map((award) => ({ ...award, points: award.points % 25 })))
      .chain((awards) =>
        fc.tuple(
          fc.constant(awards),
          fc.shuffledSubarray(awards, { minLength: awards.length, maxLength: awards.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([awards, other]) => {
        for (const userId of people)
          expect(folded(other).totals(userId)).toEqual(folded(awards).totals(userId));
      }),
    );
  });
});
