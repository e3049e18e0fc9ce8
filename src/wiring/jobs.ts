import { setTimeout as delay } from 'node:timers/promises';
import type { Router } from 'express';
import { registry } from '../application/analytics/registry.ts';
import type { RunAnalytic } from '../application/analytics/run-analytic.ts';
import { makeCheckActivity } from '../application/anomalies/check-activity.ts';
import { makeCheckServices } from '../application/anomalies/check-services.ts';
import { purgeOnErasure } from '../application/events/purge-on-erasure.ts';
import { purgeOnPoints } from '../application/events/purge-on-points.ts';
import { refreshOnErasure } from '../application/events/refresh-on-erasure.ts';
import { OutboxRelay, type RelayFigures } from '../application/events/relay.ts';
import { refreshLeaderboard } from '../application/gamification/refresh-leaderboards.ts';
import { rollOverOrganization } from '../application/gamification/roll-over-organization.ts';
import type { ReadMinutes } from '../application/integration/service-figures.ts';
import { makeHandleDelivery } from '../application/jobs/handle-delivery.ts';
import { cronPaths, type Jobs, makeJobs } from '../application/jobs/registry.ts';
import { makeReportName } from '../application/jobs/reports.ts';
import { failureKind, makeRunJob, type OnJobEnd } from '../application/jobs/run-job.ts';
import type { JobUseCases } from '../application/jobs/use-cases.ts';
import { savePeerFigures } from '../application/organization/save-peer-figures.ts';
import { warmOrganization } from '../application/organization/warm-organization.ts';
import { makeApplyRetention } from '../application/people/apply-retention.ts';
import type { AnswerCache } from '../application/ports/answer-cache.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { EventBus } from '../application/ports/events.ts';
import type { Ids } from '../application/ports/ids.ts';
import type { JobQueue, JobRuns, QueueFigures } from '../application/ports/jobs.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { OnAnomalyCheck } from '../application/ports/notices.ts';
import type { CallScope, UpstreamGate } from '../application/ports/reply.ts';
import type { BeginReport } from '../application/reports/order-report.ts';
import { makeTakeSnapshots } from '../application/snapshots/take-snapshots.ts';
import type { Config } from '../config.ts';
import type { Database } from '../infrastructure/database/database.ts';
import { PgliteDatabase } from '../infrastructure/database/pglite.ts';
import { makeRpcCohorts } from '../infrastructure/database/rpc-cohorts.ts';
import { digest } from '../infrastructure/digest.ts';
import { MemoryEventBus } from '../infrastructure/events/memory-bus.ts';
import { makeRpcNotices } from '../infrastructure/events/rpc-notices.ts';
import { InProcessQueue } from '../infrastructure/jobs/in-process-queue.ts';
import { MemoryJobRuns } from '../infrastructure/jobs/memory-job-runs.ts';
import { makeRpcJobRuns, makeRpcOrganizations } from '../infrastructure/jobs/rpc-job-runs.ts';
import { makeRunNow } from '../infrastructure/jobs/run-now-queue.ts';
import { upstreamDefaults } from '../infrastructure/upstreams/resilience.ts';
import { makeCronRouter } from '../presentation/http/job-routes.ts';
import type { RateLimiter } from '../presentation/http/rate-limits.ts';
import { erasureSaltOf, type Own } from './own.ts';
import type { Reports } from './reports.ts';

export interface WorkDeps {
  config: Config;
  /** It may be replaced. */
  cronSecret: () => string | undefined;
  limiter: Pick<RateLimiter, 'countStranger'>;
  own: Own;
  gate: UpstreamGate;
  run: RunAnalytic;
  cache: AnswerCache;
  /** Told of the bus before anything is published. */
  consume: (bus: EventBus) => void;
  minimumCohortOf: (organizationId: string | null) => number;
  reports: Pick<Reports, 'useCases' | 'deleteFile'>;
  onJobEnd: OnJobEnd;
  /** How long services take, and who is told of looks at it. */
  minutes: ReadMinutes;
  onAnomalyCheck: OnAnomalyCheck;
  clock: Clock;
  ids: Ids;
  logger: Logger;
}

/** What goes on beside requests. */
export interface Work {
  runs: JobRuns;
  /** Gets a report made soon; one that no queue takes now is found among those that wait. */
  beginReport: BeginReport;
  /** Where a host that has no processes starts jobs by the clock. */
  cron: Router | null;
  /** What such a host has to call, and when. */
  cronPaths: readonly { path: string; schedule: string }[];
  /** For operators: how full queues and outbox are. */
  figures: {
    queues: () => Promise<Readonly<Record<string, QueueFigures>>>;
    outbox: () => Promise<RelayFigures | null>;
  };
  /** Begins: events are published, jobs are worked on. */
  start: () => void;
  /** Lets what runs end, up to a bound; then nothing of it touches the database any more. */
  stop: () => Promise<void>;
}

