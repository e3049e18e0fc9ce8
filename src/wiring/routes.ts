import { metricDictionary } from '../application/analytics/dictionary.ts';
import { registry } from '../application/analytics/registry.ts';
import { notingReads } from '../application/audit/noting-reads.ts';
import { makeApiKeyUseCases } from '../application/auth/api-keys.ts';
import type { Authorizer, PersonAuthorizer } from '../application/auth/authorize.ts';
import { makeMayPredict } from '../application/auth/may-predict.ts';
import { makeAwardPoints } from '../application/gamification/award-points.ts';
import { makeIntegration } from '../application/integration/integration.ts';
import type { ReadServiceFigures } from '../application/integration/service-figures.ts';
import { makeErasePerson } from '../application/people/erase-person.ts';
import { makeExportPerson } from '../application/people/export-person.ts';
import { makeOnRecord } from '../application/people/on-record.ts';
import { makeReadAudit } from '../application/people/read-audit.ts';
import type { AnswerCache } from '../application/ports/answer-cache.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { IsOn } from '../application/ports/flags.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { ReadLog } from '../application/ports/read-log.ts';
import { makeUpdatePreferences } from '../application/preferences/update-preferences.ts';
import type { Config } from '../config.ts';
import { once } from '../domain/once.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { digest } from '../infrastructure/digest.ts';
import type { Gate } from '../infrastructure/upstreams/guarded.ts';
import { analyticRoute } from '../presentation/http/analytics-routes.ts';
import { apiKeyRoutes } from '../presentation/http/api-key-routes.ts';
import { auditRoutes } from '../presentation/http/audit-routes.ts';
import { authRoutes } from '../presentation/http/auth-routes.ts';
import { dashboardRoutes } from '../presentation/http/dashboard-routes.ts';
import { demoRoute } from '../presentation/http/demo-route.ts';
import { freshnessRoute, integrationRoutes } from '../presentation/http/integration-routes.ts';
import { jobRoutes } from '../presentation/http/job-routes.ts';
import { healthRoute, metricsRoute } from '../presentation/http/metrics-routes.ts';
import { peopleRoutes } from '../presentation/http/people-routes.ts';
import { pointsRoutes } from '../presentation/http/points-routes.ts';
import { preferenceRoutes } from '../presentation/http/preference-routes.ts';
import type { Route } from '../presentation/http/route.ts';
import { sessionRoutes } from '../presentation/http/session-routes.ts';
import type { Answers } from './answers.ts';
import type { Work } from './jobs.ts';
import type { Live } from './live.ts';
import type { Observing } from './observing.ts';
import type { Own } from './own.ts';
import type { Reports } from './reports.ts';
import type { SignIn } from './sign-in.ts';

export interface RoutesDeps {
  signIn: Pick<SignIn, 'sessions' | 'cookies'>;
  answers: Answers;
  own: Own;
  gate: Gate;
  authorizer: Authorizer & PersonAuthorizer;
  reads: ReadLog;
  cache: AnswerCache;
  isOn: IsOn;
  work: Work;
  reports: Reports;
  live: Pick<Live, 'routes'>;
  /** What is known of the nine services. */
  figures: ReadServiceFigures;
  observing: Pick<Observing, 'freshness'>;
  demoPeople: NonNullable<Config['DEMO_PEOPLE']>;
  clock: Clock;
  logger: Logger;
}

/** What the law asks for people, each on record. */
function peopleUseCases({ own, authorizer, cache, clock, logger }: RoutesDeps) {
  const { people, audit, sessions, personal: stores, hearOfRevocations } = own;
  const onRecord = makeOnRecord({ authorizer, audit, people, clock, logger });
  return {
    exportPerson: makeExportPerson({ people, onRecord, clock }),
    erasePerson: makeErasePerson({
      ...{ people, onRecord, sessions, cache, clock, logger },
      ...{ stores, hearOfRevocations },
    }),
  };
}

const awardPoints = ({ gate, authorizer, own, cache, clock, isOn }: RoutesDeps) =>
  makeAwardPoints({
    ...{ gate, authorizer, cache, clock, digest, isOn },
    stores: own,
    writes: { live: own.live.writes, mock: own.mock.writes },
  });

/** All that can be asked under /api. */
export function routesOf(deps: RoutesDeps): Route[] {
  const { signIn, answers, own, gate, authorizer, reads, cache, work, reports, live, clock } = deps;
  const { audit } = own;
  const { preferences } = own.live;
  const { freshness } = deps.observing;
  const mayPredict = makeMayPredict(preferences, deps.isOn);
  const integration = makeIntegration({ gate, figures: deps.figures, freshness, audit, clock });
  return [
    ...authRoutes(signIn.sessions, signIn.cookies),
    ...sessionRoutes(signIn.sessions, signIn.cookies),
    ...apiKeyRoutes(makeApiKeyUseCases({ keys: own.apiKeys, authorizer, audit, clock, ids, digest })),
    ...registry.map((analytic) => analyticRoute(analytic, answers.run, answers.isAtHand, mayPredict)),
    ...dashboardRoutes(answers.run),
    ...preferenceRoutes(makeUpdatePreferences(preferences, cache)),
    ...peopleRoutes(peopleUseCases(deps)),
    ...auditRoutes(makeReadAudit(audit, notingReads(authorizer, reads, '/api/v1/audit'))),
    ...pointsRoutes(awardPoints(deps)),
    ...jobRoutes(work.runs),
    ...reports.routes({ runs: work.runs, begin: work.beginReport }),
    ...live.routes,
    metricsRoute(once(() => metricDictionary(registry))),
    demoRoute(deps.demoPeople),
    ...integrationRoutes(integration),
    freshnessRoute(() => freshness(clock.now())),
    healthRoute,
  ];
}
