/** Our own stores over the embedded database: what the ports promise, whoever keeps it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rpc } from '../../../src/application/ports/rpc.ts';
import type { Database } from '../../../src/infrastructure/database/database.ts';
import { openDatabase } from '../../../src/infrastructure/database/open.ts';
import { RpcSessions } from '../../../src/infrastructure/database/rpc-sessions.ts';
import {
  makeRpcKept,
  makeRpcLedger,
  makeRpcPreferences,
} from '../../../src/infrastructure/database/stores.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const hour = 3_600_000;
let database: Database;

beforeAll(async () => {
  database = await openDatabase({
    url: undefined,
    replicaUrl: undefined,
    supabaseUrl: undefined,
    supabaseKey: undefined,
    directory: 'memory://',
    maxConnections: 1,
    timeoutMs: 5000,
  });
});
afterAll(() => database?.close());

const entry = (userId: string, reference: string, points: number, occurredAt = clock.now()) => ({
  userId,
  source: 'course' as const,
  reference,
  points,
  occurredAt,
});

describe('many entries', () => {
  it('are recorded a few thousand at a time, in their order, so that no call takes long', async () => {
    const given: unknown[][] = [];
    const rpc: Rpc = { call: async (_fn, { entries }) => void given.push(entries as unknown[]) };
    const all = Array.from({ length: 7000 }, (_, n) => entry(`u-${n % 100}`, `c-${n}`, 1));
    await makeRpcLedger(rpc).record(all, 'org-1', 'UTC');
    expect(given.map(({ length }) => length)).toEqual([3000, 3000, 1000]);
    expect(given.flat()).toEqual(all);
  });
});

describe('what stays of a person', () => {
  it('are days with anything but a log-in, each once', async () => {
    const did = (day: string, source: string) =>
      database.call('record_activity', { user_id: 'u-days', day, source, occurred_at: clock.now() });
    for (const source of ['login', 'practice', 'video']) await did('2026-03-02', source);
    await did('2026-03-03', 'login');
    await did('2026-03-01', 'practice');
    expect(await makeRpcKept(database).of('u-days')).toMatchObject({
      activityDays: ['2026-03-01', '2026-03-02'],
    });
  });
});

describe('the ledger', () => {
  it('keeps one entry for each thing earned, the first, and sums them with the daily cap', async () => {
    const ledger = makeRpcLedger(database);
    await ledger.record([], 'org-1', 'UTC');
    await ledger.record(
      [entry('u-1', 'c-1', 100), entry('u-2', 'c-1', 900), entry('u-2', 'c-2', 300)],
      'org-1',
      'UTC',
    );
    await ledger.record([entry('u-1', 'c-1', 50)], 'org-1', 'UTC');
    expect(await ledger.entriesOf('u-1')).toEqual([entry('u-1', 'c-1', 100)]);
    expect(await ledger.entriesOf('nobody')).toEqual([]);
    const standings = await ledger.standings('org-1', { since: null, zone: 'UTC' });
    expect(new Map(standings.map(({ userId, points }) => [userId, points]))).toEqual(
      new Map([
        ['u-1', 100],
        ['u-2', 1000],
      ]),
    );
    expect(await ledger.standings('org-2', { since: null, zone: 'UTC' })).toEqual([]);
  });

  it('remembers for each person up to when all is recorded, and never goes back', async () => {
    const ledger = makeRpcLedger(database);
    await ledger.noteAccruals([], clock.now());
    await ledger.noteAccruals(['u-1', 'u-2', 'u-1'], clock.now());
    await ledger.noteAccruals(['u-1'], clock.now() - hour);
    expect(await ledger.lastAccruals(['u-1', 'u-2', 'u-3'])).toEqual(
      new Map([
        ['u-1', clock.now()],
        ['u-2', clock.now()],
      ]),
    );
  });
});

describe('preferences', () => {
  it('are the careful ones until somebody chooses, and change where they are named', async () => {
    const preferences = makeRpcPreferences(database);
    expect(await preferences.of('p-1')).toMatchObject({ leaderboardPrivacy: 'anonymous', timeZone: null });
    await preferences.update('p-1', 'org-1', { leaderboardPrivacy: 'hidden' });
    expect(await preferences.update('p-1', 'org-1', { timeZone: 'Asia/Jerusalem' })).toMatchObject({
      leaderboardPrivacy: 'hidden',
      timeZone: 'Asia/Jerusalem',
    });
    expect(await preferences.leaderboardPrivacy(['p-1', 'p-2'])).toEqual(
      new Map([
        ['p-1', 'hidden'],
        ['p-2', 'anonymous'],
      ]),
    );
  });
});

describe('sessions', () => {
  const token = (hash: string, familyId = `family-of-${hash}`) => ({
    hash: hash.padEnd(22, '0'),
    familyId,
    userId: 'u-1',
    organizationId: 'org-1',
    roles: ['learner'],
    expiresAt: clock.now() + hour,
  });

  it('let exactly one of fifty uses of a token win, and end the log-in with the second', async () => {
    const sessions = new RpcSessions(database, clock);
    const record = token('one');
    await sessions.save(record);
    const uses = await Promise.all(
      Array.from({ length: 50 }, () => sessions.consume(record.hash, clock.now())),
    );
    expect(uses.filter(({ outcome }) => outcome === 'ok')).toEqual([{ outcome: 'ok', record }]);
    expect(uses.filter(({ outcome }) => outcome === 'reused')).toHaveLength(1);
    await sessions.refresh();
    expect(sessions.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't', sessionId: record.familyId })).toBe(true);
  });

  it('hear at the next refresh what another process has revoked, and forget what is over', async () => {
    const [here, there] = [new RpcSessions(database, clock), new RpcSessions(database, clock)];
    await here.refresh();
    await there.revokeToken('t-far', clock.now() + hour);
    await there.revokeFamily('s-far');
    expect(there.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't-far', sessionId: null })).toBe(true);
    expect(here.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't-far', sessionId: null })).toBe(false);
    await here.refresh();
    expect(here.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't-far', sessionId: null })).toBe(true);
    expect(here.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't-other', sessionId: 's-far' })).toBe(true);
    expect(here.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't-other', sessionId: 's-other' })).toBe(false);
    clock.advance(48 * hour);
    await here.refresh();
    expect(here.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't-far', sessionId: 's-far' })).toBe(false);
  });
});

describe('a change of somebody’s roles', () => {
  const member = { tokenId: 't', sessionId: null } as const;

  it('ends what was given to the person before, here at once and in other processes when they look', async () => {
    const [here, there] = [new RpcSessions(database, clock), new RpcSessions(database, clock)];
    const heard: string[] = [];
    here.onEnded((userIds) => heard.push(...userIds));
    await here.refresh();
    const record = {
      ...{ hash: 'changed'.padEnd(22, '0'), familyId: 'family-of-changed', userId: 'u-changed' },
      ...{ organizationId: 'org-1', roles: ['trainer'], expiresAt: clock.now() + hour },
    };
    await here.save(record);
    const before = { ...member, id: 'u-changed', asOf: clock.now() - 1 };
    await there.endUser('u-changed', clock.now());
    expect([there.isRevoked(before), here.isRevoked(before)]).toEqual([true, false]);
    await here.refresh();
    expect(here.isRevoked(before)).toBe(true);
    expect(here.isRevoked({ ...member, id: 'u-9', asOf: 0, sessionId: record.familyId })).toBe(true);
    expect(here.isRevoked({ ...before, asOf: clock.now() })).toBe(false);
    expect(here.isRevoked({ ...before, id: 'u-unchanged' })).toBe(false);
    expect(await here.consume(record.hash, clock.now())).toEqual({ outcome: 'unknown' });
    // What is read twice is told once.
    await here.refresh();
    expect(heard).toEqual(['u-changed']);
  });

  it('that is told again leaves the log-in that has followed it, and is forgotten after a month', async () => {
    const sessions = new RpcSessions(database, clock);
    const at = clock.now();
    await sessions.endUser('u-twice', at);
    const record = {
      ...{ hash: 'anew'.padEnd(22, '0'), familyId: 'family-anew', userId: 'u-twice' },
      ...{ organizationId: 'org-1', roles: ['learner'], expiresAt: clock.now() + 60 * 24 * hour },
    };
    await sessions.save(record);
    await sessions.endUser('u-twice', at);
    await sessions.refresh();
    expect(sessions.isRevoked({ ...member, id: 'u-twice', asOf: at, sessionId: record.familyId })).toBe(
      false,
    );
    expect(sessions.isRevoked({ ...member, id: 'u-twice', asOf: at - 1 })).toBe(true);
    clock.advance(31 * 24 * hour);
    await sessions.refresh();
    expect(sessions.isRevoked({ ...member, id: 'u-twice', asOf: at - 1 })).toBe(false);
    await sessions.endUser('u-twice', at);
    expect((await sessions.consume(record.hash, clock.now())).outcome).toBe('ok');
  });
});
