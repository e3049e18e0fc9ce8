import { liveOrUnconfiguredMock } from '../auth/mock-or-live.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { Ids } from '../ports/ids.ts';
import type { Figures } from '../ports/jobs.ts';
import type { CallScope, UpstreamGate } from '../ports/reply.ts';
import type { Deliver, Delivery, FileStorage, ReportStore } from '../ports/reports.ts';
import { contentTypeOf, fileNameOf } from './file-of.ts';

export interface DeliverReportDeps {
  store: Pick<ReportStore, 'get' | 'grant'>;
  storage: Pick<FileStorage, 'get'>;
  /** Those that are set up. */
  ways: Readonly<Partial<Record<Delivery, Deliver>>>;
  gate: UpstreamGate;
  scope: (signal: AbortSignal) => CallScope;
  /** Where a link leads, for a token. */
  pathOf: (reportId: string, token: string) => string;
  clock: Clock;
  ids: Pick<Ids, 'secret'>;
  digest: Digest;
}

/** A receiver that was away for an afternoon still gets its file. */
const linkMs = 24 * 3_600_000;

/**
 * Hands a finished report over as was asked for. A report that is gone, or whose way out is not set up any more, is
 * left where it is. @throws whatever the way out throws, to be tried again; RpcError; UpstreamError.
 */
export const makeDeliverReport =
  (deps: DeliverReportDeps) =>
  async (reportId: string, signal: AbortSignal): Promise<Figures> => {
    const { store, storage, ways, gate, clock, ids, digest } = deps;
    const report = await store.get(reportId);
    const deliver = report && ways[report.parameters.delivery];
    if (!report || !deliver || report.status !== 'ready' || report.storageKey === null)
      return { delivered: 0 };
    const bytes = await storage.get(report.storageKey);
    if (bytes === null) return { delivered: 0 };
    const { value: user } = await liveOrUnconfiguredMock(gate, deps.scope(signal), ({ auth }) =>
      auth.user(report.requestedBy),
    );
    if (user === null) return { delivered: 0 };
    const token = ids.secret();
    await store.grant(reportId, digest(token), Math.min(clock.now() + linkMs, report.expiresAt));
    const { email } = user;
    const file = { fileName: fileNameOf(report), contentType: contentTypeOf[report.format], bytes };
    await deliver({ report, email, ...file, path: deps.pathOf(reportId, token) }, signal);
    return { delivered: 1 };
  };
