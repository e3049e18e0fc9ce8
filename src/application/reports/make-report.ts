import { AppError, type ErrorCode } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { personStream } from '../../domain/live.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { Analytic } from '../analytics/define.ts';
import { sectionsOf } from '../analytics/registry.ts';
import type { RunAnalytic } from '../analytics/run-analytic.ts';
import type { Authorizer } from '../auth/authorize.ts';
import { liveOrUnconfiguredMock } from '../auth/mock-or-live.ts';
import { type Section, sectionOf } from '../dashboards/dashboard.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Figures } from '../ports/jobs.ts';
import type { CallScope, UpstreamGate } from '../ports/reply.ts';
import type { FileStorage, ReportStore, StoredReport, Summarize, WriteReport } from '../ports/reports.ts';
import { RpcError } from '../ports/rpc.ts';
import { failureOf } from '../ports/upstream-error.ts';
import { buildReport, inputOf, peopleIn } from './build-report.ts';
import { contentTypeOf } from './file-of.ts';
import type { Report } from './report.ts';

export interface MakeReportDeps {
  store: Pick<ReportStore, 'get' | 'update'>;
  storage: Pick<FileStorage, 'put' | 'delete'>;
  write: WriteReport;
  summarize: Summarize;
  run: RunAnalytic;
  gate: UpstreamGate;
  authorizer: Pick<Authorizer, 'authorize'>;
  log: Pick<EventLog, 'append'>;
  /** A scope that ends with the signal. */
  scope: (signal: AbortSignal) => CallScope;
  clock: Clock;
  digest: Digest;
}

export interface MakingReport {
  reportId: string;
  runId: string;
  progress: (done: number, total: number) => Promise<void>;
  /** Whether nobody tries again when this fails. */
  isLast: () => boolean;
  /** Sends it out, for one that is to be delivered. */
  deliver: (report: StoredReport) => Promise<void>;
  signal: AbortSignal;
}

/**
 * Makes an ordered report: as whoever ordered it may see its subject now, not when it was ordered. Done again it
 * begins anew and leaves the same.
 * @throws AppError, UpstreamError, RpcError to be tried again; what cannot be mended by that ends the report instead.
 */
export type MakeReport = (making: MakingReport) => Promise<Figures>;

/** Trying again changes nothing about these. */
const final: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['FORBIDDEN', 'NOT_FOUND', 'VALIDATION_ERROR']);
const sectionsAtOnce = 3;
/** Beside the sections: the writing of the file. */
const lastStep = 1;

/** All sections failed: for a reason that stays, such as a course that is not the trainer's, or for one that passes. */
function noFigures(sections: readonly Section[]): AppError {
  const [code] = [...new Set(sections.flatMap(({ error }) => error?.code ?? []))];
  return code !== undefined && final.has(code)
    ? new AppError(code, 'There are no figures to report.')
    : new AppError('UPSTREAM_UNAVAILABLE', 'None of the figures can be had now.', { retryAfterSeconds: 60 });
}

type Ready = { bytes: Buffer; report: Report; people: string[] };

