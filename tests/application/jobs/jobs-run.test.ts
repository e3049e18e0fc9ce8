import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeHandleDelivery } from '../../../src/application/jobs/handle-delivery.ts';
import { jobsOf } from '../../../src/application/jobs/registry.ts';
import {
  failureKind,
  JobFailedError,
  makeRunJob,
  RunLostError,
} from '../../../src/application/jobs/run-job.ts';
import type { Delivery, JobRuns } from '../../../src/application/ports/jobs.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { MemoryJobRuns } from '../../../src/infrastructure/jobs/memory-job-runs.ts';
import { silentLogger } from '../../fixtures/stubs.ts';
import { type TestJob, testJob } from './jobs-fixture.ts';

const leaseMs = 3000;
const clock = { now: () => Date.now() };
const enqueue = () => Promise.reject(new Error('enqueue is not stubbed'));

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-10T12:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const delivery = (changes: Partial<Delivery> = {}): Delivery => ({
  name: 'test-job',
  slot: 'slot-1',
  data: {},
  dueAt: Date.now(),
  signal: new AbortController().signal,
  isLast: () => false,
  ...changes,
});

function world(run: TestJob['run'], wrap: (runs: JobRuns) => Partial<JobRuns> = () => ({})) {
  const kept = new MemoryJobRuns(clock, { uuid: randomUUID });
  const bound: JobRuns = {
    queue: (...args) => kept.queue(...args),
    begin: (...args) => kept.begin(...args),
    progress: (...args) => kept.progress(...args),
    finish: (...args) => kept.finish(...args),
    get: (...args) => kept.get(...args),
    ofJob: (...args) => kept.ofJob(...args),
    latest: () => kept.latest(),
    prune: (...args) => kept.prune(...args),
  };
  const runs: JobRuns = { ...bound, ...wrap(bound) };
  const said: { fields: object; message: string }[] = [];
  const logger = {
    ...silentLogger,
    info: (fields: object, message: string) => void said.push({ fields, message }),
    error: (fields: object, message: string) => void said.push({ fields, message }),
  };
  const runJob = makeRunJob({ jobs: jobsOf([testJob({ run })]), runs, clock, logger, leaseMs });
  const only = async () => (await kept.ofJob('test-job', 1))[0];
  const deliver = (changes: Partial<Delivery> = {}) => runJob({ ...delivery(changes), enqueue });
  return { kept, runJob, deliver, only, said };
}

