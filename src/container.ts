/** The composition root: the only place that knows everybody. */
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Express } from 'express';
import type { DestinationStream, Logger } from 'pino';
import { registry } from './application/analytics/registry.ts';
import { makeAuthorizer } from './application/auth/authorize.ts';
import { repliesIn } from './application/freshness/forget-about.ts';
import type { Narrate } from './application/narratives/narrate.ts';
import type { Clock } from './application/ports/clock.ts';
import type { OnRequestEnd } from './application/ports/request-end.ts';
import type { Config } from './config.ts';
import type { Service } from './domain/provenance.ts';
import { ids } from './infrastructure/auth/ids.ts';
import { makeSeal } from './infrastructure/auth/seal.ts';
import { makeClock } from './infrastructure/clock.ts';
import type { PgliteDatabase } from './infrastructure/database/pglite.ts';
import { makeCacheFigures, makeLook } from './infrastructure/observability/cache-figures.ts';
import { makeWatchCall } from './infrastructure/observability/database-figures.ts';
import { makeLogger, makeRequestLog, standardError } from './infrastructure/observability/logger.ts';
import type { Gate } from './infrastructure/upstreams/guarded.ts';
import type { Transport } from './infrastructure/upstreams/transport.ts';
import { makeUndiciAdapter } from './infrastructure/upstreams/undici-adapter.ts';
import { makeEdgeHandler } from './presentation/edge/edge-route.ts';
import { makeApp } from './presentation/http/app.ts';
import { CachedLane } from './presentation/http/cached-lane.ts';
import { makeDashboardFiles } from './presentation/http/dashboard-files.ts';
import type { Route } from './presentation/http/route.ts';
import { openWatch } from './wiring/abuse.ts';
import { cachePoliciesOf, openAnswers } from './wiring/answers.ts';
import { openReadLog } from './wiring/audit.ts';
import { openBook } from './wiring/book.ts';
import { withEdge } from './wiring/edge.ts';
import { defectOf, openErrorReporter } from './wiring/errors.ts';
import { openFlags } from './wiring/flags.ts';
import { makeWork } from './wiring/jobs.ts';
import { openLimiter } from './wiring/limits.ts';
import { openLive } from './wiring/live.ts';
import { openNarratives } from './wiring/narratives.ts';
import { openObserving } from './wiring/observing.ts';
import { openOperating } from './wiring/operating.ts';
import { targetsOf } from './wiring/outbound.ts';
import { erasureSaltOf, openOwn } from './wiring/own.ts';
import { openReports } from './wiring/reports.ts';
import { routesOf } from './wiring/routes.ts';
import { openSharing } from './wiring/sharing.ts';
import { openAdmission, openShedding } from './wiring/shedding.ts';
import { openSignIn } from './wiring/sign-in.ts';
import { externalTokens } from './wiring/tokens.ts';
import { openTracing } from './wiring/tracing.ts';
import { openUpstreams } from './wiring/upstreams.ts';

/** Of all answers that hold words. */
const wordedTags = registry.filter(({ words }) => words !== undefined).map(({ id }) => `metric:${id}`);

export interface Container {
  app: Express;
  /** What the server listens with: cached answers first, everything else through the app. */
  listener: RequestListener;
  routes: readonly Route[];
  /** What a host without processes has to call by the clock: `vercel.json` says the same. */
  cronPaths: readonly { path: string; schedule: string }[];
  gate: Gate;
  /** Puts codes and numbers into words, for whatever shows or prints them. */
  narrate: Narrate;
  logger: Logger;
  clock: Clock;
  /** Secrets and flags of this configuration hold from now on; all else stays as it was at the start. */
  exchange: (next: Config) => void;
  /** Begins what goes on beside requests: events are published, jobs are worked on. */
  startWork: () => void;
  /** From now on the log says as much, until it is told otherwise. */
  setLogLevel: (level: Config['LOG_LEVEL']) => void;
  /** From now on /ready says no and answers ask the client to reconnect elsewhere. */
  beginShutdown: () => void;
  /** Sends reports of defects that are not sent yet, before an end that nobody ordered. */
  flushReports: () => Promise<void>;
  /** Lets running jobs end, up to a bound. */
  stopWork: () => Promise<void>;
  close: () => Promise<void>;
}

