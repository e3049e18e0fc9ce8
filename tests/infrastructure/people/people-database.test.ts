/** People over the database: through the adapters, and in SQL where the tables are what is promised. */
import { describe, expect, it } from 'vitest';
import { makeApplyRetention, usualRetention } from '../../../src/application/people/apply-retention.ts';
import { makeRpcAudit } from '../../../src/infrastructure/people/rpc-audit.ts';
import { makeRpcPeople } from '../../../src/infrastructure/people/rpc-people.ts';
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
const day = 24 * hour;
const iso = (at: number) => new Date(at).toISOString();

const erasureOf = (userId: string, requestedBy: string | null = userId) => ({
  userId,
  requestedBy,
  organizationId: 'org-1',
  reason: 'asked for by the person',
  tags: [],
  now,
});

const earn = ({ call }: SchemaWorld, user: string, reference = 'c-1') =>
  call('record_entries', {
    entries: [{ userId: user, source: 'course', reference, points: 100, occurredAt: now }],
    organization_id: 'org-1',
    zone: 'UTC',
  });

async function readyReport({ call }: SchemaWorld, user: string, expiresAt: number): Promise<string> {
  const report_id = someone();
  const storageKey = `files/${someHash()}`;
  await call('create_report', {
    report_id,
    type: 'learner',
    subject_id: user,
    organization_id: 'org-1',
    requested_by: user,
    format: 'pdf',
    parameters: {},
    now: expiresAt - day,
    expires_at: expiresAt,
  });
  await call('update_report', { report_id, changes: { status: 'ready', storageKey } });
  return storageKey;
}

