import { describe, expect, it } from 'vitest';
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
} from './schema-world.ts';

interface Award {
  isNew: boolean;
  entry: { points: number };
  totalPoints: number;
  achievements: unknown[];
}

const makeLedger = ({ call }: Pick<SchemaWorld, 'call'>) => ({
  award: (user_id: string, changes: Record<string, unknown> = {}) =>
    call('award_points', {
      key_hash: someHash(),
      request_hash: 'the same request',
      user_id,
      organization_id: 'org-1',
      source: 'course',
      reference: 'c-1',
      points: 100,
      occurred_at: now,
      day: today,
      now,
      ...changes,
    }) as Promise<Award>,
  record: (entries: unknown, organization_id: string | null = 'org-1') =>
    call('record_entries', { entries, organization_id }),
  entriesOf: (user_id: string) => call('ledger_entries', { user_id }) as Promise<{ points: number }[]>,
  totalsOf: (user_id: string) => call('point_totals', { user_id }) as Promise<{ points: number } | null>,
  eventsOf: async (user_id: string) =>
    (await call('replay', { stream_prefix: `user:${user_id}`, from: 0 })) as {
      type: string;
      data: unknown;
      metadata: unknown;
    }[],
});

const entry = (userId: string, reference: string, changes: Record<string, unknown> = {}) => ({
  userId,
  source: 'assessment',
  reference,
  points: 50,
  occurredAt: now,
  ...changes,
});

