import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Made } from '../../application/analytics/answer.ts';
import type { CachePolicy } from '../../application/analytics/cache-policies.ts';
import type { RateClass } from '../../application/analytics/define.ts';
import type { Authorizer, Permission, SubjectRef } from '../../application/auth/authorize.ts';
import type { Watch } from '../../application/auth/watch.ts';
import type { AnswerCache } from '../../application/ports/answer-cache.ts';
import type { CacheFigures } from '../../application/ports/cache-figures.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { ReadLog } from '../../application/ports/read-log.ts';
import { type OnRequestEnd, suppressedIn } from '../../application/ports/request-end.ts';
import type { TokenVerifier } from '../../application/ports/tokens.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { RateLimiter } from './rate-limits.ts';
import { gzipOf, type ReadyAnswer, readyOf } from './ready-answer.ts';
import { requestIdOf, traceOf } from './request-scope.ts';
import { acceptsGzip, compressionThreshold, isUnchanged, onePieceBytes, varyOf } from './send.ts';

/** What the ordinary way found out about a URL of one caller. */
export interface KnownQuestion {
  /** The route's pattern, for the log. */
  pattern: string;
  ref: SubjectRef;
  /** Tenant of the subject: the key is made of it. */
  organizationId: string | null;
  rate: RateClass;
  policy: CachePolicy;
  /** Under which its answer is kept. */
  key: string;
  /** Headers that its route adds to every answer, names and values in turn. */
  headers: readonly string[];
}

export interface CachedLaneDeps {
  authenticator: Pick<TokenVerifier, 'verifyCached'>;
  authorizer: Pick<Authorizer, 'peek'>;
  limiter: Pick<RateLimiter, 'countNow'>;
  cache: Pick<AnswerCache, 'peek'>;
  /** What is given for a moment where there is no fresh answer of a key; default: nothing. */
  standInFor?: (key: string, kept: Answer | undefined) => Made | undefined;
  watch?: Pick<Watch, 'isRefused'>;
  figures?: Pick<CacheFigures, 'served'>;
  /** What is answered from memory was read all the same. */
  reads: Pick<ReadLog, 'note'>;
  clock: Clock;
  newId: () => string;
  onRequestEnd: OnRequestEnd;
  isDraining: () => boolean;
  /** Whether log-ins by cookies are switched on. */
  takesCookies?: boolean;
}

/** Packed for whoever takes it so as it is ready; whoever takes something else only is given it as it is. */
function sendReady(
  request: IncomingMessage,
  response: ServerResponse,
  ready: ReadyAnswer,
  headers: string[],
  requestId: string,
  vary: string,
): void {
  const length = ready.before.length + requestId.length + ready.after.length;
  headers.push('Content-Type', 'application/json; charset=utf-8');
  const isPackable = length >= compressionThreshold && request.headers['accept-encoding'] !== undefined;
  const packed = isPackable && acceptsGzip(request) ? gzipOf(ready, requestId) : undefined;
  headers.push('Vary', isPackable ? `${vary}, Accept-Encoding` : vary);
  if (packed !== undefined) {
    headers.push('Content-Encoding', 'gzip', 'Content-Length', String(packed.length));
    response.writeHead(200, headers).end(packed);
    return;
  }
  headers.push('Content-Length', String(length));
  response.writeHead(200, headers);
  // Node joins a string of single bytes with the headers to one write; a large one would only be copied for it.
  const text = ready.before + requestId + ready.after;
  if (length > onePieceBytes) response.end(Buffer.from(text, 'latin1'));
  else response.end(text, 'latin1');
}

/** Of one caller; beyond it the ordinary way serves. */
const mostKnown = 500;

const scheme = 'Bearer ';

/**
 * In front of the router, for answers that are asked for again and again: what a URL of a caller led to is
 * remembered, so that the next time does without routing and validation. It decides nothing by itself: token,
 * permission, limit and cache are asked anew each time, and whatever is not as plain as before goes the
 * ordinary way.
 */
export class CachedLane {
  readonly #deps: CachedLaneDeps;
  readonly #vary: string;
  /** Gone with the token that the viewer was read from. */
  #known = new WeakMap<Viewer, Map<string, KnownQuestion>>();

  constructor(deps: CachedLaneDeps) {
    this.#deps = deps;
    this.#vary = varyOf(deps.takesCookies === true);
  }

  remember(viewer: Viewer, url: string, question: KnownQuestion): void {
    const known = this.#known.get(viewer) ?? new Map<string, KnownQuestion>();
    if (known.size >= mostKnown) known.clear();
    known.set(url, question);
    this.#known.set(viewer, known);
  }

