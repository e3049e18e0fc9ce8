import { z } from 'zod';
import { defineJob } from './define-job.ts';
import { fiveMinuteSlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

export const relayOutboxJob = (relayOutbox: JobUseCases['relayOutbox']) =>
  defineJob({
    name: 'relay-outbox',
    summary: 'Publishes the events that wait, where no process does so all the time',
    schedule: '*/5 * * * *',
    zone: 'UTC',
    priority: 10,
    // Five minutes later the next slot does the same.
    retryLimit: 1,
    retryDelaySeconds: 10,
    timeoutSeconds: 5 * 60,
    concurrency: 1,
    data: z.strictObject({}),
    slotOf: fiveMinuteSlot,
    run: ({ signal }) => relayOutbox(signal),
  });
