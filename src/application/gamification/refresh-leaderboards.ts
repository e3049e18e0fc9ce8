import type { LeaderboardPrivacy } from '../../domain/gamification/leaderboard.ts';
import { isLearner } from '../../domain/organization/people.ts';
import { type Calendar, isTimeZone } from '../../domain/time.ts';
import { Origins } from '../origins.ts';
import type { BoardMember, OwnStores } from '../ports/gamification.ts';
import { eachPage } from '../ports/page.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { accrue } from './accrue.ts';

export interface RefreshDeps {
  /** Services for one batch of people: what they remember of their calls goes with the batch. */
  open: () => UpstreamReplies;
  stores: Pick<OwnStores, 'ledger' | 'preferences' | 'leaderboards'>;
  /** Epoch ms. */
  now: number;
}

export interface RefreshOptions {
  /** Reading one person takes six calls. With more people than this, hidden ones not counted, nobody is read. */
  mostPeopleRead?: number;
  signal?: AbortSignal;
  /** Told after every batch how many people have been met. */
  onProgress?: (people: number) => void;
}

export interface Refreshed {
  people: number;
  /** Epoch ms. */
  refreshedAt: number;
}

type Person = Pick<BoardMember, 'userId' | 'departmentId'>;

/** One refresh under way. */
interface Round extends RefreshDeps {
  organizationId: string;
  calendar: Calendar;
  origins: Origins;
  options: RefreshOptions;
}

/** The learners of an organization, a page of the directory at a time; who is in two teams may come twice. */
async function* batches({ open, organizationId, origins, options }: Round): AsyncGenerator<Person[]> {
  const { directory } = open();
  const pages = eachPage(
    async (cursor) => origins.note(await directory.members(organizationId, cursor)).value,
  );
  let met = 0;
  for await (const page of pages) {
    options.signal?.throwIfAborted();
    const people = page.filter(isLearner);
    yield people.map(({ userId, departmentId }) => ({ userId, departmentId }));
    met += people.length;
    options.onProgress?.(met);
  }
}

const save = ({ stores, organizationId, calendar, now }: Round, members: readonly BoardMember[]) =>
  stores.leaderboards.save(organizationId, calendar.zone, now, members);

/** Who is hidden, and who is not. Only an order and a bound here; what is told is decided where a page is read. */
async function split({ stores }: Round, people: readonly Person[]) {
  const privacy = await stores.preferences
    .leaderboardPrivacy(people.map(({ userId }) => userId))
    .catch(() => new Map<string, LeaderboardPrivacy>());
  const isHidden = ({ userId }: Person) => privacy.get(userId) === 'hidden';
  return {
    visible: people.filter((person) => !isHidden(person)),
    hidden: people.filter(isHidden),
  };
}

/** Brings the ledger up to date for some people and saves what it then holds of them. */
async function read(round: Round, people: readonly Person[], isTold: boolean): Promise<void> {
  if (people.length === 0) return;
  const { open, stores, organizationId, calendar, origins } = round;
  const ids = people.map(({ userId }) => userId);
  const deps = { upstreams: open(), ledger: stores.ledger, calendar };
  const { readings, provenance } = await accrue(ids, organizationId, deps);
  if (isTold) origins.note(provenance);
  await save(
    round,
    people.map((person) => ({ ...person, reading: readings.get(person.userId) ?? 'unread' })),
  );
}

const once = (people: readonly Person[]): Person[] => [
  ...new Map(people.map((person) => [person.userId, person])).values(),
];

/** Everybody, however many, a page at a time. @returns how many were met. */
async function readAll(round: Round): Promise<number> {
  let met = 0;
  for await (const people of batches(round)) {
    const { visible, hidden } = await split(round, people);
    await read(round, once(visible), true);
    await read(round, once(hidden), false);
    met += people.length;
  }
  return met;
}

/** Everybody is met, and read only if they are few enough. @returns how many were met. */
async function readFew(round: Round, most: number): Promise<number> {
  const visible = new Map<string, Person>();
  const hidden = new Map<string, Person>();
  let met = 0;
  for await (const people of batches(round)) {
    await save(
      round,
      people.map((person) => ({ ...person, reading: 'unread' })),
    );
    met += people.length;
    const parts = await split(round, people);
    // One more than are read says that there are too many; no more than that is held.
    for (const person of parts.visible) if (visible.size <= most) visible.set(person.userId, person);
    for (const person of parts.hidden) if (hidden.size < most) hidden.set(person.userId, person);
  }
  if (visible.size > most) return met;
  await read(round, [...visible.values()], true);
  // Last, and where there is room for them: they cost the others nothing.
  await read(round, [...hidden.values()].slice(0, most - visible.size), false);
  return met;
}

/**
 * Works out the leaderboard of one organization anew: its learners are met, the ledger is brought up to date for
 * them, and what it then says is shown. Needs as much memory as two pages of the directory and a batch of people.
 * Whether somebody hidden exists changes nothing for the others: hidden people neither count for the bound nor for
 * where the answer comes from. Doing it again, or twice at once, does no harm; broken off, it shows nothing new.
 * @throws UpstreamError when the directory cannot be read: without the zone, days would be recorded wrongly.
 * @throws whatever the store of leaderboards failed with.
 */
export async function refreshLeaderboard(
  organizationId: string,
  deps: RefreshDeps,
  options: RefreshOptions = {},
): Promise<Reply<Refreshed>> {
  const { open, stores, now } = deps;
  const origins = new Origins(now);
  const organization = origins.note(await open().directory.organization(organizationId)).value;
  const zone = organization?.timeZone;
  const calendar = { now, zone: zone && isTimeZone(zone) ? zone : 'UTC' };
  const round = { ...deps, organizationId, calendar, origins, options };
  const { mostPeopleRead } = options;
  const people = mostPeopleRead === undefined ? await readAll(round) : await readFew(round, mostPeopleRead);
  await stores.leaderboards.show(organizationId, now, { readAt: now, ...origins.worst });
  return { service: 'directory', ...origins.worst, value: { people, refreshedAt: now } };
}
