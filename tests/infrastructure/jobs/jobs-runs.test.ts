import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JobRuns, RunKey } from '../../../src/application/ports/jobs.ts';
import { MemoryJobRuns } from '../../../src/infrastructure/jobs/memory-job-runs.ts';
import { makeRpcJobRuns, makeRpcOrganizations } from '../../../src/infrastructure/jobs/rpc-job-runs.ts';
import { now, onBoth, onPostgres, type SchemaWorld, someone } from '../database/schema-world.ts';

const name = 'of-a-test';
const key = (slot = someone()): RunKey => ({ name, slot, organizationId: null });
const long = 60_000;

/** A claim on a new run. */
async function begin(runs: JobRuns, of = key(), leaseMs = long) {
  const begun = await runs.begin(of, now, leaseMs);
  if (begun.outcome !== 'begun') throw new Error(`it was ${begun.outcome}`);
  return { of, ...begun };
}

/** What every keeper of runs promises. */
function promises(open: () => JobRuns): void {
  it('are noted once and begun once', async () => {
    const runs = open();
    const of = { name, slot: someone(), organizationId: 'org-1' };
    const queued = await runs.queue(of, now);
    expect(queued).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...of,
      state: 'queued',
      done: 0,
      total: null,
      attempts: 0,
      startedAt: null,
      finishedAt: null,
      failure: null,
      figures: {},
    });
    expect(await runs.queue(of, now + 1)).toEqual(queued);
    const { run, claim, cursor } = await begin(runs, of);
    expect(run).toEqual({ ...queued, state: 'running', attempts: 1, startedAt: now });
    expect(claim).toEqual({ id: queued.id, attempt: 1 });
    expect(cursor).toBeNull();
    const second = await runs.begin(of, now, long);
    expect(second).toMatchObject({ outcome: 'held', run: { id: queued.id } });
    if (second.outcome === 'held') expect(second.waitMs).toBeGreaterThan(long / 2);
  });

  it('are done once, with their figures', async () => {
    const runs = open();
    const { of, claim, run } = await begin(runs);
    expect(await runs.finish(claim, { state: 'done', figures: { kept: 3 } }, now + 5)).toBe(true);
    const done = { ...run, state: 'done', finishedAt: now + 5, figures: { kept: 3 } };
    expect(await runs.get(run.id)).toEqual(done);
    expect(await runs.begin(of, now + 9, long)).toEqual({ outcome: 'done', run: done });
    expect(await runs.finish(claim, { state: 'failed', failure: 'x' }, now)).toBe(false);
    expect(await runs.progress(claim, long, { done: 9, total: 9 })).toBe(false);
    expect(await runs.get(run.id)).toEqual(done);
  });

  it('go on from their cursor after a failure, and say what kind it was', async () => {
    const runs = open();
    const { of, claim, run } = await begin(runs);
    expect(await runs.progress(claim, long, { done: 2, total: 5, cursor: { after: 'b' } })).toBe(true);
    expect(await runs.progress(claim, long)).toBe(true);
    expect(await runs.progress(claim, long, { done: 3, total: 5 })).toBe(true);
    await runs.finish(claim, { state: 'queued', failure: 'x'.repeat(900) }, now + 1);
    expect(await runs.get(run.id)).toMatchObject({
      state: 'queued',
      done: 3,
      total: 5,
      finishedAt: null,
      failure: 'x'.repeat(500),
    });
    const again = await begin(runs, of);
    expect(again).toMatchObject({ cursor: { after: 'b' }, claim: { attempt: 2 } });
    await runs.finish(again.claim, { state: 'failed', failure: 'TypeError' }, now + 2);
    expect(await runs.get(run.id)).toMatchObject({ state: 'failed', finishedAt: now + 2 });
    const third = await begin(runs, of);
    expect(third.run).toMatchObject({ attempts: 3, finishedAt: null, startedAt: now });
    await runs.finish(third.claim, { state: 'done', figures: {} }, now + 3);
    expect(await runs.get(run.id)).toMatchObject({ state: 'done', failure: null });
  });

  it('of a dead process are taken over with their cursor, and the dead one changes nothing any more', async () => {
    const runs = open();
    const { of, claim: dead } = await begin(runs, key(), 60);
    await runs.progress(dead, 60, { done: 1, total: null, cursor: 'a' });
    await delay(120);
    const living = await begin(runs, of);
    expect(living).toMatchObject({ cursor: 'a', claim: { attempt: 2 } });
    expect(await runs.progress(dead, long, { done: 7, total: 7, cursor: 'z' })).toBe(false);
    expect(await runs.finish(dead, { state: 'done', figures: {} }, now)).toBe(false);
    expect(await runs.get(dead.id)).toMatchObject({ state: 'running', done: 1 });
  });

  it('stay with whoever says in time that they live', async () => {
    const runs = open();
    const { of, claim } = await begin(runs, key(), 1000);
    for (let n = 0; n < 4; n += 1) {
      await delay(300);
      expect(await runs.progress(claim, 1000)).toBe(true);
    }
    expect((await runs.begin(of, now, long)).outcome).toBe('held');
  });

  it('are listed newest first, and the newest of each job by name', async () => {
    const runs = open();
    const mine = `list-${randomUUID().replaceAll(/[^a-f]/g, '')}`;
    for (const n of [1, 2, 3]) await runs.queue({ name: mine, slot: `${n}`, organizationId: null }, now + n);
    expect((await runs.ofJob(mine, 2)).map(({ slot }) => slot)).toEqual(['3', '2']);
    const latest = await runs.latest();
    expect(latest.filter((run) => run.name === mine)).toMatchObject([{ slot: '3' }]);
    const names = latest.map((run) => run.name);
    expect(names).toEqual([...names].sort());
  });

  it('belong to one organization', async () => {
    const runs = open();
    const slot = someone();
    await runs.queue({ name, slot, organizationId: 'org-1' }, now);
    const other = runs.begin({ name, slot, organizationId: 'org-2' }, now, long);
    await expect(other).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are forgotten when they are old, but not while they go on', async () => {
    const runs = open();
    const old = await begin(runs);
    await runs.finish(old.claim, { state: 'done', figures: {} }, now);
    const running = await begin(runs);
    const young = await runs.queue(key(), now + 10);
    expect(await runs.prune(now + 5)).toBeGreaterThan(0);
    expect(await runs.get(old.run.id)).toBeNull();
    expect(await runs.get(running.run.id)).not.toBeNull();
    expect(await runs.get(young.id)).not.toBeNull();
  });
}

