import { dayOf } from '../time.ts';
import { type PointSource, pointSources } from './points.ts';

/** What an event says of points that were earned. */
export interface Award {
  /** The stream of its event and its place there: the same one twice counts once. */
  stream: string;
  version: number;
  userId: string;
  organizationId: string | null;
  source: PointSource;
  /** With person and source what there is one of in the ledger. */
  reference: string;
  points: number;
  /** Epoch ms. */
  occurredAt: number;
  /** `YYYY-MM-DD`: the day whose cap it falls under. */
  day: string;
}

export interface ProjectedTotals {
  points: number;
  bySource: Readonly<Record<PointSource, number>>;
  entries: number;
  /** Epoch ms. */
  lastEarnedAt: number;
}

export interface ProjectedStanding {
  userId: string;
  points: number;
}

interface Person {
  bySource: Record<PointSource, number>;
  entries: number;
  lastEarnedAt: number;
  /** Before the cap. */
  days: Map<string, number>;
}

/** Versions of a stream that were seen: all up to one, and those beyond it. */
interface Seen {
  upTo: number;
  beyond: Set<number>;
}

const mostPerDay = 1000;
/** Every time zone is a whole number of quarters of an hour away from UTC. */
const quarterMs = 900_000;

const counted = (points: number) => Math.min(mostPerDay, points);

function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function add(map: Map<string | number, number>, key: string | number, points: number): number {
  const before = map.get(key) ?? 0;
  map.set(key, before + points);
  return before;
}

/** Whether it is the first time. */
function note(seen: Seen, version: number): boolean {
  if (version <= seen.upTo || seen.beyond.has(version)) return false;
  seen.beyond.add(version);
  while (seen.beyond.delete(seen.upTo + 1)) seen.upTo += 1;
  return true;
}

const nobody = (): Person => ({
  bySource: { course: 0, skill: 0, assessment: 0, practice: 0, streak_day: 0 },
  entries: 0,
  lastEarnedAt: Number.NEGATIVE_INFINITY,
  days: new Map(),
});

/**
 * Points and standings as a fold over events, without anything else. Events that come again change nothing.
 * Their order matters only within a person's day that is over the cap of 1,000: what crosses it counts with
 * what is left, by source in the order of coming; commands write no more than is left.
 */
export class PointsProjection {
  readonly #seen = new Map<string, Seen>();
  readonly #people = new Map<string, Person>();
  /** Organization → person → quarter of an hour → points: exact in every time zone. */
  readonly #organizations = new Map<string, Map<string, Map<number, number>>>();

  /** @returns whether it was new. */
  apply(award: Award): boolean {
    const seen = known(this.#seen, award.stream, () => ({ upTo: 0, beyond: new Set<number>() }));
    if (!note(seen, award.version)) return false;
    const { userId, organizationId, source, points, occurredAt, day } = award;
    const person = known(this.#people, userId, nobody);
    const before = add(person.days, day, points);
    person.bySource[source] += counted(before + points) - counted(before);
    person.entries += 1;
    person.lastEarnedAt = Math.max(person.lastEarnedAt, occurredAt);
    if (organizationId !== null) {
      const members = known(this.#organizations, organizationId, () => new Map());
      const quarters = known(members, userId, () => new Map<number, number>());
      add(quarters, Math.floor(occurredAt / quarterMs), points);
    }
    return true;
  }

  people(): string[] {
    return [...this.#people.keys()];
  }

  organizations(): string[] {
    return [...this.#organizations.keys()];
  }

  /** A person's points with the cap of 1,000 a day; null for one without events. */
  totals(userId: string): ProjectedTotals | null {
    const person = this.#people.get(userId);
    if (person === undefined) return null;
    const { bySource, entries, lastEarnedAt } = person;
    const points = pointSources.reduce((sum, source) => sum + bySource[source], 0);
    return { points, bySource: { ...bySource }, entries, lastEarnedAt };
  }

  /**
   * Points under an organization with the cap on the days of `zone`, of all who have any; in no order.
   * @param since epoch ms, the start of a day in `zone`; null = ever.
   */
  standings(
    organizationId: string,
    { since, zone }: { since: number | null; zone: string },
  ): ProjectedStanding[] {
    const from = since ?? Number.NEGATIVE_INFINITY;
    return [...(this.#organizations.get(organizationId) ?? [])].flatMap(([userId, quarters]) => {
      const days = new Map<string, number>();
      for (const [quarter, points] of quarters) {
        const at = quarter * quarterMs;
        if (at >= from) add(days, dayOf(at, zone), points);
      }
      const points = [...days.values()].reduce((sum, ofDay) => sum + counted(ofDay), 0);
      return points > 0 ? [{ userId, points }] : [];
    });
  }
}
