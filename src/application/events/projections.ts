import { z } from 'zod';
import { type LedgerEntry, pointSources } from '../../domain/gamification/points.ts';
import {
  type Award,
  PointsProjection,
  type ProjectedTotals,
  type ProjectedStanding as Standing,
} from '../../domain/gamification/projection.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { DomainEvent } from '../ports/events.ts';
import type { Rpc } from '../ports/rpc.ts';
import { readEvents } from './stored-event.ts';

/** Events that are read at once. */
const pageSize = 1000;

/** The events that the projections are made of. */
export const projectedTypes = ['points_awarded'] as const;

const awarded = z.object({
  userId: z.string(),
  organizationId: z.string().nullable(),
  source: z.enum(pointSources),
  reference: z.string(),
  points: z.number(),
  occurredAt: z.number(),
  day: z.iso.date(),
});

/**
 * What an event says of points; null for one that says nothing of them, or of a person who was erased.
 * @throws ZodError for an event that is not what its type says.
 */
export function awardOf({ type, stream, version, data }: DomainEvent): Award | null {
  if (!projectedTypes.some((known) => known === type) || Object.keys(data).length === 0) return null;
  return { stream, version, ...awarded.parse(data) };
}

/** All events folded, page by page; more can follow. */
export class ProjectionFromEvents {
  readonly projection = new PointsProjection();
  readonly #rpc: Rpc;
  readonly #page: number;
  #position = 0;
  #events = 0;

  constructor(rpc: Rpc, page = pageSize) {
    this.#rpc = rpc;
    this.#page = page;
  }

  /** Events read so far, whatever they say. */
  get events(): number {
    return this.#events;
  }