  /** What may be seen has changed: everything goes the ordinary way once more. */
  forget(): void {
    this.#known = new WeakMap();
  }

  /** Answers when there is nothing to wait for; false = nothing has been done. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#serve(request, response, (key, now) => this.#atHand(key, now));
  }

  /** The same with old figures, as if the services were away, for whoever would be refused for want of time. */
  serveOld(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#serve(request, response, (key, now) => this.#atHand(key, now) ?? this.#old(key));
  }

  #serve(
    request: IncomingMessage,
    response: ServerResponse,
    find: (key: string, now: number) => Made | undefined,
  ): boolean {
    const { method, url = '', headers } = request;
    const { authorization } = headers;
    if (method !== 'GET' || headers.origin !== undefined || !authorization?.startsWith(scheme)) return false;
    // Two credentials at once are refused.
    if (headers['x-api-key'] !== undefined) return false;
    const { authenticator, authorizer, clock, limiter, isDraining, watch } = this.#deps;
    const viewer = authenticator.verifyCached(authorization.slice(scheme.length));
    if (viewer === undefined || isDraining() || watch?.isRefused(viewer) === true) return false;
    const question = this.#known.get(viewer)?.get(url);
    if (question === undefined) return false;
    const subject = authorizer.peek(viewer, question.ref);
    if (subject === undefined || subject.organizationId !== question.organizationId) return false;
    const now = clock.now();
    const made = find(question.key, now);
    if (made === undefined) return false;
    const limits = limiter.countNow(question.rate, viewer);
    if (limits === null) return false;
    this.#answer(request, response, question, made, limits, viewer, subject, now);
    return true;
  }

  /**
   * Whether an answer is kept that the ordinary way gives at once: past its time too, as long as it may be shown, and to
   * browsers of other origins. It says nothing of whether the caller may have it still.
   */
  isAtHand({ method, url = '', headers: { authorization } }: IncomingMessage): boolean {
    if (method !== 'GET' || !authorization?.startsWith(scheme)) return false;
    const { authenticator, cache, clock, standInFor } = this.#deps;
    const viewer = authenticator.verifyCached(authorization.slice(scheme.length));
    const question = viewer && this.#known.get(viewer)?.get(url);
    if (question === undefined) return false;
    const answer = cache.peek(question.key);
    const isKept = answer !== undefined && clock.now() < answer.revalidateUntil;
    return isKept || standInFor?.(question.key, answer) !== undefined;
  }

  /** Fresh, or what stands in for it: while a service is ill all people would go the ordinary way. */
  #atHand(key: string, now: number): Made | undefined {
    const { cache, standInFor } = this.#deps;
    const answer = cache.peek(key);
    const isFresh = answer !== undefined && now < answer.expiresAt;
    return isFresh ? { answer, form: 'cached', layer: 'lane' } : standInFor?.(key, answer);
  }

  /** However old, as long as it is kept. */
  #old(key: string): Made | undefined {
    const answer = this.#deps.cache.peek(key);
    return answer && { answer, form: 'stale', layer: 'stale' };
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { pattern, policy, headers: ofRoute }: KnownQuestion,
    made: Made,
    limits: readonly string[],
    viewer: Viewer,
    subject: Permission,
    now: number,
  ): void {
    const { figures, newId, onRequestEnd, reads } = this.#deps;
    const requestId = requestIdOf(request, newId);
    const { answer, form, layer } = made;
    const ready = readyOf(made, policy);
    const ageSeconds = Math.max(0, Math.floor((now - ready.calculatedAt) / 1000));
    const status = `learning-analytics; hit; ttl=${Math.round((answer.expiresAt - now) / 1000)}`;
    const unchanged = isUnchanged(request, ready.etag);
    const headers = [...(unchanged ? ready.unchangedHeaders : ready.headers), 'X-Request-Id', requestId];
    headers.push(...ofRoute, ...limits, 'Cache-Status', status, 'Age', String(ageSeconds));
    if (unchanged) {
      headers.push('Vary', this.#vary);
      response.writeHead(304, headers).end();
    } else sendReady(request, response, ready, headers, requestId, this.#vary);
    figures?.served(layer === 'stale' ? layer : 'lane', ageSeconds);
    reads.note({ viewer, subject, relation: subject.relation, route: pattern, requestId });
    const { dataSource, missing } = answer.meta;
    onRequestEnd({
      requestId,
      ...traceOf(request),
      method: 'GET',
      route: pattern,
      status: response.statusCode,
      ms: 0,
      form,
      dataSource,
      suppressed: suppressedIn(missing),
      viewer,
    });
  }
}
