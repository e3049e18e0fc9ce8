/** The composition root: the only place that knows everybody. */
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { AxiosAdapter } from 'axios';
import type { Express } from 'express';
import type { DestinationStream, Logger } from 'pino';
import {
  type CachePolicies,
  cachePolicies,
  cachePolicyNames,
} from './application/analytics/cache-policies.ts';
import { metricDictionary } from './application/analytics/dictionary.ts';
import { makeIsAtHand, noLooks } from './application/analytics/looks-ahead.ts';
import { registry } from './application/analytics/registry.ts';
import { makeRunAnalytic } from './application/analytics/run-analytic.ts';
import { notingReads } from './application/audit/noting-reads.ts';
import { makeApiKeyUseCases, makeKeyVerifier } from './application/auth/api-keys.ts';
import { makeAuthorizer } from './application/auth/authorize.ts';
import { makeLoginPace } from './application/auth/login-pace.ts';
import { makeMayPredict } from './application/auth/may-predict.ts';
import { makeSessionUseCases } from './application/auth/sessions.ts';
import { repliesIn } from './application/freshness/forget-about.ts';
import { makeAwardPoints } from './application/gamification/award-points.ts';
import { makeIntegration } from './application/integration/integration.ts';
import type { Narrate } from './application/narratives/narrate.ts';
import { notingOrganizations } from './application/organization/note-organizations.ts';
import { makeErasePerson } from './application/people/erase-person.ts';
import { makeExportPerson } from './application/people/export-person.ts';
import { makeNotePredictions } from './application/people/note-predictions.ts';
import { makeOnRecord } from './application/people/on-record.ts';
import { makeReadAudit } from './application/people/read-audit.ts';
import { welcomingBack } from './application/people/without-forgotten.ts';
import type { Clock } from './application/ports/clock.ts';
import type { OnRequestEnd } from './application/ports/request-end.ts';
import { makeUpdatePreferences } from './application/preferences/update-preferences.ts';
import type { Config } from './config.ts';
import { once } from './domain/once.ts';
import { minimumCohort } from './domain/privacy/cohort-size.ts';
import { type Service, services } from './domain/provenance.ts';
import { makeCsrf } from './infrastructure/auth/csrf.ts';
import { ids } from './infrastructure/auth/ids.ts';
import { fetchKeySet, makeKeySet } from './infrastructure/auth/jwks.ts';
import { makeSeal } from './infrastructure/auth/seal.ts';
import { makeTokenSigner, makeTokenVerifier } from './infrastructure/auth/tokens.ts';
import { makeClock } from './infrastructure/clock.ts';
import type { PgliteDatabase } from './infrastructure/database/pglite.ts';
import { digest } from './infrastructure/digest.ts';
import { makeCacheFigures, makeLook } from './infrastructure/observability/cache-figures.ts';
import { makeWatchCall } from './infrastructure/observability/database-figures.ts';
import { makeLogger, makeRequestLog, standardError } from './infrastructure/observability/logger.ts';
import { makeTelemetry } from './infrastructure/observability/telemetry.ts';
import { makeAuthClient } from './infrastructure/upstreams/auth.ts';
import { clients } from './infrastructure/upstreams/clients.ts';
import { type Gate, makeGuardedUpstreams } from './infrastructure/upstreams/guarded.ts';
import { type HttpCall, makeHttpTransport } from './infrastructure/upstreams/http.ts';
import { upstreamDefaults } from './infrastructure/upstreams/resilience.ts';
import { makeServiceTokens } from './infrastructure/upstreams/service-tokens.ts';
import type { Transport } from './infrastructure/upstreams/transport.ts';
import { makeUndiciAdapter } from './infrastructure/upstreams/undici-adapter.ts';
import { makeWire } from './infrastructure/upstreams/wire.ts';
import { makeEdgeHandler } from './presentation/edge/edge-route.ts';
import { analyticRoute } from './presentation/http/analytics-routes.ts';
import { apiKeyRoutes } from './presentation/http/api-key-routes.ts';
import { makeApp } from './presentation/http/app.ts';
import { auditRoutes } from './presentation/http/audit-routes.ts';
import { authRoutes } from './presentation/http/auth-routes.ts';
import { CachedLane } from './presentation/http/cached-lane.ts';
import { makeDashboardFiles } from './presentation/http/dashboard-files.ts';
import { dashboardRoutes } from './presentation/http/dashboard-routes.ts';
import { demoRoute } from './presentation/http/demo-route.ts';
import { freshnessRoute, integrationRoutes } from './presentation/http/integration-routes.ts';
import { jobRoutes } from './presentation/http/job-routes.ts';
import { healthRoute, metricsRoute } from './presentation/http/metrics-routes.ts';
import { type DependencyState, makeOperations } from './presentation/http/operations.ts';
import { peopleRoutes } from './presentation/http/people-routes.ts';
import { pointsRoutes } from './presentation/http/points-routes.ts';
import { preferenceRoutes } from './presentation/http/preference-routes.ts';
import { makeRateLimiter } from './presentation/http/rate-limits.ts';
import type { Route } from './presentation/http/route.ts';
import { makeSessionCookies, type SessionCookies } from './presentation/http/session-cookies.ts';
import { sessionRoutes } from './presentation/http/session-routes.ts';
import { makeTelemetryRouter } from './presentation/http/telemetry-route.ts';
import { openWatch } from './wiring/abuse.ts';
import { openReadLog } from './wiring/audit.ts';
import { openBook } from './wiring/book.ts';
import { withEdge } from './wiring/edge.ts';
import { defectOf, openErrorReporter } from './wiring/errors.ts';
import { openFlags } from './wiring/flags.ts';
import { makeWork } from './wiring/jobs.ts';
import { openLive } from './wiring/live.ts';
import { openNarratives } from './wiring/narratives.ts';
import { openObserving } from './wiring/observing.ts';
import { targetsOf } from './wiring/outbound.ts';
import { erasureSaltOf, type Own, openOwn } from './wiring/own.ts';
import { openReports } from './wiring/reports.ts';
import type { Sharing } from './wiring/shared.ts';
import { openSharing } from './wiring/sharing.ts';
import { openAdmission, openShedding } from './wiring/shedding.ts';
import { openTracing } from './wiring/tracing.ts';

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

