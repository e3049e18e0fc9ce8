/** The making of reports with everything that it needs, in memory. */
import type { Served } from '../../../src/application/analytics/answer.ts';
import type { ReportOrder, StoredReport } from '../../../src/application/ports/reports.ts';
import { type MakeReportDeps, makeMakeReport } from '../../../src/application/reports/make-report.ts';
import { summarizeByRules } from '../../../src/application/reports/summarize-by-rules.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryReportStore } from '../../../src/infrastructure/reports/memory-report-store.ts';
import { MemoryStorage } from '../../../src/infrastructure/storage/memory-storage.ts';
import { reply, stoppedClock, stubGate } from '../../fixtures/stubs.ts';

export const now = Date.parse('2026-03-10T12:00:00Z');
export const orderOf = (changes: Partial<ReportOrder['parameters']> = {}): ReportOrder => ({
  ...{ reportId: 'r-1', type: 'trainer', subjectId: 't-1', organizationId: 'org-1', requestedBy: 'a-1' },
  ...{ format: 'json', createdAt: now, expiresAt: now + 1000 },
  parameters: {
    ...{ language: 'en', startDate: '2026-01-01', endDate: '2026-02-01', courseId: 'c-1' },
    ...{ delivery: 'email', requestHash: 'a-hash', ...changes },
  },
});

const served = (data: object): Served => ({
  form: 'live',
  answer: {
    ...{
      data: Buffer.from(JSON.stringify(data)),
      digest: 'd',
      expiresAt: 0,
      revalidateUntil: 0,
      keepUntil: 0,
    },
    meta: {
      ...{
        calculatedAt: '2026-03-10T12:00:00.000Z',
        dataSource: 'realtime',
        asOf: '2026-03-10T11:00:00.000Z',
      },
      ...{ cacheExpiry: null, complete: true, sources: [], missing: [], metric: { id: 'm', version: 1 } },
    },
  },
});

/** A report on its way; what is not said goes well. */
export function world(changes: Partial<MakeReportDeps> = {}, roles: Viewer['roles'] = ['org_admin']) {
  const [store, storage] = [new MemoryReportStore(), new MemoryStorage()];
  const [events, delivered, asked]: [object[], StoredReport[], { query: unknown; viewer?: Viewer }[]] = [
    [],
    [],
    [],
  ];
  const user = {
    id: 'a-1',
    email: null,
    fullName: 'A',
    roles: [...roles],
    organizationId: 'org-1',
    locale: null,
    timeZone: null,
  };
  const make = makeMakeReport({
    ...{ store, storage, summarize: summarizeByRules, clock: stoppedClock(now), digest },
    write: async (report) => Buffer.from(JSON.stringify(report)),
    run: async ({ query }) => {
      asked.push({ query });
      return served({ totalCourses: 1, atRisk: [{ userId: 'u-7' }] });
    },
    gate: stubGate({
      auth: { user: () => reply('auth', user) },
      directory: { user: () => reply('directory', null) },
    }),
    authorizer: {
      authorize: async (viewer, ref) => {
        asked.push({ query: ref, viewer });
        if (!viewer.roles.includes('org_admin')) throw new AppError('FORBIDDEN', 'no');
        return { ...ref, organizationId: 'org-1' };
      },
    },
    log: { append: async (event) => void events.push(event) },
    scope: (signal) => ({
      ...{
        requestId: 'job',
        traceparent: undefined,
        signal,
        startedAt: now,
        deadlineAt: now + 1000,
        memo: new Map(),
      },
    }),
    ...changes,
  });
  const steps: [number, number][] = [];
  const run = (isLast = false) =>
    make({
      ...{ reportId: 'r-1', runId: 'run-1', isLast: () => isLast, signal: new AbortController().signal },
      progress: async (done, total) => void steps.push([done, total]),
      deliver: async (report) => void delivered.push(report),
    });
  return { store, storage, events, delivered, asked, steps, make, run };
}