describe('runs in memory', () => {
  const runs = new MemoryJobRuns({ now: () => performance.now() }, { uuid: randomUUID });
  promises(() => runs);
});

onBoth('runs in the database', (world: SchemaWorld) => {
  promises(() => makeRpcJobRuns(world));

  it.each([{ name: 'No Name' }, { slot: '' }, { lease_ms: 0 }, { now: null }, { organization_id: '' }])(
    'are refused with %j',
    async (wrong) => {
      const good = { name, slot: someone(), organization_id: null, now, lease_ms: long };
      await expect(world.call('begin_job_run', { ...good, ...wrong })).rejects.toMatchObject({
        code: 'invalid',
      });
    },
  );

  it('refuse an end that says neither what was done nor what failed', async () => {
    const { claim } = await begin(makeRpcJobRuns(world));
    const end = { id: claim.id, attempt: claim.attempt, now };
    for (const wrong of [
      { state: 'done', failure: 'x' },
      { state: 'failed' },
      { state: 'running', failure: 'x' },
    ]) {
      await expect(world.call('finish_job_run', { ...end, ...wrong })).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });

  it('say nothing of a person who was erased', async () => {
    const runs = makeRpcJobRuns(world);
    const user = someone();
    const { claim, of } = await begin(runs, key(), 1);
    await runs.progress(claim, 1, { done: 1, total: null, cursor: `learner:${user}` });
    await world.call('erase_user', {
      user_id: user,
      salt: 'known to the application only',
      requested_by: 'admin-1',
      reason: 'asked for it',
      now,
    });
    const [row] = await world.sql('select cursor::text as cursor from internal.job_runs where slot = $1', [
      of.slot,
    ]);
    // Work that stood there goes on from the first learner.
    expect(row?.cursor).toBe('"learner:"');
  });

  it('forget where they stood when they are done', async () => {
    const runs = makeRpcJobRuns(world);
    const { claim, of } = await begin(runs, key());
    await runs.progress(claim, long, { done: 1, total: 1, cursor: `learner:${someone()}` });
    await runs.finish(claim, { state: 'done', figures: {} }, now);
    const [row] = await world.sql('select cursor::text as cursor from internal.job_runs where slot = $1', [
      of.slot,
    ]);
    expect(row).toEqual({ cursor: null });
  });

  it('find organizations page by page, in the order of their ids', async () => {
    const organizations = makeRpcOrganizations(world);
    const ids = ['B', 'a', 'b-1', 'b_1'].map((id) => `${id}-${someone()}`);
    for (const organization_id of ids) {
      await world.call('save_members', { organization_id, zone: 'Asia/Tokyo', members: [] });
    }
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await organizations.page(after, 2);
      if (page.length === 0) break;
      found.push(...page.map(({ organizationId }) => organizationId));
      expect(page.every(({ zone }) => zone === 'Asia/Tokyo')).toBe(true);
      after = found.at(-1) ?? null;
    }
    expect(found).toEqual([...ids].sort());
  });
});

onPostgres('fifty processes at once', (world) => {
  it('begin one run once', async () => {
    const runs = makeRpcJobRuns(world);
    const of = key();
    const begun = await Promise.all(Array.from({ length: 50 }, () => runs.begin(of, now, long)));
    expect(begun.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
    expect(begun.filter(({ outcome }) => outcome === 'held')).toHaveLength(49);
  });

  it('take a dead one over once', async () => {
    const runs = makeRpcJobRuns(world);
    const { of } = await begin(runs, key(), 1);
    await delay(20);
    const taken = await Promise.all(Array.from({ length: 50 }, () => runs.begin(of, now, long)));
    expect(taken.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
  });
});
