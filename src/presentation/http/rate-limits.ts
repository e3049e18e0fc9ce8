import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { RateClass } from '../../application/analytics/define.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { type Counted, RateWindows } from './rate-windows.ts';
import { headersOf } from './send.ts';

/** How many requests a class allows in its window. */
export type RateLimits = Record<RateClass, number>;

const minute = 60_000;
const windows: Record<RateClass, number> = { standard: minute, predictive: 60 * minute, auth: 15 * minute };

/** An address, IPv6 by its /56 network: one household is one caller. */
const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? 'unknown', 56);

/** A log-in is counted by address and account, so that neither alone can be used to lock somebody out. */
function accountKey(request: Request): string {
  const account = (request.body as { email?: unknown } | undefined)?.email;
  return `${addressOf(request)} ${typeof account === 'string' ? account.trim().toLowerCase() : ''}`;
}

const viewerKey = ({ id }: Viewer): string => `user ${id}`;

function callerKey(request: Request, response: Response): string {
  const viewer = response.locals.viewer as Viewer | undefined;
  return viewer === undefined ? addressOf(request) : viewerKey(viewer);
}

function limiter(rateClass: RateClass, limit: number, store: RateWindows, clock: Clock): RequestHandler {
  return rateLimit({
    windowMs: windows[rateClass],
    limit,
    store,
    // The headers of draft 8 are written below: the library hashes the caller's key into each of them.
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: rateClass === 'auth' ? accountKey : callerKey,
    handler: (request, _response, next) => {
      const retryAfterSeconds = secondsLeft((request as Request & Noted).rateLimit?.resetTime, clock);
      next(
        new AppError('RATE_LIMIT_EXCEEDED', `More than ${limit} requests of this kind.`, {
          retryAfterSeconds,
        }),
      );
    },
  });
}

/** What express-rate-limit leaves on a request that it has counted. */
interface Noted {
  rateLimit?: { used: number; resetTime: Date | undefined };
}

const secondsLeft = (resetTime: Date | undefined, clock: Clock): number =>
  resetTime === undefined ? 1 : Math.max(1, Math.ceil((resetTime.getTime() - clock.now()) / 1000));

export interface RateLimiter {
  /** Counts a request against its class and tells the caller. @throws AppError RATE_LIMIT_EXCEEDED. */
  count(rateClass: RateClass, request: Request, response: Response): Promise<void>;
  /** The same in the same windows for a known caller, at once: the headers, or null when it was too much. */
  countNow(rateClass: RateClass, viewer: Viewer): readonly string[] | null;
}

export function makeRateLimiter(limits: RateLimits, clock: Clock): RateLimiter {
  const of = (rateClass: RateClass) => {
    const limit = limits[rateClass];
    const store = new RateWindows(clock, windows[rateClass]);
    const policy = `"${rateClass}"; q=${limit}; w=${windows[rateClass] / 1000}`;
    return { limit, store, policy, middleware: limiter(rateClass, limit, store, clock) };
  };
  const classes = { standard: of('standard'), predictive: of('predictive'), auth: of('auth') };

  function headersFor(rateClass: RateClass, { totalHits, resetTime }: Counted): readonly string[] {
    const { limit, policy } = classes[rateClass];
    const state = `"${rateClass}"; r=${Math.max(0, limit - totalHits)}; t=${secondsLeft(resetTime, clock)}`;
    return ['RateLimit', state, 'RateLimit-Policy', policy];
  }

  function announce(rateClass: RateClass, request: Request, response: Response): void {
    const { used = 0, resetTime = new Date(clock.now()) } = (request as Request & Noted).rateLimit ?? {};
    headersOf(response).push(...headersFor(rateClass, { totalHits: used, resetTime }));
  }

  return {
    count: (rateClass, request, response) =>
      new Promise((resolve, reject) => {
        classes[rateClass].middleware(request, response, (error?: unknown) => {
          announce(rateClass, request, response);
          if (error) reject(error);
          else resolve();
        });
      }),
    countNow: (rateClass, viewer) => {
      const { limit, store } = classes[rateClass];
      const counted = store.increment(viewerKey(viewer));
      return counted.totalHits > limit ? null : headersFor(rateClass, counted);
    },
  };
}
