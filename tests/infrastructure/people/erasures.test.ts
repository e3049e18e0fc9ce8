/** Erasures that hold: exact, whatever is on its way, and seen at once. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { purgeOnErasure } from '../../../src/application/events/purge-on-erasure.ts';
import { OutboxRelay } from '../../../src/application/events/relay.ts';
import { makeRpcCohorts } from '../../../src/infrastructure/database/rpc-cohorts.ts';
import { MemoryEventBus } from '../../../src/infrastructure/events/memory-bus.ts';
import { knowingForgotten, writesAboutPeople } from '../../../src/infrastructure/people/knowing-forgotten.ts';
import { makeRpcPeople } from '../../../src/infrastructure/people/rpc-people.ts';
import { timed } from '../../fixtures/lateness.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';
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
} from '../database/schema-world.ts';

const salt = 'known to the application only';

const erasureOf = (userId: string, tags: readonly string[] = []) => ({
  userId,
  requestedBy: null,
  organizationId: 'org-1',
  reason: 'asked for',
  tags,
  now,
});

const awardTo = (user_id: string, reference = 'c-1', organization_id = 'org-1') => ({
  key_hash: someHash(),
  request_hash: someHash(),
  user_id,
  organization_id,
  source: 'course',
  reference,
  points: 100,
  occurred_at: now,
  day: today,
  now,
});

/** A call of every function that writes about people, about one person. */
function writesAbout(user: string): Record<string, Record<string, unknown>> {
  const org = { organization_id: 'org-1' };
  const day = { user_id: user, day: today };
  const event = { type: 'seen', data: { subject: { userId: user } } };
  const figure = { metric: 'a', version: 1, day: today };
  const report = { format: 'csv', parameters: {}, now, expires_at: now + hour };
  const peer = { userId: user, level: 'beginner', completedCourses: 0 };
  return {
    append_events: { stream: `user:${user}`, expected_version: null, events: [{ type: 'seen' }] },
    audit: {
      actor_id: null,
      action: 'a',
      subject_kind: 'person',
      subject_id: user,
      ...org,
      outcome: 'done',
      now,
    },
    audit_batch: {
      batch_id: randomUUID(),
      entries: [
        { actorId: 'other', action: 'a', outcome: 'done', detail: {}, occurredAt: now },
        { actorId: user, action: 'a', outcome: 'done', detail: {}, occurredAt: now },
      ],
    },
    award_points: awardTo(user),
    create_api_key: {
      key_hash: someHash(),
      name: 'a',
      ...org,
      scopes: ['a'],
      quota_per_hour: 1,
      created_by: user,
      now,
    },
    create_report: {
      report_id: someone(),
      type: 'learner',
      subject_id: user,
      ...org,
      requested_by: 'o',
      ...report,
    },
    note_accrual: { user_id: user, at: now },
    note_accruals: { user_ids: ['other', user], at: now },
    note_progress: {
      job_id: someone(),
      kind: 'a',
      state: 'done',
      done: 1,
      total: 1,
      now,
      data: { userId: user },
    },
    receive_delivery: { service: 'courses', delivery_hashes: [someHash()], event, now },
    receive_webhook: { service: 'courses', delivery_hash: someHash(), event, now },
    record_activity: { ...day, source: 'practice', occurred_at: now },
    record_entries: {
      entries: [{ userId: user, source: 'course', reference: 'c', points: 1, occurredAt: now }],
      ...org,
      zone: 'UTC',
    },
    save_members: { organization_id: someone(), zone: 'UTC', members: [{ userId: user }] },
    save_peer_figures: { ...org, round: 1, people: [peer] },
    save_report_schedule: {
      ...{ user_id: user, ...org, format: 'pdf', language: 'en', course_id: null, now },
      ...{ weekday: 1, hour: 7, zone: 'UTC', delivery: 'none' },
    },
    save_snapshot: { kind: 'learner', subject: user, ...org, ...figure, data: {}, now },
    save_snapshots: {
      snapshots: [
        { kind: 'trainer', subject: 'o', organizationId: 'org-1', ...figure, data: [{ userId: user }] },
      ],
      now,
    },
    save_some_members: { ...org, zone: 'UTC', round: 1, members: [{ userId: user }] },
    take_idempotency_key: { key_hash: someHash(), request_hash: someHash(), user_id: user, now },
    unlock_achievements: { user_id: user, achievements: [{ code: 'a', tier: 'bronze', earnedAt: now }] },
    update_preferences: { user_id: user, ...org, changes: {} },
    use_streak_freeze: { ...day, now },
  };
}

