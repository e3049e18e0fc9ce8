import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defineJob } from '../../../src/application/jobs/define-job.ts';
import type { OrganizationPart } from '../../../src/application/jobs/per-organization.ts';
import { cronPaths, jobsOf, makeJobs, readJob } from '../../../src/application/jobs/registry.ts';
import { dayThatEnded } from '../../../src/application/jobs/roll-over-streaks.ts';
import { makeRunJob } from '../../../src/application/jobs/run-job.ts';
import type { JobUseCases } from '../../../src/application/jobs/use-cases.ts';
import { beginsWorkSoon } from '../../../src/application/jobs/warm-organizations.ts';
import type { KnownOrganization } from '../../../src/application/ports/jobs.ts';
import { MemoryJobRuns } from '../../../src/infrastructure/jobs/memory-job-runs.ts';
import { makeRunNow } from '../../../src/infrastructure/jobs/run-now-queue.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';

const at = (instant: string) => Date.parse(instant);

const unstubbed = (name: string) => () => Promise.reject(new Error(`${name} is not stubbed`));
const allUseCases: JobUseCases = {
  refreshLeaderboards: unstubbed('refreshLeaderboards'),
  takeSnapshots: unstubbed('takeSnapshots'),
  warmOrganization: unstubbed('warmOrganization'),
  rollOverStreaks: unstubbed('rollOverStreaks'),
  applyRetention: unstubbed('applyRetention'),
  relayOutbox: unstubbed('relayOutbox'),
  cleanUpReports: unstubbed('cleanUpReports'),
  checkActivity: unstubbed('checkActivity'),
  checkServices: unstubbed('checkServices'),
  makeReport: unstubbed('makeReport'),
  deliverReport: unstubbed('deliverReport'),
  waitingReports: unstubbed('waitingReports'),
  weeklyReports: unstubbed('weeklyReports'),
};

const threeOrganizations: KnownOrganization[] = [
  { organizationId: 'org-1', zone: 'UTC' },
  { organizationId: 'org-2', zone: 'Asia/Tokyo' },
  { organizationId: 'org-3', zone: 'America/New_York' },
];

/** All jobs over some use cases, done when they are asked for. */
function world(useCases: Partial<JobUseCases>, now = at('2026-03-10T00:15:00Z'), all = threeOrganizations) {
  const clock = stoppedClock(now);
  const runs = new MemoryJobRuns(clock, { uuid: randomUUID });
  const organizations = {
    page: async (after: string | null) =>
      all.filter(({ organizationId }) => after === null || organizationId > after).slice(0, 2),
  };
  const jobs = makeJobs({ organizations, runs, useCases });
  const runJob = makeRunJob({ jobs, runs, clock, logger: silentLogger, leaseMs: 60_000 });
  const { runDue } = makeRunNow({ jobs, runs, runJob, clock });
  return {
    clock,
    runs,
    jobs,
    run: (name: string, signal = new AbortController().signal) => runDue(name, signal),
  };
}

/** A use case that notes its parts. */
function noting(parts: Pick<OrganizationPart, 'organizationId' | 'zone' | 'period'>[]) {
  return async ({ organizationId, zone, period }: OrganizationPart) => {
    parts.push({ organizationId, zone, period });
    return { people: 3 };
  };
}

describe('the registry', () => {
  it('has a job for every use case, and a path of its own for each that runs by the clock', () => {
    const { jobs } = world(allUseCases);
    expect(cronPaths(jobs)).toEqual([
      { path: '/api/v1/cron/refresh-leaderboards', schedule: '5 * * * *' },
      { path: '/api/v1/cron/snapshots', schedule: '15 1 * * *' },
      { path: '/api/v1/cron/warm-organizations', schedule: '35 * * * *' },
      { path: '/api/v1/cron/roll-over-streaks', schedule: '*/30 * * * *' },
      { path: '/api/v1/cron/retention', schedule: '45 2 * * *' },
      { path: '/api/v1/cron/relay-outbox', schedule: '*/5 * * * *' },
      { path: '/api/v1/cron/report-clean-up', schedule: '25 * * * *' },
      { path: '/api/v1/cron/activity-anomalies', schedule: '50 * * * *' },
      { path: '/api/v1/cron/service-anomalies', schedule: '*/5 * * * *' },
      { path: '/api/v1/cron/waiting-reports', schedule: '*/5 * * * *' },
      { path: '/api/v1/cron/weekly-reports', schedule: '10 * * * *' },
    ]);
  });

  it('has no job that would do nothing', () => {
    const { jobs } = world({ relayOutbox: allUseCases.relayOutbox });
    expect([...jobs.keys()]).toEqual(['relay-outbox']);
  });

  it('has one job of a name', () => {
    const job = [...world({ relayOutbox: allUseCases.relayOutbox }).jobs.values()];
    expect(() => jobsOf([...job, ...job])).toThrow('one name');
  });

  it('refuses data that are not the job’s', () => {
    const { jobs } = world(allUseCases);
    expect(() => readJob(jobs, 'snapshots', { organizationId: 'org-1' })).toThrow();
    expect(() => readJob(jobs, 'retention', { days: 1 })).toThrow();
    expect(() => readJob(jobs, 'nobody', {})).toThrow('no job nobody');
    expect(() => readJob(jobs, 'retention', {})).not.toThrow();
  });
});