onBoth('the ledger', (world) => {
  const { call, sql } = world;
  const { award, record, entriesOf, totalsOf, eventsOf } = makeLedger(world);

  describe('an award', () => {
    it('is an entry, a total, an event and a row of the outbox', async () => {
      const user = someone();
      const causes = { correlation_id: 'r-1', causation_id: 'c-9', actor_id: 'admin-1' };
      expect(await award(user, causes)).toEqual({
        isNew: true,
        entry: { userId: user, source: 'course', reference: 'c-1', points: 100, occurredAt: now },
        achievements: [],
        totalPoints: 100,
      });
      expect(await totalsOf(user)).toEqual({
        points: 100,
        entries: 1,
        lastEarnedAt: now,
        bySource: { course: 100, skill: 0, assessment: 0, practice: 0, streakDay: 0 },
      });
      expect(await eventsOf(user)).toMatchObject([
        {
          type: 'points_awarded',
          data: { userId: user, points: 100, day: today, organizationId: 'org-1' },
          metadata: { correlationId: 'r-1', causationId: 'c-9', actorId: 'admin-1' },
        },
      ]);
      const [row] = await sql('select count(*)::text as waiting from internal.outbox where stream = $1', [
        `user:${user}`,
      ]);
      expect(row).toEqual({ waiting: '1' });
    });

    it('is in the audit log with whoever made it, once', async () => {
      const [user, organization_id, key_hash] = [someone(), someone(), someHash()];
      const causes = { correlation_id: 'r-1', actor_id: 'admin-1' };
      await award(user, { organization_id, key_hash, ...causes });
      await award(user, { organization_id, key_hash, ...causes });
      expect(await call('audit_entries', { organization_id })).toEqual([
        {
          id: expect.any(Number),
          occurredAt: now,
          actorId: 'admin-1',
          action: 'points.award',
          subjectKind: 'person',
          subjectId: user,
          organizationId: organization_id,
          outcome: 'done',
          requestId: 'r-1',
          detail: { source: 'course', reference: 'c-1', isNew: true, points: 100 },
        },
      ]);
    });

    it('sent again with its key is answered as it was', async () => {
      const user = someone();
      const key_hash = someHash();
      const first = await award(user, { key_hash });
      await award(user, { reference: 'c-2' });
      expect(await award(user, { key_hash })).toEqual(first);
      expect(await entriesOf(user)).toHaveLength(2);
      expect(await eventsOf(user)).toHaveLength(2);
    });

    it('is refused with the key of another request', async () => {
      const key_hash = someHash();
      await award(someone(), { key_hash });
      await expect(
        award(someone(), { key_hash, request_hash: 'quite another request' }),
      ).rejects.toMatchObject({
        code: 'unprocessable',
      });
    });

    it('waits for nobody who holds its key', async () => {
      const key_hash = someHash();
      await call('take_idempotency_key', { key_hash, request_hash: 'the same request', user_id: null, now });
      await expect(award(someone(), { key_hash })).rejects.toMatchObject({ code: 'in_flight' });
    });

    it('for what was awarded before answers the entry that is there, without an event', async () => {
      const user = someone();
      await award(user);
      expect(await award(user, { points: 7 })).toMatchObject({
        isNew: false,
        entry: { points: 100 },
        totalPoints: 100,
      });
      expect(await eventsOf(user)).toHaveLength(1);
    });

    it('gets what is left of the day, and nothing when nothing is', async () => {
      const user = someone();
      await award(user, { reference: 'a', points: 700 });
      expect(await award(user, { reference: 'b', points: 700 })).toMatchObject({ entry: { points: 300 } });
      expect(await award(user, { reference: 'c', points: 1 })).toMatchObject({
        entry: { points: 0 },
        totalPoints: 1000,
      });
      expect(await award(user, { reference: 'd', day: '2026-03-11' })).toMatchObject({
        entry: { points: 100 },
        totalPoints: 1100,
      });
    });

    it('unlocks achievements with it, each once', async () => {
      const user = someone();
      const achievements = [{ code: 'first_course', tier: 'bronze', earnedAt: now }];
      expect((await award(user, { achievements })).achievements).toEqual(achievements);
      expect((await award(user, { achievements, reference: 'c-2' })).achievements).toEqual([]);
      expect((await eventsOf(user)).map(({ type }) => type)).toEqual([
        'points_awarded',
        'achievement_unlocked',
        'points_awarded',
      ]);
    });

    it.each([
      { points: -1 },
      { points: 1001 },
      { points: null },
      { source: 'gift' },
      { source: null },
      { reference: '' },
      { reference: 'x'.repeat(201) },
      { user_id: 'two words' },
      { occurred_at: null },
      { day: null },
      { now: null },
      { key_hash: 'short' },
      { request_hash: null },
      { achievements: [{ code: 'x', tier: 'wood', earnedAt: now }] },
      { achievements: {} },
    ])('is refused with %j, and leaves nothing behind', async (wrong) => {
      const user = someone();
      const key_hash = someHash();
      await expect(award(user, { key_hash, ...wrong })).rejects.toMatchObject({ code: 'invalid' });
      expect(await entriesOf(user)).toEqual([]);
      expect(await eventsOf(user)).toEqual([]);
      expect(await award(user, { key_hash })).toMatchObject({ isNew: true });
    });
  });

  describe('a key', () => {
    const take = (key_hash: string, changes: Record<string, unknown> = {}) =>
      call('take_idempotency_key', {
        key_hash,
        request_hash: 'the same request',
        user_id: null,
        now,
        ...changes,
      }) as Promise<{ state: string; holder?: string }>;

    it('is taken once, and then answers what its command was answered', async () => {
      const key_hash = someHash();
      const { state, holder } = await take(key_hash);
      expect(state).toBe('taken');
      await expect(take(key_hash)).rejects.toMatchObject({ code: 'in_flight' });
      await call('finish_idempotency_key', { key_hash, holder, response: { reportId: 'r-1' }, now });
      expect(await take(key_hash)).toEqual({ state: 'done', response: { reportId: 'r-1' } });
      const again = call('finish_idempotency_key', { key_hash, holder, response: {}, now });
      await expect(again).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is free again when it is released, its lease is over, or its answer is no longer kept', async () => {
      const key_hash = someHash();
      const { holder: first } = await take(key_hash);
      expect(await call('release_idempotency_key', { key_hash, holder: first })).toBe(true);
      await take(key_hash, { lease_seconds: 10 });
      const other = { now: now + 10_000, request_hash: 'quite another request' };
      const { holder } = await take(key_hash, other);
      await call('finish_idempotency_key', { key_hash, holder, response: {}, now, keep_seconds: 60 });
      expect(await call('release_idempotency_key', { key_hash, holder })).toBe(false);
      expect(await take(key_hash, { now: now + 60_000 })).toMatchObject({ state: 'taken' });
    });

    it('belongs to the attempt that took it from the first moment to the award', async () => {
      const [user, key_hash] = [someone(), someHash()];
      const { holder } = await take(key_hash);
      const other = { key_hash, request_hash: 'quite another request', reference: 'c-2' };
      const { request_hash } = other;
      await expect(take(key_hash, { request_hash })).rejects.toMatchObject({ code: 'unprocessable' });
      await expect(award(user, other)).rejects.toMatchObject({ code: 'unprocessable' });
      const forged = '00000000-0000-4000-8000-000000000000';
      expect(await call('release_idempotency_key', { key_hash, holder: forged })).toBe(false);
      await expect(award(user, { key_hash, holder: forged })).rejects.toMatchObject({ code: 'in_flight' });
      const first = await award(user, { key_hash, holder });
      expect(first).toMatchObject({ isNew: true });
      expect(await call('release_idempotency_key', { key_hash, holder })).toBe(false);
      expect(await award(user, { key_hash, holder })).toEqual(first);
      expect(await entriesOf(user)).toHaveLength(1);
    });

    it('is not given back or used by an attempt whose lease is over and whose place another has', async () => {
      const [user, key_hash] = [someone(), someHash()];
      const { holder: late } = await take(key_hash, { lease_seconds: 10 });
      const over = now + 10_000;
      const successor = { request_hash: 'quite another request', now: over };
      const { holder } = await take(key_hash, successor);
      expect(await call('release_idempotency_key', { key_hash, holder: late })).toBe(false);
      await expect(award(user, { key_hash, holder: late, now: over })).rejects.toMatchObject({
        code: 'unprocessable',
      });
      await expect(
        call('finish_idempotency_key', { key_hash, holder: late, response: {}, now: over }),
      ).rejects.toMatchObject({ code: 'not_found' });
      const its = { key_hash, holder, ...successor, reference: 'c-2' };
      expect(await award(user, its)).toMatchObject({ isNew: true });
      expect(await entriesOf(user)).toHaveLength(1);
    });
  });

  describe('accrual', () => {
    it('keeps the first entry of a person, source and reference, as it was earned', async () => {
      const user = someone();
      expect(await record([entry(user, 'a'), entry(user, 'a', { points: 99 })])).toBe(1);
      expect(
        await record([entry(user, 'a', { points: 1 }), entry(user, 'a', { source: 'skill' })], 'org-2'),
      ).toBe(1);
      expect(await entriesOf(user)).toEqual([
        entry(user, 'a', { day: today }),
        entry(user, 'a', { source: 'skill', day: today }),
      ]);
      expect(await record([])).toBe(0);
      expect(await entriesOf(someone())).toEqual([]);
      expect(await totalsOf(someone())).toBeNull();
    });

    it('keeps totals that add up, with the cap of each day, in every order of recording', async () => {
      const user = someone();
      const many = Array.from({ length: 15 }, (_, n) => entry(user, `a${n}`, { points: 100 }));
      await record([...many, entry(user, 'next day', { occurredAt: now + 24 * hour })]);
      expect(await totalsOf(user)).toMatchObject({ points: 1050, entries: 16 });
      await record([entry(user, 'c', { source: 'course', points: 100 })], null);
      await record([entry(user, 'c', { source: 'practice', points: 10, day: '2026-03-12' })]);
      expect(await totalsOf(user)).toMatchObject({
        points: 1060,
        bySource: { assessment: 1050, course: 0, practice: 10 },
      });
      expect(await entriesOf(user)).toHaveLength(18);
      expect(await award(user, { reference: 'after' })).toMatchObject({ entry: { points: 0 } });
    });

    it('writes many people at once', async () => {
      const [a, b] = [someone(), someone()];
      expect(await record([entry(a, '1'), entry(b, '1'), entry(a, '2')])).toBe(3);
      expect(await totalsOf(a)).toMatchObject({ points: 100 });
      expect(await totalsOf(b)).toMatchObject({ points: 50 });
    });

    it.each([
      { points: 1.5 },
      { points: 2000 },
      { source: 'gift' },
      { occurredAt: null },
      { userId: 'a b' },
      { day: 'monday' },
    ])('refuses a list with %j altogether', async (wrong) => {
      const user = someone();
      await expect(record([entry(user, 'a'), entry(user, 'b', wrong)])).rejects.toMatchObject({
        code: 'invalid',
      });
      expect(await entriesOf(user)).toEqual([]);
    });

    it('remembers the latest instant up to which it went', async () => {
      const user_id = someone();
      expect(await call('last_accrual', { user_id })).toBeNull();
      await call('note_accrual', { user_id, at: now });
      await call('note_accrual', { user_id, at: now - hour });
      expect(await call('last_accrual', { user_id })).toBe(now);
    });
  });

  describe('standings', () => {
    const standings = async (organization_id: string, since: number | null = null, zone = 'UTC') => {
      const all = (await call('standings', { organization_id, since, zone })) as {
        userId: string;
        points: number;
      }[];
      return new Map(all.map(({ userId, points }) => [userId, points]));
    };

    it('sum per organization, from an instant on, and leave out who has nothing', async () => {
      const [org, other] = [someone(), someone()];
      const [a, b, c] = [someone(), someone(), someone()];
      await record([entry(a, 'old', { occurredAt: now - 72 * hour }), entry(a, 'new')], org);
      await record([entry(b, 'old', { occurredAt: now - 72 * hour }), entry(c, 'none', { points: 0 })], org);
      await record([entry(c, 'new')], other);
      expect(await standings(org, now)).toEqual(new Map([[a, 50]]));
      expect(await standings(org)).toEqual(
        new Map([
          [a, 100],
          [b, 50],
        ]),
      );
      expect(await standings(someone())).toEqual(new Map());
    });

    it('give at most 1,000 points for a calendar day of any zone', async () => {
      const [org, user] = [someone(), someone()];
      const many = (prefix: string, occurredAt: number) =>
        Array.from({ length: 15 }, (_, n) => entry(user, `${prefix}${n}`, { points: 100, occurredAt }));
      await record(many('a', now), org);
      // 20:00 UTC is the next day in Tokyo.
      await record(many('b', now + 8 * hour), org);
      expect(await standings(org)).toEqual(new Map([[user, 1000]]));
      expect(await standings(org, null, 'Asia/Tokyo')).toEqual(new Map([[user, 2000]]));
    });

    it('know no zone that there is not', async () => {
      const org = someone();
      await record([entry(someone(), 'a')], org);
      await expect(standings(org, null, 'Moon/Sea')).rejects.toMatchObject({ code: 'invalid' });
    });
  });

  describe('days and achievements', () => {
    it('are told in the order in which they were earned', async () => {
      const user_id = someone();
      const early = { code: 'first_pass', tier: 'bronze', earnedAt: now - hour };
      const late = { code: 'first_course', tier: 'bronze', earnedAt: now };
      expect(await call('unlock_achievements', { user_id, achievements: [late, early] })).toEqual([
        early,
        late,
      ]);
      expect(
        await call('unlock_achievements', { user_id, achievements: [{ ...late, earnedAt: 0 }] }),
      ).toEqual([]);
      expect(await call('achievements', { user_id })).toEqual([early, late]);
      expect((await eventsOf(user_id)).map(({ type }) => type)).toEqual([
        'achievement_unlocked',
        'achievement_unlocked',
      ]);
      const wrong = call('unlock_achievements', { user_id, achievements: [{ code: 'x' }] });
      await expect(wrong).rejects.toMatchObject({ code: 'invalid' });
    });

    it('are saved by a freeze once', async () => {
      const user_id = someone();
      expect(await call('use_streak_freeze', { user_id, day: today, now })).toBe(true);
      expect(await call('use_streak_freeze', { user_id, day: today, now })).toBe(false);
      expect(await call('streak_freezes', { user_id })).toEqual([today]);
      expect(await eventsOf(user_id)).toMatchObject([{ type: 'streak_freeze_used', data: { day: today } }]);
    });

    it('remember each activity once, and its day', async () => {
      const user_id = someone();
      const activity = (changes: Record<string, unknown>) =>
        call('record_activity', { user_id, day: today, source: 'practice', occurred_at: now, ...changes });
      expect(await activity({})).toBe(true);
      expect(await activity({ data: { again: true } })).toBe(false);
      expect(await activity({ occurred_at: now + 1 })).toBe(true);
      expect(await activity({ source: 'content' })).toBe(true);
      await activity({ day: '2026-03-09' });
      const days = [
        { day: '2026-03-09', sources: ['practice'] },
        { day: today, sources: ['content', 'practice'] },
      ];
      expect(await call('activity_days', { user_id, since: null })).toEqual(days);
      expect(await call('activity_days', { user_id, since: today })).toEqual(days.slice(1));
      await expect(activity({ source: 'A b' })).rejects.toMatchObject({ code: 'invalid' });
    });
  });

  describe('what has been earned', () => {
    it.each([
      'update internal.points_ledger set points = 1000',
      'delete from internal.points_ledger',
      'truncate internal.points_ledger',
    ])('cannot be changed: %s', async (statement) => {
      await record([entry(someone(), 'a')]);
      await expect(sql(statement)).rejects.toThrow('append-only');
    });

    it('cannot be anything else in the table either', async () => {
      const insert = (values: string) =>
        sql(`insert into internal.points_ledger (user_id, source, reference, points, occurred_at, day)
             values (${values}, now(), now())`);
      await insert("'u-t', 'skill', 's', 1000");
      await expect(insert("'u-t', 'skill', 's', 1")).rejects.toMatchObject({ code: '23505' });
      await expect(insert("'u-t', 'skill', 't', 1001")).rejects.toMatchObject({ code: '23514' });
      await expect(insert("'u-t', 'skill', 't', -1")).rejects.toMatchObject({ code: '23514' });
      await expect(insert("'u-t', 'gift', 't', 1")).rejects.toMatchObject({ code: '23514' });
      await expect(insert("'u t', 'skill', 't', 1")).rejects.toMatchObject({ code: '23514' });
      await expect(insert("null, 'skill', 't', 1")).rejects.toMatchObject({ code: '23502' });
    });
  });
});

