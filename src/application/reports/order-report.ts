import { AppError, type ErrorDetail } from '../../domain/errors.ts';
import type { Policy } from '../../domain/identity/policy.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { dayMs } from '../../domain/time.ts';
import type { Authorizer } from '../auth/authorize.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { CallScope } from '../ports/reply.ts';
import type { Delivery, ReportStore, StoredReport } from '../ports/reports.ts';
import { RpcError } from '../ports/rpc.ts';
import type { Format } from './report.ts';
import type { Language } from './words.ts';

export interface ReportRequest {
  type: Policy;
  subjectId: string;
  format: Format;
  language: Language;
  /** Calendar days; both or neither. */
  startDate: string | null;
  endDate: string | null;
  /** One of a trainer's courses; null = all. */
  courseId: string | null;
  delivery: Delivery;
}

/** Gets an ordered report made soon. */
export type BeginReport = (report: { reportId: string; organizationId: string | null }) => Promise<void>;

export interface OrderReportDeps {
  authorizer: Pick<Authorizer, 'authorize'>;
  store: Pick<ReportStore, 'create' | 'get'>;
  /** Where it fails, the report is found among those that wait. */
  begin: BeginReport;
  clock: Clock;
  digest: Digest;
}

/** How long a report can be fetched. */
export const reportLifeMs = 7 * dayMs;
const longestPeriodDays = 366;

const invalid = (details: ErrorDetail[]) =>
  new AppError('VALIDATION_ERROR', 'Some fields are not valid.', { details });

/** What is wrong with the fields together. */
function problemsOf({ type, startDate, endDate, courseId }: ReportRequest): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  if (courseId !== null && type !== 'trainer')
    problems.push({ field: 'body.courseId', message: 'goes with type trainer only' });
  if ((startDate === null) !== (endDate === null))
    problems.push({ field: startDate === null ? 'body.startDate' : 'body.endDate', message: 'is missing' });
  if (startDate !== null && endDate !== null) {
    const days = (Date.parse(endDate) - Date.parse(startDate)) / dayMs + 1;
    if (days < 1) problems.push({ field: 'body.endDate', message: 'must not be before startDate' });
    if (days > longestPeriodDays)
      problems.push({
        field: 'body.endDate',
        message: `must be within ${longestPeriodDays} days of startDate`,
      });
    if (type === 'organization')
      problems.push({ field: 'body.startDate', message: 'the figures of an organization take no period' });
  }
  return problems;
}

/** Of somebody who was erased nothing is recorded. */
export function asNotFound(error: unknown): never {
  if (error instanceof RpcError && error.code === 'gone')
    throw new AppError('NOT_FOUND', 'There is no such subject.', { cause: error });
  throw error;
}

/**
 * Orders a report. The same key with the same request answers the report that it ordered, for as long as that one is
 * kept. Nothing is made here.
 * @throws AppError VALIDATION_ERROR, FORBIDDEN, NOT_FOUND, UPSTREAM_UNAVAILABLE, UNPROCESSABLE (the key of another
 *   request); RpcError.
 */
export type OrderReport = (
  viewer: Viewer,
  request: ReportRequest,
  key: string,
  scope: CallScope,
) => Promise<StoredReport>;

export function makeOrderReport(deps: OrderReportDeps): OrderReport {
  const { authorizer, store, begin, clock, digest } = deps;
  return async (viewer, request, key, scope) => {
    const problems = problemsOf(request);
    if (problems.length > 0) throw invalid(problems);
    const { type, subjectId, format, ...parameters } = request;
    const subject = await authorizer.authorize(viewer, { kind: type, id: subjectId }, scope);
    const reportId = digest(JSON.stringify(['report', viewer.id, key]));
    const requestHash = digest(JSON.stringify([type, subjectId, format, parameters]));
    const createdAt = clock.now();
    const order = {
      ...{ reportId, type, subjectId, format, createdAt },
      organizationId: subject.organizationId,
      requestedBy: viewer.id,
      parameters: { ...parameters, requestHash },
      expiresAt: createdAt + reportLifeMs,
    };
    const isNew = await store.create(order).catch(asNotFound);
    const report = await store.get(reportId);
    if (report === null) throw new AppError('CONFLICT', 'The report was deleted at the same moment.');
    if (report.parameters.requestHash !== requestHash)
      throw new AppError('UNPROCESSABLE', 'This Idempotency-Key was used for another request.', {
        details: [{ field: 'headers.Idempotency-Key', message: 'used_for_another_request' }],
      });
    if (isNew) await begin(report);
    return report;
  };
}
