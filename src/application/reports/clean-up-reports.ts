import type { Figures } from '../ports/jobs.ts';
import type { FileStorage, ReportStore } from '../ports/reports.ts';
import type { BeginReport } from './order-report.ts';

/** A report that is not made by then never will be. */
const overdueMs = 6 * 3_600_000;
const filesAtOnce = 100;

/**
 * Ends what has expired or was given up, then deletes the files of all reports that are gone, for whatever reason.
 * @throws RpcError; the signal's reason; Error when the storage cannot be reached: what is left goes the next time.
 */
export const makeCleanUpReports =
  (
    store: Pick<ReportStore, 'sweep' | 'filesToDelete' | 'filesDeleted'>,
    storage: Pick<FileStorage, 'delete'>,
  ) =>
  async (now: number, signal: AbortSignal): Promise<Figures> => {
    const swept = await store.sweep(now, now - overdueMs);
    for (let files = 0; ; ) {
      const keys = await store.filesToDelete(filesAtOnce);
      if (keys.length === 0) return { ...swept, files };
      for (const key of keys) {
        signal.throwIfAborted();
        await storage.delete(key);
      }
      await store.filesDeleted(keys);
      files += keys.length;
    }
  };

const waitingAtOnce = 100;

/** Begins the reports that wait, the oldest first; one that is being made already is not made twice. @throws RpcError. */
export const makeBeginWaiting =
  (store: Pick<ReportStore, 'waiting' | 'get'>) =>
  async (begin: BeginReport, signal: AbortSignal): Promise<Figures> => {
    let begun = 0;
    for (const reportId of await store.waiting(waitingAtOnce)) {
      signal.throwIfAborted();
      const report = await store.get(reportId);
      if (report === null) continue;
      await begin(report);
      begun += 1;
    }
    return { begun };
  };
