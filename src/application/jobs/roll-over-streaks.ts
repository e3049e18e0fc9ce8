import { addDays, dayOf, startOfDay } from '../../domain/time.ts';
import type { Organizations } from '../ports/jobs.ts';
import { perOrganization } from './per-organization.ts';
import { halfHourSlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

/** For how long after its end a day is looked at: an outage of less than this leaves none out. */
const catchUpMs = 6 * 3_600_000;

/** The day that ended within the last hours where an organization is; null = none did. */
export function dayThatEnded(at: number, zone: string): string | null {
  const today = dayOf(at, zone);
  return at - startOfDay(today, zone) < catchUpMs ? addDays(today, -1) : null;
}

export const rollOverStreaksJob = (
  organizations: Organizations,
  rollOverStreaks: JobUseCases['rollOverStreaks'],
) =>
  perOrganization({
    name: 'roll-over-streaks',
    summary: 'Keeps the streaks of a day once it has ended where the organization is',
    schedule: '*/30 * * * *',
    zone: 'UTC',
    priority: 5,
    retryLimit: 6,
    retryDelaySeconds: 30,
    timeoutSeconds: 30 * 60,
    concurrency: 2,
    organizations,
    slotOf: halfHourSlot,
    // The slot is the day, so of the twelve times that a day is looked at one does the work.
    periodOf: ({ zone }, at) => dayThatEnded(at, zone),
    run: rollOverStreaks,
  });
