import type { Answer, Made } from '../application/analytics/answer.ts';
import {
  type CachePolicies,
  cachePolicies,
  cachePolicyNames,
} from '../application/analytics/cache-policies.ts';
import { type IsAtHand, makeIsAtHand, noLooks } from '../application/analytics/looks-ahead.ts';
import { makeRunAnalytic, type RunAnalytic } from '../application/analytics/run-analytic.ts';
import { keyInEra, makeStandIns } from '../application/analytics/stand-ins.ts';
import type { Narrate } from '../application/narratives/narrate.ts';
import { makeNotePredictions } from '../application/people/note-predictions.ts';
import type { AnswerCache } from '../application/ports/answer-cache.ts';
import type { CacheFigures } from '../application/ports/cache-figures.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { IsOn } from '../application/ports/flags.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { OnScore } from '../application/ports/predictions.ts';
import type { Config } from '../config.ts';
import { minimumCohort } from '../domain/privacy/cohort-size.ts';
import { digest } from '../infrastructure/digest.ts';
import type { Gate } from '../infrastructure/upstreams/guarded.ts';
import type { Admission } from '../presentation/http/admission.ts';
import type { Own } from './own.ts';

export interface AnswersDeps {
  config: Config;
  policies: CachePolicies;
  gate: Gate;
  own: Own;
  cache: AnswerCache;
  figures: CacheFigures;
  narrate: Narrate;
  isOn: IsOn;
  admission: Admission;
  onScore: OnScore;
  clock: Clock;
  logger: Logger;
}

export interface Answers {
  run: RunAnalytic;
  /** What is given for a moment in the place of an answer of this key that could not be had. */
  standInFor: (key: string, kept: Answer | undefined) => Made | undefined;
  isAtHand: IsAtHand;
  /** The smallest group that an organization lets us tell about. */
  minimumCohortOf: (organizationId: string | null) => number;
}

export function cachePoliciesOf(config: Config): CachePolicies {
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

/** The use case behind every analytic. */
export function openAnswers(deps: AnswersDeps): Answers {
  const { config, own, cache, admission, clock } = deps;
  const ahead = noLooks();
  const waits = { standInMs: config.CACHE_STAND_IN_MS, patienceMs: config.CACHE_PATIENCE_MS };
  const standIns = makeStandIns({ clock, ...waits });
  const minimumCohortOf = (organizationId: string | null) =>
    minimumCohort(config.PRIVACY_MINIMUM_COHORTS[organizationId ?? ''] ?? config.PRIVACY_MINIMUM_COHORT);
  const run = makeRunAnalytic({
    gate: deps.gate,
    stores: own,
    cache,
    figures: deps.figures,
    policies: deps.policies,
    clock,
    digest,
    logger: deps.logger,
    budgetMs: config.REQUEST_BUDGET_MS,
    ...waits,
    standIns,
    isOn: deps.isOn,
    mayRefresh: (underWay) => underWay < admission.mostUnasked,
    ahead,
    minimumCohortOf,
    notePrediction: makeNotePredictions({ audit: own.audit, forgotten: own.people, clock }),
    onScore: deps.onScore,
    narrate: deps.narrate,
  });
  return {
    run,
    standInFor: (key, kept) => standIns.atHand(keyInEra(key, cache.era()), () => kept),
    isAtHand: makeIsAtHand({ cache, clock, ahead }),
    minimumCohortOf,
  };
}