/** The mock world, loaded only where it is used: production images can leave the folder out. */
async function mockTransports(
  config: Config,
  clock: Clock,
): Promise<((service: Service) => Transport) | null> {
  if (config.MOCK_FALLBACK === 'never') return null;
  const { makeMockTransports } = await import('../mocks/transport.ts');
  const transports = makeMockTransports({
    seed: config.MOCK_SEED,
    learners: config.MOCK_LEARNERS,
    now: clock.now,
  });
  return (service) => transports[service];
}

/** Whom the log-in page offers: people of sample data only, and nobody in production. */
async function demoPeopleOf(config: Config): Promise<NonNullable<Config['DEMO_PEOPLE']>> {
  if (config.NODE_ENV === 'production') return [];
  if (config.DEMO_PEOPLE !== undefined) return config.DEMO_PEOPLE;
  if (config.MOCK_FALLBACK === 'never' || config.services.auth.url !== undefined) return [];
  const { demoPeople } = await import('../mocks/world/demo-people.ts');
  return demoPeople(config.MOCK_SEED).map(({ email, password, roles }) => ({ email, password, roles }));
}

/**
 * The whole application, wired from a configuration. Nothing listens yet.
 * @param embedded the embedded database, where it is being opened already.
 */
export async function makeContainer(
  config: Config,
  destination: DestinationStream = standardError(),
  embedded?: Promise<PgliteDatabase>,
): Promise<Container> {
  const clock = makeClock(config.CLOCK_START);
  const policies = cachePoliciesOf(config);
  const observing = openObserving(policies, clock.now, config.REDIS_URL !== undefined);
  const { metrics } = observing;
  const reporter = await openErrorReporter(config, { metrics, clock });
  const logger = makeLogger(config.LOG_LEVEL, destination, (level, fields, message) => {
    observing.onTrouble(level);
    if (level === 'error') reporter.report(defectOf(fields, message));
  });
  const tracing = await openTracing(config, { metrics, logger, ids, random: Math.random });
  const look = makeLook(metrics, tracing);
  const { adapter, close } = makeUndiciAdapter(undefined, targetsOf(config, logger));
  const flags = await openFlags(config);
  const { isOn } = flags;
  let current = config;
  const figures = makeCacheFigures(metrics);
  // Until others are listened to there is nobody to be told by.
  let hearsPurges = () => true;
  const upstreams = openUpstreams({
    ...{ config, adapter, observing, look, tracing, clock, logger },
    mockTransportFor: await mockTransports(config, clock),
    hearsPurges: () => hearsPurges(),
  });
  const { gate } = upstreams;
  const own = await openOwn(config, clock, logger, makeWatchCall(metrics, tracing), embedded);
  const readLog = openReadLog({ config, own, observing, clock, logger });
  const { reads } = readLog;
  const tokenLifeMs = config.ACCESS_TOKEN_SECONDS * 1000;
  const authorizer = makeAuthorizer(gate, clock, () => hearsPurges(), tokenLifeMs);
  // The process that was told forgets at once; without Redis the others would go on with old replies.
  own.hearOfEndedUsers((userIds) => {
    gate.forget(userIds);
    authorizer.forget(userIds);
  });
  const remembering = [gate, authorizer];
  const sharing = await openSharing(config, clock, logger, {
    onPurged: (tags) => {
      for (const one of remembering) one.forget(repliesIn(tags));
    },
    onGap: () => {
      for (const one of remembering) one.forgetAll();
    },
    onAcknowledged: (how) => figures.purged(how),
    look,
  });
  hearsPurges = sharing.hearsPurges;
  const cache = withEdge(sharing.cache, config, adapter, logger);
  const narrate = await openNarratives(config, own.live.preferences, sharing, clock, logger, isOn);
  const admission = openAdmission(config);
  const { onScore } = observing;
  const answers = openAnswers({
    ...{ config, policies, gate, own, cache, figures, narrate, isOn, admission, onScore, clock, logger },
  });
  const { run } = answers;
  const limiter = openLimiter(config, sharing, observing, clock);
  const live = await openLive({ config, own, sharing, replies: gate, authorizer, isOn, clock, logger });
  const reports = await openReports({ config, own, gate, run, authorizer, reads, narrate, clock });
  const serviceBook = openBook(observing.book, sharing.book, clock, ids);
  const work = makeWork({
    ...{ config, limiter, own, gate, run, cache, reports, clock, ids, logger },
    cronSecret: () => current.CRON_SECRET,
    consume: live.consume,
    minimumCohortOf: answers.minimumCohortOf,
    onJobEnd: observing.onJobEnd,
    minutes: serviceBook.minutes,
    onAnomalyCheck: observing.onAnomalyCheck,
  });
  const external = externalTokens(config, clock, adapter, upstreams.askForKeys);
  const signIn = openSignIn({ config, own, gate, external, clock, logger });
  const { authenticator, cookies } = signIn;
  const routes = routesOf({
    ...{ signIn, answers, own, gate, authorizer, reads, cache, isOn, work, reports, live, observing },
    ...{ figures: serviceBook.figures, demoPeople: await demoPeopleOf(config), clock, logger },
  });
  let draining = false;
  let started = false;
  const isDraining = () => draining;
  const requestLog = makeRequestLog(config.LOG_LEVEL, destination, erasureSaltOf(config));
  const onRequestEnd: OnRequestEnd = (end) => {
    requestLog.onRequestEnd(end);
    observing.onRequestEnd(end);
    tracing.onRequestEnd(end);
  };
  const watch = await openWatch({ config, own, sharing, observing, clock, logger });
  const lane = new CachedLane({
    ...{ watch, authenticator, authorizer, limiter, reads, cache, figures, clock, onRequestEnd, isDraining },
    standInFor: answers.standInFor,
    takesCookies: cookies !== null,
    newId: ids.uuid,
  });
  const shedding = openShedding({
    ...{ config, admission, metrics, logger, clock, onRequestEnd, lane },
    bind: tracing.bind,
  });
  const { operations, telemetry } = openOperating({
    ...{ config, gate, own, sharing, work, live, observing, clock },
    isReady: () => !draining,
    isStarted: () => started,
  });
  const app = makeApp({
    ...{ routes, operations, telemetry, cookies, watch, authenticator, authorizer, limiter, lane, reads },
    ...{ clock, policies, logger, onRequestEnd, isDraining },
    shedding: shedding.handler,
    dashboard: makeDashboardFiles(fileURLToPath(new URL('../public', import.meta.url))),
    cron: work.cron,
    keys: signIn.keys,
    edge:
      config.EDGE_SECRET === undefined
        ? null
        : makeEdgeHandler({
            ...{ registry, run, policies, limiter, reads, clock },
            seal: makeSeal(config.EDGE_SECRET),
          }),
    trace: {
      bind: tracing.bind,
      // Where nothing stands before the application, it records by itself.
      serve: (request, work) => {
        const named = () => {
          tracing.name(request);
          work();
        };
        if (config.VERCEL === undefined) named();
        else tracing.record(request, named);
      },
    },
    newId: ids.uuid,
    bodyLimitBytes: config.BODY_LIMIT_KB * 1024,
    budgetMs: config.REQUEST_BUDGET_MS,
    corsOrigins: config.CORS_ORIGINS,
    trustProxy: config.TRUST_PROXY,
  });
  function exchange(next: Config): void {
    const { JWT_SECRET: secret, JWT_FORMER_SECRET: formerSecret } = next;
    const isRefused = [current.JWT_SECRET, current.JWT_FORMER_SECRET].some(
      (one) => one !== undefined && one !== secret && one !== formerSecret,
    );
    const areWordsAsBefore = isDeepStrictEqual(current.FLAGS?.narratives, next.FLAGS?.narratives);
    current = next;
    signIn.useSecrets({ secret, formerSecret });
    upstreams.useTokenSecret(next.SERVICE_TOKEN_SECRET);
    live.useWebhookSecrets(next.WEBHOOK_SECRETS);
    flags.useRules(next.FLAGS);
    // What a language model wrote is not shown on where it may not write any more.
    if (!areWordsAsBefore) void cache.purge(wordedTags, 'private');
    lane.forget();
    void (isRefused ? live.askAgain() : live.review());
  }

  return {
    app,
    exchange,
    listener: (request, response) =>
      tracing.record(request, () => {
        if (!lane.serve(request, response)) shedding.front(request, response, app);
      }),
    routes,
    cronPaths: work.cronPaths,
    gate,
    narrate,
    logger,
    clock,
    startWork: () => {
      work.start();
      shedding.start();
      started = true;
    },
    setLogLevel: (level) => {
      logger.level = level;
      requestLog.setLevel(level);
    },
    beginShutdown: () => {
      draining = true;
      live.end();
    },
    flushReports: () => reporter.close(),
    stopWork: work.stop,
    close: async () => {
      shedding.stop();
      live.close();
      await readLog.close();
      await serviceBook.close();
      await Promise.all([close(), own.close(), sharing.close()]);
      await Promise.all([tracing.close(), reporter.close()]);
    },
  };
}
