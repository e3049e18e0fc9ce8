import { z } from 'zod';
import { addDays, dayOf, startOfDay } from '../../domain/time.ts';
import type { Organizations } from '../ports/jobs.ts';
import { defineJob } from './define-job.ts';
import { perOrganization } from './per-organization.ts';
import { fiveMinuteSlot, hourSlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

const hourMs = 3_600_000;
/** Hours of the local day in which the one before is looked at: late enough for it to be read, often enough for an outage. */
const lookFrom = 2;
const lookUntil = 10;

/** The day that has ended where an organization is, while it is looked at, and the hour; null = not now. */
export function dayToCount(at: number, zone: string): string | null {
  const today = dayOf(at, zone);
  const hours = (at - startOfDay(today, zone)) / hourMs;
  return hours >= lookFrom && hours < lookUntil ? `${addDays(today, -1)}@${hourSlot(at)}` : null;
}

export const activityAnomaliesJob = (
  organizations: Organizations,
  checkActivity: JobUseCases['checkActivity'],
) =>
  perOrganization({
    name: 'activity-anomalies',
    summary: 'Counts who was active the day before, and tells when they have suddenly become fewer',
    schedule: '50 * * * *',
    zone: 'UTC',
    priority: 0,
    // An hour later the next slot does the same.
    retryLimit: 1,
    retryDelaySeconds: 60,
    timeoutSeconds: 10 * 60,
    concurrency: 1,
    organizations,
    slotOf: hourSlot,
    periodOf: ({ zone }, at) => dayToCount(at, zone),
    run: ({ period, organizationId, zone, now }) =>
      checkActivity({ organizationId, zone, now, day: period.slice(0, period.indexOf('@')) }),
  });

export const serviceAnomaliesJob = (checkServices: JobUseCases['checkServices']) =>
  defineJob({
    name: 'service-anomalies',
    summary: 'Tells when a service has become much slower than in the hour before',
    schedule: '*/5 * * * *',
    zone: 'UTC',
    priority: 2,
    // Five minutes later the next slot does the same.
    retryLimit: 0,
    retryDelaySeconds: 10,
    timeoutSeconds: 60,
    concurrency: 1,
    data: z.strictObject({}),
    slotOf: fiveMinuteSlot,
    run: ({ now, signal }) => checkServices(now, signal),
  });
