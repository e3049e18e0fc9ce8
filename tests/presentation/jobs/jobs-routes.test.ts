import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { jobsOf } from '../../../src/application/jobs/registry.ts';
import { makeRunJob } from '../../../src/application/jobs/run-job.ts';
import type { JobRuns } from '../../../src/application/ports/jobs.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import type { Role } from '../../../src/domain/identity/roles.ts';
import { MemoryJobRuns } from '../../../src/infrastructure/jobs/memory-job-runs.ts';
import { makeRunNow } from '../../../src/infrastructure/jobs/run-now-queue.ts';
import { jobRoutes, makeCronRouter } from '../../../src/presentation/http/job-routes.ts';
import { makeRateLimiter } from '../../../src/presentation/http/rate-limits.ts';
import { type TestJob, testJob } from '../../application/jobs/jobs-fixture.ts';
import { appWith, plentyOfRequests, viewer } from '../../fixtures/app.ts';
import { timed } from '../../fixtures/lateness.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const secret = 'a secret of the tests, long enough';

function appFor(runs: Pick<JobRuns, 'get' | 'latest'>, roles: readonly Role[], organizationId = 'org-1') {
  const authenticator = {
    verifyCached: () => undefined,
    verify: async () => ({ ...viewer, roles, organizationId }),
  };
  return appWith(jobRoutes(runs), { authenticator });
}

describe('GET /jobs/:id', () => {
  const runs = new MemoryJobRuns(clock, { uuid: randomUUID });
  const of = (organizationId: string | null) =>
    runs.queue({ name: 'snapshots', slot: `2026-03-10/${organizationId}`, organizationId }, clock.now());
  const ask = (app: ReturnType<typeof appFor>, id: string) =>
    request(app).get(`/api/v1/jobs/${id}`).set('Authorization', 'Bearer x');

  it('tells how far a run is', async () => {
    const { id } = await of('org-1');
    const key = { name: 'snapshots', slot: '2026-03-10/org-1', organizationId: 'org-1' };
    const begun = await runs.begin(key, clock.now(), 1000);
    if (begun.outcome === 'begun')
      await runs.progress(begun.claim, 1000, { done: 3, total: 9, cursor: 'u-3' });
    const { body } = await ask(appFor(runs, ['admin']), id).expect(200);
    expect(body.data).toEqual({
      id,
      name: 'snapshots',
      state: 'running',
      done: 3,
      total: 9,
      startedAt: '2026-03-10T12:00:00.000Z',
      finishedAt: null,
      attempts: 1,
      failure: null,
    });
  });

  it.each<[Role, string | null, number]>([
    ['admin', 'org-1', 200],
    ['admin', 'org-2', 200],
    ['admin', null, 200],
    ['org_admin', 'org-1', 200],
    ['org_admin', 'org-2', 404],
    ['org_admin', null, 404],
    ['trainer', 'org-1', 404],
    ['learner', 'org-1', 404],
  ])('answers %s of org-1 about a run of %s with %d', async (role, organizationId, status) => {
    const { id } = await of(organizationId);
    await ask(appFor(runs, [role]), id).expect(status);
  });

  it('knows no run that is not there, and asks nobody about what is no id of a run', async () => {
    const silent: Pick<JobRuns, 'get' | 'latest'> = {
      get: () => Promise.reject(new Error('get is not stubbed')),
      latest: () => Promise.reject(new Error('latest is not stubbed')),
    };
    await ask(appFor(runs, ['admin']), randomUUID()).expect(404);
    await ask(appFor(silent, ['admin']), 'snapshots').expect(404);
  });

  it('is a 503 when the database is away', async () => {
    const away = async () => Promise.reject(new RpcError('unavailable', 'away'));
    const answer = await ask(appFor({ get: away, latest: away }, ['admin']), randomUUID()).expect(503);
    expect(answer.headers['retry-after']).toBeDefined();
  });
});

describe('GET /jobs', () => {
  it('tells admins the latest run of every job, and nobody else anything', async () => {
    const runs = new MemoryJobRuns(clock, { uuid: randomUUID });
    for (const slot of ['2026-03-09', '2026-03-10']) {
      await runs.queue({ name: 'snapshots', slot, organizationId: null }, clock.now());
    }
    const { id } = await runs.queue({ name: 'retention', slot: 'x', organizationId: null }, clock.now());
    const ask = (role: Role) =>
      request(appFor(runs, [role]))
        .get('/api/v1/jobs')
        .set('Authorization', 'Bearer x');
    const { body } = await ask('admin').expect(200);
    expect(body.data.jobs).toMatchObject([{ name: 'retention', id, state: 'queued' }, { name: 'snapshots' }]);
    for (const role of ['org_admin', 'trainer', 'learner'] as const) await ask(role).expect(403);
  });
});

