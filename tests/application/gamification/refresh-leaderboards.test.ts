import { describe, expect, it } from 'vitest';
import { leaderboard } from '../../../src/application/analytics/gamification/leaderboard.ts';
import { refreshLeaderboard } from '../../../src/application/gamification/refresh-leaderboards.ts';
import type { OwnStores } from '../../../src/application/ports/gamification.ts';
import type { LeaderboardFigures } from '../../../src/domain/gamification/leaderboard-figures.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { failure, reply, stubUpstreams } from '../../fixtures/stubs.ts';
import { ask, directoryOf, entry, member, now, preferencesOf, quiet, session, storesOf } from './world.ts';

const hour = 3_600_000;
const people = (count: number, changes: (n: number) => Partial<Member> = () => ({})) =>
  Array.from({ length: count }, (_, index) => member(index + 1, changes(index + 1)));
const page = (stores: OwnStores, viewerId = 'u-1') =>
  stores.leaderboards.page({
    organizationId: 'org-1',
    departmentId: null,
    period: 'alltime',
    viewerId,
    limit: 5,
    offset: 0,
  });

/** Services that know these members and say of everybody that there was one practice session, three days ago. */
const services = (members: readonly Member[], changes: Parameters<typeof quiet>[0] = {}) =>
  quiet({
    directory: directoryOf(members),
    devlab: { sessions: () => reply('devlab', [session({ startedAt: now - 72 * hour })], 'realtime', now) },
    ...changes,
  });

const refreshed = (
  stores: OwnStores,
  live: Parameters<typeof stubUpstreams>[0],
  options: Parameters<typeof refreshLeaderboard>[2] = {},
  at = now,
) => refreshLeaderboard('org-1', { open: () => stubUpstreams(live), stores, now: at }, options);

describe('a refresh of a leaderboard', () => {
  it('reads everybody of an organization that is too large for a request, a batch at a time', async () => {
    const stores = storesOf();
    let opened = 0;
    const met: number[] = [];
    const live = services(people(2300));
    const answer = await refreshLeaderboard(
      'org-1',
      {
        open: () => {
          opened += 1;
          return stubUpstreams(live);
        },
        stores,
        now,
      },
      { onProgress: (count) => met.push(count) },
    );
    expect(answer.value).toEqual({ people: 2300, refreshedAt: now });
    expect(met).toEqual([500, 1000, 1500, 2000, 2300]);
    // One for the organization, one for its list, and one for each page of people.
    expect(opened).toBe(7);
    expect(await page(stores)).toMatchObject({ participants: 2300, doubt: null, you: { points: 20 } });
  });

  it('hands at most a page of people to the stores at once', async () => {
    const stores = storesOf();
    const sizes: number[] = [];
    const { leaderboards } = stores;
    const counting = {
      state: leaderboards.state.bind(leaderboards),
      page: leaderboards.page.bind(leaderboards),
      show: leaderboards.show.bind(leaderboards),
      save: (...args: Parameters<typeof leaderboards.save>) => {
        sizes.push(args[3].length);
        return leaderboards.save(...args);
      },
    };
    await refreshed({ ...stores, leaderboards: counting }, services(people(1600)));
    expect(Math.max(...sizes)).toBe(500);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1600);
  });

  it('counts who comes on two pages once, and forgets who has left', async () => {
    const stores = storesOf();
    await refreshed(stores, services([...people(600), member(1)]));
    expect((await page(stores))?.participants).toBe(600);
    await refreshed(stores, services(people(20)), {}, now + hour);
    expect((await page(stores))?.participants).toBe(20);
  });

  it('that is broken off or cannot read the directory leaves what was shown', async () => {
    const stores = storesOf();
    await refreshed(stores, services(people(12)));
    const before = await page(stores);
    const controller = new AbortController();
    const stopped = refreshed(
      stores,
      services(people(700)),
      { signal: controller.signal, onProgress: () => controller.abort(new Error('told to stop')) },
      now + hour,
    );
    await expect(stopped).rejects.toThrow('told to stop');
    const members = () => failure('directory');
    const blind = refreshed(stores, services([], { directory: { members } }), {}, now + hour);
    await expect(blind).rejects.toMatchObject({ failure: 'unavailable' });
    expect(await page(stores)).toEqual(before);
  });
});

