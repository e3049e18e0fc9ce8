/** What a process without a database keeps of people, and that it is gone when they are erased. */
import { describe, expect, it } from 'vitest';
import { ids } from '../../../src/infrastructure/auth/ids.ts';
import { MemorySessions } from '../../../src/infrastructure/auth/memory-sessions.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryGamificationWrites } from '../../../src/infrastructure/gamification/memory-gamification-writes.ts';
import { MemoryLeaderboards } from '../../../src/infrastructure/gamification/memory-leaderboards.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { MemoryPreferences } from '../../../src/infrastructure/gamification/memory-preferences.ts';
import { MemoryAudit } from '../../../src/infrastructure/people/memory-audit.ts';
import { MemoryPeople } from '../../../src/infrastructure/people/memory-people.ts';
import { MemorySnapshots } from '../../../src/infrastructure/snapshots/memory-snapshots.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const now = clock.now();
const iso = new Date(now).toISOString();
const day = iso.slice(0, 10);

/** Something of u-1 and of u-2 in every store. */
async function full() {
  const sessions = new MemorySessions(clock);
  const [ledger, preferences, audit, snapshots] = [
    new MemoryLedger(),
    new MemoryPreferences(),
    new MemoryAudit(),
    new MemorySnapshots(),
  ];
  const writes = new MemoryGamificationWrites(ledger);
  const leaderboards = new MemoryLeaderboards({ ledger, preferences, tieSecret: 's' });
  for (const userId of ['u-1', 'u-2']) {
    await sessions.save({
      hash: `hash of ${userId}`,
      familyId: `family of ${userId}`,
      userId,
      organizationId: 'org-1',
      roles: ['learner'],
      expiresAt: now + 1000,
    });
    const entry = { userId, source: 'course', reference: 'c-1', points: 100, occurredAt: now } as const;
    await ledger.record([entry], 'org-1');
    await ledger.noteAccruals([userId], now);
    await writes.takeKey({ keyHash: `key ${userId}`, requestHash: 'r', userId }, now, 60);
    await writes.unlock(userId, [{ code: 'first_course', tier: 'bronze', earnedAt: now }]);
    await writes.useFreeze(userId, day);
    await writes.recordActivity(userId, { day, source: 'practice', occurredAt: now });
    await preferences.update(userId, 'org-1', { leaderboardPrivacy: 'public' });
    const key = { subject: userId, organizationId: 'org-1', metric: 'a', version: 1, day };
    await snapshots.save([{ ...key, kind: 'learner', data: { score: 1 } }], now);
    const line = { action: 'data.read', subjectKind: 'person', organizationId: 'org-1', requestId: null };
    await audit.add({ ...line, actorId: 'a-1', subjectId: userId, outcome: 'done', detail: {} }, now);
  }
  const atRisk = {
    kind: 'trainer',
    subject: 't-1',
    organizationId: 'org-1',
    metric: 'b',
    version: 1,
    day,
  } as const;
  await snapshots.save([{ ...atRisk, data: { atRisk: [{ userId: 'u-1' }] } }], now);
  const members = ['u-1', 'u-2'].map((userId) => ({
    userId,
    departmentId: null,
    reading: 'current' as const,
  }));
  await leaderboards.save('org-1', 'UTC', 1, members);
  await leaderboards.show('org-1', 1, { readAt: now, asOf: now, dataSource: 'realtime' });
  const stores = [sessions, ledger, writes, leaderboards, preferences, snapshots, audit];
  const people = new MemoryPeople({ stores, audit, ids, digest });
  return { people, sessions, ledger, leaderboards, snapshots, audit, atRisk };
}

const erasure = {
  userId: 'u-1',
  requestedBy: 'u-1',
  organizationId: 'org-1',
  reason: 'asked',
  tags: [],
  now,
};

describe('what memory keeps of a person', () => {
  it('is exported by section, without hashes', async () => {
    const { people } = await full();
    const { sections } = await people.exportOf('u-1');
    expect(Object.keys(sections)).toEqual([
      'accruals',
      'achievements',
      'activityDays',
      'auditLog',
      'idempotencyKeys',
      'members',
      'pointsLedger',
      'preferences',
      'refreshTokens',
      'snapshots',
      'streakFreezes',
    ]);
    expect(sections.pointsLedger).toEqual([
      {
        userId: 'u-1',
        source: 'course',
        reference: 'c-1',
        points: 100,
        occurredAt: iso,
        organizationId: 'org-1',
      },
    ]);
    expect(JSON.stringify(sections)).not.toMatch(/hash|u-2/);
    expect((await people.exportOf('nobody')).sections).toEqual({});
  });

  it('is gone when the person is erased, in every store, and what is kept of others stays', async () => {
    const { people, leaderboards, ledger, snapshots, atRisk } = await full();
    const before = await people.exportOf('u-2');
    await people.erase(erasure);
    expect(await people.exportOf('u-1')).toEqual({ sections: {}, events: [], mentions: [] });
    expect(await people.exportOf('u-2')).toEqual(before);
    const standings = await ledger.standings('org-1', { since: null, zone: 'UTC' });
    expect(standings).toEqual([{ userId: 'u-2', points: 100 }]);
    const place = {
      organizationId: 'org-1',
      departmentId: null,
      period: 'alltime',
      viewerId: 'u-1',
    } as const;
    const page = await leaderboards.page({ ...place, limit: 10, offset: 0 });
    expect(page).toMatchObject({ participants: 1, you: null, reading: null });
    expect(await snapshots.latest(atRisk)).toBeNull();
  });

  it('ends the person’s log-ins, which go on being refused', async () => {
    const { people, sessions } = await full();
    await people.erase(erasure);
    expect(sessions.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't', sessionId: 'family of u-1' })).toBe(true);
    expect(sessions.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't', sessionId: 'family of u-2' })).toBe(false);
    expect(await sessions.consume('hash of u-1', now)).toEqual({ outcome: 'unknown' });
  });

  it('is proved once, on record without the person', async () => {
    const { people, audit } = await full();
    const first = await people.erase(erasure);
    expect(await people.erase({ ...erasure, now: now + 5, requestedBy: 'a-1' })).toEqual(first);
    const [again, erased, ...others] = await audit.page('org-1', { before: null, limit: 9 });
    expect(again).toMatchObject({ actorId: 'a-1', subjectId: null, detail: { proofId: first.proofId } });
    expect(erased).toMatchObject({ actorId: null, subjectId: null, action: 'person.erase' });
    expect(others.map(({ subjectId }) => subjectId)).toEqual(['u-2', null]);
    expect(await audit.page('org-1', { before: erased?.id ?? 0, limit: 1 })).toEqual(others.slice(0, 1));
  });

  it('is forgotten until the person comes back', async () => {
    const { people } = await full();
    expect(await people.among(['u-1', 'u-2'])).toEqual(new Set());
    await people.erase(erasure);
    expect(await people.among(['u-1', 'u-2'])).toEqual(new Set(['u-1']));
    await people.comeBack('u-1');
    expect(await people.among(['u-1'])).toEqual(new Set());
  });
});
