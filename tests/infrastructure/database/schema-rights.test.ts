import { describe, expect, it } from 'vitest';
import { hour, now, onBoth, type SchemaWorld, someHash, someone, today } from './schema-world.ts';

const salt = 'known to the application only';

/** Something of a person in every table that can hold it, and the person named wherever one can be named. */
async function live({ call, sql }: SchemaWorld, user: string, other: string): Promise<void> {
  const org = { organization_id: 'org-1' };
  await call('update_preferences', { user_id: user, ...org, changes: { leaderboardPrivacy: 'public' } });
  await call('save_members', { ...org, zone: 'UTC', members: [{ userId: user }, { userId: other }] });
  await call('end_user', { user_id: user, at: now, expires_at: now + hour, now });
  await call('save_refresh_token', {
    token_hash: someHash(),
    family_id: `family-of-${user}`.slice(0, 20),
    user_id: user,
    ...org,
    roles: ['learner'],
    expires_at: now + hour,
  });
  const award = (user_id: string) =>
    call('award_points', {
      key_hash: someHash(),
      request_hash: someHash(),
      user_id,
      ...org,
      source: 'course',
      reference: 'c-1',
      points: 100,
      occurred_at: now,
      day: today,
      now,
      achievements: [{ code: 'first_course', tier: 'bronze', earnedAt: now }],
      causation_id: user,
    });
  await award(user);
  await award(other);
  await call('note_accrual', { user_id: user, at: now });
  await call('use_streak_freeze', { user_id: user, day: today, now });
  await call('record_activity', {
    user_id: user,
    day: today,
    source: 'practice',
    occurred_at: now,
    data: { userId: user },
  });
  const stream = 'webhook:courses';
  const data = {
    subject: { kind: 'learner', id: user, fullName: 'A name' },
    deep: [{ userId: user }, { userIds: [user, other] }],
    near: `${user}0`,
  };
  await call('append_events', {
    stream,
    expected_version: null,
    events: [{ type: 'seen', data, metadata: { correlationId: user } }],
  });
  await call('append_events', {
    stream: `user:${user}:reports`,
    expected_version: null,
    events: [{ type: 'own', data }],
  });
  const [event] = await sql(
    `select event_id::text as id from internal.outbox where stream = '${stream}' order by position desc`,
  );
  await call('outbox_failed', { id: event?.id, error: `no answer for ${user}` });
  const figure = { ...org, day: today, metric: 'trainer.distribution', version: 1, now };
  await call('save_snapshot', { kind: 'learner', subject: user, ...figure, data: {} });
  await call('save_snapshot', {
    kind: 'trainer',
    subject: other,
    ...figure,
    data: { atRisk: [{ userId: user, fullName: 'A name' }, { userId: other }] },
  });
  const line = { action: 'data.read', subject_kind: 'learner', ...org, outcome: 'done', now };
  await call('audit', { ...line, actor_id: other, subject_id: user, detail: { userId: user } });
  await call('audit', { ...line, actor_id: user, subject_id: other });
  const key = { name: `made by ${user}`, scopes: ['a'], quota_per_hour: 1, created_by: user };
  await call('create_api_key', { key_hash: someHash(), ...org, ...key, now });
  await call('register_model', {
    model_id: 'drop-off',
    version: user.slice(0, 8),
    data: { createdBy: user },
    now,
  });
  const report = { format: 'pdf', parameters: { learnerId: user }, now, expires_at: now + hour };
  const reports = [
    { type: 'learner', subject_id: user, requested_by: other },
    { type: 'organization', subject_id: 'org-1', requested_by: user },
    { type: 'organization', subject_id: 'org-1', requested_by: other },
  ];
  for (const [n, one] of reports.entries()) {
    const report_id = `report-${n}-${someone().slice(2, 10)}`;
    await call('create_report', { report_id, ...org, ...one, ...report });
    await call('update_report', {
      report_id,
      changes: {
        ...{ status: 'ready', storageKey: `files/${n}`, failure: 'a code' },
        people: [[user], [], [other]][n],
      },
    });
  }
  const weekly = { format: 'pdf', language: 'en', course_id: null, weekday: 1, hour: 7, zone: 'UTC' };
  for (const user_id of [user, other])
    await call('save_report_schedule', { user_id, ...org, ...weekly, delivery: 'none', now });
  const job = { job_id: someone(), kind: 'report', state: 'done', done: 1, total: 1 };
  await call('note_progress', { ...job, now, data: { userIds: [user, other] } });
  const figures = { level: 'beginner', completedCourses: 0, average_score: 50 };
  const peers = [user, other].map((userId) => ({ userId, ...figures }));
  await call('save_peer_figures', { ...org, round: now, people: peers });
  await call('refresh_leaderboards', {});
}

