import { describe, expect, it } from 'vitest';
import {
  awardOf,
  checkProjections,
  ProjectionFromEvents,
} from '../../../src/application/events/projections.ts';
import {
  atOnce,
  hour,
  now,
  onBoth,
  onPostgres,
  type SchemaWorld,
  someHash,
  someone,
  today,
} from '../../infrastructure/database/schema-world.ts';
import { eventOf } from './event.ts';

const awarded = {
  userId: 'u-1',
  organizationId: null,
  source: 'course',
  reference: 'c-1',
  points: 5,
  occurredAt: now,
  day: today,
};

describe('what an event says of points', () => {
  it('is an award in its place of its stream', () => {
    expect(awardOf(eventOf({ data: awarded, version: 3 }))).toEqual({
      ...awarded,
      stream: 'user:u-1',
      version: 3,
    });
  });

  it('is nothing for another type, and nothing of somebody who was erased', () => {
    expect(awardOf(eventOf({ type: 'achievement_unlocked', data: awarded }))).toBeNull();
    expect(awardOf(eventOf({ data: {} }))).toBeNull();
  });

  it('is refused when it is not what the type says', () => {
    expect(() => awardOf(eventOf({ data: { ...awarded, points: 'many' } }))).toThrow();
  });
});

const makeWorld = ({ call, sql }: Pick<SchemaWorld, 'call' | 'sql'>) => ({
  award: (user_id: string, reference: string, changes: Record<string, unknown> = {}) =>
    call('award_points', {
      key_hash: someHash(),
      request_hash: 'the same request',
      user_id,
      organization_id: 'org-1',
      source: 'course',
      reference,
      points: 100,
      occurred_at: now,
      day: today,
      now,
      ...changes,
    }),
  accrue: (userId: string, reference: string, points: number, occurredAt = now, zone = 'UTC') =>
    call('record_entries', {
      entries: [{ userId, source: 'practice', reference, points, occurredAt }],
      organization_id: 'org-1',
      zone,
    }),
  check: () => checkProjections({ call }),
  /** Nothing has happened, as at the start. */
  empty: async () => {
    await sql("select set_config('learning_analytics.erasing', 'on', false)");
    for (const table of ['outbox', 'domain_events', 'points_ledger', 'point_days', 'point_totals'])
      await sql(`delete from internal.${table}`);
    await sql("select set_config('learning_analytics.erasing', 'off', false)");
  },
});

