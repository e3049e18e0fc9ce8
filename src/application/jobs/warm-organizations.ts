import { dayOf, startOfDay } from '../../domain/time.ts';
import type { Organizations } from '../ports/jobs.ts';
import { perOrganization } from './per-organization.ts';
import { hourSlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

const hourMs = 3_600_000;

/** Hours of the local day from which on an answer that is made lasts into the working day. */
const warmFrom = 5;
const warmUntil = 9;

/** Whether the day's work begins soon where an organization is, told by the time since its midnight. */
export function beginsWorkSoon(at: number, zone: string): boolean {
  const hours = (at - startOfDay(dayOf(at, zone), zone)) / hourMs;
  return hours >= warmFrom && hours < warmUntil;
}

export const warmOrganizationsJob = (
  organizations: Organizations,
  warmOrganization: JobUseCases['warmOrganization'],
) =>
  perOrganization({
    name: 'warm-organizations',
    summary: 'Computes the dashboards of organizations before their working day begins',
    schedule: '35 * * * *',
    zone: 'UTC',
    priority: 0,
    // An hour later the next slot does the same.
    retryLimit: 1,
    retryDelaySeconds: 60,
    timeoutSeconds: 30 * 60,
    concurrency: 1,
    organizations,
    slotOf: hourSlot,
    periodOf: ({ zone }, at) => (beginsWorkSoon(at, zone) ? hourSlot(at) : null),
    run: warmOrganization,
  });
