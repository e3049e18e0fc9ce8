import { z } from 'zod';
import type { Analytic } from '../../application/analytics/define.ts';
import { answerKey, type RunAnalytic } from '../../application/analytics/run-analytic.ts';
import type { SubjectRoute } from './route.ts';

const completeness = z
  .enum(['partial', 'full'], 'must be partial or full')
  .default('partial')
  .meta({ description: 'full = an answer with a missing part is a 503 instead' });

const tagOf = (analytic: Analytic) => `${analytic.id.split('.')[0]} analytics`;

/** The route that follows from an analytic. */
export function analyticRoute(analytic: Analytic, run: RunAnalytic): SubjectRoute {
  return {
    id: analytic.id,
    method: 'get',
    path: analytic.path,
    tag: tagOf(analytic),
    summary: analytic.summary,
    description: `${analytic.definition.formula} ${analytic.definition.nullRule}`,
    access: analytic.subject,
    query: analytic.query.safeExtend({ completeness }),
    data: analytic.result,
    cache: analytic.cache,
    rate: analytic.rate,
    errors: [
      'INSUFFICIENT_DATA',
      'COHORT_TOO_SMALL',
      'UPSTREAM_INVALID',
      'UPSTREAM_UNAVAILABLE',
      'DEADLINE_EXCEEDED',
    ],
    handle: ({ subject, query: { completeness: wanted, ...query }, scope }) => {
      const completeness = wanted === 'full' ? 'full' : 'partial';
      const question = { analytic, subject, query, completeness } as const;
      const served = run(question, scope);
      // Whether a kept answer is full has to be judged each time.
      const found = completeness === 'partial' ? { key: answerKey(question) } : {};
      // Without a promise where there is nothing to wait for: a cached answer is asked for again and again.
      return served instanceof Promise
        ? served.then((later) => ({ served: later, ...found }))
        : { served, ...found };
    },
  };
}
