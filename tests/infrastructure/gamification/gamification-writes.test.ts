/** What the port promises, whoever keeps it: memory, the embedded database, PostgreSQL. */
import { describe, expect, it } from 'vitest';
import type {
  Award,
  CommandKey,
  GamificationWrites,
} from '../../../src/application/ports/gamification-writes.ts';
import type { LedgerEntry } from '../../../src/domain/gamification/points.ts';
import { makeRpcLedger } from '../../../src/infrastructure/database/stores.ts';
import { MemoryGamificationWrites } from '../../../src/infrastructure/gamification/memory-gamification-writes.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { makeRpcGamificationWrites } from '../../../src/infrastructure/gamification/rpc-gamification-writes.ts';
import { atOnce, hour, now, onBoth, someHash, someone, today } from '../database/schema-world.ts';

const bronze = (code: string, earnedAt = now) => ({ code, tier: 'bronze' as const, earnedAt });
const cause = { correlationId: 'req-1' };

function awardOf(userId: string, changes: Partial<Award> & { entryOf?: Partial<LedgerEntry> } = {}): Award {
  const { entryOf, ...rest } = changes;
  return {
    key: { keyHash: someHash(), requestHash: 'the same request', userId },
    holder: null,
    actorId: 'admin-1',
    entry: { userId, source: 'course', reference: 'c-1', points: 100, occurredAt: now, ...entryOf },
    organizationId: 'org-1',
    day: today,
    zone: 'UTC',
    achievements: [],
    now,
    ...cause,
    ...rest,
  };
}

