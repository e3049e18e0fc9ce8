import type { LeaderboardPrivacy } from '../../domain/gamification/leaderboard.ts';
import type { Board, BoardPerson } from '../../domain/gamification/leaderboard-figures.ts';
import type { Member } from '../../domain/learning/person.ts';
import type { Service } from '../../domain/provenance.ts';
import { isTimeZone } from '../../domain/time.ts';
import { Origins } from '../origins.ts';
import type { OwnStores } from '../ports/gamification.ts';
import { eachPage } from '../ports/page.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { accrue } from './accrue.ts';

/** What `readBoard` asks. */
export const boardServices: readonly Service[] = [
  'directory',
  'courses',
  'assessment',
  'devlab',
  'skills',
  'content',
  'rag',
];

/** Reading one person takes six calls; a larger organization is served from the ledger alone. */
const mostPeopleRead = 2000;

type Person = Omit<BoardPerson, 'reading'>;

/** Not known to have left counts as there. */
const takesPart = ({ roles, isActive }: Member) => roles.includes('learner') && isActive !== false;

async function learnersOf(
  { directory }: UpstreamReplies,
  organizationId: string,
  origins: Origins,
): Promise<Person[]> {
  const people = new Map<string, Person>();
  const pages = eachPage(
    async (cursor) => origins.note(await directory.members(organizationId, cursor)).value,
  );
  for await (const page of pages) {
    for (const { userId, fullName, departmentId } of page.filter(takesPart))
      people.set(userId, { userId, displayName: fullName, departmentId });
  }
  return [...people.values()];
}

/**
 * The learners of an organization, with the ledger brought up to date for them. Whether somebody hidden exists
 * changes nothing for the others: hidden people are read last, where there is room for them, and neither
 * count for the bound nor for where the answer comes from.
 * @throws UpstreamError when the directory cannot be read: without the zone, days would be recorded wrongly.
 */
export async function readBoard(
  upstreams: UpstreamReplies,
  { ledger, preferences }: OwnStores,
  organizationId: string,
  now: number,
): Promise<Reply<Board>> {
  const origins = new Origins(now);
  const organization = origins.note(await upstreams.directory.organization(organizationId)).value;
  const zone = organization?.timeZone;
  const calendar = { now, zone: zone && isTimeZone(zone) ? zone : 'UTC' };
  const people = await learnersOf(upstreams, organizationId, origins);
  const userIds = people.map(({ userId }) => userId);
  // Only an order and a bound here; what is told is decided where the leaderboard is made.
  const privacy = await preferences
    .leaderboardPrivacy(userIds)
    .catch(() => new Map<string, LeaderboardPrivacy>());
  const hidden = userIds.filter((userId) => privacy.get(userId) === 'hidden');
  const visible = userIds.filter((userId) => privacy.get(userId) !== 'hidden');
  const deps = { upstreams, ledger, calendar };
  const read = visible.length > mostPeopleRead ? [] : visible;
  const room = read.length === visible.length ? mostPeopleRead - visible.length : 0;
  const seen = await accrue(read, organizationId, deps);
  origins.note(seen.provenance);
  const unseen = await accrue(hidden.slice(0, room), organizationId, deps);
  return {
    service: 'directory',
    ...origins.worst,
    value: {
      people: people.map((person) => ({
        ...person,
        reading: seen.readings.get(person.userId) ?? unseen.readings.get(person.userId) ?? 'unread',
      })),
      refreshedAt: now,
    },
  };
}
