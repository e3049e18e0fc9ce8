import { describe, expect, it } from 'vitest';
import {
  storesWithoutForgotten,
  welcomingBack,
  writesWithoutForgotten,
} from '../../../src/application/people/without-forgotten.ts';
import type { OwnStores } from '../../../src/application/ports/gamification.ts';
import type { CommandKey, GamificationWrites } from '../../../src/application/ports/gamification-writes.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import type { NewSnapshot } from '../../../src/application/ports/snapshots.ts';
import { callScope, stubStores } from '../../fixtures/stubs.ts';

const forgotten = { among: async (ids: readonly string[]) => new Set(ids.filter((id) => id === 'gone')) };

/** Stores with some methods stubbed; what they are given is kept. */
function storesThat(stubs: { [S in keyof OwnStores]?: Partial<OwnStores[S]> }): OwnStores {
  const stores = stubStores();
  for (const name of Object.keys(stubs) as (keyof OwnStores)[])
    Object.assign(stores, { [name]: { ...stubs[name] } });
  return storesWithoutForgotten(stores, forgotten);
}

const entry = (userId: string) => ({
  userId,
  source: 'course' as const,
  reference: 'c-1',
  points: 1,
  occurredAt: 0,
});

describe('stores that know who was erased', () => {
  it('record no points of them, and that nothing of them is recorded is not noted', async () => {
    const given: unknown[] = [];
    const { ledger } = storesThat({
      ledger: {
        record: async (entries, organizationId, zone) => void given.push(entries, organizationId, zone),
        noteAccruals: async (userIds, at) => void given.push(userIds, at),
      },
    });
    await ledger.record([entry('u-1'), entry('gone')], 'org-1', 'UTC');
    await ledger.noteAccruals(['gone', 'u-1'], 7);
    expect(given).toEqual([[entry('u-1')], 'org-1', 'UTC', ['u-1'], 7]);
  });

  it('put them on no leaderboard', async () => {
    const given: unknown[] = [];
    const { leaderboards } = storesThat({
      leaderboards: {
        save: async (_organizationId, _zone, round, members) => void given.push(round, members),
      },
    });
    const member = (userId: string) => ({ userId, departmentId: null, reading: 'current' as const });
    await leaderboards.save('org-1', 'UTC', 3, [member('gone'), member('u-1')]);
    expect(given).toEqual([3, [member('u-1')]]);
  });

  it('keep no figure of them, and leave them out of the lists of others', async () => {
    let given: readonly NewSnapshot[] = [];
    const { snapshots } = storesThat({
      snapshots: {
        save: async (some) => {
          given = some;
          return some.length;
        },
      },
    });
    const figure = (kind: NewSnapshot['kind'], subject: string, data: NewSnapshot['data']): NewSnapshot => ({
      ...{ kind, subject, data },
      ...{ organizationId: 'org-1', metric: 'a', version: 1, day: '2026-03-10' },
    });
    const list = (...ids: string[]) => ({
      deep: { atRisk: ids.map((userId) => ({ userId, fullName: 'N' })) },
      n: 2,
    });
    const own = figure('learner', 'gone', { score: 1 });
    const course = figure('course', 'gone', { score: 2 });
    await snapshots.save([own, course, figure('trainer', 't-1', list('u-1', 'gone'))], 0);
    expect(given).toEqual([course, figure('trainer', 't-1', list('u-1'))]);
  });

  it('let nobody choose with a token of before', async () => {
    const { preferences } = storesThat({ preferences: {} });
    await expect(preferences.update('gone', null, { timeZone: 'UTC' })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });
});

describe('commands about somebody who was erased', () => {
  const never = () => Promise.reject(new Error('this was to be written'));
  const writes = writesWithoutForgotten(
    {
      takeKey: never,
      releaseKey: never,
      award: never,
      unlock: never,
      achievementsOf: never,
      useFreeze: never,
      freezesOf: never,
      recordActivity: never,
      activityDaysOf: never,
    } satisfies GamificationWrites,
    forgotten,
  );

  it('are about nobody', async () => {
    const key: CommandKey = { keyHash: 'k', requestHash: 'r', userId: 'gone' };
    await expect(writes.takeKey(key, 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const award = { key, entry: entry('gone') } as Parameters<GamificationWrites['award']>[0];
    await expect(writes.award(award)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('note nothing by themselves', async () => {
    const cause = { correlationId: 'req-1' };
    expect(await writes.unlock('gone', [{ code: 'a', tier: 'bronze', earnedAt: 0 }], cause)).toEqual([]);
    expect(await writes.useFreeze('gone', '2026-03-10', 0, cause)).toBe(false);
    const activity = { day: '2026-03-10', source: 'practice', occurredAt: 0 };
    expect(await writes.recordActivity('gone', activity)).toBe(false);
    await expect(writes.recordActivity('u-1', activity)).rejects.toThrow('was to be written');
  });
});

describe('a write while somebody is erased', () => {
  const gone = () => Promise.reject(new RpcError('gone', 'erased'));

  it('leaves them out and is written anew, and is given up when that does not end', async () => {
    const erased = new Set<string>();
    const given: unknown[] = [];
    const { ledger } = storesWithoutForgotten(
      Object.assign(stubStores(), {
        ledger: {
          record: async (entries: readonly { userId: string }[]) => {
            given.push(entries.map(({ userId }) => userId));
            if (given.length > 1) return;
            erased.add('u-2');
            throw new RpcError('gone', 'erased');
          },
          noteAccruals: gone,
        },
      }),
      { among: async (ids) => new Set(ids.filter((id) => erased.has(id))) },
    );
    await ledger.record([entry('u-1'), entry('u-2')], 'org-1', 'UTC');
    expect(given).toEqual([['u-1', 'u-2'], ['u-1']]);
    await expect(ledger.noteAccruals(['u-1'], 0)).rejects.toMatchObject({ code: 'gone' });
  });

  it('is about nobody when it is about them alone', async () => {
    const never = () => Promise.reject(new Error('not stubbed'));
    const writes = writesWithoutForgotten(
      {
        ...{
          takeKey: gone,
          releaseKey: never,
          award: gone,
          unlock: gone,
          useFreeze: gone,
          recordActivity: gone,
        },
        ...{ achievementsOf: never, freezesOf: never, activityDaysOf: never },
      },
      { among: async () => new Set() },
    );
    const key: CommandKey = { keyHash: 'k', requestHash: 'r', userId: 'u-1' };
    await expect(writes.takeKey(key, 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const award = { key, entry: entry('u-1') } as Parameters<GamificationWrites['award']>[0];
    await expect(writes.award(award)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await writes.unlock('u-1', [], { correlationId: 'r' })).toEqual([]);
    expect(await writes.useFreeze('u-1', '2026-03-10', 0, { correlationId: 'r' })).toBe(false);
    expect(await writes.recordActivity('u-1', { day: '2026-03-10', source: 'a', occurredAt: 0 })).toBe(false);
  });
});

describe('a log-in', () => {
  const login = { accessToken: 'a', expiresIn: 1, refreshToken: 'r', sessionId: 's' };
  const user = { id: 'gone', email: null, fullName: null, roles: [], organizationId: null };
  const unused = () => Promise.reject(new Error('not stubbed'));
  const back: string[] = [];
  const sessions = (loggingIn: () => Promise<typeof login & { user: typeof user }>) =>
    welcomingBack(
      { login: loggingIn, refresh: unused, logout: unused, me: unused },
      { comeBack: async (userId) => void back.push(userId) },
    );
  const credentials = { email: 'a@x', password: 'p' };

  it('lets the person begin anew, and one that fails does not', async () => {
    await expect(sessions(unused).login(credentials, callScope())).rejects.toThrow('not stubbed');
    expect(back).toEqual([]);
    expect(await sessions(async () => ({ ...login, user })).login(credentials, callScope())).toEqual({
      ...login,
      user,
    });
    expect(back).toEqual(['gone']);
  });
});
