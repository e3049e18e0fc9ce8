import { z } from 'zod';
import type { Analytic } from '../../application/analytics/define.ts';
import type { IsAtHand } from '../../application/analytics/looks-ahead.ts';
import { answerKey } from '../../application/analytics/question.ts';
import type { RunAnalytic } from '../../application/analytics/run-analytic.ts';
import { isPredictive, type MayPredict } from '../../application/auth/may-predict.ts';
import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { paramNames, type SubjectCall, type SubjectRoute } from './route.ts';

const completeness = z
  .enum(['partial', 'full'], 'must be partial or full')
  .default('partial')
  .meta({ description: 'full = an answer with a missing part is a 503 instead' });

const fresh = z.enum(['true', 'false'], 'must be true or false').default('false').meta({
  description:
    'true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin',
});

const mayAskAnew = ({ roles }: Viewer) => roles.includes('org_admin') || roles.includes('admin');

/** @throws AppError FORBIDDEN for `fresh=true` of anybody whom everyone else would have to wait for. */
function asksAnew({ viewer, query }: SubjectCall): boolean {
  if (query.fresh !== 'true') return false;
  if (mayAskAnew(viewer)) return true;
  throw new AppError('FORBIDDEN', 'Only an org_admin or an admin may ask past the caches.', {
    details: [{ field: 'query.fresh', message: 'is for an org_admin or an admin' }],
  });
}

const tagOf = (analytic: Analytic) => `${analytic.id.split('.')[0]} analytics`;

/** The route that follows from an analytic. */
export function analyticRoute(
  analytic: Analytic,
  run: RunAnalytic,
  isAtHand: IsAtHand = () => false,
  mayPredict: MayPredict = async () => undefined,
): SubjectRoute {
  const foretells = isPredictive(analytic);
  const questionOf = ({ subject, query: { completeness: wanted, fresh: _, ...query } }: SubjectCall) => {
    const completeness = wanted === 'full' ? 'full' : 'partial';
    return { analytic, subject, query, completeness } as const;
  };
  return {
    id: analytic.id,
    method: 'get',
    path: analytic.path,
    tag: tagOf(analytic),
    summary: analytic.summary,
    description: `${analytic.definition.formula} ${analytic.definition.nullRule}`,
    access: analytic.subject,
    query: analytic.query.safeExtend({ completeness, fresh }),
    data: analytic.result,
    cache: analytic.cache,
    rate: analytic.rate,
    ...(analytic.deprecated === undefined ? {} : { deprecated: analytic.deprecated }),
    // What is about the caller alone is about no key.
    ...(paramNames(analytic.path).length === 0 ? {} : { scope: 'analytics:read' as const }),
    errors: [
      'INSUFFICIENT_DATA',
      'COHORT_TOO_SMALL',
      'UPSTREAM_INVALID',
      'UPSTREAM_UNAVAILABLE',
      'DEADLINE_EXCEEDED',
      ...(foretells ? (['FEATURE_OFF', 'PREDICTION_OPTED_OUT'] as const) : []),
    ],
    countsAlsoAs: ({ viewer, query }) =>
      query.fresh === 'true' && mayAskAnew(viewer) ? 'refresh' : undefined,
    ...(foretells ? { admit: ({ viewer, subject }) => mayPredict(viewer, subject) } : {}),
    isAtHand: (call) => call.query.fresh !== 'true' && isAtHand(questionOf(call), call.scope),
    handle: (call) => {
      const isAnew = asksAnew(call);
      const question = { ...questionOf(call), isAnew };
      const served = run(question, call.scope);
      // Whether a kept answer is full, or somebody lets others see it, has to be judged each time; one that is asked
      // for anew is never kept enough.
      const isOpen = !foretells || call.viewer.id === call.subject.id;
      const found =
        question.completeness === 'partial' && !isAnew && isOpen ? { key: answerKey(question) } : {};
      // Without a promise where there is nothing to wait for: a cached answer is asked for again and again.
      return served instanceof Promise
        ? served.then((later) => ({ served: later, ...found }))
        : { served, ...found };
    },
  };
}
