import { z } from 'zod';
import { defineJob, type Job } from './define-job.ts';
import { fiveMinuteSlot, hourSlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

export const makeReportName = 'make-report';
export const deliverReportName = 'deliver-report';

const orderData = z.strictObject({
  reportId: z.string().min(1).max(64),
  organizationId: z.string().min(1).max(64).nullable(),
});

const orderOf = ({ reportId, organizationId }: z.output<typeof orderData>) => ({ reportId, organizationId });

export const makeReportJob = (makeReport: JobUseCases['makeReport']): Job =>
  defineJob({
    name: makeReportName,
    summary: 'Makes a report that somebody ordered',
    schedule: null,
    zone: 'UTC',
    // Somebody waits for it.
    priority: 8,
    retryLimit: 3,
    retryDelaySeconds: 5,
    timeoutSeconds: 10 * 60,
    concurrency: 2,
    data: orderData,
    slotOf: (_dueAt, { reportId }) => reportId,
    organizationOf: ({ organizationId }) => organizationId,
    run: ({ data, run, signal, isLast, enqueue }) =>
      makeReport({
        ...{ reportId: data.reportId, runId: run.id, signal, isLast },
        progress: (done, total) => run.progress(done, total),
        deliver: async (about) => void (await enqueue(deliverReportName, orderOf(about))),
      }),
  });

export const deliverReportJob = (deliverReport: JobUseCases['deliverReport']): Job =>
  defineJob({
    name: deliverReportName,
    summary: 'Hands a finished report over by e-mail or webhook',
    schedule: null,
    zone: 'UTC',
    priority: 5,
    // With doubling waits of a minute and more: a receiver may be away for hours.
    retryLimit: 8,
    retryDelaySeconds: 60,
    timeoutSeconds: 5 * 60,
    concurrency: 2,
    data: orderData,
    slotOf: (_dueAt, { reportId }) => reportId,
    organizationOf: ({ organizationId }) => organizationId,
    run: ({ data, signal }) => deliverReport(data.reportId, signal),
  });

export const waitingReportsJob = (waitingReports: JobUseCases['waitingReports']): Job =>
  defineJob({
    name: 'waiting-reports',
    summary: 'Gets those reports made whose order reached no queue',
    schedule: '*/5 * * * *',
    zone: 'UTC',
    priority: 6,
    retryLimit: 1,
    retryDelaySeconds: 10,
    timeoutSeconds: 5 * 60,
    concurrency: 1,
    data: z.strictObject({}),
    slotOf: fiveMinuteSlot,
    run: ({ signal, enqueue }) =>
      waitingReports(async (data) => void (await enqueue(makeReportName, data)), signal),
  });

export const weeklyReportsJob = (weeklyReports: JobUseCases['weeklyReports']): Job =>
  defineJob({
    name: 'weekly-reports',
    summary: 'Orders the weekly reports whose hour has come where their trainers are',
    schedule: '10 * * * *',
    zone: 'UTC',
    priority: 4,
    retryLimit: 4,
    retryDelaySeconds: 60,
    timeoutSeconds: 15 * 60,
    concurrency: 1,
    data: z.strictObject({}),
    slotOf: hourSlot,
    run: ({ now, signal, enqueue }) =>
      weeklyReports(async (data) => void (await enqueue(makeReportName, data)), now, signal),
  });