export function makeMakeReport(deps: MakeReportDeps): MakeReport {
  const { store, storage, gate, authorizer, clock, digest } = deps;

  /** Whoever ordered the report, with the roles of today. @throws AppError NOT_FOUND; UpstreamError. */
  async function viewerOf({ reportId, requestedBy }: StoredReport, scope: CallScope): Promise<Viewer> {
    const reply = await liveOrUnconfiguredMock(gate, scope, ({ auth }) => auth.user(requestedBy));
    const user = reply.value;
    if (user === null) throw new AppError('NOT_FOUND', 'Whoever ordered this report is not known any more.');
    const { id, organizationId, roles } = user;
    return {
      ...{ id, organizationId, roles, tokenId: `report ${reportId}`, sessionId: null },
      expiresAt: Number.MAX_SAFE_INTEGER,
      asOf: reply.asOf,
    };
  }

  /** The name of whom it is about, when it is of the same world as the figures; null = not known. */
  async function nameOf(
    { type, subjectId }: StoredReport,
    isMock: boolean,
    scope: CallScope,
  ): Promise<string | null> {
    try {
      const { value, dataSource } = await liveOrUnconfiguredMock<{ name: string | null } | null>(
        gate,
        scope,
        async ({ directory }) => {
          if (type === 'organization') return directory.organization(subjectId);
          const reply = await directory.user(subjectId);
          return { ...reply, value: reply.value && { name: reply.value.fullName } };
        },
      );
      return (dataSource === 'mock') === isMock ? (value?.name ?? null) : null;
    } catch (error) {
      if (failureOf(error) === 'cancelled') throw error;
      return null;
    }
  }

  function queryOf({ query }: Analytic, { parameters }: StoredReport): unknown {
    const { startDate, endDate, courseId } = parameters;
    const asked = Object.entries({ startDate, endDate, courseId });
    return query.parse(
      Object.fromEntries(asked.filter(([name, value]) => value !== null && name in query.shape)),
    );
  }

  async function make(stored: StoredReport, { progress, signal }: MakingReport): Promise<Ready> {
    const scope = deps.scope(signal);
    const { type, subjectId, format, parameters } = stored;
    const viewer = await viewerOf(stored, scope);
    const subject = await authorizer.authorize(viewer, { kind: type, id: subjectId }, scope);
    const analytics = sectionsOf(type);
    const found = new Map<string, Section>();
    const total = analytics.size + lastStep;
    await aFewAtOnce(analytics, sectionsAtOnce, async ([name, analytic]) => {
      signal.throwIfAborted();
      found.set(name, await sectionOf(deps.run, analytic, subject, scope, queryOf(analytic, stored)));
      await progress(found.size, total);
    });
    const sections = Object.fromEntries(
      [...analytics.keys()].flatMap((name) => {
        const section = found.get(name);
        return section === undefined ? [] : [[name, section] as const];
      }),
    );
    const isMock = Object.values(sections).every(({ meta }) => meta === null || meta.dataSource === 'mock');
    const { startDate, endDate, courseId, language } = parameters;
    const input = {
      about: {
        ...{ type, courseId, language },
        subject: { id: subjectId, name: await nameOf(stored, isMock, scope) },
        organizationId: subject.organizationId,
        period: startDate === null || endDate === null ? null : { startDate, endDate },
      },
      ...{ analytics, sections },
    };
    const report = await buildReport(input, digest(inputOf(input)), deps.summarize);
    if (report === null) throw noFigures(Object.values(sections));
    return { report, bytes: await deps.write(report, format), people: peopleIn(sections) };
  }

  /** @returns false when the report is gone, or finished by somebody else. */
  async function keep(stored: StoredReport, { bytes, report, people }: Ready, key: string): Promise<boolean> {
    await storage.put(key, bytes, contentTypeOf[stored.format]);
    const { inputDigest, asOf } = report;
    const isKept = await store
      .update(stored.reportId, { status: 'ready', inputDigest, asOf: Date.parse(asOf), people })
      .catch(async (error: unknown) => {
        if (error instanceof RpcError && error.code === 'unavailable') throw error;
        await storage.delete(key);
        throw error;
      });
    const now = isKept ? null : await store.get(stored.reportId);
    // Deleted, or somebody in it erased, while it was made: nothing of it may stay.
    if (!isKept && now?.status !== 'ready') await storage.delete(key);
    if (now?.status === 'running') await store.update(stored.reportId, { status: 'failed', failure: 'gone' });
    return isKept;
  }

  const codeOf = (error: unknown) => (error instanceof AppError ? error.code.toLowerCase() : 'defect');

  /** At least once, both the live event and the delivery. */
  async function tell(stored: StoredReport, { runId, deliver }: MakingReport): Promise<void> {
    const { reportId, requestedBy } = stored;
    const event = { type: 'report_ready', data: { reportId, userId: requestedBy }, correlationId: runId };
    await deps.log.append({ ...event, stream: personStream(requestedBy), occurredAt: clock.now() });
    await deliver(stored);
  }

  async function carryOut(stored: StoredReport, making: MakingReport): Promise<Figures> {
    const { reportId, format } = stored;
    const storageKey = `${reportId}.${format}`;
    // The key first: whatever happens from here on, the file is found by whoever cleans up.
    if (!(await store.update(reportId, { status: 'running', storageKey, runId: making.runId })))
      return { gone: 1 };
    const ready = await make(stored, making);
    if (!(await keep(stored, ready, storageKey))) return { gone: 1 };
    await making.progress(ready.report.sections.length + lastStep, ready.report.sections.length + lastStep);
    await tell(stored, making);
    return { reports: 1, bytes: ready.bytes.length };
  }

  return async (making) => {
    const stored = await store.get(making.reportId);
    if (stored === null || stored.status === 'failed') return { gone: 1 };
    if (stored.status === 'ready') {
      // An earlier attempt ended before everybody was told.
      await tell(stored, making);
      return { reports: 0 };
    }
    try {
      return await carryOut(stored, making);
    } catch (error) {
      const isFinal = error instanceof AppError && final.has(error.code);
      if (making.signal.aborted || (!isFinal && !making.isLast())) throw error;
      await store.update(making.reportId, { status: 'failed', failure: codeOf(error) });
      if (!isFinal) throw error;
      return { failed: 1 };
    }
  };
}