onBoth('people', (world) => {
  const { call, sql } = world;
  const people = makeRpcPeople({ call }, salt);
  const audit = makeRpcAudit({ call });

  describe('an export', () => {
    it('names things as the contract does, with ISO instants, the same each time', async () => {
      const user = someone();
      await earn(world, user, 'c-2');
      await earn(world, user, 'c-1');
      await call('unlock_achievements', {
        user_id: user,
        achievements: [{ code: 'first_course', tier: 'bronze', earnedAt: now }],
      });
      await call('take_idempotency_key', {
        key_hash: someHash(),
        request_hash: someHash(),
        user_id: user,
        now,
      });
      const storageKey = await readyReport(world, user, now + day);
      const exported = await people.exportOf(user);
      expect(exported.sections.pointsLedger).toMatchObject([
        { userId: user, organizationId: 'org-1', points: 100, occurredAt: iso(now), day: today },
        { userId: user },
      ]);
      expect(exported.sections.achievements).toMatchObject([{ code: 'first_course', earnedAt: iso(now) }]);
      expect(exported.events).toMatchObject([
        { type: 'achievement_unlocked', data: { earnedAt: iso(now) }, occurredAt: iso(now) },
      ]);
      const text = JSON.stringify(exported);
      expect(text).not.toMatch(/hash-|Hash"|"[a-z]+_[a-z_]+":/);
      expect(text).not.toContain(storageKey);
      expect(JSON.stringify(await people.exportOf(user))).toBe(text);
    });

    it('of somebody of whom nothing is kept has no sections', async () => {
      expect(await people.exportOf(someone())).toEqual({ sections: {}, events: [], mentions: [] });
    });
  });

  describe('an erasure', () => {
    it('is proved, on record without the person, and answers the same the second time', async () => {
      const user = someone();
      await earn(world, user);
      const first = await people.erase(erasureOf(user));
      expect(first).toEqual({ proofId: expect.any(String), erasedAt: now });
      expect(await people.erase({ ...erasureOf(user, 'admin-1'), now: now + hour })).toEqual(first);
      expect((await people.exportOf(user)).sections).toEqual({});
      const rows = await sql('select count(*)::text as n from internal.erasures where id::text = $1', [
        first.proofId,
      ]);
      expect(rows).toEqual([{ n: '1' }]);
      const lines = await audit.page('org-1', { before: null, limit: 2 });
      expect(lines).toMatchObject([
        {
          actorId: 'admin-1',
          action: 'person.erase',
          subjectId: null,
          outcome: 'done',
          detail: { proofId: first.proofId, byThemselves: false },
        },
        { actorId: null, detail: { byThemselves: true }, occurredAt: now, requestId: null },
      ]);
    });

    it('of what has come since is another one with a proof of its own', async () => {
      const user = someone();
      const first = await people.erase(erasureOf(user));
      await earn(world, user);
      const second = await people.erase({ ...erasureOf(user), now: now + hour });
      expect(second.proofId).not.toBe(first.proofId);
      expect(second.erasedAt).toBe(now + hour);
      expect((await people.exportOf(user)).sections).toEqual({});
    });

    it('is nothing at all when a part of it fails', async () => {
      const user = someone();
      await earn(world, user);
      await expect(people.erase({ ...erasureOf(user), reason: '' })).rejects.toMatchObject({
        code: 'invalid',
      });
      // The very last step is refused.
      await sql(
        `alter table internal.audit_log add constraint refusing check (organization_id <> 'refused')`,
      );
      const late = { ...erasureOf(user), organizationId: 'refused' };
      await expect(people.erase(late)).rejects.toMatchObject({ code: 'invalid' });
      await sql('alter table internal.audit_log drop constraint refusing');
      expect((await people.exportOf(user)).sections.pointsLedger).toHaveLength(1);
      expect(await people.among([user])).toEqual(new Set());
    });

    it('keeps the names of files until they are deleted', async () => {
      const user = someone();
      const storageKey = await readyReport(world, user, now + day);
      await people.erase(erasureOf(user));
      expect(await call('files_to_delete', {})).toContain(storageKey);
      expect(await call('files_deleted', { storage_keys: [storageKey] })).toBe(1);
      expect(await call('files_to_delete', {})).not.toContain(storageKey);
    });

    it('takes the ids of erased people out of the audit log', async () => {
      const [user, organization_id] = [someone(), someone()];
      const line = { action: 'data.read', subject_kind: 'person', outcome: 'done', now };
      await call('audit', {
        ...line,
        organization_id,
        actor_id: user,
        subject_id: 'u-9',
        request_id: user,
        detail: { userId: user },
      });
      await people.erase(erasureOf(user));
      expect(await audit.page(organization_id, { before: null, limit: 9 })).toMatchObject([
        { actorId: null, subjectId: 'u-9', requestId: null, detail: { userId: null } },
      ]);
    });
  });

  describe('the forgotten', () => {
    it('are those who were erased until they come back, and nobody can read who they are', async () => {
      const [user, other] = [someone(), someone()];
      await people.erase(erasureOf(user));
      expect(await people.among([other, user, user])).toEqual(new Set([user]));
      expect(await people.among([])).toEqual(new Set());
      expect(await makeRpcPeople({ call }, 'another salt of length').among([user])).toEqual(new Set());
      await people.comeBack(user);
      expect(await people.among([user])).toEqual(new Set());
    });

    it('are erased again when something was written about them meanwhile, and others are not', async () => {
      const [user, other] = [someone(), someone()];
      await people.erase(erasureOf(user));
      await earn(world, user);
      await earn(world, other);
      expect(await call('forgotten_here', { salt })).toEqual([user]);
      expect(await call('forget_again', { user_id: other, salt, now })).toBe(false);
      expect(await call('forget_again', { user_id: user, salt, now })).toBe(true);
      expect((await people.exportOf(user)).sections).toEqual({});
      expect((await people.exportOf(other)).sections.pointsLedger).toHaveLength(1);
      expect(await call('forgotten_here', { salt })).toEqual([]);
    });

    it('get no refresh token from a session that ended with the erasure', async () => {
      const [user_id, family_id] = [someone(), someone()];
      const token = { family_id, user_id, organization_id: null, roles: ['learner'], expires_at: now + hour };
      await call('save_refresh_token', { ...token, token_hash: someHash() });
      await people.erase(erasureOf(user_id));
      expect(await call('save_refresh_token', { ...token, token_hash: someHash() })).toBe(true);
      expect((await people.exportOf(user_id)).sections).toEqual({});
    });
  });

  describe('retention', () => {
    it('deletes what is older than it is kept, a few rows at a time, and nothing else', async () => {
      const user = someone();
      const organization_id = someone();
      const activity = (age: number) =>
        call('record_activity', { user_id: user, day: today, source: 'practice', occurred_at: now - age });
      for (let hours = 0; hours < 12; hours += 1) await activity(8 * day + hours * hour);
      await activity(6 * day);
      const figure = {
        kind: 'learner',
        subject: user,
        organization_id,
        metric: 'a',
        version: 1,
        data: {},
        now,
      };
      await call('save_snapshot', { ...figure, day: '2024-03-09' });
      await call('save_snapshot', { ...figure, day: '2024-03-11' });
      const line = { actor_id: null, action: 'a', subject_kind: null, subject_id: null, outcome: 'done' };
      await call('audit', { ...line, organization_id, now: now - 3651 * day });
      await call('audit', { ...line, organization_id, now: now - 3649 * day });
      const storageKey = await readyReport(world, user, now - hour);
      let steps = 0;
      const deleted: string[] = [];
      const counted = makeApplyRetention({
        rpc: {
          call: (fn, args) => {
            if (fn === 'apply_retention_step') steps += 1;
            return call(fn, args);
          },
        },
        salt,
        deleteFile: async (key) => void deleted.push(key),
        batch: 5,
      });
      const figures = await counted(now, usualRetention);
      expect(figures).toMatchObject({ rawActivity: 12, snapshots: 1, audit: 1, reports: 1 });
      expect(figures.files).toBe(deleted.length);
      expect(steps).toBe(3);
      expect(deleted).toContain(storageKey);
      const { sections } = await people.exportOf(user);
      expect(sections.rawActivity).toHaveLength(1);
      expect(sections.snapshots).toMatchObject([{ day: '2024-03-11' }]);
      expect(await audit.page(organization_id, { before: null, limit: 9 })).toHaveLength(1);
      expect(await counted(now, usualRetention)).toMatchObject({ rawActivity: 0, audit: 0, files: 0 });
    });

    it('is refused without days', async () => {
      const apply = makeApplyRetention({ rpc: { call }, salt });
      for (const wrong of [{ rawActivityDays: 0 }, { snapshotDays: 0 }, { auditDays: -1 }])
        await expect(apply(now, { ...usualRetention, ...wrong })).rejects.toMatchObject({ code: 'invalid' });
    });
  });
});

onPostgres('many at once', (world) => {
  it('of one person are one erasure: one proof, and nothing is left', async () => {
    const people = makeRpcPeople({ call: world.call }, salt);
    const user = someone();
    for (const reference of ['c-1', 'c-2', 'c-3']) await earn(world, user, reference);
    const answers = await atOnce(12, () => people.erase(erasureOf(user)));
    expect(new Set(answers.map(({ proofId }) => proofId)).size).toBe(1);
    expect((await people.exportOf(user)).sections).toEqual({});
  });

  it('of different people, who earn meanwhile, block nobody and leave all others whole', async () => {
    const people = makeRpcPeople({ call: world.call }, salt);
    const [gone, staying] = [await atOnce(8, async () => someone()), await atOnce(8, async () => someone())];
    for (const user of [...gone, ...staying]) await earn(world, user);
    await Promise.all([
      ...gone.map((user) => people.erase(erasureOf(user))),
      ...staying.map((user) => earn(world, user, 'c-2')),
    ]);
    for (const user of gone) expect((await people.exportOf(user)).sections).toEqual({});
    for (const user of staying) expect((await people.exportOf(user)).sections.pointsLedger).toHaveLength(2);
  });
});
