import { describe, expect, it } from 'vitest';
import { leaderboard } from '../../../src/application/analytics/gamification/leaderboard.ts';
import { RpcError, type RpcErrorCode } from '../../../src/application/ports/rpc.ts';
import type { LeaderboardFigures } from '../../../src/domain/gamification/leaderboard-figures.ts';
import type { LedgerEntry } from '../../../src/domain/gamification/points.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { failure, reply } from '../../fixtures/stubs.ts';
import {
  type Asked,
  ask as askAnalytic,
  at,
  directoryOf,
  entry,
  member,
  now,
  preferencesOf,
  quiet,
  session,
} from './world.ts';

type Data = Omit<LeaderboardFigures, 'nextOffset'> & { nextCursor: string | null };
const ask = (asked: Asked) => askAnalytic<Data>(leaderboard, asked);

const people = (count: number, changes: (n: number) => Partial<Member> = () => ({})) =>
  Array.from({ length: count }, (_, index) => member(index + 1, changes(index + 1)));
const live = (members: readonly Member[], changes: Parameters<typeof quiet>[0] = {}) =>
  quiet({ ...changes, directory: directoryOf(members) });

async function ledgerOf(entries: readonly LedgerEntry[]): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  await ledger.record(entries, 'org-1');
  return ledger;
}
/** Person n has 10 n points of today. */
const ledgerOfPeople = (count: number) =>
  ledgerOf(Array.from({ length: count }, (_, n) => entry(`u-${n + 1}`, { points: 10 * (n + 1) })));