const nothing = async () => undefined;

const tryAgainMs = 5000;

/** How long a walk through a whole organization and an answer over it may take, ms. */
const answerMsOf = ({ ORGANIZATION_WALK_SECONDS: seconds }: Config) =>
  Math.ceil((seconds * 1000) / upstreamDefaults.budgetShare) + 5000;

function useCasesOf(deps: WorkDeps, database: Database, relay: OutboxRelay) {
  const { config, own, gate, run, clock, logger, ids, minimumCohortOf } = deps;
  const answerMs = answerMsOf(config);
  const scope = (signal: AbortSignal): CallScope => ({
    requestId: ids.uuid(),
    traceparent: undefined,
    signal,
    startedAt: clock.now(),
    deadlineAt: clock.now() + answerMs,
    memo: new Map(),
  });
  const openUnder = (signal: AbortSignal) => () => gate.live(scope(signal));
  const take = makeTakeSnapshots({
    gate,
    run,
    snapshots: own.live.snapshots,
    clock,
    logger,
    newId: ids.uuid,
    minimumCohortOf,
    answerMs,
  });
  const { deleteFile } = deps.reports;
  const applyRetention = makeApplyRetention({ rpc: database, salt: erasureSaltOf(config), deleteFile });
  const { onAnomalyCheck: onCheck } = deps;
  const notices = makeRpcNotices(database, digest);
  const store = makeRpcCohorts(own.rpc ?? database);
  const retention = {
    rawActivityDays: config.RETENTION_RAW_ACTIVITY_DAYS,
    snapshotDays: config.RETENTION_SNAPSHOT_DAYS,
    auditDays: config.RETENTION_AUDIT_DAYS,
  };
  return {
    refreshLeaderboards: async ({ organizationId, signal, now, run: handle }) => {
      const refresh = { open: openUnder(signal), stores: own.live, now };
      const onProgress = (people: number) => void handle.progress(people, null).catch(nothing);
      const { value } = await refreshLeaderboard(organizationId, refresh, { signal, onProgress });
      const upstreams = gate.live(scope(signal));
      await savePeerFigures(organizationId, { upstreams, store, forgotten: own.people, now, signal });
      return { people: value.people };
    },
    takeSnapshots: async ({ organizationId, period, run: handle, signal }) => {
      const cursor = typeof handle.cursor === 'string' ? handle.cursor : null;
      const progress = (done: number, total: number, at: string) => handle.progress(done, total, at);
      return { ...(await take({ organizationId, day: period, cursor, progress, signal })) };
    },
    warmOrganization: ({ organizationId, signal }) =>
      warmOrganization(organizationId, { registry, run, scope }, signal),
    rollOverStreaks: ({ organizationId, signal, now, run: handle }) =>
      rollOverOrganization(organizationId, {
        open: openUnder(signal),
        stores: own.live,
        writes: own.live.writes,
        correlationId: handle.id,
        now,
        signal,
        onProgress: (people) => handle.progress(people, null),
      }),
    applyRetention: (now, signal) => applyRetention(now, retention, signal),
    relayOutbox: (signal) => drain(relay, signal),
    checkActivity: makeCheckActivity({ ...own.live, notices, minimumCohortOf, onCheck, logger }),
    checkServices: makeCheckServices({ minutes: deps.minutes, notices, onCheck, logger }),
    ...deps.reports.useCases,
  } satisfies Partial<JobUseCases>;
}

/** Publishes until nothing is due. */
async function drain(relay: OutboxRelay, signal: AbortSignal) {
  const figures = { published: 0, failed: 0 };
  for (;;) {
    signal.throwIfAborted();
    const { taken, published, failed } = await relay.runOnce();
    figures.published += published;
    figures.failed += failed;
    if (taken === 0) return figures;
  }
}

/** Where pg-boss keeps its queues; null = this database takes functions only, so jobs are started by cron. */
function queueDatabaseOf(config: Config, database: Database) {
  if (config.DATABASE_URL !== undefined)
    return { url: config.DATABASE_URL, maxConnections: config.JOBS_CONNECTIONS };
  return database instanceof PgliteDatabase ? { embedded: database } : null;
}

async function openQueue(
  deps: WorkDeps,
  database: Database,
  jobs: Jobs,
  runs: JobRuns,
): Promise<JobQueue | null> {
  const { config, clock, logger } = deps;
  const where = queueDatabaseOf(config, database);
  if (where === null) return null;
  const { PgBossQueue } = await import('../infrastructure/jobs/pg-boss-queue.ts');
  return PgBossQueue.open({ database: where, jobs, runs, clock, logger });
}

const hourMs = 3_600_000;