describe('the read of a leaderboard that was worked out before', () => {
  type Data = Omit<LeaderboardFigures, 'nextOffset'> & { nextCursor: string | null };
  const nobodyIsRead = { progress: () => failure('courses') };
  const shown = async (at: number, stores = storesOf()) => {
    await refreshed(stores, services(people(12)), {}, at);
    return stores;
  };

  it('is cached, as old as the reading, and asks the directory for the names of the page alone', async () => {
    const stores = await shown(now - hour);
    const asked: string[] = [];
    const directory = {
      ...directoryOf([]),
      user: (userId: string) => {
        asked.push(userId);
        return reply('directory', member(Number(userId.slice(2))), 'realtime', now);
      },
    };
    const live = quiet({ directory, courses: nobodyIsRead });
    const { data, meta } = await ask<Data>(leaderboard, { live, stores, query: { limit: 3 } });
    expect(asked).toHaveLength(3);
    expect(data.entries?.map(({ displayName }) => displayName)).toEqual(
      asked.map((userId) => `Person ${userId.slice(2)}`),
    );
    expect(data).toMatchObject({ participants: 12, refreshedAt: new Date(now - hour).toISOString() });
    expect(meta).toMatchObject({ dataSource: 'cached', complete: true, missing: [] });
    expect(meta.asOf).toBe(new Date(now - hour).toISOString());
  });

  it('has no names, and says so, when the directory does not tell them', async () => {
    const stores = await shown(now - hour);
    const live = quiet({ directory: { ...directoryOf([]), user: () => failure('directory') } });
    const { data, meta } = await ask<Data>(leaderboard, { live, stores });
    expect(data.entries?.map(({ displayName }) => displayName)).toEqual(
      Array.from({ length: 12 }, () => null),
    );
    expect(meta.missing).toEqual([
      { field: 'entries[].displayName', reason: 'unavailable', service: 'directory' },
    ]);
  });

  it('does not know of what was earned since, not even of the caller', async () => {
    const stores = await shown(now - hour);
    await stores.ledger.record([entry('u-1', { points: 80 })], 'org-1', 'UTC');
    const query = { period: 'alltime' };
    const { data } = await ask<Data>(leaderboard, { stores, live: services(people(12)), query });
    expect(data.you?.points).toBe(20);
  });

  it('hides who has chosen it since', async () => {
    const chosen: Record<string, 'hidden'> = {};
    const stores = await shown(now - hour, storesOf({ preferences: preferencesOf(chosen) }));
    const participants = async () =>
      (await ask<Data>(leaderboard, { stores, live: services(people(12)) })).data.participants;
    expect(await participants()).toBe(12);
    chosen['u-5'] = 'hidden';
    expect(await participants()).toBe(11);
  });

  it.each([
    ['after more than two hours', now - 2 * hour - 1],
    ['when a week has begun since', Date.parse('2026-03-08T23:59:00Z')],
  ])('is stale %s, and the next one comes from a new reading', async (_when, at) => {
    const stores = await shown(at);
    await stores.ledger.record([entry('u-1', { points: 80 })], 'org-1', 'UTC');
    const live = services(people(12));
    const first = await ask<Data>(leaderboard, { stores, live, query: { period: 'alltime' } });
    expect(first.meta.dataSource).toBe('stale');
    expect(first.data.you?.points).toBe(20);
    await expect.poll(async () => (await stores.leaderboards.state('org-1', 'u-1'))?.refreshedAt).toBe(now);
    const second = await ask<Data>(leaderboard, { stores, live, query: { period: 'alltime' } });
    expect(second.meta.dataSource).toBe('cached');
    expect(second.data.you?.points).toBe(100);
  });

  it('is served from a new reading at once when there is none', async () => {
    const stores = storesOf({ ledger: new MemoryLedger() });
    const query = { period: 'alltime' };
    const { data, meta } = await ask<Data>(leaderboard, { stores, live: services(people(12)), query });
    expect(data).toMatchObject({ participants: 12, you: { points: 20 } });
    expect(meta.dataSource).toBe('realtime');
  });
});
