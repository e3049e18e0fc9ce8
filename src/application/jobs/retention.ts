import { z } from 'zod';
import { dayMs } from '../../domain/time.ts';
import type { JobRuns } from '../ports/jobs.ts';
import { defineJob } from './define-job.ts';
import { daySlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

/** How long runs are remembered: as long as one may be asked how last month went. */
const runsKeptDays = 30;

export const retentionJob = (runs: Pick<JobRuns, 'prune'>, applyRetention: JobUseCases['applyRetention']) =>
  defineJob({
    name: 'retention',
    summary: 'Deletes what is older than it is kept',
    schedule: '45 2 * * *',
    zone: 'UTC',
    priority: 0,
    retryLimit: 6,
    retryDelaySeconds: 60,
    timeoutSeconds: 3600,
    concurrency: 1,
    data: z.strictObject({}),
    slotOf: daySlot,
    run: async ({ now, signal }) => {
      const deleted = await applyRetention(now, signal);
      return { ...deleted, jobRuns: await runs.prune(now - runsKeptDays * dayMs) };
    },
  });
