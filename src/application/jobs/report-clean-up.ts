import { z } from 'zod';
import { defineJob } from './define-job.ts';
import { hourSlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

export const reportCleanUpJob = (cleanUpReports: JobUseCases['cleanUpReports']) =>
  defineJob({
    name: 'report-clean-up',
    summary: 'Deletes the files of reports that nobody may fetch any more',
    schedule: '25 * * * *',
    zone: 'UTC',
    priority: 0,
    retryLimit: 3,
    retryDelaySeconds: 60,
    timeoutSeconds: 15 * 60,
    concurrency: 1,
    data: z.strictObject({}),
    slotOf: hourSlot,
    run: ({ now, signal }) => cleanUpReports(now, signal),
  });
