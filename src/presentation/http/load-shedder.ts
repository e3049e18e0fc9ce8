import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../../application/ports/clock.ts';
import type { OnRequestEnd } from '../../application/ports/request-end.ts';
import type { Tracing } from '../../application/ports/tracing.ts';
import { AppError, type ErrorCode } from '../../domain/errors.ts';
import type { Admission, Priority } from './admission.ts';
import { cacheHeaders } from './cache-headers.ts';
import type { CachedLane } from './cached-lane.ts';
import { onceOver } from './once-over.ts';
import { problemBody } from './problem.ts';
import { requestIdOf, traceOf } from './request-scope.ts';
import { apiPrefix } from './route.ts';
import { apiHeaders } from './security-headers.ts';
import { varyOf } from './send.ts';

/** What is told of those who were not let in at once. */
export interface ShedHooks {
  onShed: (priority: Priority) => void;
  /** Somebody was given old figures in the place of a refusal. */
  onSpared: (priority: Priority) => void;
  /** Somebody was let in who had to wait, ms. */
  onWaited: (ms: number) => void;
  onRequestEnd: OnRequestEnd;
}

export interface SheddingDeps extends ShedHooks {
  admission: Admission;
  clock: Pick<Clock, 'now'>;
  newId: () => string;
  /** Keeps a request in its trace while it waits. */
  bind?: Tracing['bind'];
  /** Answers that cost next to nothing; default: none. */
  lane?: Pick<CachedLane, 'isAtHand' | 'serve' | 'serveOld'>;
  /** Whether log-ins by cookies are switched on. */
  takesCookies?: boolean;
}

const noLane = { isAtHand: () => false, serve: () => false, serveOld: () => false };

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

/** Under which refusals are counted and logged: nothing was looked at. */
const shedRoute = 'shed';

const overloaded = (retryAfterSeconds: number) =>
  new AppError('OVERLOADED', 'There is more to do than can be done now; ask again in a moment.', {
    retryAfterSeconds,
  });

export interface Shedding {
  /**
   * In front of the router: goes on with whoever is let in, gives old figures to others where some are at hand, and
   * refuses the rest at a small part of what it costs behind it. Browsers of other origins are refused by the ordinary
   * way, whose headers let them read it.
   */
  front: (request: IncomingMessage, response: ServerResponse, next: RequestListener) => void;
  /** In the router, for whoever did not come by the front. @throws AppError OVERLOADED. */
  handler: RequestHandler;
}

/** Lets requests in as `admission` says, and counts them out when they are over. */
export function makeShedding(deps: SheddingDeps): Shedding {
  const { admission, clock, newId, onShed, onSpared, onWaited, onRequestEnd } = deps;
  const { bind = (work) => work, lane = noLane, takesCookies = false } = deps;
  /** Judged in front: let in, or to be refused in so many seconds' words. */
  const judged = new WeakMap<IncomingMessage, 'in' | number>();
  /** Made once: to make an error costs more than all the rest of a refusal. */
  const refusal = overloaded(1);
  const constantHeaders = [...apiHeaders, 'Vary', varyOf(takesCookies), ...cacheHeaders('no-store')];
  constantHeaders.push('Content-Type', 'application/problem+json; charset=utf-8');
  let refusals = 0;
  /** 1, 2, 3, 1, … seconds: those who were refused together do not come back together. */
  const retryAfterSeconds = () => {
    refusals += 1;
    return 1 + (refusals % 3);
  };

  function apply(
    request: IncomingMessage,
    response: ServerResponse,
    priority: Priority,
    letIn: (hasWaited: boolean) => void,
    refuse: () => void,
  ): void {
    let waitsSince: number | undefined;
    let isWaiting = true;
    const withdraw = admission.apply({
      priority,
      letIn: (leave) => {
        isWaiting = false;
        if (waitsSince !== undefined) onWaited(clock.now() - waitsSince);
        onceOver(request, response, leave);
        letIn(waitsSince !== undefined);
      },
      refuse: () => {
        isWaiting = false;
        refuse();
      },
    });
    if (withdraw === undefined) return;
    waitsSince = clock.now();
    onceOver(request, response, () => {
      if (!isWaiting) return;
      withdraw();
      tellEnd(request, requestIdOf(request, newId), 499, 'CLIENT_CLOSED_REQUEST');
    });
  }

  function tellEnd(request: IncomingMessage, requestId: string, status: number, code: ErrorCode): void {
    const { traceId } = traceOf(request);
    onRequestEnd({ requestId, traceId, method: request.method ?? '', route: shedRoute, status, ms: 0, code });
  }

  function sendRefusal(request: IncomingMessage, response: ServerResponse): void {
    const { method = '' } = request;
    const requestId = requestIdOf(request, newId);
    const problem = problemBody(refusal, pathOf(request), requestId, traceOf(request).traceId);
    const body = JSON.stringify(problem);
    const said = [...constantHeaders, 'X-Request-Id', requestId, 'Retry-After', String(retryAfterSeconds())];
    said.push('Content-Length', String(Buffer.byteLength(body)));
    // A body that nobody will read keeps its connection busy.
    if (method !== 'GET' && method !== 'HEAD') said.push('Connection', 'close');
    response.writeHead(problem.status, said).end(method === 'HEAD' ? undefined : body);
    tellEnd(request, requestId, problem.status, refusal.code);
  }

  return {
    front: (request, response, next) => {
      const priority = priorityOf(request);
      const goOn = (as: 'in' | number) => {
        judged.set(request, as);
        next(request, response);
      };
      if (priority === null) next(request, response);
      else if (lane.isAtHand(request)) goOn('in');
      else
        apply(
          request,
          response,
          priority,
          // What he waits for may have come for somebody else meanwhile.
          bind((hasWaited) => {
            if (!hasWaited || !lane.serve(request, response)) goOn('in');
          }),
          () => {
            if (lane.serveOld(request, response)) {
              onSpared(priority);
              return;
            }
            onShed(priority);
            if (request.headers.origin === undefined) sendRefusal(request, response);
            else goOn(retryAfterSeconds());
          },
        );
    },
    handler: (request: Request, response: Response, next) => {
      const verdict = judged.get(request);
      const priority = priorityOf(request);
      const refuse = (seconds: number) => {
        response.locals.route = shedRoute;
        next(overloaded(seconds));
      };
      if (verdict === 'in' || priority === null) next();
      else if (verdict !== undefined) refuse(verdict);
      else
        apply(
          request,
          response,
          priority,
          bind(() => next()),
          () => {
            onShed(priority);
            refuse(retryAfterSeconds());
          },
        );
    },
  };
}
