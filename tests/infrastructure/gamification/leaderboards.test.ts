/** What leaderboards promise, whoever keeps them. */
import { describe, expect, it } from 'vitest';
import type {
  BoardMember,
  BoardPlace,
  Leaderboards,
  Ledger,
  Preferences,
} from '../../../src/application/ports/gamification.ts';
import {
  makeRpcLeaderboards,
  makeRpcLedger,
  makeRpcPreferences,
} from '../../../src/infrastructure/database/stores.ts';
import { MemoryLeaderboards } from '../../../src/infrastructure/gamification/memory-leaderboards.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { MemoryPreferences } from '../../../src/infrastructure/gamification/memory-preferences.ts';
import { hour, now, onBoth, someone } from '../database/schema-world.ts';

interface Stores {
  ledger: Ledger;
  preferences: Preferences;
  leaderboards: Leaderboards;
}

const day = 24 * hour;

function contract({ ledger, preferences, leaderboards }: Stores): void {
  const member = (userId: string, changes: Partial<BoardMember> = {}): BoardMember => ({
    userId,
    departmentId: null,
    reading: 'current',
    ...changes,
  });
  const people = (count: number) => Array.from({ length: count }, someone).sort();
  const earn = (org: string, userId: string, points: number, occurredAt = now) =>
    ledger.record([{ userId, source: 'assessment', reference: someone(), points, occurredAt }], org, 'UTC');
  const show = async (org: string, members: readonly BoardMember[], at = now) => {
    await leaderboards.save(org, 'UTC', at, members);
    await leaderboards.show(org, at, { readAt: at, asOf: at - 5, dataSource: 'realtime' });
  };
  const page = (organizationId: string, viewerId: string, changes: Partial<BoardPlace> = {}) =>
    leaderboards.page({
      organizationId,
      departmentId: null,
      period: 'alltime',
      viewerId,
      limit: 100,
      offset: 0,
      ...changes,
    });
  const hide = (
    userId: string | undefined,
    leaderboardPrivacy: 'hidden' | 'public' | 'anonymous' = 'hidden',
  ) => preferences.update(userId ?? '', null, { leaderboardPrivacy });

  it('know nothing of an organization that was never shown, also when it was read half', async () => {
    const [org, user] = [someone(), someone()];
    expect(await leaderboards.state(org, user)).toBeNull();
    await earn(org, user, 10);
    await leaderboards.save(org, 'UTC', now, [member(user)]);
    expect([await leaderboards.state(org, user), await page(org, user)]).toEqual([null, null]);
  });

  it('say when the organization was read, on what that stands, and where the viewer is', async () => {
    const [org, user] = [someone(), someone()];
    await show(org, [member(user, { departmentId: 'd-1' })]);
    expect(await leaderboards.state(org, user)).toEqual({
      refreshedAt: now,
      zone: 'UTC',
      departmentId: 'd-1',
    });
    expect((await leaderboards.state(org, someone()))?.departmentId).toBeNull();
    expect(await page(org, user)).toMatchObject({
      refreshedAt: now,
      asOf: now - 5,
      dataSource: 'realtime',
      reading: 'current',
      doubt: null,
    });
  });

  it('rank by points, equal points alike, with the middle of a rank as percentile', async () => {
    const org = someone();
    const all = people(10);
    for (const [n, id] of all.entries()) await earn(org, id, n < 2 ? 10 : 10 * n);
    await show(
      org,
      all.map((id) => member(id)),
    );
    const seen = await page(org, all[0] ?? '');
    expect(seen?.entries.map(({ rank, points }) => [rank, points]).slice(-3)).toEqual([
      [8, 20],
      [9, 10],
      [9, 10],
    ]);
    expect(seen).toMatchObject({ participants: 10, you: { rank: 9, points: 10, percentile: 10 } });
    expect((await page(org, all[0] ?? '', { limit: 3, offset: 7 }))?.entries).toEqual(seen?.entries.slice(7));
    expect((await page(org, all[0] ?? '', { offset: 10 }))?.entries).toEqual([]);
  });

  it('tell the viewer who is public, and the viewer, and nobody else', async () => {
    const org = someone();
    const [open, silent, you] = people(3);
    await show(
      org,
      [open, silent, you].map((id) => member(id ?? '')),
    );
    await hide(open, 'public');
    const ids = (await page(org, you ?? ''))?.entries.map(({ userId }) => userId);
    expect(new Set(ids)).toEqual(new Set([open, you, null]));
    expect(ids).toHaveLength(3);
  });

  it('leave out who is hidden from the moment of the choice, and have them again when they come back', async () => {
    const org = someone();
    const all = people(8);
    for (const id of all) await earn(org, id, 30);
    await earn(org, all[7] ?? '', 30);
    await show(
      org,
      all.map((id) => member(id)),
    );
    const viewer = all[0] ?? '';
    expect(await page(org, viewer)).toMatchObject({ participants: 8, you: { rank: 2 } });
    await hide(all[7]);
    const without = await page(org, viewer);
    expect(without).toMatchObject({ participants: 7, you: { rank: 1, percentile: 50, points: 30 } });
    expect(without?.entries.map(({ points }) => points)).toEqual(Array.from({ length: 7 }, () => 30));
    const own = await page(org, all[7] ?? '');
    expect(own?.you).toEqual({ rank: null, percentile: null, points: 60 });
    expect(own?.entries.some(({ isYou }) => isYou)).toBe(false);
    await hide(all[7], 'anonymous');
    expect((await page(org, viewer))?.participants).toBe(8);
  });

  it('have no line for whom nothing is known, one for whom the ledger knows though unread, and say the doubt', async () => {
    const org = someone();
    const [failed, unknown, unread, silent, fine, old] = people(6) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    for (const id of [failed, unread, fine, old]) await earn(org, id, 10);
    const members = [
      member(unknown, { reading: 'unknown' }),
      member(unread, { reading: 'unread' }),
      member(silent, { reading: 'unread' }),
      member(fine),
    ];
    await show(org, members);
    const few = await page(org, silent);
    expect(few).toMatchObject({ participants: 2, doubt: 'insufficient_data', you: null, reading: 'unread' });
    await show(org, [...members, member(failed, { reading: 'failed' })], now + 1);
    expect(await page(org, failed)).toMatchObject({
      participants: 2,
      doubt: 'unavailable',
      you: null,
      reading: 'failed',
    });
    // What is not known of hidden people is nobody's business.
    for (const id of [failed, unread, silent]) await hide(id);
    expect(await page(org, fine)).toMatchObject({ participants: 1, doubt: null });
    await show(org, [member(fine), member(old, { reading: 'outdated' })], now + 2);
    expect(await page(org, fine)).toMatchObject({ participants: 2, doubt: 'unavailable' });
  });

  it('are those of a department too', async () => {
    const org = someone();
    const [a, b] = people(2) as [string, string];
    await earn(org, a, 10);
    await earn(org, b, 20);
    await show(org, [member(a, { departmentId: 'd-1' }), member(b, { departmentId: 'd-2' })]);
    expect(await page(org, a, { departmentId: 'd-1' })).toMatchObject({ participants: 1, you: { rank: 1 } });
    expect(await page(org, b, { departmentId: 'd-1' })).toMatchObject({ you: null, reading: null });
    expect(await page(org, a)).toMatchObject({ participants: 2, you: { rank: 2 } });
  });

  it('count the week and the month of the reading, with the cap of each day', async () => {
    const [org, user] = [someone(), someone()];
    // A Tuesday: Monday is in the week, Sunday in the month alone, February in neither.
    for (const [points, ago] of [
      [700, 0],
      [700, 0],
      [5, 1],
      [30, 2],
      [40, 12],
    ] as const)
      await earn(org, user, points, now - ago * day);
    await show(org, [member(user)]);
    const pointsOf = async (period: BoardPlace['period']) => (await page(org, user, { period }))?.you?.points;
    expect([await pointsOf('weekly'), await pointsOf('monthly'), await pointsOf('alltime')]).toEqual([
      1005, 1035, 1075,
    ]);
  });

  it('do not change until they are shown anew, and then have no one who has left', async () => {
    const org = someone();
    const [stays, leaves] = people(2) as [string, string];
    await show(org, [member(stays), member(leaves)]);
    await earn(org, stays, 50);
    await leaderboards.save(org, 'UTC', now + hour, [member(stays, { reading: 'failed' })]);
    expect(await page(org, stays)).toMatchObject({ participants: 2, you: { points: 0 }, refreshedAt: now });
    await show(org, [member(stays)], now + hour);
    expect(await page(org, stays)).toMatchObject({
      participants: 1,
      you: { points: 50 },
      refreshedAt: now + hour,
    });
    expect(await page(org, leaves)).toMatchObject({ you: null, reading: null });
  });

  it('keep whom a later round has met when an earlier one ends after it', async () => {
    const org = someone();
    const [first, second] = people(2) as [string, string];
    await leaderboards.save(org, 'UTC', now, [member(first)]);
    await show(org, [member(first), member(second)], now + hour);
    await leaderboards.show(org, now, { readAt: now, asOf: now, dataSource: 'stale' });
    expect(await page(org, first)).toMatchObject({
      participants: 2,
      refreshedAt: now + hour,
      dataSource: 'realtime',
    });
  });

  it('keep the order of equal people from one showing to the next, and it is not that of their ids', async () => {
    const org = someone();
    const all = people(30);
    for (const id of all) await hide(id, 'public');
    const members = all.map((id) => member(id));
    const order = async (at: number) => {
      await show(org, members, at);
      return (await page(org, someone()))?.entries.map(({ userId }) => userId);
    };
    const first = await order(now);
    expect([...(first ?? [])].sort()).toEqual(all);
    expect(first).not.toEqual(all);
    expect(await order(now + 1)).toEqual(first);
  });
}

