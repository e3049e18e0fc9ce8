import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { jobsOf } from '../../../src/application/jobs/registry.ts';
import { makeRunJob } from '../../../src/application/jobs/run-job.ts';
import type { JobRuns } from '../../../src/application/ports/jobs.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { MemoryJobRuns } from '../../../src/infrastructure/jobs/memory-job-runs.ts';
import { makeRunNow } from '../../../src/infrastructure/jobs/run-now-queue.ts';
import { type TestJob, testJob } from '../../application/jobs/jobs-fixture.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';

function world(run: TestJob['run'], runs?: JobRuns) {
  const clock = stoppedClock();
  const kept = runs ?? new MemoryJobRuns(clock, { uuid: randomUUID });
  const jobs = jobsOf([testJob({ run })]);
  const runJob = makeRunJob({ jobs, runs: kept, clock, logger: silentLogger, leaseMs: 60_000 });
  return { clock, runs: kept, ...makeRunNow({ jobs, runs: kept, runJob, clock }) };
}

it('does work at once, and once per slot', async () => {
  let times = 0;
  const { queue, runs } = world(async () => ({ times: ++times }));
  const id = await queue.enqueue('test-job', { slot: 'a' });
  expect(await runs.get(id)).toMatchObject({ state: 'done', figures: { times: 1 } });
  expect(await queue.enqueue('test-job', { slot: 'a' })).toBe(id);
  expect(times).toBe(1);
});

it('keeps a failure in the run, where it can be seen', async () => {
  const { queue, runs } = world(async () => {
    throw new TypeError('x');
  });
  const id = await queue.enqueue('test-job', { slot: 'a' });
  expect(await runs.get(id)).toMatchObject({ state: 'failed', failure: 'TypeError' });
});

it('refuses what it cannot do: later, or what nobody has defined', async () => {
  const { queue, clock } = world(async () => ({}));
  const later = queue.enqueue('test-job', {}, { startAfter: clock.now() + 1 });
  await expect(later).rejects.toThrow('nobody is there');
  await expect(queue.enqueue('nobody', {})).rejects.toThrow('no job');
});

it('tells that the database is away', async () => {
  const away = () => Promise.reject(new RpcError('unavailable', 'away'));
  const runs = new MemoryJobRuns(stoppedClock(), { uuid: randomUUID });
  runs.begin = away;
  const { queue, runDue } = world(async () => ({}), runs);
  await expect(queue.enqueue('test-job', {})).rejects.toMatchObject({ code: 'unavailable' });
  const { signal } = new AbortController();
  await expect(runDue('test-job', signal)).rejects.toMatchObject({ code: 'unavailable' });
});