const board = ({ call }: SchemaWorld, organization_id: string, viewer_id: string) =>
  call('leaderboard_page', {
    organization_id,
    department_id: null,
    period: 'alltime',
    viewer_id,
    limit: 10,
  }) as Promise<{ entries: { rank: number; isYou: boolean }[]; you: unknown; participants: number }>;

onBoth('erasures', (world) => {
  const { call, sql } = world;
  const people = makeRpcPeople({ call }, salt);
  const careful = knowingForgotten({ call }, salt);

  describe('of an id that is a word', () => {
    it.each(['points', 'user', 'course', 'webhook', 'learner', 'org-1'])(
      '%s change nothing that only looks like it',
      async (word) => {
        const other = someone();
        await call('award_points', awardTo(other));
        const data = {
          subject: { userId: other },
          service: 'courses',
          text: `a ${word}`,
          [word]: word,
          list: [word],
        };
        const stream = 'webhook:courses';
        await call('append_events', { stream, expected_version: null, events: [{ type: 'seen', data }] });
        const key = { key_hash: someHash(), scopes: ['a'], quota_per_hour: 1, created_by: other, now };
        await call('create_api_key', { ...key, name: `of the ${word}`, organization_id: other });
        const rows = () =>
          sql(`select stream, data::text as data from internal.domain_events
            where type <> 'person_erased' order by position`);
        const before = await rows();
        await people.erase(erasureOf(word));
        expect(await rows()).toEqual(before);
        expect(await call('api_keys', { organization_id: other })).toMatchObject([
          { name: `of the ${word}` },
        ]);
        expect(await call('replay', { stream_prefix: `user:${other}`, from: 0 })).toHaveLength(1);
      },
    );

    it('know whether anything is kept under it, other than that somebody named it', async () => {
      const [user, named] = [someone(), someone()];
      expect(await people.keeps(user)).toBe(false);
      await call('audit', { ...writesAbout(named).audit, outcome: 'denied' });
      await call('receive_webhook', writesAbout(named).receive_webhook ?? {});
      expect(await people.keeps(named)).toBe(false);
      await call('award_points', awardTo(user));
      expect(await people.keeps(user)).toBe(true);
      await people.erase(erasureOf(user));
      // Asked for again it answers as it did.
      expect(await people.keeps(user)).toBe(true);
    });
  });

  describe('and what is written afterwards', () => {
    it('are known to every function that writes about people', async () => {
      const found = await sql(`
        select p.proname::text as name from pg_proc p
        where p.pronamespace = 'api'::regnamespace and 'salt' = any (p.proargnames)
          and exists (select from pg_proc i where i.pronamespace = 'internal'::regnamespace and i.proname = p.proname)`);
      expect(new Set(found.map(({ name }) => name))).toEqual(writesAboutPeople);
      expect(new Set(Object.keys(writesAbout('u')))).toEqual(writesAboutPeople);
    });

    it('are told of who was erased, refuse it whole, and take it again from who has come back', async () => {
      const user = someone();
      await people.erase(erasureOf(user));
      for (const [fn, args] of Object.entries(writesAbout(user)))
        await expect(careful.call(fn, args), fn).rejects.toMatchObject({ code: 'gone' });
      expect((await people.exportOf(user)).sections).toEqual({});
      await people.comeBack(user);
      for (const [fn, args] of Object.entries(writesAbout(user))) await careful.call(fn, args);
      expect(Object.keys((await people.exportOf(user)).sections).length).toBeGreaterThan(8);
    });
  });

  describe('and the caches of processes', () => {
    it('tell the relay what to forget, in the same transaction, and keep it nowhere', async () => {
      const user = someone();
      await call('award_points', awardTo(user));
      const tags = [`learner:${user}`, 'tenant:org-1'];
      const { proofId } = await people.erase(erasureOf(user, tags));
      // Nobody has done anything since: as after a process that was killed.
      const purged: unknown[] = [];
      const bus = new MemoryEventBus();
      purgeOnErasure(bus, { purge: async (...given) => void purged.push(given) });
      const relay = new OutboxRelay({
        ...{ rpc: { call }, bus, clock: stoppedClock(), logger: silentLogger },
        ...{ worker: 'w', batch: 1000 },
      });
      await relay.runOnce();
      expect(purged).toContainEqual([tags, 'private']);
      const times = purged.length;
      await relay.runOnce();
      expect(purged).toHaveLength(times);
      expect(await call('replay', { stream_prefix: `erasure:${proofId}`, from: 0 })).toMatchObject([
        { type: 'person_erased', data: {} },
      ]);
      const [left] = await sql('select count(*)::text as n from internal.outbox where aside is not null');
      expect(left?.n).toBe('0');
    });
  });

  describe('and what is worked out beforehand', () => {
    it('leave the person out of the leaderboard at once, for everybody', async () => {
      const org = someone();
      const [first, second, third] = [someone(), someone(), someone()];
      for (const [n, user] of [first, second, third].entries())
        for (let course = 0; course < 3 - n; course += 1)
          await call('award_points', awardTo(user, `c-${course}`, org));
      await call('refresh_leaderboards', {});
      expect(await board(world, org, third)).toMatchObject({ participants: 3, you: { rank: 3 } });
      await people.erase(erasureOf(first));
      const page = await board(world, org, third);
      expect(page).toMatchObject({ participants: 2, you: { rank: 2 }, entries: [{ rank: 1 }, { rank: 2 }] });
      // Also from who comes back: what is shown is of before.
      await people.comeBack(first);
      expect(await board(world, org, first)).toMatchObject({ participants: 2, you: null });
      await call('refresh_leaderboards', {});
      const { refreshedAt: _then, ...later } = (await board(world, org, third)) as { refreshedAt?: unknown };
      const { refreshedAt: _now, ...earlier } = page as { refreshedAt?: unknown };
      expect(later).toEqual(earlier);
    });

    it('leave the person out of the statistics of peers at once, as the next reading will', async () => {
      const organizationId = someone();
      const store = makeRpcCohorts({ call });
      const users = Array.from({ length: 7 }, someone);
      const figures = users.map((userId, n) => ({
        ...{ userId, level: 'beginner' as const, completedCourses: 0 },
        figures: {
          average_score: n === 3 ? null : n * 9,
          topics_per_week: n,
          completion_percent: n % 2 ? null : 50,
          practice_sessions: n > 4 ? 400 : 3,
          questions_asked: null,
        },
      }));
      await store.save(organizationId, 1, figures);
      await store.finish(organizationId, 1, now, {} as never);
      const standings = () =>
        Promise.all(
          users
            .slice(1)
            .flatMap((user_id) =>
              ['own', 'any', 'expert'].map((level) =>
                call('peer_standing', { organization_id: organizationId, user_id, level, since: now }),
              ),
            ),
        );
      const withAll = await standings();
      await people.erase(erasureOf(users[0] ?? ''));
      const atOnceWithout = await standings();
      expect(atOnceWithout).not.toEqual(withAll);
      await call('show_without_erased', {});
      const worked = (await standings()) as { inside: number; metrics: object }[];
      for (const [n, answer] of worked.entries())
        expect(atOnceWithout[n]).toMatchObject(answer.inside === 0 ? { inside: 0 } : answer);
    });
  });
});

