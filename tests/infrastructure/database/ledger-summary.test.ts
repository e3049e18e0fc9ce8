/** The ledger summed in SQL against the pure function, which is what it must be equal to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerSummary, pointThresholds } from '../../../src/domain/gamification/learner-record.ts';
import { type LedgerEntry, mergeLedger, pointSources } from '../../../src/domain/gamification/points.ts';
import { makeRpcKept, makeRpcLedger } from '../../../src/infrastructure/database/stores.ts';
import { hour, now, onBoth, someone } from './schema-world.ts';

const zones = ['UTC', 'Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu', 'Europe/Berlin'];

/** Weeks around the change of clocks in New York and Berlin; some of it is still to come. */
const anyEntry = fc
  .record({
    source: fc.constantFrom(...pointSources),
    thing: fc.integer({ min: 0, max: 11 }),
    points: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 300, max: 1000 })),
    occurredAt: fc
      .integer({ min: -24 * 24, max: 30 })
      .map((hours) => now + hours * hour + (hours % 3) * 1000),
  })
  .map(
    ({ source, thing, ...rest }): Omit<LedgerEntry, 'userId'> => ({
      source,
      reference: source === 'streak_day' ? `2026-03-${String(thing + 1).padStart(2, '0')}` : `r-${thing}`,
      ...rest,
    }),
  );
const anyEntries = fc.array(anyEntry, { maxLength: 40 });
const anyCase = fc.record({
  stored: fc.array(anyEntries, { maxLength: 3 }),
  earned: anyEntries,
  recordedIn: fc.constantFrom(...zones),
  askedIn: fc.constantFrom(...zones),
  at: fc.integer({ min: -20 * 24, max: 40 }).map((hours) => now + hours * hour),
});
const dayBefore = (days: number) => new Date(now - days * 24 * hour).toISOString().slice(0, 10);
const thresholds = [100, 1000, 5000, 20_000];