describe('GET /cron/:job', () => {
  function cronApp(
    run: TestJob['run'],
    given: { secret?: string | undefined; budgetMs?: number; address?: number } = { secret },
  ) {
    const runs = new MemoryJobRuns(clock, { uuid: randomUUID });
    const jobs = jobsOf([testJob({ schedule: '* * * * *', run }), testJob({ name: 'asked-for', run })]);
    const runJob = makeRunJob({ jobs, runs, clock, logger: silentLogger, leaseMs: 60_000 });
    const { runDue } = makeRunNow({ jobs, runs, runJob, clock, graceMs: 100 });
    const operations = makeCronRouter({
      secret: () => given.secret,
      limiter: makeRateLimiter({ ...plentyOfRequests, address: given.address ?? 999 }, clock),
      jobs,
      runDue,
      budgetMs: given.budgetMs ?? 5000,
    });
    return appWith([], { operations });
  }
  const ask = (app: ReturnType<typeof cronApp>, name = 'test-job', authorization = `Bearer ${secret}`) =>
    request(app).get(`/api/v1/cron/${name}`).set('Authorization', authorization);

  it('does what is due once, however often it is called in a slot', async () => {
    let times = 0;
    const app = cronApp(async () => ({ times: ++times }));
    const first = await ask(app).expect(200);
    const second = await ask(app).expect(200);
    expect(first.body.data).toMatchObject({ name: 'test-job', state: 'done', attempts: 1 });
    expect(second.body.data).toEqual(first.body.data);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(times).toBe(1);
  });

  it('goes on with the next call when its time was up', async () => {
    const cursors: unknown[] = [];
    const app = cronApp(
      async ({ run, signal }) => {
        cursors.push(run.cursor);
        if (run.cursor !== null) return {};
        await run.progress(1, 2, 'half');
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        return {};
      },
      { secret, budgetMs: 50 },
    );
    const first = await ask(app).expect(200);
    expect(first.body.data).toMatchObject({ state: 'queued', failure: 'TimeoutError', done: 1, total: 2 });
    const second = await ask(app).expect(200);
    expect(second.body.data).toMatchObject({ id: first.body.data.id, state: 'done', attempts: 2 });
    expect(cursors).toEqual([null, 'half']);
  });

  it('answers in time also when a job does not listen', async () => {
    const app = cronApp(() => new Promise(() => undefined), { secret, budgetMs: 50 });
    const { value, ownMs } = await timed(() => ask(app).expect(200));
    expect(ownMs).toBeLessThan(2000);
    expect(value.body.data).toMatchObject({ state: 'running' });
  });

  it('tells that a job failed', async () => {
    const app = cronApp(async () => {
      throw new TypeError('about u-4711');
    });
    const { body, text } = await ask(app).expect(200);
    expect(body.data).toMatchObject({ state: 'failed', failure: 'TypeError' });
    expect(text).not.toContain('u-4711');
  });

  it('does nothing for whoever does not know the secret', async () => {
    let times = 0;
    const app = cronApp(async () => ({ times: ++times }));
    for (const wrong of [
      '',
      'Bearer',
      `Bearer ${secret}x`,
      `Bearer ${secret.slice(1)}`,
      secret,
      'Bearer undefined',
    ])
      await ask(app, 'test-job', wrong).expect(401);
    await request(app).get('/api/v1/cron/test-job').expect(401);
    expect(times).toBe(0);
  });

  it('counts wrong secrets for the address that shows them, and no right one', async () => {
    const app = cronApp(async () => ({}), { secret, address: 2 });
    for (const status of [401, 401, 429]) await ask(app, 'test-job', 'Bearer wrong').expect(status);
    await ask(app).expect(200);
  });

  it('is not there without a secret, nor for a job that nobody schedules', async () => {
    const app = cronApp(async () => ({}), { secret: undefined });
    for (const given of [`Bearer ${secret}`, 'Bearer undefined', 'Bearer ', ''])
      await ask(app, 'test-job', given).expect(404);
    await ask(
      cronApp(async () => ({})),
      'nobody',
    ).expect(404);
    await ask(
      cronApp(async () => ({})),
      'asked-for',
    ).expect(404);
  });
});