onBoth('rights', (world) => {
  const { call, sql } = world;

  /** Where a text stands in any column of any table or view of ours. */
  const placesOf = async (text: string): Promise<string[]> => {
    const columns = await sql(`
      select c.relname::text as name, a.attname::text as col from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'internal'::regnamespace and c.relkind in ('r', 'm')`);
    const places: string[] = [];
    for (const { name, col } of columns) {
      const pattern = `(^|[^A-Za-z0-9_-])${text}($|[^A-Za-z0-9_-])`;
      const [row] = await sql(`select count(*)::text as hits from internal.${name} where ${col}::text ~ $1`, [
        pattern,
      ]);
      if (row?.hits !== '0') places.push(`${name}.${col}`);
    }
    return places.sort();
  };
  const erase = (user_id: string, changes: Record<string, unknown> = {}) =>
    call('erase_user', {
      user_id,
      salt,
      requested_by: 'admin-1',
      reason: 'asked for it',
      now,
      ...changes,
    }) as Promise<{
      proofId: string;
      counts: Record<string, number>;
      storageKeys: string[];
    }>;

  describe('erasure', () => {
    it('leaves no trace of a person in any table, and all of everybody else', async () => {
      const [user, other] = [someone(), someone()];
      await live(world, user, other);
      const before = await placesOf(other);
      // Every table in which a person can stand, so that this test cannot pass by forgetting one.
      const typed = await sql(`
        select distinct c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind = 'r' and a.atttypid in ('internal.person'::regtype, 'internal.mention'::regtype)`);
      const seen = new Set((await placesOf(user)).map((place) => place.split('.')[0]));
      const unseen = typed.map(({ name }) => name ?? '').filter((name) => !seen.has(name));
      expect(unseen).toEqual(['erasures']);
      expect(seen).toContain('leaderboards');

      const { counts, storageKeys } = await erase(user, { requested_by: user, reason: `asked by ${user}` });
      // What is worked out beforehand is read without the person from now on, and ends with the next refresh.
      expect(await placesOf(user)).toEqual(['leaderboards.user_id', 'still_shown.name']);
      expect(await call('show_without_erased', {})).toBe(2);
      expect(await placesOf(user)).toEqual([]);
      expect(await placesOf(other)).toEqual(before);
      expect(await call('show_without_erased', {})).toBe(0);
      expect(storageKeys.sort()).toEqual(['files/0', 'files/1']);
      expect(counts).toMatchObject({
        points_ledger: 1,
        achievements: 1,
        preferences: 1,
        // The other went with the line that says whom it names.
        reports: 1,
        report_people: 1,
        snapshots: 1,
      });
      expect(await call('ledger_entries', { user_id: other })).toHaveLength(1);
    });

    it('keeps the place of events, and what others were said to do', async () => {
      const [user, other] = [someone(), someone()];
      const read = () =>
        call('replay', { stream_prefix: '', from: 0, limit: 10_000 }) as Promise<
          { position: number; stream: string; type: string; data: Record<string, unknown> }[]
        >;
      await live(world, user, other);
      const before = await read();
      await erase(user);
      const after = await read();
      expect(after.map(({ position, type }) => [position, type])).toEqual(
        before.map(({ position, type }) => [position, type]),
      );
      const own = before
        .filter(({ stream }) => stream.startsWith(`user:${user}`))
        .map(({ position }) => position);
      const emptied = after.filter(({ position }) => own.includes(position));
      expect(emptied.length).toBeGreaterThan(3);
      for (const { stream, data } of emptied) {
        expect(stream).toMatch(/^user:erased-[0-9a-f]{32}/);
        expect(data).toEqual({});
      }
      const seen = after.filter(({ type }) => type === 'seen').at(-1)?.data;
      const alias = expect.stringMatching(/^erased-[0-9a-f]{32}$/);
      expect(seen).toEqual({
        subject: { kind: 'learner', id: alias, fullName: null },
        deep: [{ userId: alias }, { userIds: [alias, other] }],
        near: `${user}0`,
      });
      const othersEvents = before.filter(({ stream }) => stream === `user:${other}`);
      const mine = (events: typeof before) => events.map(({ data }) => data);
      expect(mine(after.filter(({ stream }) => stream === `user:${other}`))).toEqual(mine(othersEvents));
    });

    it('replaces an id that a service sent as a number, and no other number', async () => {
      const user_id = '4711';
      const data = { userId: 4711, points: 4711, list: [4711], text: '4711-a 4711' };
      const events = [{ type: 'seen', data }];
      await call('append_events', { stream: 'webhook:numbers', expected_version: null, events });
      await erase(user_id);
      const [event] = (await call('replay', { stream_prefix: 'webhook:numbers', from: 0 })) as {
        data: object;
      }[];
      expect(event?.data).toEqual({ ...data, userId: expect.stringMatching(/^erased-/) });
    });

    it('ends the sessions, which go on being refused', async () => {
      const [user_id, token_hash, family_id] = [someone(), someHash(), someone()];
      const token = { organization_id: null, roles: ['learner'], expires_at: now + hour };
      await call('save_refresh_token', { token_hash, family_id, user_id, ...token });
      await erase(user_id);
      expect(await call('consume_refresh_token', { token_hash, now })).toEqual({ outcome: 'unknown' });
      const { sessions } = (await call('revocations', { since: null, now })) as { sessions: unknown[] };
      expect(sessions).toContainEqual({ sessionId: family_id, expiresAt: now + hour });
    });

    it('can be proved by whoever knows the id and the salt, and by nobody else', async () => {
      const user_id = someone();
      const { proofId } = await erase(user_id);
      expect(await call('was_erased', { user_id, salt })).toMatchObject({
        proofId,
        erasedAt: now,
        reason: 'asked for it',
      });
      expect(await call('was_erased', { user_id, salt: 'another one of length' })).toBeNull();
      expect(await call('was_erased', { user_id: someone(), salt })).toBeNull();
    });

    it('is refused without a salt, a reason or an id', async () => {
      for (const wrong of [
        { salt: 'short' },
        { salt: null },
        { reason: '' },
        { user_id: '.*' },
        { requested_by: 'a b' },
      ]) {
        await expect(erase(someone(), wrong)).rejects.toMatchObject({ code: 'invalid' });
      }
    });

    it('opens the append-only tables for itself alone', async () => {
      const [user, other] = [someone(), someone()];
      await live(world, user, other);
      await erase(user);
      await expect(sql('delete from internal.points_ledger')).rejects.toThrow('append-only');
    });
  });

  describe('an export', () => {
    it('holds everything of a person and no hash', async () => {
      const [user, other] = [someone(), someone()];
      await live(world, user, other);
      const exported = (await call('export_user', { user_id: user })) as {
        tables: Record<string, object[]>;
        events: { type: string }[];
        mentions: { type: string }[];
      };
      expect(Object.keys(exported.tables)).toEqual(
        expect.arrayContaining([
          'achievements',
          'audit_log',
          'points_ledger',
          'preferences',
          'refresh_tokens',
          'reports',
        ]),
      );
      expect(exported.tables.points_ledger).toMatchObject([{ user_id: user, points: 100, reference: 'c-1' }]);
      expect(exported.tables.reports).toHaveLength(2);
      expect(exported.events.map(({ type }) => type)).toEqual([
        'points_awarded',
        'achievement_unlocked',
        'streak_freeze_used',
        'own',
      ]);
      expect(exported.mentions.map(({ type }) => type)).toContain('seen');
      const text = JSON.stringify(exported);
      expect(text).not.toMatch(/"[a-z_]*hash"/);
    });

    it('of somebody of whom nothing is kept is empty', async () => {
      const user_id = someone();
      expect(await call('export_user', { user_id })).toEqual({
        userId: user_id,
        tables: {},
        events: [],
        mentions: [],
      });
      await expect(call('export_user', { user_id: "' or true" })).rejects.toMatchObject({ code: 'invalid' });
    });
  });

  it('include that nothing is kept longer than it must be', async () => {
    const user = someone();
    const day = 24 * hour;
    const activity = (occurred_at: number) =>
      call('record_activity', { user_id: user, day: today, source: 'practice', occurred_at });
    await activity(now - 8 * day);
    await activity(now - 6 * day);
    const figure = {
      kind: 'learner',
      subject: user,
      organization_id: null,
      metric: 'a',
      version: 1,
      data: {},
      now,
    };
    await call('save_snapshot', { ...figure, day: '2025-01-01' });
    await call('save_snapshot', { ...figure, day: today });
    const organization_id = someone();
    const line = {
      actor_id: null,
      action: 'a',
      subject_kind: null,
      subject_id: null,
      organization_id,
      outcome: 'done',
    };
    await call('audit', { ...line, now: now - 400 * day });
    await call('audit', { ...line, now });
    const key_hash = someHash();
    await call('take_idempotency_key', {
      key_hash,
      request_hash: someHash(),
      user_id: null,
      now: now - hour,
    });
    const report = {
      report_id: someone(),
      type: 'learner',
      subject_id: user,
      organization_id,
      requested_by: user,
    };
    await call('create_report', {
      ...report,
      format: 'csv',
      parameters: {},
      now: now - 2 * day,
      expires_at: now - day,
    });
    await call('update_report', {
      report_id: report.report_id,
      changes: { status: 'ready', storageKey: 'files/old' },
    });

    const kept = { raw_activity_days: 7, snapshot_days: 365, audit_days: 365, now };
    expect(await call('apply_retention', kept)).toMatchObject({
      rawActivity: 1,
      snapshots: 1,
      audit: 1,
      idempotencyKeys: 1,
      storageKeys: expect.arrayContaining(['files/old']),
    });
    expect(await call('apply_retention', kept)).toMatchObject({
      rawActivity: 0,
      snapshots: 0,
      audit: 0,
      storageKeys: [],
    });
    expect(await call('audit_entries', { organization_id })).toHaveLength(1);
    expect(await call('activity_days', { user_id: user, since: null })).toHaveLength(1);
    await expect(call('apply_retention', { ...kept, audit_days: 0 })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});