describe('the leaderboard', () => {
  it('places the learners of an organization by points, and the caller among them', async () => {
    const ledger = await ledgerOfPeople(10);
    const { data, meta } = await ask({ live: live(people(10)), stores: { ledger }, query: { limit: 2 } });
    expect(data).toEqual({
      entries: [
        { rank: 1, displayName: 'Person 10', points: 100, isYou: false },
        { rank: 2, displayName: 'Person 9', points: 90, isYou: false },
      ],
      you: { rank: 10, percentile: 5, points: 10 },
      participants: 10,
      refreshedAt: new Date(now).toISOString(),
      nextCursor: expect.any(String),
    });
    expect(meta).toMatchObject({ complete: true, missing: [], dataSource: 'realtime' });
  });

  it.each([2 ** 31, 2 ** 31 - 1, 2 ** 53 - 1])('knows no page that begins at %d', (offset) => {
    const cursor = Buffer.from(String(offset)).toString('base64url');
    const { error } = leaderboard.query.safeParse({ cursor });
    expect(error?.issues).toMatchObject([{ path: ['cursor'] }]);
  });

  it('is without places while the database is away, and fails when it is refused', async () => {
    const failing = (code: RpcErrorCode) => {
      const away = () => Promise.reject(new RpcError(code, 'no'));
      return { leaderboards: { state: away, page: away, save: away, show: away } };
    };
    const { data } = await ask({ live: live(people(10)), stores: failing('unavailable') });
    expect(data.entries).toBeNull();
    await expect(ask({ live: live(people(10)), stores: failing('invalid') })).rejects.toThrow();
  });

  it('earns people their points before it counts them', async () => {
    const sessions = [session()];
    const { data } = await ask({
      live: live(people(10), {
        devlab: {
          sessions: (userId) => reply('devlab', userId === 'u-7' ? sessions : [], 'realtime', now),
        },
      }),
      query: { limit: 1 },
    });
    // Ten for the session, ten for the day.
    expect(data.entries).toEqual([{ rank: 1, displayName: 'Person 7', points: 20, isYou: false }]);
  });

  it('gives equal points one rank, in an order that follows the secret', async () => {
    const ledger = await ledgerOf(people(30).map(({ userId }) => entry(userId, { points: 40 })));
    const order = async (tieSecret: string) =>
      (await ask({ live: live(people(30)), stores: { ledger, tieSecret }, query: { limit: 30 } })).data
        .entries;
    const first = await order('one');
    expect(new Set(first?.map(({ rank }) => rank))).toEqual(new Set([1]));
    expect(await order('one')).toEqual(first);
    expect(await order('another')).not.toEqual(first);
  });

  it('shows an anonymous person without a name, and the own name to the person', async () => {
    const stores = {
      ledger: await ledgerOfPeople(10),
      preferences: preferencesOf({ 'u-10': 'anonymous' }),
    };
    const nameFor = async (userId: string) =>
      (await ask({ live: live(people(10)), stores, userId })).data.entries?.[0]?.displayName;
    expect([await nameFor('u-1'), await nameFor('u-10')]).toEqual([null, 'Person 10']);
  });

  it.each([
    ['organization', 12],
    ['department', 12],
    ['organization', 2000],
  ])(
    'is byte for byte the same in scope %s of %i whether a hidden person exists or not',
    async (scope, count) => {
      const others = people(count, () => ({ departmentId: 'd-1' }));
      const hidden = member(5000, { departmentId: 'd-1' });
      const preferences = preferencesOf({ [hidden.userId]: 'hidden' });
      const answer = async (members: readonly Member[]) => {
        const ledger = await ledgerOfPeople(12);
        await ledger.record([entry(hidden.userId, { points: 999 })], 'org-1');
        // What cannot be read of a hidden person shows nowhere either.
        const views = (userId: string) =>
          userId === hidden.userId ? failure('content') : reply('content', [], 'realtime', now);
        const { bytes, meta } = await ask({
          live: live(members, { content: { views } }),
          stores: { ledger, preferences },
          query: { scope },
        });
        return bytes + JSON.stringify(meta);
      };
      expect(await answer([hidden, ...others])).toBe(await answer(others));
    },
  );

  it('gives a hidden caller the own points, no place, and the reason', async () => {
    const stores = { ledger: await ledgerOfPeople(12), preferences: preferencesOf({ 'u-12': 'hidden' }) };
    const { data, meta } = await ask({ live: live(people(12)), stores, userId: 'u-12' });
    expect(data.you).toEqual({ rank: null, percentile: null, points: 120 });
    expect(data.participants).toBe(11);
    expect(data.entries?.some(({ isYou }) => isYou)).toBe(false);
    expect(meta.missing.map(({ field, reason }) => [field, reason])).toEqual([
      ['you.rank', 'suppressed'],
      ['you.percentile', 'suppressed'],
    ]);
  });

  it('of a department has its people alone, and does not exist without a department', async () => {
    const members = people(24, (n) => ({ departmentId: n <= 11 ? 'd-1' : n <= 23 ? 'd-2' : null }));
    const stores = { ledger: await ledgerOfPeople(24) };
    const query = { scope: 'department', limit: 1 };
    const { data } = await ask({ live: live(members), stores, query });
    expect(data).toMatchObject({ participants: 11, entries: [{ displayName: 'Person 11' }] });
    await expect(ask({ live: live(members), stores, query, userId: 'u-24' })).rejects.toMatchObject({
      code: 'INSUFFICIENT_DATA',
      details: [{ field: 'scope' }],
    });
    await expect(ask({ live: live(members), organizationId: null })).rejects.toMatchObject({
      code: 'INSUFFICIENT_DATA',
      details: [{ field: 'scope' }],
    });
  });

  it('counts the ISO week, the month or everything, in the organization’s zone', async () => {
    const ledger = await ledgerOf([
      entry('u-1', { reference: 'a', points: 1, occurredAt: at('2026-03-08T15:00:00Z') }),
      // Monday the 9th already in Tokyo.
      entry('u-1', { reference: 'b', points: 10, occurredAt: at('2026-03-08T15:30:00Z') + 60_000 }),
      entry('u-1', { reference: 'c', points: 20, occurredAt: at('2026-02-28T14:59:59Z') }),
    ]);
    const tokyo = { id: 'org-1', name: null, timeZone: 'Asia/Tokyo', size: null, industry: null };
    const services = quiet({
      directory: {
        ...directoryOf(people(10)),
        organization: () => reply('directory', tokyo, 'realtime', now),
      },
    });
    const points = async (period: string) =>
      (await ask({ live: services, stores: { ledger }, query: { period } })).data.you?.points;
    expect([await points('weekly'), await points('monthly'), await points('alltime')]).toEqual([11, 11, 31]);
  });

  it('comes in pages that make up the whole', async () => {
    const stores = { ledger: await ledgerOfPeople(12) };
    const names: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, unknown> = { limit: '5', ...(cursor === null ? {} : { cursor }) };
      const { data }: { data: Data } = await ask({ live: live(people(12)), stores, query });
      names.push(...(data.entries ?? []).map(({ displayName }) => displayName));
      cursor = data.nextCursor;
    } while (cursor !== null);
    expect(names).toEqual(Array.from({ length: 12 }, (_, n) => `Person ${12 - n}`));
  });

  it.each(['', 'abc', 'MA', 'MDU', 'LTU', 'MS41', 'NQ==', 'NjAwMDAwMDAwMDAwMDAwMDAwMA'])(
    'refuses the cursor %j, which is not one of ours',
    (cursor) => {
      const { error } = leaderboard.query.safeParse({ cursor });
      expect(error?.issues.map(({ path }) => path)).toEqual([['cursor']]);
    },
  );

  it('is not told of fewer people than the smallest group', async () => {
    const stores = { ledger: await ledgerOfPeople(10), preferences: preferencesOf({ 'u-2': 'hidden' }) };
    const asked = { live: live(people(10)), stores };
    await expect(ask(asked)).rejects.toMatchObject({ code: 'COHORT_TOO_SMALL' });
    expect((await ask({ ...asked, minimumCohort: 9 })).data.participants).toBe(9);
  });

  it('has active learners only: no trainers, nobody who has left', async () => {
    const members = [
      ...people(10),
      member(11, { isActive: false }),
      member(12, { roles: ['trainer'] }),
      member(13, { isActive: null }),
    ];
    const { data } = await ask({ live: live(members), userId: 'u-12' });
    expect(data).toMatchObject({ participants: 11, you: null });
  });

  it('serves 2,001 people from the ledger alone and does not say how many they are', async () => {
    const members = people(2001);
    const progress = () => {
      throw new Error('nobody is read');
    };
    const { data, meta } = await ask({
      live: live(members, { courses: { progress } }),
      stores: { ledger: await ledgerOfPeople(12) },
      query: { limit: 100 },
    });
    expect(data.entries).toHaveLength(12);
    expect(data).toMatchObject({
      participants: null,
      nextCursor: null,
      you: { rank: 12, percentile: null, points: 10 },
    });
    expect(meta.missing).toEqual([
      { field: 'participants', reason: 'insufficient_data' },
      { field: 'you.percentile', reason: 'insufficient_data' },
    ]);
  });

  it('leaves out whom it could not read instead of giving them 0 points', async () => {
    const progress = (userId: string) =>
      userId === 'u-3' ? failure('courses') : reply('courses', [], 'realtime', now);
    const { data, meta } = await ask({ live: live(people(12), { courses: { progress } }) });
    expect(data.entries).toHaveLength(11);
    expect(data.participants).toBeNull();
    expect(meta.missing[0]).toEqual({ field: 'participants', reason: 'unavailable' });
    expect(meta).toMatchObject({ complete: false, cacheExpiry: null });
  });

  it('tells nothing when ledger or choices cannot be read', async () => {
    const away = () => Promise.reject(new RpcError('unavailable', 'no connection'));
    const ledger = {
      ...{ entriesOf: away, summaryWith: away, record: away },
      ...{ standings: away, lastAccruals: away, noteAccruals: away },
    };
    const preferences = { of: away, update: away, leaderboardPrivacy: away };
    for (const stores of [{ ledger }, { preferences }]) {
      const { data, meta } = await ask({ live: live(people(12)), stores });
      expect(data).toMatchObject({ entries: null, you: null, participants: null, nextCursor: null });
      expect(meta.missing.map(({ field }) => field)).toEqual([
        'entries',
        'you',
        'participants',
        'nextCursor',
      ]);
      expect(meta.complete).toBe(false);
    }
  });
});
