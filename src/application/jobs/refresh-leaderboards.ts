import type { Organizations } from '../ports/jobs.ts';
import { perOrganization } from './per-organization.ts';
import { hourSlot } from './slots.ts';
import type { JobUseCases } from './use-cases.ts';

export const refreshLeaderboardsJob = (
  organizations: Organizations,
  refreshLeaderboards: JobUseCases['refreshLeaderboards'],
) =>
  perOrganization({
    name: 'refresh-leaderboards',
    summary: 'Brings the leaderboards of every organization up to date',
    schedule: '5 * * * *',
    zone: 'UTC',
    priority: 5,
    retryLimit: 4,
    retryDelaySeconds: 30,
    timeoutSeconds: 30 * 60,
    concurrency: 2,
    organizations,
    slotOf: hourSlot,
    run: refreshLeaderboards,
  });
