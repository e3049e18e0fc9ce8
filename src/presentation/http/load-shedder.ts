import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { OnRequestEnd } from '../../application/ports/request-end.ts';
import { AppError } from '../../domain/errors.ts';
import { cacheHeaders } from './cache-headers.ts';
import { onceOver } from './once-over.ts';
import { problemBody, statusOf } from './problem.ts';
import { requestIdOf, traceOf } from './request-scope.ts';
import { apiPrefix } from './route.ts';
import { apiHeaders } from './security-headers.ts';
import { varyOf } from './send.ts';

/** Who goes first when not all can: people who wait, then files that are made for later, then what nobody has asked for yet. */
export const priorities = ['interactive', 'export', 'prefetch'] as const;
export type Priority = (typeof priorities)[number];

/** The part of the bound up to which requests of a priority are let in. */
const shareOf: Record<Priority, number> = { interactive: 1, export: 0.75, prefetch: 0.5 };

/** What the loop of events was like in the last short while. */
export interface LoopState {
  /** How much later than due it came to things, on average, ms. */
  delayMs: number;
  /** Part of the time in which it had something to do, 0–1; a machine that is busy with others delays an idle loop too. */
  utilization: number;
}

export interface ShedderBounds {
  /** Most requests at once, however well the loop does. */
  mostInFlight: number;
  /** Fewest, however badly. */
  leastInFlight: number;
  /** Delay above which there are too many at once, ms. */
  targetDelayMs: number;
}

export const usualBounds = { leastInFlight: 16, targetDelayMs: 25 } as const;

/** Less than this, and the loop waits for others, not they for it. */
const busy = 0.9;
/** The bound comes down in proportion to how late the loop is, within these. */
const leastShrink = 0.9;
const mostShrink = 0.4;
const grow = 1.1;
/** So many bad moments in a row make too many: one alone may be a collection of garbage. */
const badMoments = 2;

const exports = /^\/api\/v1\/(reports(\/|$)|me\/export$|people\/[^/]+\/export$)/;
const probes: ReadonlySet<string> = new Set([
  '/health',
  '/live',
  '/started',
  '/ready',
  '/metrics',
  `${apiPrefix}/health`,
]);
/** Streams are open for hours and do nothing most of the time; they have a bound of their own. */
const isStream = (path: string) => path === `${apiPrefix}/events`;

/** What browsers say of what is fetched in case it is wanted. */
const isPrefetch = ({ headers }: IncomingMessage): boolean =>
  [headers['sec-purpose'], headers.purpose].some((text) => String(text).startsWith('prefetch'));

/** Null = never refused. */
function priorityOf(request: IncomingMessage): Priority | null {
  const path = pathOf(request);
  if (probes.has(path) || isStream(path)) return null;
  if (isPrefetch(request)) return 'prefetch';
  return exports.test(path) ? 'export' : 'interactive';
}

/** Without the query. */
const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

/**
 * Bounds how many requests are worked on at once. While the loop of events keeps up the bound is the configured one;
 * when it does not, there are too many at once, and the bound comes down until it does (additive increase,
 * multiplicative decrease, as in TCP). Whoever comes beyond it is refused at once, which costs next to nothing, so
 * that those who are let in are served in time.
 */
export class LoadShedder {
  readonly #bounds: ShedderBounds;
  #limit: number;
  #inFlight = 0;
  #bad = 0;
  #refusals = 0;

  constructor(bounds: ShedderBounds) {
    this.#bounds = bounds;
    this.#limit = bounds.mostInFlight;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many may be worked on at once now. */
  get limit(): number {
    return this.#limit;
  }

  observe({ delayMs, utilization }: LoopState): void {
    const { mostInFlight, targetDelayMs } = this.#bounds;
    const leastInFlight = Math.min(this.#bounds.leastInFlight, mostInFlight);
    const isLate = delayMs > targetDelayMs && utilization > busy;
    this.#bad = isLate ? this.#bad + 1 : 0;
    if (this.#bad >= badMoments) {
      const shrink = Math.min(leastShrink, Math.max(mostShrink, targetDelayMs / delayMs));
      this.#limit = Math.max(leastInFlight, Math.floor(shrink * Math.min(this.#limit, this.#inFlight)));
    } else if (delayMs < targetDelayMs / 2 || utilization < busy)
      this.#limit = Math.min(mostInFlight, Math.ceil(this.#limit * grow));
  }

  isFullFor(priority: Priority): boolean {
    return this.#inFlight >= this.#limit * shareOf[priority];
  }

  /** Lets a request in, or not; whoever was let in has to leave. */
  enter(priority: Priority): boolean {
    if (this.isFullFor(priority)) return false;
    this.#inFlight += 1;
    return true;
  }

  leave(): void {
    this.#inFlight -= 1;
  }

  /** 1, 2, 3, 1, … seconds: those who were refused together do not come back together. */
  retryAfterSeconds(): number {
    this.#refusals += 1;
    return 1 + (this.#refusals % 3);
  }
}

/** Under which refusals are counted and logged: nothing was looked at. */
const shedRoute = 'shed';
const overloaded = (retryAfterSeconds: number) =>
  new AppError('OVERLOADED', 'There is more to do than can be done now; ask again in a moment.', {
    retryAfterSeconds,
  });

type OnShed = (priority: Priority) => void;

/** Lets requests in and counts them. `onShed` is told of each refusal. @throws AppError OVERLOADED. */
export function shedding(shedder: LoadShedder, onShed: OnShed): RequestHandler {
  return (request: Request, response: Response, next) => {
    const priority = priorityOf(request);
    if (priority === null) {
      next();
      return;
    }
    if (!shedder.enter(priority)) {
      response.locals.route = shedRoute;
      onShed(priority);
      throw overloaded(shedder.retryAfterSeconds());
    }
    onceOver(request, response, () => shedder.leave());
    next();
  };
}

/**
 * The same refusal in front of the router, at a small part of the cost: while there is far too much to do, most of the
 * work would be to say so. Browsers of other origins go the ordinary way, whose headers let them read it.
 */
export function refusingEarly(
  shedder: LoadShedder,
  onShed: OnShed,
  newId: () => string,
  onRequestEnd: OnRequestEnd,
  takesCookies = false,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const { method = '', headers } = request;
    if (headers.origin !== undefined) return false;
    const priority = priorityOf(request);
    if (priority === null || !shedder.isFullFor(priority)) return false;
    onShed(priority);
    const requestId = requestIdOf(request, newId);
    const { traceId } = traceOf(request);
    const seconds = shedder.retryAfterSeconds();
    const error = overloaded(seconds);
    const status = statusOf[error.code];
    const body = JSON.stringify(problemBody(error, pathOf(request), requestId, traceId));
    const said = [...apiHeaders, 'Vary', varyOf(takesCookies), 'X-Request-Id', requestId];
    said.push('Retry-After', String(seconds), ...cacheHeaders('no-store'));
    said.push('Content-Type', 'application/problem+json; charset=utf-8');
    said.push('Content-Length', String(Buffer.byteLength(body)));
    // A body that nobody will read keeps its connection busy.
    if (method !== 'GET' && method !== 'HEAD') said.push('Connection', 'close');
    response.writeHead(status, said).end(method === 'HEAD' ? undefined : body);
    onRequestEnd({ requestId, traceId, method, route: shedRoute, status, ms: 0, code: error.code });
    return true;
  };
}
