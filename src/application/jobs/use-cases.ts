import type { ActivityPart } from '../anomalies/check-activity.ts';
import type { Figures } from '../ports/jobs.ts';
import type { MakeReport } from '../reports/make-report.ts';
import type { BeginReport } from '../reports/order-report.ts';
import type { OrganizationPart } from './per-organization.ts';

/**
 * What jobs do. Each is a use case of its own that knows nothing of jobs but how to say how far it is and when to
 * end; it may be done again after a crash from where it last said it was, so its effects must be the same twice.
 */
export interface JobUseCases {
  /** Brings one organization's leaderboards up to date. */
  refreshLeaderboards(part: OrganizationPart): Promise<Figures>;
  /**
   * Keeps the figures of one organization, its courses and people as they are on the day
   * `period`, a day where the organization is.
   */
  takeSnapshots(part: OrganizationPart): Promise<Figures>;
  /** Computes what one organization's dashboard shows, so that it is cached when work begins. */
  warmOrganization(part: OrganizationPart): Promise<Figures>;
  /** Keeps streaks that a freeze saved on the day `period`, which has just ended where the organization is. */
  rollOverStreaks(part: OrganizationPart): Promise<Figures>;
  /** Deletes what is older than it is kept. */
  applyRetention(now: number, signal: AbortSignal): Promise<Figures>;
  /** Publishes what the outbox holds until it is empty; only where no process does so all the time. */
  relayOutbox(signal: AbortSignal): Promise<Figures>;
  /** Deletes the files of reports that nobody may fetch any more. */
  cleanUpReports(now: number, signal: AbortSignal): Promise<Figures>;
  /** Counts who was active on a day that has ended, and tells of a sudden fall. */
  checkActivity(part: ActivityPart): Promise<Figures>;
  /** Tells of services that have become slow. */
  checkServices(now: number, signal: AbortSignal): Promise<Figures>;
  makeReport: MakeReport;
  /** Hands a finished report over. */
  deliverReport(reportId: string, signal: AbortSignal): Promise<Figures>;
  /** Begins the reports that wait. */
  waitingReports(begin: BeginReport, signal: AbortSignal): Promise<Figures>;
  /** Orders the weekly reports that are due. */
  weeklyReports(begin: BeginReport, now: number, signal: AbortSignal): Promise<Figures>;
}
