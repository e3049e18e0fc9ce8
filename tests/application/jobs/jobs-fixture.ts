import { z } from 'zod';
import { defineJob, type JobDefinition } from '../../../src/application/jobs/define-job.ts';

const anything = z.record(z.string(), z.unknown());
export type TestJob = Pick<JobDefinition<typeof anything>, 'run'> &
  Partial<Omit<JobDefinition<typeof anything>, 'data'>>;

/** A job whose slot is in its data, or the minute; quick to try again. */
export const testJob = (job: TestJob) =>
  defineJob({
    name: 'test-job',
    summary: 'of a test',
    schedule: null,
    zone: 'UTC',
    priority: 0,
    retryLimit: 2,
    retryDelaySeconds: 1,
    timeoutSeconds: 60,
    concurrency: 2,
    data: anything,
    slotOf: (dueAt, { slot }) =>
      typeof slot === 'string' ? slot : new Date(dueAt).toISOString().slice(0, 16),
    ...job,
  });