onBoth('the ledger summed in SQL', ({ call, sql }) => {
  const ledger = makeRpcLedger({ call });
  const record = (userId: string, entries: readonly Omit<LedgerEntry, 'userId'>[], zone: string) =>
    ledger.record(
      entries.map((entry) => ({ userId, ...entry })),
      'org-1',
      zone,
    );

  it('is what the pure function makes of all entries, in any zone, at any time', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ stored, earned: given, recordedIn, askedIn, at }) => {
        const userId = someone();
        for (const entries of stored) await record(userId, entries, recordedIn);
        // As services say it: each thing once.
        const earned = mergeLedger(
          given.map((entry) => ({ userId, ...entry })),
          [],
        );
        const calendar = { now: at, zone: askedIn };
        expect(await ledger.summaryWith(userId, earned, calendar)).toEqual(
          ledgerSummary(await ledger.entriesOf(userId), earned, calendar, thresholds),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('is so from what is summed up, whatever is earned beside it, with the cap reached or not', async () => {
    const dense = fc.array(anyEntry, { minLength: 5, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(dense, anyEntries, fc.constantFrom(...zones), async (entries, given, zone) => {
        const userId = someone();
        await record(userId, entries, zone);
        // Later than all of it.
        const calendar = { now: now + 40 * hour, zone };
        const stored = await ledger.entriesOf(userId);
        const earned = mergeLedger(
          given.map((entry) => ({ userId, ...entry })),
          [],
        );
        for (const beside of [[], stored, earned, [...stored.slice(1), ...earned.slice(0, 1)]])
          expect(await ledger.summaryWith(userId, beside, calendar)).toEqual(
            ledgerSummary(stored, beside, calendar, thresholds),
          );
      }),
      { numRuns: 80 },
    );
  });

  it('is so when everything was reached long ago, wherever what is new lies', async () => {
    const many = fc.array(
      anyEntry.map((entry, index = Math.abs(entry.occurredAt % 977)) => ({
        ...entry,
        points: 400 + (index % 600),
      })),
      { minLength: 60, maxLength: 90 },
    );
    await fc.assert(
      fc.asyncProperty(many, anyEntries, fc.integer({ min: -40, max: 20 }), async (entries, given, shift) => {
        const userId = someone();
        const spread = entries.map((entry, n) => ({
          ...entry,
          reference: entry.source === 'streak_day' ? dayBefore(n) : `${entry.reference}/${n}`,
          occurredAt: entry.occurredAt - (n % 45) * 24 * hour,
        }));
        await record(userId, spread, 'Europe/Berlin');
        const calendar = { now: now + 60 * 24 * hour, zone: 'Europe/Berlin' };
        const stored = await ledger.entriesOf(userId);
        const earned = mergeLedger(
          given.map((entry) => ({ userId, ...entry, occurredAt: entry.occurredAt + shift * 24 * hour })),
          [],
        );
        // Told earlier than it is written: the day that loses it may fall below its cap.
        const moved = stored
          .slice(0, 5)
          .map((entry) => ({ ...entry, occurredAt: entry.occurredAt - 50 * hour }));
        for (const beside of [earned, [...earned, ...moved]])
          expect(await ledger.summaryWith(userId, beside, calendar)).toEqual(
            ledgerSummary(stored, beside, calendar, thresholds),
          );
      }),
      { numRuns: 40 },
    );
  });

  it('sums up the thresholds that achievements ask for', async () => {
    const [row] = await sql('select array_to_json(internal.point_thresholds())::text as kept');
    expect(JSON.parse(row?.kept ?? '')).toEqual(pointThresholds);
  });

  it('refuses lists of unequal length', async () => {
    const lists = { sources: ['course'], refs: [], points: [], times: [], thresholds };
    const asked = call('ledger_with', { user_id: someone(), ...lists, zone: 'UTC', now });
    await expect(asked).rejects.toMatchObject({ code: 'invalid' });
  });

  it('is the same when the days of a person move to another zone and back', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntries, fc.constantFrom(...zones), async (entries, zone) => {
        const userId = someone();
        const things = entries.map((entry) => ({ ...entry, reference: `${entry.reference} moved` }));
        await record(userId, things, 'UTC');
        await record(userId, things.slice(0, 1), zone);
        const calendar = { now, zone };
        const expected = ledgerSummary(await ledger.entriesOf(userId), [], calendar, thresholds);
        expect(await ledger.summaryWith(userId, [], calendar)).toEqual(expected);
        const [row] = await sql('select zone from internal.ledger_zones where user_id = $1', [userId]);
        expect(row?.zone).toBe(things.length === 0 ? undefined : zone);
        await record(userId, things.slice(0, 1), 'UTC');
        expect(await ledger.summaryWith(userId, [], calendar)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('changes nothing, and has zeros for somebody without entries', async () => {
    const userId = someone();
    const earned = [{ userId, source: 'course' as const, reference: 'c-1', points: 100, occurredAt: now }];
    expect(await ledger.summaryWith(userId, earned, { now, zone: 'UTC' })).toEqual({
      bySource: { course: 100, skill: 0, assessment: 0, practice: 0, streak_day: 0 },
      reached: [{ points: 100, at: now }],
      streakDays: [],
      courses: [now],
    });
    expect(await ledger.entriesOf(userId)).toEqual([]);
    const nothing = await ledger.summaryWith(userId, [], { now, zone: 'UTC' });
    expect(nothing).toMatchObject({ reached: [], streakDays: [], courses: [] });
    expect(Object.values(nothing.bySource)).toEqual([0, 0, 0, 0, 0]);
  });

  it('refuses a zone that there is not', async () => {
    const asked = ledger.summaryWith(someone(), [], { now, zone: 'Moon/Sea' });
    await expect(asked).rejects.toMatchObject({ code: 'invalid' });
  });

  describe('what stays of a person', () => {
    it('is achievements, days with an activity that counts, and days saved by a freeze', async () => {
      const user_id = someone();
      const earnedAt = now - hour;
      await call('unlock_achievements', {
        user_id,
        achievements: [{ code: 'first_course', tier: 'bronze', earnedAt }],
      });
      const did = (day: string, source: string) =>
        call('record_activity', { user_id, day, source, occurred_at: Date.parse(`${day}T09:00:00Z`) });
      await did('2026-03-02', 'practice');
      await did('2026-03-02', 'content');
      await did('2026-03-01', 'practice');
      await did('2026-03-05', 'login');
      await call('use_streak_freeze', { user_id, day: '2026-03-03', now });
      expect(await makeRpcKept({ call }).of(user_id)).toEqual({
        achievements: [{ code: 'first_course', tier: 'bronze', earnedAt }],
        activityDays: ['2026-03-01', '2026-03-02'],
        freezeDays: ['2026-03-03'],
      });
      expect(await makeRpcKept({ call }).of(someone())).toEqual({
        achievements: [],
        activityDays: [],
        freezeDays: [],
      });
    });
  });
});