describe('a run', () => {
  it('of a schedule has the slot of the instant at which it was due, also when it is late', async () => {
    const { deliver, only } = world(async () => ({}));
    await deliver({ slot: null, dueAt: Date.parse('2026-03-10T11:58:59Z') });
    expect(await only()).toMatchObject({ slot: '2026-03-10T11:58' });
  });

  it('that is done is not done again', async () => {
    let times = 0;
    const { deliver } = world(async () => ({ times: ++times }));
    const [first, second] = [await deliver(), await deliver()];
    expect(first).toMatchObject({ outcome: 'done', run: { state: 'done', figures: { times: 1 } } });
    expect(second).toEqual(first);
  });

  it('is kept by a lease that is renewed for as long as the work goes on', async () => {
    const { deliver } = world(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10 * leaseMs));
      return {};
    });
    const work = deliver();
    for (let n = 0; n < 9; n += 1) {
      await vi.advanceTimersByTimeAsync(leaseMs);
      expect(await deliver()).toMatchObject({ outcome: 'held' });
    }
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(await work).toMatchObject({ outcome: 'done' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops at its next word when somebody else has taken it over', async () => {
    const { kept, deliver, only } = world(async ({ run, signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await run.progress(1, 2, 'mine').catch((error: unknown) => {
        expect(signal.aborted).toBe(true);
        throw error;
      });
      return {};
    });
    const work = deliver().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    vi.setSystemTime(Date.now() + leaseMs + 1);
    const key = { name: 'test-job', slot: 'slot-1', organizationId: null };
    expect(await kept.begin(key, Date.now(), leaseMs)).toMatchObject({ outcome: 'begun', cursor: null });
    await vi.advanceTimersByTimeAsync(200);
    expect(await work).toBeInstanceOf(RunLostError);
    expect(await only()).toMatchObject({ state: 'running', attempts: 2, done: 0 });
  });

  it('is given up when nobody can be told for a whole lease that it lives', async () => {
    const away = () => Promise.reject(new RpcError('unavailable', 'away'));
    const { deliver } = world(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      () => ({ progress: away }),
    );
    const work = deliver().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(leaseMs + 10);
    expect(await work).toBeInstanceOf(RunLostError);
  });

  it('is left to others when its handler does not end though its time is up', async () => {
    const controller = new AbortController();
    const { deliver } = world(() => new Promise(() => undefined));
    void deliver({ signal: controller.signal });
    await vi.advanceTimersByTimeAsync(leaseMs);
    controller.abort();
    await vi.advanceTimersByTimeAsync(leaseMs + 1);
    const next = await Promise.race([
      deliver(),
      vi.advanceTimersByTimeAsync(10).then(() => 'it works on it'),
    ]);
    expect(next).toBe('it works on it');
  });

  it('that fails waits for another try, and after the last one has failed', async () => {
    const { deliver, only, said } = world(async () => {
      throw new Error('u-4711 has no points');
    });
    await expect(deliver()).rejects.toThrow(new JobFailedError('Error'));
    expect(await only()).toMatchObject({ state: 'queued', failure: 'Error', finishedAt: null });
    await expect(deliver({ isLast: () => true })).rejects.toBeInstanceOf(JobFailedError);
    expect(await only()).toMatchObject({ state: 'failed', attempts: 2, finishedAt: Date.now() });
    expect(JSON.stringify(await only())).not.toContain('u-4711');
    expect(said.map(({ message }) => message)).toContain('a job failed and is not tried again');
  });

  it('is not done as long as that could not be kept', async () => {
    let times = 0;
    let isAway = true;
    const { deliver, only } = world(
      async () => ({ times: ++times }),
      ({ finish }) => ({
        finish: (...args) => (isAway ? Promise.reject(new RpcError('unavailable', 'away')) : finish(...args)),
      }),
    );
    await expect(deliver()).rejects.toMatchObject({ code: 'unavailable' });
    isAway = false;
    expect(await deliver()).toMatchObject({ outcome: 'held' });
    vi.setSystemTime(Date.now() + leaseMs + 1);
    await deliver();
    expect(await only()).toMatchObject({ state: 'done', figures: { times: 2 } });
  });

  it('says how far it is, in the log at most every ten seconds', async () => {
    const { deliver, only, said } = world(async ({ run }) => {
      for (let n = 1; n <= 25; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        await run.progress(n, 25, n);
      }
      return {};
    });
    const work = deliver();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await only()).toMatchObject({ state: 'running', done: 12, total: 25 });
    await vi.advanceTimersByTimeAsync(13_000);
    await work;
    const steps = said.filter(({ message }) => message === 'a job goes on').map(({ fields }) => fields);
    expect(steps).toMatchObject([
      { done: 10, total: 25 },
      { done: 20, total: 25 },
    ]);
  });
});

describe('a delivery of work that somebody else is at', () => {
  it('waits for them and then has nothing to do, or goes on when they are dead', async () => {
    const cursors: unknown[] = [];
    const { kept, runJob } = world(async ({ run }) => {
      cursors.push(run.cursor);
      return {};
    });
    const handle = makeHandleDelivery(runJob, enqueue);
    const begin = async (slot: string) => {
      const begun = await kept.begin({ name: 'test-job', slot, organizationId: null }, Date.now(), leaseMs);
      if (begun.outcome !== 'begun') throw new Error('it is held');
      return begun.claim;
    };
    const living = await begin('living');
    const dead = await begin('dead');
    await kept.progress(dead, leaseMs, { done: 1, total: 2, cursor: 'half' });
    const both = Promise.all([handle(delivery({ slot: 'living' })), handle(delivery({ slot: 'dead' }))]);
    await vi.advanceTimersByTimeAsync(leaseMs - 100);
    expect(cursors).toEqual([]);
    await kept.finish(living, { state: 'done', figures: {} }, Date.now());
    await vi.advanceTimersByTimeAsync(200);
    await both;
    expect(cursors).toEqual(['half']);
  });

  it('ends at once when its time is up', async () => {
    const { kept, runJob } = world(async () => ({}));
    await kept.begin({ name: 'test-job', slot: 'slot-1', organizationId: null }, Date.now(), leaseMs);
    const controller = new AbortController();
    const handled = makeHandleDelivery(runJob, enqueue)(delivery({ signal: controller.signal }));
    const refused = expect(handled).rejects.toThrow('stop');
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new Error('stop'));
    await refused;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the kind of a failure', () => {
  it.each([
    [new UpstreamError('timeout', 'GET /users/u-1', { service: 'courses' }), 'courses: timeout'],
    [new RpcError('invalid', 'u-1 is wrong'), 'database: invalid'],
    [new AppError('NOT_FOUND', 'no u-1'), 'NOT_FOUND'],
    [new TypeError('u-1 is undefined'), 'TypeError'],
    [Object.assign(new Error('x'), { name: 'about u-1' }), 'Error'],
    ['u-1', 'Error'],
  ])('of %s is %s: no words of the error', (error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });
});
