import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/domain/gamification/points.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const hour = 3600_000;
const entry = (userId: string, reference: string, changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  userId,
  source: 'assessment',
  reference,
  points: 50,
  occurredAt: noon,
  ...changes,
});
const always = { since: null, zone: 'UTC' };

describe('the ledger in memory', () => {
  it('keeps the first entry of a person, source and reference, and ignores what repeats it', async () => {
    const ledger = new MemoryLedger();
    await ledger.record([entry('u-1', 'a'), entry('u-1', 'a', { points: 99 })], 'org-1');
    await ledger.record([entry('u-1', 'a', { points: 1 }), entry('u-1', 'a', { source: 'skill' })], 'org-2');
    expect(await ledger.entriesOf('u-1')).toEqual([
      entry('u-1', 'a'),
      entry('u-1', 'a', { source: 'skill' }),
    ]);
    expect(await ledger.standings('org-1', always)).toEqual([{ userId: 'u-1', points: 50 }]);
    expect(await ledger.entriesOf('u-2')).toEqual([]);
  });

  it('does not change with what was given to it', async () => {
    const ledger = new MemoryLedger();
    const given = entry('u-1', 'a');
    await ledger.record([given], null);
    given.points = 1000;
    expect(await ledger.entriesOf('u-1')).toEqual([entry('u-1', 'a')]);
  });

  it('sums per organization, from an instant on, and leaves out who has nothing', async () => {
    const ledger = new MemoryLedger();
    await ledger.record(
      [entry('u-1', 'old', { occurredAt: noon - 72 * hour }), entry('u-1', 'new')],
      'org-1',
    );
    await ledger.record([entry('u-2', 'old', { occurredAt: noon - 72 * hour })], 'org-1');
    await ledger.record([entry('u-3', 'new')], 'org-2');
    expect(await ledger.standings('org-1', { since: noon, zone: 'UTC' })).toEqual([
      { userId: 'u-1', points: 50 },
    ]);
    expect(await ledger.standings('org-1', always)).toEqual([
      { userId: 'u-1', points: 100 },
      { userId: 'u-2', points: 50 },
    ]);
    expect(await ledger.standings('org-9', always)).toEqual([]);
  });

  it('gives at most 1,000 points for a calendar day of the zone, also after more is recorded', async () => {
    const ledger = new MemoryLedger();
    const many = (prefix: string, occurredAt: number) =>
      Array.from({ length: 15 }, (_, n) => entry('u-1', `${prefix}${n}`, { points: 100, occurredAt }));
    await ledger.record(many('a', noon), 'org-1');
    expect(await ledger.standings('org-1', always)).toEqual([{ userId: 'u-1', points: 1000 }]);
    // 20:00 UTC is the next day in Tokyo.
    await ledger.record(many('b', noon + 8 * hour), 'org-1');
    expect(await ledger.standings('org-1', always)).toEqual([{ userId: 'u-1', points: 1000 }]);
    const tokyo = await ledger.standings('org-1', { since: null, zone: 'Asia/Tokyo' });
    expect(tokyo).toEqual([{ userId: 'u-1', points: 2000 }]);
    expect(await ledger.entriesOf('u-1')).toHaveLength(30);
  });

  it('remembers the latest accrual, which recording alone is not', async () => {
    const ledger = new MemoryLedger();
    await ledger.record([entry('u-1', 'a')], 'org-1');
    expect((await ledger.lastAccruals(['u-1'])).size).toBe(0);
    await ledger.noteAccruals(['u-1'], noon);
    await ledger.noteAccruals(['u-1'], noon - hour);
    expect((await ledger.lastAccruals(['u-1'])).get('u-1')).toBe(noon);
  });

  it('when full forgets the people recorded longest ago, with their accrual', async () => {
    const ledger = new MemoryLedger(7);
    await ledger.record([entry('u-1', 'a'), entry('u-1', 'b')], 'org-1');
    await ledger.noteAccruals(['u-1'], noon);
    await ledger.record([entry('u-2', 'a'), entry('u-2', 'b')], 'org-1');
    await ledger.noteAccruals(['u-1'], noon);
    await ledger.record([entry('u-3', 'a')], 'org-1');
    expect(await ledger.entriesOf('u-2')).toEqual([]);
    expect((await ledger.lastAccruals(['u-1'])).get('u-1')).toBe(noon);
    expect((await ledger.standings('org-1', always)).map(({ userId }) => userId)).toEqual(['u-1', 'u-3']);
    await ledger.record([entry('u-3', 'b'), entry('u-3', 'c'), entry('u-3', 'd')], 'org-1');
    expect((await ledger.lastAccruals(['u-1'])).size).toBe(0);
  });
});
