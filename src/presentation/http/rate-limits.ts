import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { RateClass } from '../../application/analytics/define.ts';
import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
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

function callerKey(request: Request, response: Response): string {
  const viewer = response.locals.viewer as Viewer | undefined;
  return viewer === undefined ? addressOf(request) : `user ${viewer.id}`;
}

function limiter(rateClass: RateClass, limit: number): RequestHandler {
  return rateLimit({
    windowMs: windows[rateClass],
    limit,
    // The headers of draft 8 are written below: the library hashes the caller's key into each of them.
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: rateClass === 'auth' ? accountKey : callerKey,
    handler: (request, _response, next) => {
      const retryAfterSeconds = secondsLeft(request, windows[rateClass]);
      next(
        new AppError('RATE_LIMIT_EXCEEDED', `More than ${limit} requests of this kind.`, {
          retryAfterSeconds,
        }),
      );
    },
  });
}

/** What express-rate-limit leaves on a request that it has counted. */
interface Counted {
  rateLimit?: { remaining: number; resetTime: Date | undefined };
}

function secondsLeft(request: Request, windowMs: number): number {
  const reset = (request as Request & Counted).rateLimit?.resetTime?.getTime();
  // The library's own clock says when its window ends.
  return reset === undefined
    ? Math.ceil(windowMs / 1000)
    : Math.max(1, Math.ceil((reset - Date.now()) / 1000));
}

/** Counts a request against its class. @throws AppError RATE_LIMIT_EXCEEDED. */
export type CountRequest = (rateClass: RateClass, request: Request, response: Response) => Promise<void>;

export function makeCountRequest(limits: RateLimits): CountRequest {
  const limiters: Record<RateClass, RequestHandler> = {
    standard: limiter('standard', limits.standard),
    predictive: limiter('predictive', limits.predictive),
    auth: limiter('auth', limits.auth),
  };
  const policyOf = (rateClass: RateClass) =>
    `"${rateClass}"; q=${limits[rateClass]}; w=${windows[rateClass] / 1000}`;
  const policies = {
    standard: policyOf('standard'),
    predictive: policyOf('predictive'),
    auth: policyOf('auth'),
  };

  function announce(rateClass: RateClass, request: Request, response: Response): void {
    const remaining = (request as Request & Counted).rateLimit?.remaining ?? 0;
    const reset = secondsLeft(request, windows[rateClass]);
    headersOf(response).push(
      'RateLimit',
      `"${rateClass}"; r=${remaining}; t=${reset}`,
      'RateLimit-Policy',
      policies[rateClass],
    );
  }

  return (rateClass, request, response) =>
    new Promise((resolve, reject) => {
      limiters[rateClass](request, response, (error?: unknown) => {
        announce(rateClass, request, response);
        if (error) reject(error);
        else resolve();
      });
    });
}
