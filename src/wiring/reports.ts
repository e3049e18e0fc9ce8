import type { RunAnalytic } from '../application/analytics/run-analytic.ts';
import { notingReads } from '../application/audit/noting-reads.ts';
import type { Authorizer } from '../application/auth/authorize.ts';
import type { JobUseCases } from '../application/jobs/use-cases.ts';
import type { Narrate } from '../application/narratives/narrate.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { JobRuns } from '../application/ports/jobs.ts';
import type { ReadLog } from '../application/ports/read-log.ts';
import type { UpstreamGate } from '../application/ports/reply.ts';
import { type Deliver, type Delivery, deliveries, type FileStorage } from '../application/ports/reports.ts';
import { makeBeginWaiting, makeCleanUpReports } from '../application/reports/clean-up-reports.ts';
import { makeDeliverReport } from '../application/reports/deliver-report.ts';
import { makeMakeReport } from '../application/reports/make-report.ts';
import { type BeginReport, makeOrderReport } from '../application/reports/order-report.ts';
import { makeReadReports } from '../application/reports/read-reports.ts';
import { makeSummarize } from '../application/reports/summarize.ts';
import { makeOrderWeekly, makeWeeklyReports } from '../application/reports/weekly-reports.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { inMemory } from '../infrastructure/database/pglite.ts';
import { digest } from '../infrastructure/digest.ts';
import { makeDeliverByWebhook } from '../infrastructure/reports/deliver-by-webhook.ts';
import { writeReport } from '../infrastructure/reports/write-report.ts';
import { makeFolderStorage } from '../infrastructure/storage/folder-storage.ts';
import { MemoryStorage } from '../infrastructure/storage/memory-storage.ts';
import { downloadPath, reportRoutes } from '../presentation/http/report-routes.ts';
import type { Route } from '../presentation/http/route.ts';
import type { Own } from './own.ts';

export interface ReportsDeps {
  config: Config;
  own: Own;
  gate: UpstreamGate;
  run: RunAnalytic;
  authorizer: Authorizer;
  reads: ReadLog;
  narrate: Narrate;
  clock: Clock;
}

type ReportUseCases = Pick<
  JobUseCases,
  'cleanUpReports' | 'makeReport' | 'deliverReport' | 'waitingReports' | 'weeklyReports'
>;

export interface Reports {
  /** What jobs do for them. */
  useCases: ReportUseCases;
  deleteFile: FileStorage['delete'];
  routes: (work: { runs: Pick<JobRuns, 'get'>; begin: BeginReport }) => Route[];
}

/** Answers of a report may take longer than those that somebody waits for. */
const answerMs = 60_000;

async function storageOf(config: Config): Promise<FileStorage> {
  const { REPORTS_BUCKET: bucket = '', S3_ACCESS_KEY_ID: accessKeyId = '' } = config;
  if (config.REPORTS_STORAGE === 's3') {
    // A third of a second to load, and few need it.
    const { makeS3Storage } = await import('../infrastructure/storage/s3-storage.ts');
    return makeS3Storage({
      ...{ bucket, accessKeyId, region: config.S3_REGION, endpoint: config.S3_ENDPOINT, prefix: 'reports/' },
      secretAccessKey: config.S3_SECRET_ACCESS_KEY ?? '',
    });
  }
  if (config.REPORTS_STORAGE === 'supabase') {
    const { makeSupabaseStorage } = await import('../infrastructure/storage/supabase-storage.ts');
    return makeSupabaseStorage({
      ...{ bucket, url: config.SUPABASE_URL ?? '', serviceRoleKey: config.SUPABASE_SERVICE_ROLE_KEY ?? '' },
    });
  }
  const isShort = config.DATABASE === 'none' || config.DATA_DIR === inMemory;
  const lasts = config.DATABASE_URL !== undefined || config.SUPABASE_URL !== undefined;
  // Files that outlive what is known of them would never be deleted.
  return isShort && !lasts ? new MemoryStorage() : makeFolderStorage(config.REPORTS_DIR);
}

async function waysOf(config: Config, clock: Clock): Promise<Partial<Record<Delivery, Deliver>>> {
  const {
    SMTP_URL: smtp,
    SMTP_FROM: from,
    REPORTS_WEBHOOK_URL: url,
    REPORTS_WEBHOOK_SECRET: secret,
  } = config;
  const ways: Partial<Record<Delivery, Deliver>> = {};
  if (url !== undefined && secret !== undefined) ways.webhook = makeDeliverByWebhook({ url, secret, clock });
  if (smtp !== undefined && from !== undefined) {
    const { makeDeliverByEmail } = await import('../infrastructure/reports/deliver-by-email.ts');
    ways.email = makeDeliverByEmail({ url: smtp, from });
  }
  return ways;
}

/** Reports from their order to their end. */
export async function openReports(deps: ReportsDeps): Promise<Reports> {
  const { config, own, gate, run, authorizer, reads, clock } = deps;
  const noting = (route: string) => notingReads(authorizer, reads, route);
  const { reports: store, reportSchedules: schedules } = own;
  const storage = await storageOf(config);
  const ways = await waysOf(config, clock);
  const scope = (signal: AbortSignal) => {
    const now = clock.now();
    const memo = new Map();
    return {
      requestId: ids.uuid(),
      traceparent: undefined,
      signal,
      startedAt: now,
      deadlineAt: now + answerMs,
      memo,
    };
  };
  const make = makeMakeReport({
    ...{
      store,
      storage,
      summarize: makeSummarize(deps.narrate),
      run,
      gate,
      authorizer: noting('job:make_report'),
      scope,
      clock,
      digest,
    },
    ...{ write: writeReport, log: own.events },
  });
  return {
    useCases: {
      cleanUpReports: makeCleanUpReports(store, storage),
      makeReport: make,
      deliverReport: makeDeliverReport({
        ...{ store, storage, ways, gate, scope, clock, ids, digest },
        pathOf: downloadPath,
      }),
      waitingReports: makeBeginWaiting(store),
      weeklyReports: makeOrderWeekly({ schedules, store, digest }),
    },
    deleteFile: (key) => storage.delete(key),
    routes: ({ runs, begin }) =>
      reportRoutes({
        order: makeOrderReport({ authorizer: noting('/api/v1/reports'), store, begin, clock, digest }),
        read: makeReadReports({
          ...{ authorizer: noting('/api/v1/reports/:id'), store, storage, runs, clock, ids, digest },
        }),
        weekly: makeWeeklyReports({
          ...{ authorizer, schedules, gate, clock, preferences: own.live.preferences },
          ways: new Set<Delivery>(['none', ...deliveries.filter((way) => ways[way] !== undefined)]),
        }),
      }),
  };
}
