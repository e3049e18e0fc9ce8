import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { RateClass } from '../../application/analytics/define.ts';
import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';

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
    identifier: rateClass,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: rateClass === 'auth' ? accountKey : callerKey,
    handler: (_request, response, next) => {
      const header = Number(response.getHeader('Retry-After'));
      const retryAfterSeconds =
        Number.isFinite(header) && header > 0 ? header : Math.ceil(windows[rateClass] / 1000);
      next(
        new AppError('RATE_LIMIT_EXCEEDED', `More than ${limit} requests of this kind.`, {
          retryAfterSeconds,
        }),
      );
    },
  });
}

/** Counts a request against its class. @throws AppError RATE_LIMIT_EXCEEDED. */
export type CountRequest = (rateClass: RateClass, request: Request, response: Response) => Promise<void>;

export function makeCountRequest(limits: RateLimits): CountRequest {
  const limiters: Record<RateClass, RequestHandler> = {
    standard: limiter('standard', limits.standard),
    predictive: limiter('predictive', limits.predictive),
    auth: limiter('auth', limits.auth),
  };
  return (rateClass, request, response) =>
    new Promise((resolve, reject) => {
      limiters[rateClass](request, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
}