  /** Folds what has come since the last time. @returns how many events that were. */
  async catchUp(): Promise<number> {
    const before = this.#events;
    for (;;) {
      const args = { stream_prefix: 'user:', from: this.#position, limit: this.#page };
      const events = readEvents(await this.#rpc.call('replay', args));
      for (const event of events) {
        const award = awardOf(event);
        if (award !== null) this.projection.apply(award);
      }
      this.#events += events.length;
      this.#position = events.at(-1)?.position ?? this.#position;
      if (events.length < this.#page) return this.#events - before;
    }
  }
}

/** A person or an organization for whom events and tables do not tell the same. */
export interface Difference {
  kind: 'person' | 'organization';
  id: string;
  /** In one line each, for a human. */
  rebuilt: string;
  live: string;
}

export interface ProjectionCheck {
  events: number;
  people: number;
  organizations: number;
  /** People with entries in the ledger that no event tells of, as accrual writes them. */
  untold: number;
  differences: readonly Difference[];
}

const liveSources = z
  .object({
    course: z.number(),
    skill: z.number(),
    assessment: z.number(),
    practice: z.number(),
    streakDay: z.number(),
  })
  .transform(({ streakDay, ...others }) => ({ ...others, streak_day: streakDay }));
const liveTotals = z
  .object({ points: z.number(), entries: z.number(), lastEarnedAt: z.number(), bySource: liveSources })
  .nullable();
const liveStandings = z.array(z.object({ userId: z.string(), points: z.number() }));
const liveEntries = z.array(
  z.object({
    userId: z.string(),
    source: z.enum(pointSources),
    reference: z.string(),
    points: z.number(),
    occurredAt: z.number(),
    day: z.iso.date(),
  }),
);
/** An entry, and the day under whose cap it was recorded, in the zone that the organization had then. */
type RecordedEntry = z.output<typeof liveEntries>[number];

type Subject = Pick<Difference, 'kind' | 'id'>;

const inOneLine = (totals: ProjectedTotals | null): string => {
  if (totals === null) return 'nothing';
  const { points, bySource, entries, lastEarnedAt } = totals;
  const parts = pointSources.map((source) => `${source} ${bySource[source]}`).join(', ');
  return `${points} points (${parts}), ${entries} entries, the last at ${lastEarnedAt}`;
};

const mostShown = 5;

/** Of two lists of standings what the first one has otherwise than the second, or more of. */
function otherThan(standings: readonly Standing[], others: readonly Standing[]): string {
  const known = new Map(others.map(({ userId, points }) => [userId, points]));
  const different = standings.filter(({ userId, points }) => known.get(userId) !== points);
  const shown = different.slice(0, mostShown).map(({ userId, points }) => `${userId} ${points}`);
  const rest = different.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ') || 'nothing';
}

/** What is compared, and what turned up meanwhile. */
interface Sides {
  rpc: Rpc;
  projection: PointsProjection;
  zone: string;
  /** People with entries that no event tells of. */
  untold: Set<string>;
  /** People with points of whom no event had told when their standing was read; one may have come since. */
  strangers: Set<string>;
}

/** An event's entry, by what there is one of. */
const nameOf = ({ source, reference }: Pick<LedgerEntry, 'source' | 'reference'>) => `${source} ${reference}`;

async function awardsOf(rpc: Rpc, userId: string): Promise<Map<string, Award>> {
  const awards = new Map<string, Award>();
  const stream = `user:${userId}`;
  for (let from = 0, last = false; !last; ) {
    const events = readEvents(await rpc.call('replay', { stream_prefix: stream, from, limit: pageSize }));
    for (const event of events) {
      const award = awardOf(event);
      if (award !== null) awards.set(nameOf(award), award);
    }
    from = events.at(-1)?.position ?? from;
    last = events.length < pageSize;
  }
  return awards;
}

/** An entry that accrual has written, as if an event had told of it. */
const accrued = (entry: RecordedEntry, version: number): Award => ({
  ...entry,
  stream: 'accrued',
  version,
  organizationId: null,
});

/**
 * Totals from a person's events and, between them in the order of the ledger, the entries that no event tells
 * of. An event without its entry counts at the end: it is then a difference.
 */
async function withUntold({ rpc, untold }: Sides, id: string): Promise<ProjectedTotals | null> {
  // In this order: what is written in between has an event without its entry and is looked at again.
  const entries = liveEntries.parse(await rpc.call('ledger_entries', { user_id: id }));
  const awards = await awardsOf(rpc, id);
  const person = new PointsProjection();
  for (const [index, entry] of entries.entries()) {
    const award = awards.get(nameOf(entry));
    awards.delete(nameOf(entry));
    person.apply(award ?? accrued(entry, index + 1));
    if (award === undefined) untold.add(id);
  }
  for (const award of awards.values()) person.apply(award);
  return person.totals(id);
}

async function ofPerson(sides: Sides, id: string): Promise<Difference | null> {
  const live = inOneLine(liveTotals.parse(await sides.rpc.call('point_totals', { user_id: id })));
  const fromEvents = inOneLine(sides.projection.totals(id));
  if (fromEvents === live) return null;
  const rebuilt = inOneLine(await withUntold(sides, id));
  return rebuilt === live ? null : { kind: 'person', id, rebuilt, live };
}

/** Only of people of whom events tell everything; the others are counted as untold. */
async function ofOrganization(sides: Sides, id: string): Promise<Difference | null> {
  const { rpc, projection, zone, untold, strangers } = sides;
  const all = liveStandings.parse(await rpc.call('standings', { organization_id: id, since: null, zone }));
  const isKnown = (userId: string) => projection.totals(userId) !== null;
  for (const { userId } of all) if (!isKnown(userId)) strangers.add(userId);
  const isTold = ({ userId }: Standing) => isKnown(userId) && !untold.has(userId);
  const live = all.filter(isTold);
  const rebuilt = projection.standings(id, { since: null, zone }).filter(isTold);
  const [ours, theirs] = [otherThan(rebuilt, live), otherThan(live, rebuilt)];
  return ours === theirs ? null : { kind: 'organization', id, rebuilt: ours, live: theirs };
}

const peopleAtOnce = 8;
/** While others write, what differs is looked at again this often at most. */
const mostRounds = 10;

async function differencesAmong(subjects: readonly Subject[], sides: Sides): Promise<Difference[]> {
  const found = new Map<Subject, Difference>();
  await aFewAtOnce(subjects, peopleAtOnce, async (subject) => {
    const { kind, id } = subject;
    const told = await (kind === 'person' ? ofPerson(sides, id) : ofOrganization(sides, id));
    if (told !== null) found.set(subject, told);
  });
  return subjects.flatMap((subject) => found.get(subject) ?? []);
}

/**
 * Rebuilds totals and standings from the events alone and compares them with the live ones, of everybody an
 * event tells of. Accrual writes entries without events: those are taken from the ledger, so that the totals
 * of whoever has both are compared too. What differs is looked at again, once and then as long as events come
 * in: then the live side was only newer.
 * @param zone whose days cap the standings; it is the same on both sides.
 */
export async function checkProjections(rpc: Rpc, zone = 'UTC'): Promise<ProjectionCheck> {
  const rebuilt = new ProjectionFromEvents(rpc);
  await rebuilt.catchUp();
  const { projection } = rebuilt;
  const sides: Sides = { rpc, projection, zone, untold: new Set(), strangers: new Set() };
  const people = projection.people().map((id) => ({ kind: 'person' as const, id }));
  const organizations = projection.organizations().map((id) => ({ kind: 'organization' as const, id }));
  // People first: whose entries are not all told is known before standings are compared.
  let differences = [
    ...(await differencesAmong(people, sides)),
    ...(await differencesAmong(organizations, sides)),
  ];
  for (let round = 1; differences.length > 0 && round < mostRounds; round += 1) {
    if ((await rebuilt.catchUp()) === 0 && round > 1) break;
    differences = await differencesAmong(differences, sides);
  }
  if (sides.strangers.size > 0) await rebuilt.catchUp();
  const strangers = [...sides.strangers].filter((id) => projection.totals(id) === null);
  return {
    events: rebuilt.events,
    people: people.length,
    organizations: organizations.length,
    untold: sides.untold.size + strangers.length,
    differences,
  };
}