/** @param entriesOf what the ledger beside the writes holds. */
function promises(
  writes: GamificationWrites,
  entriesOf: (userId: string) => Promise<readonly LedgerEntry[]>,
): void {
  describe('an award', () => {
    it('is an entry of the ledger, with its total and the achievements that are new', async () => {
      const user = someone();
      const award = awardOf(user, { achievements: [bronze('first_course')] });
      expect(await writes.award(award)).toEqual({
        isNew: true,
        entry: award.entry,
        achievements: [bronze('first_course')],
        totalPoints: 100,
      });
      expect(await entriesOf(user)).toEqual([award.entry]);
      const next = awardOf(user, {
        entryOf: { reference: 'c-2' },
        achievements: [bronze('first_course', now + 1), bronze('hundred_points')],
      });
      expect(await writes.award(next)).toMatchObject({
        achievements: [bronze('hundred_points')],
        totalPoints: 200,
      });
      expect(await writes.achievementsOf(user)).toEqual([bronze('first_course'), bronze('hundred_points')]);
    });

    it('under its key again is answered as it was, whatever has happened since', async () => {
      const award = awardOf(someone());
      const first = await writes.award(award);
      await writes.award(awardOf(award.entry.userId, { entryOf: { reference: 'c-2' } }));
      expect(await writes.award(award)).toEqual(first);
      expect(await writes.takeKey(award.key, now, 10)).toEqual({ state: 'done', response: first });
      expect(await entriesOf(award.entry.userId)).toHaveLength(2);
    });

    it('of what was awarded before answers the entry that is there, as not new', async () => {
      const user = someone();
      await writes.award(awardOf(user));
      const again = awardOf(user, { entryOf: { points: 7, occurredAt: now - hour } });
      expect(await writes.award(again)).toMatchObject({
        isNew: false,
        entry: { points: 100, occurredAt: now },
        totalPoints: 100,
      });
      expect(await entriesOf(user)).toHaveLength(1);
    });

    it('gets what is left of the 1,000 points of its day, and nothing when nothing is', async () => {
      const user = someone();
      const award = (reference: string, day = today, occurredAt = now) =>
        writes.award(awardOf(user, { entryOf: { reference, points: 400, occurredAt }, day }));
      await award('a');
      await award('b');
      expect(await award('c')).toMatchObject({ entry: { points: 200 }, totalPoints: 1000 });
      expect(await award('d')).toMatchObject({ isNew: true, entry: { points: 0 }, totalPoints: 1000 });
      expect(await award('e', '2026-03-11', now + 24 * hour)).toMatchObject({
        entry: { points: 400 },
        totalPoints: 1400,
      });
    });

    it('of one key by fifty callers at once is one entry and fifty equal answers', async () => {
      const award = awardOf(someone());
      const answers = await atOnce(50, () => writes.award(award));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await entriesOf(award.entry.userId)).toHaveLength(1);
    });

    it('of one thing under fifty keys at once is new once', async () => {
      const user = someone();
      const answers = await atOnce(50, () => writes.award(awardOf(user)));
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(await entriesOf(user)).toHaveLength(1);
    });

    it('is refused with the key of another request, and leaves nothing behind', async () => {
      const { key } = awardOf(someone());
      const user = someone();
      await writes.award(awardOf(user, { key }));
      const other = awardOf(someone(), { key: { ...key, requestHash: 'quite another request' } });
      await expect(writes.award(other)).rejects.toMatchObject({ code: 'unprocessable' });
      expect(await entriesOf(other.entry.userId)).toEqual([]);
    });
  });

  describe('a key', () => {
    const otherRequest = (award: Award) => ({
      ...awardOf(someone()),
      key: { ...award.key, requestHash: 'quite another request' },
    });
    const take = async (key: CommandKey, at = now) => {
      const taken = await writes.takeKey(key, at, 10);
      if (taken.state === 'done') throw new Error('the command was carried out');
      return taken.holder;
    };

    it('is held by one caller until it awards', async () => {
      const award = awardOf(someone());
      const holder = await take(award.key);
      await expect(writes.takeKey(award.key, now, 10)).rejects.toMatchObject({ code: 'in_flight' });
      const other = otherRequest(award);
      await expect(writes.takeKey(other.key, now, 10)).rejects.toMatchObject({ code: 'unprocessable' });
      await expect(writes.award(other)).rejects.toMatchObject({ code: 'unprocessable' });
      await expect(writes.award(award)).rejects.toMatchObject({ code: 'in_flight' });
      expect(await writes.award({ ...award, holder })).toMatchObject({ isNew: true });
      expect(await entriesOf(other.entry.userId)).toEqual([]);
    });

    it('that somebody else took over when its lease was over is not given back by whoever had it first', async () => {
      const [award, next] = [awardOf(someone()), awardOf(someone())];
      const holder = await take(award.key);
      const key = { ...next.key, keyHash: award.key.keyHash, requestHash: 'quite another request' };
      const taker = await take(key, now + 10_000);
      await writes.releaseKey(award.key.keyHash, holder);
      await expect(writes.award({ ...award, holder })).rejects.toMatchObject({ code: 'unprocessable' });
      await expect(writes.takeKey(award.key, now, 10)).rejects.toMatchObject({ code: 'unprocessable' });
      expect(await writes.award({ ...next, key, holder: taker })).toMatchObject({ isNew: true });
      await writes.releaseKey(key.keyHash, taker);
      expect(await writes.takeKey(key, now, 10)).toMatchObject({ state: 'done' });
      expect(await entriesOf(award.entry.userId)).toEqual([]);
    });

    it('is still held after its lease when nobody took it over', async () => {
      const award = awardOf(someone(), { now: now + 60_000 });
      const holder = await take(award.key);
      expect(await writes.award({ ...award, holder })).toMatchObject({ isNew: true });
      expect(await writes.award({ ...award, holder })).toMatchObject({ isNew: true });
      expect(await entriesOf(award.entry.userId)).toHaveLength(1);
    });

    it('is free again when it is released, or its lease is over', async () => {
      const { key } = awardOf(someone());
      await writes.releaseKey(key.keyHash, await take(key));
      await take(key);
      await expect(writes.takeKey(key, now + 9999, 10)).rejects.toMatchObject({ code: 'in_flight' });
      await take(key, now + 10_000);
    });

    it('keeps its answer for a day, also when somebody releases it, and then may be used anew', async () => {
      const award = awardOf(someone());
      const holder = await take(award.key);
      const first = await writes.award({ ...award, holder });
      await writes.releaseKey(award.key.keyHash, holder);
      expect(await writes.takeKey(award.key, now + 24 * hour - 1, 10)).toEqual({
        state: 'done',
        response: first,
      });
      await take(award.key, now + 24 * hour);
    });
  });

  it('keeps achievements once, as they were kept first', async () => {
    const user = someone();
    const [early, late] = [bronze('first_pass', now - hour), bronze('first_skill')];
    expect(await writes.unlock(user, [late, early], cause)).toEqual([early, late]);
    expect(await writes.unlock(user, [bronze('first_pass', now + hour)], cause)).toEqual([]);
    expect(await writes.achievementsOf(user)).toEqual([early, late]);
    expect(await writes.achievementsOf(someone())).toEqual([]);
  });

  it('lets a freeze save a day once', async () => {
    const user = someone();
    expect(await writes.useFreeze(user, '2028-02-29', now, cause)).toBe(true);
    expect(await writes.useFreeze(user, '2028-02-29', now + hour, cause)).toBe(false);
    expect(await writes.useFreeze(user, today, now, cause)).toBe(true);
    expect(await writes.freezesOf(user)).toEqual([today, '2028-02-29']);
    expect(await writes.freezesOf(someone())).toEqual([]);
  });

  it('keeps each activity once, and on which day a person did what', async () => {
    const user = someone();
    const record = (source: string, day = today, occurredAt = now) =>
      writes.recordActivity(user, { day, source, occurredAt });
    expect(await record('practice_session')).toBe(true);
    expect(await record('practice_session')).toBe(false);
    expect(await record('practice_session', today, now + 1)).toBe(true);
    expect(await record('content_viewed')).toBe(true);
    expect(await record('content_viewed', '2026-03-09', now - 24 * hour)).toBe(true);
    const days = [
      { day: '2026-03-09', source: 'content_viewed' },
      { day: today, source: 'content_viewed' },
      { day: today, source: 'practice_session' },
    ];
    expect(await writes.activityDaysOf(user, null)).toEqual(days);
    expect(await writes.activityDaysOf(user, today)).toEqual(days.slice(1));
    expect(await writes.activityDaysOf(someone(), null)).toEqual([]);
  });
}