/** Without a database there are reports only, which this process makes by itself. */
function workInMemory({ config, reports, onJobEnd, clock, ids, logger }: WorkDeps): Work {
  const runs = new MemoryJobRuns(clock, ids);
  const organizations = { page: async () => [] };
  const jobs = makeJobs({ organizations, runs, useCases: reports.useCases });
  const leaseMs = config.JOBS_LEASE_SECONDS * 1000;
  const runJob = makeRunJob({ jobs, runs, clock, logger, leaseMs, onEnd: onJobEnd });
  const queue = new InProcessQueue({ jobs, runs, runJob, clock });
  let timer: NodeJS.Timeout | undefined;
  const everyHour = () => {
    for (const { name, schedule } of jobs.values())
      if (schedule !== null && name !== 'retention') void queue.enqueue(name, {}).catch(nothing);
  };
  return {
    runs,
    beginReport: async ({ reportId, organizationId }) =>
      void (await queue.enqueue(makeReportName, { reportId, organizationId })),
    cron: null,
    cronPaths: [],
    figures: { queues: () => queue.figures(), outbox: async () => null },
    start: () => {
      timer = setInterval(everyHour, hourMs).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await queue.stop(config.JOBS_STOP_MS);
    },
  };
}

/** Jobs and the relay of events, over the database; without one there is nothing to keep for later. */
export function makeWork(deps: WorkDeps): Work {
  const { config, own, cache, onJobEnd, clock, ids, logger } = deps;
  const { database } = own;
  if (database === null) return workInMemory(deps);
  const bus = new MemoryEventBus();
  purgeOnPoints(bus, cache);
  purgeOnErasure(bus, cache);
  refreshOnErasure(bus, database);
  deps.consume(bus);
  const relay = new OutboxRelay({ rpc: database, bus, clock, logger, worker: ids.uuid() });
  const runs = makeRpcJobRuns(database);
  const { relayOutbox, ...always } = useCasesOf(deps, database, relay);
  const isServerless = config.JOBS === 'cron';
  const jobs = makeJobs({
    organizations: makeRpcOrganizations(database),
    runs,
    useCases: isServerless ? { ...always, relayOutbox } : always,
  });
  const leaseMs = config.JOBS_LEASE_SECONDS * 1000;
  const runJob = makeRunJob({ jobs, runs, clock, logger, leaseMs, onEnd: onJobEnd });
  const { runDue } = makeRunNow({ jobs, runs, runJob, clock });
  const cron = makeCronRouter({
    secret: deps.cronSecret,
    limiter: deps.limiter,
    jobs,
    runDue,
    budgetMs: config.CRON_BUDGET_MS,
  });
  let queue: JobQueue | null = null;

  const stopping = new AbortController();

  async function workOnJobs(): Promise<void> {
    const opened = await openQueue(deps, database as Database, jobs, runs);
    if (opened === null) {
      logger.info({}, 'this database has no queue: jobs are started by cron');
      return;
    }
    queue = opened;
    await opened.work(makeHandleDelivery(runJob, (...order) => opened.enqueue(...order)));
    for (const { name, schedule, zone } of jobs.values())
      if (schedule !== null) await opened.schedule({ name, cron: schedule, zone });
    // Those that were ordered before the queue was open.
    const begin: BeginReport = async ({ reportId, organizationId }) =>
      void (await opened.enqueue(makeReportName, { reportId, organizationId }));
    await deps.reports.useCases.waitingReports(begin, stopping.signal);
  }

  /** A database that is away at the start is no reason not to serve. */
  async function keepTrying(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      try {
        return await workOnJobs();
      } catch (error) {
        if (failures === 0)
          logger.warn({ failure: failureKind(error) }, 'jobs wait: their queue cannot be opened');
        await delay(tryAgainMs, undefined, { signal: stopping.signal, ref: false }).catch(nothing);
      }
    }
  }

  let starting: Promise<void> = Promise.resolve();
  return {
    runs,
    beginReport: async ({ reportId, organizationId }) => {
      // The order stands; a job looks for those that wait.
      await queue
        ?.enqueue(makeReportName, { reportId, organizationId })
        .catch((error: unknown) =>
          logger.warn({ failure: failureKind(error) }, 'a report waits for the queue'),
        );
    },
    cron,
    figures: { queues: async () => (await queue?.figures()) ?? {}, outbox: () => relay.figures() },
    cronPaths: cronPaths(jobs),
    start: () => {
      if (isServerless) return;
      relay.start(config.EVENTS_INTERVAL_MS);
      if (config.JOBS === 'on') starting = keepTrying();
    },
    stop: async () => {
      stopping.abort();
      await starting;
      await queue?.stop(config.JOBS_STOP_MS);
      await relay.stop();
    },
  };
}