describe('leaderboards in memory', () => {
  const [ledger, preferences] = [new MemoryLedger(), new MemoryPreferences()];
  contract({
    ledger,
    preferences,
    leaderboards: new MemoryLeaderboards({ ledger, preferences, tieSecret: 'a secret' }),
  });

  it('forget the organizations saved longest ago when there are too many people', async () => {
    const small = new MemoryLeaderboards({ ledger, preferences, tieSecret: 'a secret' }, 2);
    const save = async (org: string, ids: readonly string[]) => {
      const members = ids.map((userId) => ({ userId, departmentId: null, reading: 'current' as const }));
      await small.save(org, 'UTC', now, members);
      await small.show(org, now, { readAt: now, asOf: now, dataSource: 'realtime' });
    };
    await save('org-1', ['a', 'b']);
    await save('org-2', ['c']);
    expect([await small.state('org-1', 'a'), (await small.state('org-2', 'c'))?.refreshedAt]).toEqual([
      null,
      now,
    ]);
  });
});

onBoth('leaderboards', ({ call, sql }) => {
  const leaderboards = makeRpcLeaderboards({ call });
  const preferences = makeRpcPreferences({ call });
  contract({ ledger: makeRpcLedger({ call }), preferences, leaderboards });

  it('leave out who has been hidden for longer than they look back for choices', async () => {
    const [org, hidden, seen] = [someone(), someone(), someone()];
    await preferences.update(hidden, org, { leaderboardPrivacy: 'hidden' });
    await preferences.update(seen, org, { leaderboardPrivacy: 'public' });
    await sql("update internal.preferences set updated_at = now() - interval '30 days' where user_id = $1", [
      hidden,
    ]);
    const members = [hidden, seen].map((userId) => ({
      userId,
      departmentId: null,
      reading: 'current' as const,
    }));
    await leaderboards.save(org, 'UTC', now, members);
    await leaderboards.show(org, now, { readAt: now, asOf: now, dataSource: 'realtime' });
    const place = {
      organizationId: org,
      departmentId: null,
      period: 'alltime',
      limit: 10,
      offset: 0,
    } as const;
    const page = await leaderboards.page({ ...place, viewerId: seen });
    expect([page?.participants, page?.entries.map(({ userId }) => userId)]).toEqual([1, [seen]]);
  });
});
