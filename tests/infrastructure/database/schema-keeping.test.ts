import { describe, expect, it } from 'vitest';
import { atOnce, hour, now, onBoth, onPostgres, someHash, someone, today } from './schema-world.ts';

onBoth('what is kept', ({ call, sql }) => {
  describe('a snapshot', () => {
    const save = (subject: string, changes: Record<string, unknown> = {}) =>
      call('save_snapshot', {
        kind: 'learner',
        subject,
        organization_id: 'org-1',
        day: today,
        metric: 'learner.velocity',
        version: 1,
        data: { pace: 2 },
        now,
        ...changes,
      });
    const about = (subject: string) => ({ kind: 'learner', subject, metric: 'learner.velocity' });

    it('is the last that was saved on its day', async () => {
      const user = someone();
      expect(await save(user)).toBe(true);
      expect(await save(user, { data: { pace: 3 }, now: now + 1 })).toBe(true);
      expect(await save(user, { data: { pace: 1 } })).toBe(false);
      const latest = { day: today, version: 1, data: { pace: 3 }, savedAt: now + 1 };
      expect(await call('latest_snapshot', about(user))).toEqual(latest);
    });

    it('stands in a history by day, of one definition or of all', async () => {
      const user = someone();
      await save(user, { day: '2026-03-08' });
      await save(user, { version: 2 });
      await save(user);
      const range = { ...about(user), first_day: '2026-03-08', last_day: today };
      const history = (await call('snapshots', range)) as { day: string; version: number }[];
      expect(history.map(({ day, version }) => [day, version])).toEqual([
        ['2026-03-08', 1],
        [today, 1],
        [today, 2],
      ]);
      expect(await call('snapshots', { ...range, version: 2 })).toHaveLength(1);
      expect(await call('snapshots', { ...range, last_day: '2026-03-09' })).toHaveLength(1);
      expect(await call('latest_snapshot', { ...about(user), version: 1 })).toMatchObject({
        day: today,
        version: 1,
      });
      expect(await call('latest_snapshot', about(someone()))).toBeNull();
    });

    it.each([
      { kind: 'planet' },
      { metric: 'No Metric' },
      { version: 0 },
      { data: null },
      { subject: '' },
      { day: null },
    ])('is refused with %j', async (wrong) => {
      await expect(save(someone(), wrong)).rejects.toMatchObject({ code: 'invalid' });
    });
  });

  describe('the audit log', () => {
    const audit = (changes: Record<string, unknown>) =>
      call('audit', {
        actor_id: 'u-1',
        action: 'report.created',
        subject_kind: 'learner',
        subject_id: 'u-2',
        organization_id: 'org-1',
        outcome: 'done',
        now,
        ...changes,
      });

    it('tells who did what, newest first, page by page', async () => {
      const organization_id = someone();
      for (const n of [1, 2, 3]) await audit({ organization_id, detail: { n }, request_id: `r-${n}` });
      await audit({ organization_id: someone(), actor_id: null });
      const read = (args: object) =>
        call('audit_entries', { organization_id, ...args }) as Promise<{ id: number }[]>;
      const all = await read({});
      expect(all).toMatchObject([
        {
          actorId: 'u-1',
          subjectId: 'u-2',
          occurredAt: now,
          outcome: 'done',
          requestId: 'r-3',
          detail: { n: 3 },
        },
        { detail: { n: 2 } },
        { detail: { n: 1 } },
      ]);
      expect(await read({ limit: 1 })).toEqual(all.slice(0, 1));
      expect(await read({ before_id: all[1]?.id })).toEqual(all.slice(2));
    });

    it.each([
      { outcome: 'perhaps' },
      { action: 'Did It' },
      { actor_id: 'a b' },
      { now: null },
      { detail: [] },
    ])('refuses %j', async (wrong) => {
      await expect(audit(wrong)).rejects.toMatchObject({ code: 'invalid' });
    });

    it.each([
      "update internal.audit_log set outcome = 'done'",
      'delete from internal.audit_log',
      'truncate internal.audit_log',
    ])('cannot be changed: %s', async (statement) => {
      await audit({});
      await expect(sql(statement)).rejects.toThrow('append-only');
    });
  });

  describe('a key of a machine', () => {
    const make = (changes: Record<string, unknown> = {}) =>
      call('create_api_key', {
        key_hash: someHash(),
        name: 'grading',
        organization_id: 'org-1',
        scopes: ['points:write'],
        quota_per_hour: 2,
        created_by: 'u-1',
        now,
        ...changes,
      }) as Promise<{ id: string }>;
    const use = (key_hash: string, at = now) => call('use_api_key', { key_hash, now: at });

    it('opens what its scopes say, is counted, and shows no hash', async () => {
      const key_hash = someHash();
      const made = await make({ key_hash });
      expect(made).toEqual({
        id: expect.any(String),
        name: 'grading',
        organizationId: 'org-1',
        scopes: ['points:write'],
        quotaPerHour: 2,
        createdBy: 'u-1',
        createdAt: now,
        rotatedAt: null,
        lastUsedAt: null,
        revokedAt: null,
      });
      expect(await use(key_hash)).toMatchObject({
        isWithinQuota: true,
        lastUsedAt: now,
        quotaResetsAt: now + hour,
      });
      expect(await use(key_hash)).toMatchObject({ isWithinQuota: true });
      expect(await use(key_hash)).toMatchObject({ isWithinQuota: false });
      expect(await use(key_hash, now + hour)).toMatchObject({ isWithinQuota: true });
      expect(await use(someHash())).toBeNull();
    });

    it('is followed by another: both work for a while, then the new one', async () => {
      const [former, next] = [someHash(), someHash()];
      const { id } = await make({ key_hash: former, quota_per_hour: 100 });
      await call('rotate_api_key', { id, key_hash: next, now, overlap_seconds: 60 });
      expect(await use(former, now + 59_000)).toMatchObject({ id, rotatedAt: now });
      expect(await use(former, now + 60_000)).toBeNull();
      expect(await use(next, now + 60_000)).toMatchObject({ id });
    });

    it('stops when it is revoked, and cannot be rotated any more', async () => {
      const key_hash = someHash();
      const organization_id = someone();
      const { id } = await make({ key_hash, organization_id });
      await call('revoke_api_key', { id, now });
      expect(await use(key_hash)).toBeNull();
      expect(await call('api_keys', { organization_id })).toMatchObject([{ id, revokedAt: now }]);
      await expect(call('rotate_api_key', { id, key_hash: someHash(), now })).rejects.toMatchObject({
        code: 'not_found',
      });
      const nobody = '00000000-0000-4000-8000-000000000000';
      await expect(call('revoke_api_key', { id: nobody, now })).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is one of its kind and well-formed', async () => {
      const key_hash = someHash();
      await make({ key_hash });
      await expect(make({ key_hash })).rejects.toMatchObject({ code: 'conflict' });
      for (const wrong of [{ key_hash: 'plain' }, { scopes: [] }, { quota_per_hour: 0 }, { name: '' }]) {
        await expect(make(wrong)).rejects.toMatchObject({ code: 'invalid' });
      }
    });
  });

  it('of a message is that it came: it is taken once, with its event', async () => {
    const delivery_hash = someHash();
    const receive = (service: string) =>
      call('receive_webhook', { service, delivery_hash, event: { type: 'course_changed' }, now });
    expect(await receive('courses')).toBe(true);
    expect(await receive('courses')).toBe(false);
    expect(await receive('skills')).toBe(true);
    expect(await call('replay', { stream_prefix: 'webhook:courses', from: 0 })).toMatchObject([
      { type: 'course_changed', version: 1 },
    ]);
    await expect(receive('Courses!')).rejects.toMatchObject({ code: 'invalid' });
    const silent = { service: 'devlab', delivery_hash, event: null, now };
    expect(await call('receive_webhook', silent)).toBe(true);
    expect(await call('replay', { stream_prefix: 'webhook:devlab', from: 0 })).toEqual([]);
    const wrong = call('receive_webhook', { ...silent, service: 'rag', event: {} });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid' });
    expect(await call('receive_webhook', { ...silent, service: 'rag' })).toBe(true);
  });

  it('of a model is every version, of which one predicts', async () => {
    const register = (version: string, data: unknown = { auc: 0.7 }) =>
      call('register_model', { model_id: 'drop-off', version, data, now });
    const activate = (version: string) => call('activate_model', { model_id: 'drop-off', version, now });
    const active = () => call('models', { model_id: 'drop-off', only_active: true });
    await register('1');
    await register('1');
    await register('2');
    await expect(register('1', { auc: 0.9 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(register('one version')).rejects.toMatchObject({ code: 'invalid' });
    expect(await active()).toEqual([]);
    await activate('1');
    await activate('2');
    expect(await active()).toEqual([
      {
        modelId: 'drop-off',
        version: '2',
        isActive: true,
        data: { auc: 0.7 },
        registeredAt: now,
        activatedAt: now,
      },
    ]);
    await expect(activate('3')).rejects.toMatchObject({ code: 'not_found' });
    expect(await call('models', {})).toHaveLength(2);
    await expect(sql('update internal.model_registry set is_active = true')).rejects.toMatchObject({
      code: '23505',
    });
  });

  describe('a report', () => {
    const order = async (changes: Record<string, unknown> = {}) => {
      const report_id = someone();
      await call('create_report', {
        report_id,
        type: 'learner',
        subject_id: 'u-2',
        organization_id: 'org-1',
        requested_by: 'u-1',
        format: 'pdf',
        parameters: { startDate: today },
        now,
        expires_at: now + 24 * hour,
        ...changes,
      });
      return report_id;
    };
    const update = (report_id: string, changes: unknown) => call('update_report', { report_id, changes });

    it('is queued, made and fetched once per grant', async () => {
      const report_id = await order();
      const token_hash = someHash();
      const grant = () => call('grant_download', { report_id, token_hash, expires_at: now + hour });
      const redeem = (at = now, hash = token_hash) =>
        call('redeem_download', { report_id, token_hash: hash, now: at });
      await expect(grant()).rejects.toMatchObject({ code: 'not_found' });
      await update(report_id, { status: 'running' });
      const made = { status: 'ready', storageKey: 'files/1', inputDigest: 'abc', asOf: now };
      expect(await update(report_id, made)).toMatchObject({
        reportId: report_id,
        ...made,
        requestedBy: 'u-1',
      });
      await grant();
      expect(await redeem(now, someHash())).toBeNull();
      expect(await redeem(now + hour)).toBeNull();
      expect(await redeem()).toMatchObject({ storageKey: 'files/1' });
      expect(await redeem()).toBeNull();
    });

    it('does not change when it is finished, and is gone when it is deleted', async () => {
      const report_id = await order();
      await update(report_id, { status: 'failed', failure: 'x'.repeat(900) });
      await expect(update(report_id, { status: 'running' })).rejects.toMatchObject({ code: 'conflict' });
      expect(await call('delete_report', { report_id })).toEqual({ deleted: true, storageKey: null });
      expect(await call('delete_report', { report_id })).toEqual({ deleted: false, storageKey: null });
      expect(await call('get_report', { report_id })).toBeNull();
      await expect(update(report_id, {})).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is refused when it is not well-formed', async () => {
      const report_id = await order();
      await expect(order({ report_id })).rejects.toMatchObject({ code: 'conflict' });
      for (const wrong of [
        { format: 'doc' },
        { type: 'planet' },
        { expires_at: now },
        { requested_by: null },
      ]) {
        await expect(order(wrong)).rejects.toMatchObject({ code: 'invalid' });
      }
      for (const wrong of [
        { status: 'ready' },
        { status: 'lost' },
        { format: 'csv' },
        { asOf: 'noon' },
        null,
      ]) {
        await expect(update(report_id, wrong)).rejects.toMatchObject({ code: 'invalid' });
      }
    });
  });

  it('of long work is how far it is, and never less than was known later', async () => {
    const job_id = someone();
    const note = (done: number, at: number, changes: Record<string, unknown> = {}) =>
      call('note_progress', {
        job_id,
        kind: 'report',
        state: 'running',
        done,
        total: 10,
        now: at,
        ...changes,
      });
    expect(await note(5, now + 1)).toBe(true);
    expect(await note(4, now)).toBe(false);
    expect(await call('job_progress', { job_id })).toEqual({
      jobId: job_id,
      kind: 'report',
      state: 'running',
      done: 5,
      total: 10,
      data: {},
      updatedAt: now + 1,
    });
    expect(await call('job_progress', { job_id: someone() })).toBeNull();
    await expect(note(11, now + 2)).rejects.toMatchObject({ code: 'invalid' });
    expect(await note(11, now + 2, { total: null })).toBe(true);
  });
});

onPostgres('fifty at once', ({ call }) => {
  it('redeem one grant once, take one message once and count every use of a key', async () => {
    const report_id = someone();
    const [token_hash, delivery_hash, key_hash] = [someHash(), someHash(), someHash()];
    const report = {
      subject_id: 'u-2',
      organization_id: null,
      requested_by: 'u-1',
      format: 'csv',
      parameters: {},
    };
    await call('create_report', { report_id, type: 'learner', ...report, now, expires_at: now + hour });
    await call('update_report', { report_id, changes: { status: 'ready', storageKey: 'f' } });
    await call('grant_download', { report_id, token_hash, expires_at: now + hour });
    const redeemed = await atOnce(50, () => call('redeem_download', { report_id, token_hash, now }));
    expect(redeemed.filter((answer) => answer !== null)).toHaveLength(1);

    const message = { service: 'courses', delivery_hash, event: { type: 'x' }, now };
    const taken = await atOnce(50, () => call('receive_webhook', message));
    expect(taken.filter((answer) => answer === true)).toHaveLength(1);

    const key = {
      key_hash,
      name: 'k',
      organization_id: null,
      scopes: ['a'],
      quota_per_hour: 20,
      created_by: null,
    };
    await call('create_api_key', { ...key, now });
    const uses = (await atOnce(50, () => call('use_api_key', { key_hash, now }))) as {
      isWithinQuota: boolean;
    }[];
    expect(uses.filter(({ isWithinQuota }) => isWithinQuota)).toHaveLength(20);
  });
});
