import { AppError, RefusedError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { Authorizer } from '../auth/authorize.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { Ids } from '../ports/ids.ts';
import type { JobRuns } from '../ports/jobs.ts';
import type { CallScope } from '../ports/reply.ts';
import type { FileStorage, ReportStore, StoredReport } from '../ports/reports.ts';
import { contentTypeOf, fileNameOf } from './file-of.ts';

export interface ReadReportsDeps {
  authorizer: Pick<Authorizer, 'authorize'>;
  store: Pick<ReportStore, 'get' | 'remove' | 'grant' | 'redeem' | 'filesDeleted'>;
  storage: Pick<FileStorage, 'get' | 'delete'>;
  runs: Pick<JobRuns, 'get'>;
  clock: Clock;
  ids: Pick<Ids, 'secret'>;
  digest: Digest;
}

export interface ShownReport {
  report: StoredReport;
  /** How far it is; null = not begun, or long done. */
  progress: { done: number; total: number | null } | null;
  /** A download, once; null = not ready. */
  link: { token: string; until: number } | null;
}

export interface ReportFile {
  bytes: Buffer;
  contentType: string;
  fileName: string;
}

/** How long a link can be used. */
export const linkLifeMs = 5 * 60_000;

/** One that is somebody else's, one that has expired and one that never was answer alike. */
const notFound = (reportId: string) =>
  new RefusedError('NOT_FOUND', 'There is no such report.', { kind: 'report', id: reportId });

export function makeReadReports(deps: ReadReportsDeps) {
  const { authorizer, store, storage, runs, clock, ids, digest } = deps;

  async function ownOf(viewer: Viewer, reportId: string): Promise<StoredReport> {
    const report = await store.get(reportId);
    if (report === null || report.requestedBy !== viewer.id || report.expiresAt <= clock.now())
      throw notFound(reportId);
    return report;
  }

  async function linkOf({ reportId, expiresAt }: StoredReport): Promise<ShownReport['link']> {
    const token = ids.secret();
    const until = Math.min(clock.now() + linkLifeMs, expiresAt);
    return (await store.grant(reportId, digest(token), until)) ? { token, until } : null;
  }

  return {
    /**
     * How a report stands, for whoever ordered it; when it is ready with a fresh link, and only for one who may still
     * see its subject. A link before it ends.
     * @throws AppError NOT_FOUND, FORBIDDEN, UPSTREAM_UNAVAILABLE; RpcError.
     */
    show: async (viewer: Viewer, reportId: string, scope: CallScope): Promise<ShownReport> => {
      const report = await ownOf(viewer, reportId);
      const run = report.runId === null ? null : await runs.get(report.runId);
      const progress = run && { done: run.done, total: run.total };
      if (report.status !== 'ready') return { report, progress, link: null };
      await authorizer.authorize(viewer, { kind: report.type, id: report.subjectId }, scope);
      return { report, progress, link: await linkOf(report) };
    },

    /**
     * The file, once per link.
     * @throws AppError NOT_FOUND for a token that is unknown, used or late; UPSTREAM_UNAVAILABLE when the storage
     *   cannot be reached: the link is then used up, and the owner asks for another. RpcError.
     */
    download: async (reportId: string, token: string): Promise<ReportFile> => {
      const report = await store.redeem(reportId, digest(token), clock.now());
      if (report === null || report.storageKey === null) throw notFound(reportId);
      const bytes = await storage.get(report.storageKey).catch((cause: unknown) => {
        throw new AppError('UPSTREAM_UNAVAILABLE', 'The file cannot be reached now.', {
          retryAfterSeconds: 5,
          cause,
        });
      });
      if (bytes === null) throw notFound(reportId);
      return { bytes, contentType: contentTypeOf[report.format], fileName: fileNameOf(report) };
    },

    /** Ends a report and its file. @throws AppError NOT_FOUND; RpcError. */
    remove: async (viewer: Viewer, reportId: string): Promise<void> => {
      const { storageKey } = await ownOf(viewer, reportId);
      await store.remove(reportId);
      if (storageKey === null) return;
      // Where this fails the file is noted, and the clean-up deletes it.
      await storage.delete(storageKey).then(
        () => store.filesDeleted([storageKey]),
        () => undefined,
      );
    },
  };
}

export type ReadReports = ReturnType<typeof makeReadReports>;