type TransportFactory = (call: HttpCall) => Transport;

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

function cachePoliciesOf(config: Config): CachePolicies {
  const configured = cachePolicyNames.map((name) => {
    const ttlSeconds = config.cacheSeconds[name];
    const policy = {
      ...cachePolicies[name],
      ttlSeconds,
      revalidateSeconds: config.CACHE_REVALIDATE_SECONDS ?? ttlSeconds,
      lastKnownGoodSeconds: config.CACHE_LAST_KNOWN_GOOD_SECONDS,
    };
    return [name, policy];
  });
  return Object.fromEntries(configured) as CachePolicies;
}

/** Leaves out what configuration does not say, so that the defaults of the table stand. */
const overridesOf = (config: Config) => (service: Service) => {
  const { timeoutMs, retries, concurrency } = config.services[service];
  return {
    ...(timeoutMs === undefined ? {} : { attemptTimeoutMs: timeoutMs }),
    ...(retries === undefined ? {} : { retries }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
};

/** The Auth service's keys, when tokens are issued there: from their own address, or from the service itself. */
function externalTokens(
  config: Config,
  transport: TransportFactory | null,
  adapter: AxiosAdapter,
  clock: Clock,
) {
  const { AUTH_JWKS_URL: url, AUTH_JWKS_ISSUER: issuer } = config;
  if (issuer === undefined || (url === undefined && transport === null)) return undefined;
  const fetchKeys = () => {
    if (url !== undefined || transport === null) return fetchKeySet(url ?? '', adapter);
    const call: HttpCall = {
      signal: AbortSignal.timeout(3000),
      requestId: ids.uuid(),
      traceparent: undefined,
    };
    return makeAuthClient(makeWire(transport(call))).jwks();
  };
  return {
    issuer,
    algorithm: config.AUTH_JWKS_ALGORITHM,
    keyFor: makeKeySet(fetchKeys, config.AUTH_JWKS_ALGORITHM, clock),
  };
}

/** What /ready shows. No service is required to serve unless configuration says so: each has its rungs below it. */
function dependencyStates(gate: Gate, { READY_REQUIRES }: Config): DependencyState[] {
  return Object.entries(gate.health()).map(([name, { configured, breaker }]) => ({
    name,
    required: READY_REQUIRES.includes(name),
    state: configured ? (breaker === 'open' ? 'down' : 'up') : 'not_configured',
  }));
}

/** The same of what is ours: without the database reads go on by their rungs, without Redis each process by itself. */
async function ownStates(
  { databaseState }: Pick<Own, 'databaseState'>,
  { link }: Pick<Sharing, 'link'>,
  { READY_REQUIRES }: Config,
): Promise<DependencyState[]> {
  const redis = link?.isUp ? 'up' : 'down';
  return [
    {
      name: 'database',
      required: READY_REQUIRES.includes('database'),
      state: (await databaseState()) ?? 'not_configured',
    },
    {
      name: 'redis',
      required: READY_REQUIRES.includes('redis'),
      state: link === undefined ? 'not_configured' : redis,
    },
  ];
}

/** Null = browsers show tokens, as everybody. */
function sessionCookiesOf(config: Config, now: () => Config): SessionCookies | null {
  if (!config.SESSION_COOKIES) return null;
  const csrf = makeCsrf(() => {
    const { JWT_SECRET: secret, JWT_FORMER_SECRET: former } = now();
    return former === undefined ? [secret] : [secret, former];
  });
  return makeSessionCookies(csrf, config.REFRESH_TOKEN_DAYS * 86_400);
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
  const serviceTokens = makeServiceTokens({
    secret: config.SERVICE_TOKEN_SECRET,
    issuer: config.JWT_ISSUER,
    clock,
  });
  const transports = Object.fromEntries(
    services.map((service) => {
      const baseUrl = config.services[service].url;
      const http = { service, baseUrl: baseUrl ?? '', tokens: serviceTokens, adapter, tracing };
      const transport = baseUrl && makeHttpTransport(http);
      return [service, transport || null];
    }),
  ) as Record<Service, TransportFactory | null>;

  const flags = await openFlags(config);
  let current = config;
  const figures = makeCacheFigures(metrics);
  // Until others are listened to there is nobody to be told by.
  let hearsPurges = () => true;
  const gate = makeGuardedUpstreams({
    hearsPurges: () => hearsPurges(),
    clients,
    transportFor: (service) => transports[service],
    mockTransportFor: await mockTransports(config, clock),
    settings: overridesOf(config),
    clock,
    random: Math.random,
    hooks: {
      ...observing.hooks,
      onBreaker: ({ service, state }) => logger.warn({ service, state }, 'breaker'),
    },
    tracing,
    look,
    replyTtlMs: config.UPSTREAM_REPLY_SECONDS * 1000,
    lastKnownGoodMs: config.CACHE_LAST_KNOWN_GOOD_SECONDS * 1000,
    shared: {
      budgetMs: config.ORGANIZATION_WALK_SECONDS * 1000,
      ttlMs: config.ORGANIZATION_REPLY_SECONDS * 1000,
      waitShare: upstreamDefaults.budgetShare,
      maxBytes: config.CACHE_MAX_MB * 1024 * 1024,
    },
  });

  observing.watch(gate);
  const ownTokens = {
    secret: config.JWT_SECRET,
    formerSecret: config.JWT_FORMER_SECRET,
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    lifeSeconds: config.ACCESS_TOKEN_SECONDS,
  };
  const own = await openOwn(config, clock, logger, makeWatchCall(metrics, tracing), embedded);
  const { sessions } = own;
  const readLog = openReadLog({ config, own, observing, clock, logger });
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
  const minimumCohortOf = (organizationId: string | null) =>
    minimumCohort(config.PRIVACY_MINIMUM_COHORTS[organizationId ?? ''] ?? config.PRIVACY_MINIMUM_COHORT);
  const narrate = await openNarratives(config, own.live.preferences, sharing, clock, logger, flags.isOn);
  const admission = openAdmission(config);
  const ahead = noLooks();
  const run = makeRunAnalytic({
    mayRefresh: (underWay) => underWay < admission.mostUnasked,
    gate,
    ahead,
    narrate,
    figures,
    stores: own,
    cache,
    policies,
    clock,
    digest,
    logger,
    budgetMs: config.REQUEST_BUDGET_MS,
    standInMs: config.CACHE_STAND_IN_MS,
    patienceMs: config.CACHE_PATIENCE_MS,
    minimumCohortOf,
    isOn: flags.isOn,
    notePrediction: makeNotePredictions({ audit: own.audit, forgotten: own.people, clock }),
    onScore: observing.onScore,
  });
  const limiter = makeRateLimiter(
    {
      standard: config.RATE_STANDARD_PER_MINUTE,
      predictive: config.RATE_PREDICTIVE_PER_HOUR,
      auth: config.RATE_AUTH_PER_15_MINUTES,
      auth_address: config.RATE_AUTH_ADDRESS_PER_15_MINUTES,
      refresh: config.RATE_REFRESH_PER_10_MINUTES,
      report: config.RATE_REPORT_PER_HOUR,
      webhook: config.RATE_WEBHOOK_PER_MINUTE,
      organization: config.RATE_ORGANIZATION_PER_MINUTE,
      address: config.RATE_ADDRESS_PER_MINUTE,
    },
    clock,
    sharing.countsOf,
    observing.onRefused,
  );
  const live = await openLive({
    config,
    own,
    sharing,
    replies: gate,
    authorizer,
    isOn: flags.isOn,
    clock,
    logger,
  });
  const reports = await openReports({
    ...{ config, own, gate, run, authorizer, reads: readLog.reads, narrate, clock },
  });
  const serviceBook = openBook(observing.book, sharing.book, clock, ids);
  const work = makeWork({
    config,
    cronSecret: () => current.CRON_SECRET,
    limiter,
    own,
    gate,
    run,
    cache,
    consume: live.consume,
    reports,
    minimumCohortOf,
    onJobEnd: observing.onJobEnd,
    minutes: serviceBook.minutes,
    onAnomalyCheck: observing.onAnomalyCheck,
    clock,
    ids,
    logger,
  });
  const signer = makeTokenSigner(ownTokens, clock);
  const openSessions = makeSessionUseCases({
    gate,
    signer,
    pace: makeLoginPace({ clock, digest, pause: (ms) => delay(ms) }),
    sessions,
    preferences: own.live.preferences,
    clock,
    ids,
    digest,
    refreshTokenMs: config.REFRESH_TOKEN_DAYS * 86_400_000,
  });
  const cookies = sessionCookiesOf(config, () => current);
  const sessionUseCases = welcomingBack(openSessions, own.people);

  const { people, audit, personal, hearOfRevocations } = own;
  const onRecord = makeOnRecord({ authorizer, audit, people, clock, logger });
  const peopleUseCases = {
    exportPerson: makeExportPerson({ people, onRecord, clock }),
    erasePerson: makeErasePerson({
      ...{ people, onRecord, sessions, cache, clock, logger },
      ...{ stores: personal, hearOfRevocations },
    }),
  };
  const awardPoints = makeAwardPoints({
    gate,
    authorizer,
    stores: own,
    writes: { live: own.live.writes, mock: own.mock.writes },
    cache,
    clock,
    digest,
    isOn: flags.isOn,
  });
  const isAtHand = makeIsAtHand({ cache, clock, ahead });
  const mayPredict = makeMayPredict(own.live.preferences, flags.isOn);
  const { freshness } = observing;
  const integration = makeIntegration({ gate, figures: serviceBook.figures, freshness, audit, clock });
  const routes: Route[] = [
    ...authRoutes(sessionUseCases, cookies),
    ...sessionRoutes(sessionUseCases, cookies),
    ...apiKeyRoutes(makeApiKeyUseCases({ keys: own.apiKeys, authorizer, audit, clock, ids, digest })),
    ...registry.map((analytic) => analyticRoute(analytic, run, isAtHand, mayPredict)),
    ...dashboardRoutes(run),
    ...preferenceRoutes(makeUpdatePreferences(own.live.preferences, cache)),
    ...peopleRoutes(peopleUseCases),
    ...auditRoutes(makeReadAudit(audit, notingReads(authorizer, readLog.reads, '/api/v1/audit'))),
    ...pointsRoutes(awardPoints),
    ...jobRoutes(work.runs),
    ...reports.routes({ runs: work.runs, begin: work.beginReport }),
    ...live.routes,
    metricsRoute(once(() => metricDictionary(registry))),
    demoRoute(await demoPeopleOf(config)),
    ...integrationRoutes(integration),
    freshnessRoute(() => observing.freshness(clock.now())),
    healthRoute,
  ];
  let draining = false;
  let started = false;
  const isDraining = () => draining;
  const verifier = makeTokenVerifier(
    ownTokens,
    externalTokens(config, transports.auth, adapter, clock),
    sessions,
    clock,
  );
  const { database } = own;
  const authenticator =
    database === null
      ? verifier
      : notingOrganizations(verifier, {
          note: async (organizationId) =>
            void (await database.call('note_organization', { organization_id: organizationId })),
          onFailure: () => logger.warn({}, 'an organization could not be noted for jobs'),
        });
  const requestLog = makeRequestLog(config.LOG_LEVEL, destination, erasureSaltOf(config));
  const onRequestEnd: OnRequestEnd = (end) => {
    requestLog.onRequestEnd(end);
    observing.onRequestEnd(end);
    tracing.onRequestEnd(end);
  };
  const watch = await openWatch({ config, own, sharing, observing, clock, logger });
  const lane = new CachedLane({
    watch,
    takesCookies: cookies !== null,
    authenticator,
    authorizer,
    limiter,
    reads: readLog.reads,
    cache,
    figures,
    clock,
    newId: ids.uuid,
    onRequestEnd,
    isDraining,
  });
  // In production nobody reads it without a token; elsewhere it is open to whoever tries things out.
  const hasTelemetry = config.METRICS_TOKEN !== undefined || config.NODE_ENV !== 'production';
  const shedding = openShedding({
    ...{ config, admission, logger, clock, onRequestEnd },
    metrics: observing.metrics,
    bind: tracing.bind,
    isAtHand: (request) => lane.isAtHand(request),
  });
  const app = makeApp({
    routes,
    shedding: shedding.handler,
    operations: makeOperations({
      clock,
      isReady: () => !draining,
      isStarted: () => started,
      dependencies: async () => [
        ...dependencyStates(gate, config),
        ...(await ownStates(own, sharing, config)),
      ],
      openapi: () => readFile(new URL('../openapi.yaml', import.meta.url), 'utf8').catch(() => ''),
    }),
    dashboard: makeDashboardFiles(fileURLToPath(new URL('../public', import.meta.url))),
    cron: work.cron,
    telemetry: hasTelemetry
      ? makeTelemetryRouter({
          telemetry: makeTelemetry({
            ...work.figures,
            cache: () => sharing.cache.size(),
            dependencies: () => ownStates(own, sharing, config),
            liveStreams: live.streams,
            pools: () => own.database?.pools?.() ?? [],
            registry: metrics,
            clock,
          }),
          token: config.METRICS_TOKEN,
        })
      : null,
    cookies,
    watch,
    keys: makeKeyVerifier(own.apiKeys, digest, clock),
    edge:
      config.EDGE_SECRET === undefined
        ? null
        : makeEdgeHandler({
            ...{ registry, run, policies, limiter, seal: makeSeal(config.EDGE_SECRET) },
            ...{ reads: readLog.reads, clock },
          }),
    authenticator,
    authorizer,
    limiter,
    lane,
    reads: readLog.reads,
    clock,
    policies,
    bodyLimitBytes: config.BODY_LIMIT_KB * 1024,
    logger,
    onRequestEnd,
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
    budgetMs: config.REQUEST_BUDGET_MS,
    corsOrigins: config.CORS_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    isDraining,
  });
  function exchange(next: Config): void {
    const { JWT_SECRET: secret, JWT_FORMER_SECRET: formerSecret } = next;
    const isRefused = [current.JWT_SECRET, current.JWT_FORMER_SECRET].some(
      (one) => one !== undefined && one !== secret && one !== formerSecret,
    );
    const areWordsAsBefore = isDeepStrictEqual(current.FLAGS?.narratives, next.FLAGS?.narratives);
    current = next;
    verifier.useSecrets({ secret, formerSecret });
    signer.useSecrets({ secret, formerSecret });
    serviceTokens.useSecret(next.SERVICE_TOKEN_SECRET);
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