describe('what is due', () => {
  it.each([
    ['2026-03-10T00:00:00Z', 'UTC', '2026-03-09'],
    ['2026-03-10T05:59:59Z', 'UTC', '2026-03-09'],
    ['2026-03-10T06:00:00Z', 'UTC', null],
    ['2026-03-10T15:30:00Z', 'Asia/Tokyo', '2026-03-10'],
    ['2026-03-10T14:30:00Z', 'Asia/Tokyo', null],
    // Clocks went forward at 2:00, so six hours after midnight it is 7:00.
    ['2026-03-08T10:30:00Z', 'America/New_York', '2026-03-07'],
    ['2026-03-08T11:00:00Z', 'America/New_York', null],
    ['2028-03-01T00:10:00Z', 'UTC', '2028-02-29'],
  ])('at %s in %s, the day that has just ended is %s', (instant, zone, day) => {
    expect(dayThatEnded(at(instant), zone)).toBe(day);
  });

  it.each([
    ['2026-03-10T04:59:00Z', 'UTC', false],
    ['2026-03-10T05:00:00Z', 'UTC', true],
    ['2026-03-10T08:59:00Z', 'UTC', true],
    ['2026-03-10T09:00:00Z', 'UTC', false],
    ['2026-03-10T21:00:00Z', 'Asia/Tokyo', true],
  ])('at %s in %s, the day’s work begins soon: %s', (instant, zone, soon) => {
    expect(beginsWorkSoon(at(instant), zone)).toBe(soon);
  });
});

