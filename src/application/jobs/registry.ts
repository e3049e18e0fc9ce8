import type { JobRuns, Organizations } from '../ports/jobs.ts';
import { activityAnomaliesJob, serviceAnomaliesJob } from './anomalies.ts';
import type { Job, ReadData } from './define-job.ts';
import { refreshLeaderboardsJob } from './refresh-leaderboards.ts';
import { relayOutboxJob } from './relay-outbox.ts';
import { reportCleanUpJob } from './report-clean-up.ts';
import { deliverReportJob, makeReportJob, waitingReportsJob, weeklyReportsJob } from './reports.ts';
import { retentionJob } from './retention.ts';
import { rollOverStreaksJob } from './roll-over-streaks.ts';
import { snapshotsJob } from './snapshots.ts';
import type { JobUseCases } from './use-cases.ts';
import { warmOrganizationsJob } from './warm-organizations.ts';

export type Jobs = ReadonlyMap<string, Job>;

/** Jobs by name. @throws Error when two have one name. */
export function jobsOf(list: readonly Job[]): Jobs {
  const jobs = new Map(list.map((job) => [job.name, job]));
  if (jobs.size < list.length) throw new Error('two jobs have one name');
  return jobs;
}

/** A job with its data. @throws Error when there is no such job; ZodError when the data are not the job's. */
export function readJob(jobs: Jobs, name: string, data: unknown): ReadData {
  const job = jobs.get(name);
  if (job === undefined) throw new Error(`there is no job ${name}`);
  return job.read(data);
}

export interface JobDeps {
  organizations: Organizations;
  runs: Pick<JobRuns, 'prune'>;
  /** A job whose use case is not given does not exist: nothing is scheduled that does nothing. */
  useCases: Partial<JobUseCases>;
}

/** Every job there is; a new one is one more line. */
export function makeJobs({ organizations, runs, useCases }: JobDeps): Jobs {
  const given = <T>(useCase: T | undefined, make: (useCase: T) => Job): Job[] =>
    useCase === undefined ? [] : [make(useCase)];
  return jobsOf([
    ...given(useCases.refreshLeaderboards, (run) => refreshLeaderboardsJob(organizations, run)),
    ...given(useCases.takeSnapshots, (run) => snapshotsJob(organizations, run)),
    ...given(useCases.warmOrganization, (run) => warmOrganizationsJob(organizations, run)),
    ...given(useCases.rollOverStreaks, (run) => rollOverStreaksJob(organizations, run)),
    ...given(useCases.applyRetention, (run) => retentionJob(runs, run)),
    ...given(useCases.relayOutbox, relayOutboxJob),
    ...given(useCases.cleanUpReports, reportCleanUpJob),
    ...given(useCases.checkActivity, (run) => activityAnomaliesJob(organizations, run)),
    ...given(useCases.checkServices, serviceAnomaliesJob),
    ...given(useCases.makeReport, makeReportJob),
    ...given(useCases.deliverReport, deliverReportJob),
    ...given(useCases.waitingReports, waitingReportsJob),
    ...given(useCases.weeklyReports, weeklyReportsJob),
  ]);
}

/** What a host that calls us by cron has to call, and when: `vercel.json` is written from it. */
export const cronPaths = (jobs: Jobs): { path: string; schedule: string }[] =>
  [...jobs.values()].flatMap(({ name, schedule }) =>
    schedule === null ? [] : [{ path: `/api/v1/cron/${name}`, schedule }],
  );
