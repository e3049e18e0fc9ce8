import type { RequestHandler } from 'express';
import type { CachePolicies } from '../../application/analytics/cache-policies.ts';
import type { Analytic } from '../../application/analytics/define.ts';
import { tagsOf } from '../../application/analytics/question.ts';
import type { RunAnalytic } from '../../application/analytics/run-analytic.ts';
import { edgeTags } from '../../application/edge/edge-tags.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { ReadLog } from '../../application/ports/read-log.ts';
import type { Seal } from '../../application/ports/seal.ts';
import { AppError } from '../../domain/errors.ts';
import { sealedRule } from '../http/cache-headers.ts';
import { cacheHeadersOf, envelopeOf } from '../http/envelope.ts';
import { lifeCycleHeaders } from '../http/life-cycle.ts';
import type { RateLimiter } from '../http/rate-limits.ts';
import type { RequestScope } from '../http/request-scope.ts';
import { apiPrefix, paramNames } from '../http/route.ts';
import { headersOf, sendWith } from '../http/send.ts';
import { validateParts } from '../http/validate.ts';
import { analyticOf, type EdgeQuestion, edgePrefix, openQuestion } from './question.ts';

export interface EdgeRouteDeps {
  registry: readonly Analytic[];
  run: RunAnalytic;
  policies: CachePolicies;
  limiter: Pick<RateLimiter, 'count'>;
  seal: Seal;
  /** Told of what reaches us; what the edge answers from its own copies does not. */
  reads: Pick<ReadLog, 'note'>;
  clock: Clock;
}

/** However long an answer counts as fresh, a shared cache asks again after this. */
const mostSeconds = 3600;

/** Whole seconds, and never so many that a copy would outlive its answer. */
const seconds = (ms: number) => Math.min(mostSeconds, Math.max(0, Math.floor(ms / 1000)));

/** Gathered for every answer, and not for one that many will get. */
const ofOneRequest = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'Connection'];

function withoutRequest(headers: readonly string[]): string[] {
  return headers.filter((_, at) => !ofOneRequest.includes(headers[at - (at % 2)] ?? ''));
}

/** The address that a problem names: the sealed one must not become known, for it needs no token. */
const openPath = ({ subject }: EdgeQuestion, { path }: Analytic): string =>
  apiPrefix + path.replaceAll(/:[A-Za-z]+/g, subject.id);

/**
 * What the edge asks for: figures about a subject for whoever the edge lets see them. An address that we have
 * not sealed is no address. Only good answers may be shared, and they say `cached`: the copy will be repeated.
 * What reaches us is counted for its subject, who is the caller or the caller's organization.
 */
export function makeEdgeHandler(deps: EdgeRouteDeps): RequestHandler {
  const { registry, run, policies, limiter, seal, reads, clock } = deps;
  return async (request, response) => {
    const now = clock.now();
    response.locals.route = `${edgePrefix}:seal`;
    const question = openQuestion(String(request.params.seal), seal, now);
    const analytic = question && analyticOf(registry, question.analyticId);
    if (!question || !analytic) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    const { subject } = question;
    response.locals.instance = openPath(question, analytic);
    response.locals.viewer = { id: subject.id, organizationId: subject.organizationId };
    const ids = Object.fromEntries(paramNames(analytic.path).map((name) => [name, subject.id]));
    headersOf(response).push(...lifeCycleHeaders(analytic.deprecated, ids));
    const scope = response.locals.scope as RequestScope;
    const given = Object.fromEntries(new URLSearchParams(question.query));
    const { query } = validateParts({ query: { schema: analytic.query, value: given } });
    await limiter.count(analytic.rate, request, response);
    const asked = { analytic, subject, query, completeness: 'partial' } as const;
    const { answer, form } = await run(asked, scope);
    // What is only the caller's own is nobody else's read.
    if (subject.kind !== 'learner') {
      const relation = subject.kind === 'trainer' ? 'self' : 'own_organization';
      const route = `${apiPrefix}${analytic.path}`;
      reads.note({ viewer: null, subject, relation, route, requestId: scope.requestId });
    }
    const isShareable = answer.meta.cacheExpiry !== null && form !== 'stale';
    const served = { answer, form: isShareable ? 'cached' : form } as const;
    response.locals.served = served;
    const policy = policies[analytic.cache];
    const own = cacheHeadersOf(served, now, policy);
    if (!isShareable) {
      sendWith(request, response, 200, headersOf(response), envelopeOf(served, scope.requestId), own);
      return;
    }
    const requestId = `edge-${answer.digest.slice(0, 16)}`;
    const tags = edgeTags(tagsOf(asked), seal).join(',');
    const headers = [...withoutRequest(headersOf(response)), 'X-Request-Id', requestId];
    headers.push('Vercel-Cache-Tag', tags);
    const cacheControl = sealedRule(policy.browserRevalidateSeconds, seconds(answer.expiresAt - now));
    // Age and Cache-Status are the shared cache's to say: ours would be wrong in every copy.
    const { etag } = own;
    sendWith(request, response, 200, headers, envelopeOf(served, requestId), { etag, cacheControl });
  };
}
