/** One set of promises for whoever keeps snapshots. */
import { describe, expect, it } from 'vitest';
import type { NewSnapshot, Snapshots } from '../../../src/application/ports/snapshots.ts';
import { MemorySnapshots } from '../../../src/infrastructure/snapshots/memory-snapshots.ts';
import { makeRpcSnapshots } from '../../../src/infrastructure/snapshots/rpc-snapshots.ts';
import { now, onBoth, someone } from '../database/schema-world.ts';

const figure = (changes: Partial<NewSnapshot> = {}): NewSnapshot => ({
  kind: 'learner',
  subject: someone(),
  organizationId: 'org-1',
  day: '2026-03-10',
  metric: 'learner.velocity',
  version: 1,
  data: { pace: 2 },
  ...changes,
});
const daysOf = (found: readonly { day: string }[]) => found.map(({ day }) => day);

function promises(snapshots: Snapshots): void {
  it('keeps the last that was saved on a day, and says how many it kept', async () => {
    const one = figure();
    expect(await snapshots.save([], now)).toBe(0);
    expect(await snapshots.latest(one)).toBeNull();
    expect(await snapshots.save([one, figure()], now)).toBe(2);
    expect(await snapshots.save([{ ...one, data: { pace: 3 } }], now + 1)).toBe(1);
    expect(await snapshots.save([{ ...one, data: { pace: 1 } }], now)).toBe(0);
    expect(await snapshots.latest(one)).toEqual({ day: one.day, data: { pace: 3 }, savedAt: now + 1 });
  });

  it('keeps of two alike in one call the last', async () => {
    const one = figure();
    expect(await snapshots.save([one, { ...one, data: { pace: 9 } }], now)).toBe(1);
    expect((await snapshots.latest(one))?.data).toEqual({ pace: 9 });
  });

  it('finds the last day, whatever the order of saving', async () => {
    const one = figure();
    await snapshots.save([{ ...one, day: '2026-03-09' }], now);
    await snapshots.save([{ ...one, day: '2026-01-31' }], now + 1);
    expect((await snapshots.latest(one))?.day).toBe('2026-03-09');
  });

  it('keeps apart what differs in anybody or anything: kind, person, organization, metric, definition', async () => {
    const one = figure();
    const others = [
      { ...one, kind: 'trainer' },
      { ...one, subject: someone() },
      { ...one, organizationId: 'org-2' },
      { ...one, organizationId: null },
      { ...one, metric: 'learner.mastery' },
      { ...one, version: 2 },
    ] as const;
    await snapshots.save([one], now);
    for (const other of others) {
      expect(await snapshots.latest(other)).toBeNull();
      expect(await snapshots.lastOfMonths(other, { first: '2026-01-01', last: '2026-12-31' })).toEqual([]);
    }
    await snapshots.save(
      others.map((other, place) => ({ ...other, data: { place } })),
      now + 1,
    );
    expect((await snapshots.latest(one))?.data).toEqual({ pace: 2 });
    for (const [place, other] of others.entries())
      expect((await snapshots.latest(other))?.data).toEqual({ place });
  });

  it('finds the last day of each month within two days, both included, and nothing for months without', async () => {
    const one = figure();
    const days = ['2025-12-31', '2026-01-01', '2026-01-30', '2026-03-01', '2026-03-10', '2026-03-11'];
    await snapshots.save(
      [...days].reverse().map((day) => ({ ...one, day, data: { day } })),
      now,
    );
    const found = await snapshots.lastOfMonths(one, { first: '2026-01-01', last: '2026-03-10' });
    expect(daysOf(found)).toEqual(['2026-01-30', '2026-03-10']);
    expect(found[1]).toEqual({ day: '2026-03-10', data: { day: '2026-03-10' }, savedAt: now });
    expect(daysOf(await snapshots.lastOfMonths(one, { first: '2026-01-31', last: '2026-02-28' }))).toEqual(
      [],
    );
  });

  it.each([{ subject: '' }, { metric: 'No Metric' }, { version: 0 }])(
    'refuses %j and keeps none of what came with it',
    async (wrong) => {
      const one = figure();
      const saving = snapshots.save([one, figure(wrong)], now);
      await expect(saving).rejects.toMatchObject({ name: 'RpcError', code: 'invalid' });
      expect(await snapshots.latest(one)).toBeNull();
    },
  );

  it('does not change with what was given to it', async () => {
    const data = { pace: 2 };
    const one = figure({ data });
    await snapshots.save([one], now);
    data.pace = 1000;
    expect((await snapshots.latest(one))?.data).toEqual({ pace: 2 });
  });
}

describe('snapshots in memory', () => {
  promises(new MemorySnapshots());

  it('forget what was saved longest ago when they are full', async () => {
    const snapshots = new MemorySnapshots(2);
    const [first, second, third] = [figure(), figure(), figure()];
    await snapshots.save([first, second], now);
    await snapshots.save([first], now + 1);
    await snapshots.save([third], now + 2);
    const found = await Promise.all([first, second, third].map((one) => snapshots.latest(one)));
    expect(found.map((one) => one !== null)).toEqual([true, false, true]);
  });
});

onBoth('snapshots', ({ call }) => {
  promises(makeRpcSnapshots({ call }));

  it('of a person are gone when the person is erased, in every organization', async () => {
    const snapshots = makeRpcSnapshots({ call });
    const one = figure();
    await snapshots.save([one, { ...one, organizationId: 'org-2' }], now);
    await call('erase_user', {
      user_id: one.subject,
      salt: 'a salt of the tests',
      requested_by: null,
      reason: 'asked for',
      now,
    });
    expect(await snapshots.latest(one)).toBeNull();
    expect(await snapshots.latest({ ...one, organizationId: 'org-2' })).toBeNull();
  });
});