onPostgres('fifty simultaneous awards', (world) => {
  const { call } = world;
  const { award, record, entriesOf, totalsOf, eventsOf } = makeLedger(world);

  it('with one key are one entry, one event and fifty equal answers', async () => {
    const user = someone();
    const key_hash = someHash();
    const answers = await atOnce(50, () => award(user, { key_hash }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await entriesOf(user)).toHaveLength(1);
    expect(await eventsOf(user)).toHaveLength(1);
  });

  it('of one entry under fifty keys are one entry', async () => {
    const user = someone();
    const answers = await atOnce(50, () => award(user));
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await totalsOf(user)).toMatchObject({ points: 100, entries: 1 });
  });

  it('of one day stop at 1,000 points', async () => {
    const user = someone();
    const answers = await atOnce(50, (n) => award(user, { reference: `c-${n}`, points: 70 }));
    expect(answers.reduce((sum, { entry: { points } }) => sum + points, 0)).toBe(1000);
    expect(await totalsOf(user)).toMatchObject({ points: 1000, entries: 50 });
  });

  it('and accruals of the same people, in any order, neither block each other nor lose a point', async () => {
    const users = Array.from({ length: 10 }, someone);
    await atOnce(50, (n) => {
      if (n % 2 === 0) return award(users[n % 10] ?? '', { reference: `c-${n}`, points: 1 });
      const ordered = n % 4 === 1 ? users : users.toReversed();
      return record(ordered.map((user) => entry(user, `r-${n}`, { points: 1 })));
    });
    const totals = await Promise.all(users.map(totalsOf));
    expect(totals.reduce((sum, total) => sum + (total?.points ?? 0), 0)).toBe(25 + 25 * 10);
  });

  it('unlock an achievement once', async () => {
    const user_id = someone();
    const achievements = [{ code: 'first_course', tier: 'bronze', earnedAt: now }];
    const unlocked = (await atOnce(50, () =>
      call('unlock_achievements', { user_id, achievements }),
    )) as unknown[][];
    expect(unlocked.flat()).toHaveLength(1);
    expect(await eventsOf(user_id)).toHaveLength(1);
  });
});