describe('what people earn, written in memory', () => {
  const ledger = new MemoryLedger();
  promises(new MemoryGamificationWrites(ledger), (userId) => ledger.entriesOf(userId));

  it('forgets the oldest keys when there are too many', async () => {
    const writes = new MemoryGamificationWrites(new MemoryLedger());
    const first = awardOf(someone());
    await writes.award(first);
    for (let n = 0; n < 10_000; n += 1) await writes.takeKey(awardOf('u').key, now, 10);
    expect(await writes.takeKey(first.key, now, 10)).toMatchObject({ state: 'taken' });
  });

  it('forgets the people touched longest ago when there are too many', async () => {
    const writes = new MemoryGamificationWrites(new MemoryLedger());
    await writes.useFreeze('first', today);
    await writes.useFreeze('second', today);
    await writes.useFreeze('first', '2026-03-09');
    for (let n = 0; n < 9999; n += 1) await writes.useFreeze(`u-${n}`, today);
    expect(await writes.freezesOf('second')).toEqual([]);
    expect(await writes.freezesOf('first')).toEqual(['2026-03-09', today]);
  });
});

onBoth('what people earn, written', ({ call }) => {
  promises(makeRpcGamificationWrites({ call }), (userId) => makeRpcLedger({ call }).entriesOf(userId));
});