onPostgres('erasures while others write', (world) => {
  const { call, sql } = world;
  const people = makeRpcPeople({ call }, salt);
  const careful = knowingForgotten({ call }, salt);

  it('are not undone by an award that was on its way', async () => {
    for (let round = 0; round < 8; round += 1) {
      const user = someone();
      await call('award_points', awardTo(user, 'c-0'));
      const awards = atOnce(12, (n) =>
        careful
          .call('award_points', awardTo(user, `c-${n + 1}`))
          .catch((error: { code: string }) => error.code),
      );
      await Promise.all([awards, people.erase(erasureOf(user))]);
      expect((await people.exportOf(user)).sections).toEqual({});
      expect(new Set((await awards).filter((answer) => typeof answer === 'string'))).not.toContain(
        'unavailable',
      );
    }
  });

  it('wait for a write that began before, and it is erased too', async () => {
    const user = someone();
    await sql('begin');
    await sql(`select api.note_accrual($1, ${now}, $2)`, [user, salt]);
    const erased = people.erase(erasureOf(user));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await sql('commit');
    await erased;
    expect((await people.exportOf(user)).sections).toEqual({});
  });

  it('are over before somebody who logs in meanwhile begins anew', async () => {
    const user = someone();
    await call('award_points', awardTo(user));
    await sql('begin');
    await sql(
      `select api.erase_person(user_id => $1, salt => $2, requested_by => null, organization_id => 'org-1',
        reason => 'asked for', now => ${now})`,
      [user, salt],
    );
    const back = call('come_back', { user_id: user, salt });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await sql('commit');
    expect(await back).toBe(true);
    expect(await careful.call('award_points', awardTo(user, 'c-2'))).toMatchObject({});
  });

  it('are not held up by a document that is nested too deep, or by a long list of others', async () => {
    const [user, other] = [someone(), someone()];
    const deep = `${'{"a":'.repeat(4000)}{"userId":"${user}","other":{"userId":"${other}"}}${'}'.repeat(4000)}`;
    const wide = { list: Array.from({ length: 20_000 }, (_, n) => ({ userId: `${other}-${n}`, points: n })) };
    wide.list.push({ userId: user, points: 1 });
    const event = `insert into internal.domain_events (id, stream, version, type, data, metadata, occurred_at)
      values (gen_random_uuid(), $1, 1, 'a', $2::jsonb, '{"correlationId": null, "causationId": null}', now())`;
    await sql(event, [`deep:${user}s`, deep]);
    await sql(event, [`wide:${user}s`, JSON.stringify(wide)]);
    const { ownMs } = await timed(() => people.erase(erasureOf(user)));
    expect(ownMs).toBeLessThan(5000);
    const rows = await sql('select data::text as data from internal.domain_events where stream in ($1, $2)', [
      `deep:${user}s`,
      `wide:${user}s`,
    ]);
    expect(rows).toHaveLength(2);
    for (const { data } of rows) {
      expect(data).not.toContain(`"${user}"`);
      expect(data).toContain(other);
    }
  });

  it('keep nobody waiting for what is worked out beforehand', async () => {
    const user = someone();
    await call('award_points', awardTo(user));
    await call('refresh_leaderboards', {});
    await sql('begin');
    // As long as somebody else computes it anew.
    await sql('refresh materialized view concurrently internal.leaderboards');
    const late = delay(30_000, 'late', { ref: false });
    const done = people
      .erase(erasureOf(user))
      .then(() => call('append_events', { stream: 'a', expected_version: null, events: [{ type: 'a' }] }));
    const first = await Promise.race([done, late]);
    await sql('commit');
    await done;
    expect(first).not.toBe('late');
  });
});