describe('a job with a part for every organization', () => {
  it('does each organization’s part once in a slot, and all of them again in the next', async () => {
    const parts: Parameters<typeof noting>[0] = [];
    const { run, runs, clock } = world({ refreshLeaderboards: noting(parts) });
    const period = '2026-03-10T00';
    expect(await run('refresh-leaderboards')).toMatchObject({
      state: 'done',
      slot: period,
      figures: { parts: 3 },
    });
    expect(parts).toEqual(threeOrganizations.map((organization) => ({ ...organization, period })));
    await run('refresh-leaderboards');
    expect(parts).toHaveLength(3);
    const [, one] = await runs.ofJob('refresh-leaderboards', 2);
    expect(one).toMatchObject({
      slot: '2026-03-10T00/org-2',
      organizationId: 'org-2',
      state: 'done',
      figures: { people: 3 },
    });
    clock.advance(3_600_000);
    await run('refresh-leaderboards');
    expect(parts).toHaveLength(6);
  });

  it('holds no part up for another that fails', async () => {
    const parts: Parameters<typeof noting>[0] = [];
    const note = noting(parts);
    const { run, runs } = world({
      refreshLeaderboards: async (part) => {
        if (part.organizationId === 'org-2') throw new TypeError('about u-4711');
        return note(part);
      },
    });
    expect(await run('refresh-leaderboards')).toMatchObject({ state: 'done', figures: { parts: 3 } });
    expect(parts.map(({ organizationId }) => organizationId)).toEqual(['org-1', 'org-3']);
    const failed = (await runs.ofJob('refresh-leaderboards', 9)).filter(({ state }) => state === 'failed');
    expect(failed).toMatchObject([{ organizationId: 'org-2', failure: 'TypeError' }]);
  });

  it('goes on where time was up, within an organization and after it', async () => {
    const visited: string[] = [];
    const controller = new AbortController();
    const { run } = world({
      takeSnapshots: async ({ organizationId, run: handle, signal }) => {
        const from = (handle.cursor as number | null) ?? 0;
        for (let person = from; person < 3; person += 1) {
          signal.throwIfAborted();
          visited.push(`${organizationId} ${person}`);
          await handle.progress(person + 1, 3, person + 1);
          if (visited.length === 5) controller.abort(new DOMException('time is up', 'TimeoutError'));
        }
        return { people: 3 };
      },
    });
    const first = await run('snapshots', controller.signal);
    expect(first).toMatchObject({ state: 'queued', failure: 'TimeoutError', done: 1 });
    expect(visited).toHaveLength(5);
    expect(await run('snapshots')).toMatchObject({
      id: first.id,
      state: 'done',
      attempts: 2,
      figures: { parts: 3 },
    });
    const all = threeOrganizations.flatMap(({ organizationId: id }) => [0, 1, 2].map((n) => `${id} ${n}`));
    expect(visited).toEqual(all);
  });

  it('takes snapshots for the day that it is where the organization is', async () => {
    const parts: Parameters<typeof noting>[0] = [];
    await world({ takeSnapshots: noting(parts) }, at('2026-03-10T01:15:00Z')).run('snapshots');
    expect(parts.map(({ period }) => period)).toEqual(['2026-03-10', '2026-03-10', '2026-03-09']);
  });

  it('rolls streaks over once a day, for organizations whose day has just ended', async () => {
    const parts: Parameters<typeof noting>[0] = [];
    const { run, clock } = world({ rollOverStreaks: noting(parts) });
    for (let n = 0; n < 48; n += 1) {
      await run('roll-over-streaks');
      clock.advance(30 * 60_000);
    }
    expect(parts).toEqual([
      { organizationId: 'org-1', zone: 'UTC', period: '2026-03-09' },
      { organizationId: 'org-3', zone: 'America/New_York', period: '2026-03-09' },
      { organizationId: 'org-2', zone: 'Asia/Tokyo', period: '2026-03-10' },
    ]);
  });

  it('warms organizations before their work begins only', async () => {
    const parts: Parameters<typeof noting>[0] = [];
    await world({ warmOrganization: noting(parts) }, at('2026-03-10T05:35:00Z')).run('warm-organizations');
    expect(parts).toEqual([{ organizationId: 'org-1', zone: 'UTC', period: '2026-03-10T05' }]);
  });
});

describe('a job of the platform', () => {
  it('applies retention, and forgets runs of a month ago', async () => {
    const asked: number[] = [];
    const { run, runs, clock } = world({
      applyRetention: async (now) => {
        asked.push(now);
        return { snapshots: 2 };
      },
    });
    await runs.queue({ name: 'old', slot: 'x', organizationId: null }, clock.now() - 31 * 86_400_000);
    await runs.queue({ name: 'young', slot: 'x', organizationId: null }, clock.now() - 29 * 86_400_000);
    expect(await run('retention')).toMatchObject({ state: 'done', figures: { snapshots: 2, jobRuns: 1 } });
    expect(asked).toEqual([clock.now()]);
  });

  it('relays the outbox and cleans up reports, each once in its slot', async () => {
    const asked: string[] = [];
    const noted = (name: string) => async () => {
      asked.push(name);
      return {};
    };
    const { run, clock } = world({ relayOutbox: noted('relay'), cleanUpReports: noted('reports') });
    for (const name of ['relay-outbox', 'relay-outbox', 'report-clean-up', 'report-clean-up'])
      await run(name);
    expect(asked).toEqual(['relay', 'reports']);
    clock.advance(5 * 60_000);
    for (const name of ['relay-outbox', 'report-clean-up']) await run(name);
    expect(asked).toEqual(['relay', 'reports', 'relay']);
  });

  it('is given its data as its schema reads them', async () => {
    const { z } = await import('zod');
    const job = defineJob({
      name: 'typed',
      summary: 's',
      schedule: null,
      zone: 'UTC',
      priority: 0,
      retryLimit: 0,
      retryDelaySeconds: 1,
      timeoutSeconds: 1,
      concurrency: 1,
      data: z.object({ n: z.coerce.number() }),
      slotOf: (_, { n }) => `n-${n + 1}`,
      run: async ({ data: { n } }) => ({ n }),
    });
    expect(job.read({ n: '4' }).slotOf(0)).toBe('n-5');
  });
});
