import { dayOf } from '../../domain/time.ts';
import type { Organizations } from '../ports/jobs.ts';
import { perOrganization } from './per-organization.ts';
import { daySlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

export const snapshotsJob = (organizations: Organizations, takeSnapshots: JobUseCases['takeSnapshots']) =>
  perOrganization({
    name: 'snapshots',
    summary: 'Keeps the figures of the day, for trends and as the last known good answer',
    schedule: '15 1 * * *',
    zone: 'UTC',
    priority: 0,
    retryLimit: 6,
    retryDelaySeconds: 60,
    timeoutSeconds: 6 * 3600,
    // One organization at a time per process: its people are asked for a few at once as it is.
    concurrency: 1,
    organizations,
    slotOf: daySlot,
    periodOf: ({ zone }, at) => dayOf(at, zone),
    run: takeSnapshots,
  });