onBoth('projections', (world) => {
  const { call, sql } = world;
  const { award, accrue, check, empty } = makeWorld(world);

  it('rebuilt from the events equal the live ones', async () => {
    await empty();
    const [a, b] = [someone(), someone()];
    for (let n = 0; n < 6; n += 1) {
      await award(a, `c-${n}`, { points: 300, source: n % 2 === 0 ? 'course' : 'skill' });
      await award(b, `c-${n}`, {
        organization_id: n % 2 === 0 ? 'org-2' : null,
        occurred_at: now - n * hour,
      });
    }
    await award(a, 'c-0');
    await call('unlock_achievements', {
      user_id: a,
      achievements: [{ code: 'first_steps', tier: 'bronze', earnedAt: now }],
    });
    expect(await check()).toEqual({ events: 13, people: 2, organizations: 2, untold: 0, differences: [] });
  });

  it('are read page by page, and go on where they ended', async () => {
    await empty();
    const user = someone();
    for (let n = 0; n < 5; n += 1) await award(user, `c-${n}`);
    const rebuilt = new ProjectionFromEvents({ call }, 2);
    expect(await rebuilt.catchUp()).toBe(5);
    expect(await rebuilt.catchUp()).toBe(0);
    await award(user, 'c-9');
    expect(await rebuilt.catchUp()).toBe(1);
    expect(rebuilt.events).toBe(6);
    expect(rebuilt.projection.totals(user)).toMatchObject({ points: 600, entries: 6 });
  });

  it('find a live total that somebody has changed', async () => {
    await empty();
    const [honest, tampered] = [someone(), someone()];
    await award(honest, 'c-1');
    await award(tampered, 'c-1');
    await sql('update internal.point_totals set course = course + 1 where user_id = $1', [tampered]);
    const { differences } = await check();
    expect(differences).toEqual([
      {
        kind: 'person',
        id: tampered,
        rebuilt: expect.stringMatching(/^100 points \(course 100, .*\), 1 entries/),
        live: expect.stringMatching(/^101 points \(course 101, /),
      },
    ]);
  });

  it('find a total that is gone and an entry that is gone', async () => {
    await empty();
    const [a, b] = [someone(), someone()];
    await award(a, 'c-1');
    await award(b, 'c-1');
    await award(b, 'c-2');
    await sql('delete from internal.point_totals where user_id = $1', [a]);
    await sql("select set_config('learning_analytics.erasing', 'on', false)");
    await sql("delete from internal.points_ledger where user_id = $1 and reference = 'c-2'", [b]);
    await sql("select set_config('learning_analytics.erasing', 'off', false)");
    const { differences } = await check();
    expect(differences.map(({ kind, id, live }) => [kind, id, live.split(' (')[0]])).toEqual([
      ['person', a, 'nothing'],
      ['organization', 'org-1', `${b} 100`],
    ]);
  });

  it('take from the ledger what accrual has written without events, and still find what is wrong', async () => {
    await empty();
    const user = someone();
    await accrue(user, 'p-1', 400);
    await award(user, 'c-1', { points: 300 });
    // Over the cap: what it is worth depends on the order in which all of it was recorded.
    await accrue(user, 'p-2', 450);
    await accrue(someone(), 'p-1', 10);
    expect(await check()).toMatchObject({ people: 1, untold: 2, differences: [] });
    await sql('update internal.point_totals set practice = practice - 1 where user_id = $1', [user]);
    expect((await check()).differences).toMatchObject([{ kind: 'person', id: user }]);
  });

  it('count an accrued entry under the day it was recorded for, also outside UTC', async () => {
    await empty();
    const user = someone();
    const zone = 'Asia/Jerusalem';
    // Midnight there is 22:00 UTC: 1,600 points of one day in UTC are of two days there.
    const midnight = Date.parse('2026-03-09T22:00:00Z');
    await accrue(user, 'p-1', 800, midnight - hour, zone);
    await accrue(user, 'p-2', 800, midnight + hour, zone);
    await award(user, 'c-1', { points: 100, occurred_at: midnight + hour, day: '2026-03-10' });
    expect(await call('point_totals', { user_id: user })).toMatchObject({ points: 1700 });
    expect(await check()).toMatchObject({ untold: 1, differences: [] });
    // And the other way round: two days in UTC are one there, whose cap counts.
    const other = someone();
    await accrue(other, 'p-1', 700, midnight + hour, zone);
    await accrue(other, 'p-2', 700, midnight + 3 * hour, zone);
    await award(other, 'c-1', { points: 100, occurred_at: midnight + 3 * hour, day: '2026-03-10' });
    expect(await call('point_totals', { user_id: other })).toMatchObject({ points: 1000 });
    expect(await check()).toMatchObject({ differences: [] });
  });

  it('say nothing of somebody who was erased, and the rest stays comparable', async () => {
    await empty();
    const [gone, staying] = [someone(), someone()];
    await award(gone, 'c-1');
    await award(staying, 'c-1');
    await call('erase_user', {
      user_id: gone,
      salt: 'a salt of sixteen characters',
      requested_by: null,
      reason: 'asked for it',
      now,
    });
    expect(await check()).toMatchObject({ events: 2, people: 1, untold: 0, differences: [] });
  });
});

onPostgres('projections while fifty others write', (world) => {
  const { award, check } = makeWorld(world);

  it('are looked at again until both sides tell the same', async () => {
    const people = Array.from({ length: 5 }, someone);
    await atOnce(5, (n) => award(people[n] ?? '', 'c-0'));
    const writing = atOnce(200, (n) => award(people[n % 5] ?? '', `c-${n}-more`, { points: 1 }));
    const during = await check();
    await writing;
    const after = await check();
    expect(after).toMatchObject({ events: 205, people: 5, differences: [] });
    expect(during.differences.filter(({ kind }) => kind === 'person')).toEqual([]);
  });
});
