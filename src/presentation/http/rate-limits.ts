import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type RateLimitInfo, rateLimit } from 'express-rate-limit';
import type { RateClass } from '../../application/analytics/define.ts';
import type { Quota } from '../../application/auth/api-keys.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { SharedCounts } from '../../application/ports/shared-counts.ts';
import { AppError } from '../../domain/errors.ts';
import { longestEmail, normaliseEmail } from '../../domain/identity/email.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { type RateStore, RateWindows } from './rate-windows.ts';
import { headersOf } from './send.ts';
import { SharedRateWindows } from './shared-rate-windows.ts';

/**
 * What is limited: the classes of routes by caller, beside them everything of an organization, everything that
 * an address asks without a valid token, and its log-ins to whichever accounts. A valid token is never refused for its
 * address: a school is one address.
 */
type Limited = RateClass | 'organization' | 'address' | 'auth_address';

/** How many requests each allows in its window. */
export type RateLimits = Record<Limited, number>;

const minute = 60_000;
const windows: Record<Limited, number> = {
  standard: minute,
  predictive: 60 * minute,
  auth: 15 * minute,
  auth_address: 15 * minute,
  refresh: 10 * minute,
  report: 60 * minute,
  webhook: minute,
  organization: minute,
  address: minute,
};

/** A key's quota is one of an hour. */
const quotaSeconds = 3600;

/** An address, IPv6 by its /56 network: one household is one caller. */
export const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? 'unknown', 56);

/**
 * A log-in is counted by address and account, so that neither alone can be used to lock somebody out. Whatever was sent,
 * the key is short and names nobody; what is no e-mail address at all is one account.
 */
function accountKey(request: Request): string {
  const { email } = Object(request.body) as { email?: unknown };
  const account = typeof email === 'string' ? normaliseEmail(email) : '';
  const named = account.length > longestEmail ? '' : account;
  return `${addressOf(request)} ${createHash('sha256').update(named).digest('base64url')}`;
}

const viewerOf = ({ locals }: Response) => locals.viewer as Viewer | undefined;
const viewerKey = ({ id }: Viewer): string => `user ${id}`;

function callerKey(request: Request, response: Response): string {
  const viewer = viewerOf(response);
  return viewer === undefined ? addressOf(request) : viewerKey(viewer);
}

/** Several limits may count one request, under keys that differ: the library takes equal ones for a mistake. */
const keys: Record<Limited, (request: Request, response: Response) => string> = {
  standard: callerKey,
  predictive: callerKey,
  auth: accountKey,
  auth_address: (request) => `log-ins ${addressOf(request)}`,
  refresh: callerKey,
  report: callerKey,
  webhook: addressOf,
  organization: (_request, response) => viewerOf(response)?.organizationId ?? '',
  address: (request) => `stranger ${addressOf(request)}`,
};

/** Under which express-rate-limit leaves what it has counted on a request, of each limit its own. */
const noteOf = (name: Limited) => `counted ${name}`;
const notedOf = (name: Limited, request: Request): RateLimitInfo | undefined =>
  Reflect.get(request, noteOf(name));

function middlewareFor(
  name: Limited,
  limit: number,
  store: RateStore,
  clock: Clock,
  onRefused: (name: Limited) => void,
): RequestHandler {
  return rateLimit({
    windowMs: windows[name],
    limit,
    store,
    requestPropertyName: noteOf(name),
    // The headers of draft 8 are written below: the library hashes the caller's key into each of them.
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: keys[name],
    handler: (request, _response, next) => {
      onRefused(name);
      const endsAt = notedOf(name, request)?.resetTime?.getTime() ?? clock.now();
      const retryAfterSeconds = secondsLeft(endsAt, clock);
      next(
        new AppError('RATE_LIMIT_EXCEEDED', `More than ${limit} requests of this kind.`, {
          retryAfterSeconds,
        }),
      );
    },
  });
}

const secondsLeft = (endsAt: number, clock: Clock): number =>
  Math.max(1, Math.ceil((endsAt - clock.now()) / 1000));

export interface RateLimiter {
  /** Counts a request against its class, or two, and tells the caller. @throws AppError RATE_LIMIT_EXCEEDED. */
  count(rateClass: RateClass, request: Request, response: Response, also?: RateClass): Promise<void>;
  /** Counts a request without a valid token against its address. @throws AppError RATE_LIMIT_EXCEEDED. */
  countStranger(request: Request, response: Response): Promise<void>;
  /**
   * Counts a cached answer for a known caller, at once, in the same windows: the headers, or null when it was too
   * much. A cached prediction costs as much as any answer, and no prediction.
   */
  countNow(rateClass: RateClass, viewer: Viewer): readonly string[] | null;
}

/** How the processes share counts of one kind of limit; without it each counts for itself. */
export type SharedCountsOf = (name: string, windowMs: number) => SharedCounts;

/** What a cached answer counts as. */
export const classWhenCached = (rateClass: RateClass): RateClass =>
  rateClass === 'predictive' ? 'standard' : rateClass;

/** @param onRefused told of each limit that refuses a request, for operators. */
export function makeRateLimiter(
  limits: RateLimits,
  clock: Clock,
  sharedOf?: SharedCountsOf,
  onRefused: (name: Limited) => void = () => undefined,
): RateLimiter {
  const of = (name: Limited) => {
    const limit = limits[name];
    const own = new RateWindows(clock, windows[name]);
    const store = sharedOf ? new SharedRateWindows(own, sharedOf(name, windows[name])) : own;
    const policy = `"${name}"; q=${limit}; w=${windows[name] / 1000}`;
    return { name, limit, store, policy, middleware: middlewareFor(name, limit, store, clock, onRefused) };
  };
  const all = {
    standard: of('standard'),
    predictive: of('predictive'),
    auth: of('auth'),
    auth_address: of('auth_address'),
    refresh: of('refresh'),
    report: of('report'),
    webhook: of('webhook'),
    organization: of('organization'),
    address: of('address'),
  };
  type Meter = (typeof all)[Limited];
  type Told = Pick<Meter, 'limit' | 'policy'> & { name: string };
  /** What a limit has counted for a caller. */
  type Reading = { meter: Told; totalHits: number; endsAt: number };

  const leftOf = ({ meter, totalHits }: Reading) => Math.max(0, meter.limit - totalHits);

  function headersOfLimit(reading: Reading): readonly string[] {
    const { meter, endsAt } = reading;
    const state = `"${meter.name}"; r=${leftOf(reading)}; t=${secondsLeft(endsAt, clock)}`;
    return ['RateLimit', state, 'RateLimit-Policy', meter.policy];
  }

  /** Of the limit that leaves least. */
  function headersFor(readings: readonly Reading[]): readonly string[] {
    let tightest = readings[0];
    for (const reading of readings)
      if (tightest !== undefined && leftOf(reading) < leftOf(tightest)) tightest = reading;
    return tightest === undefined ? [] : headersOfLimit(tightest);
  }

  const passes = ({ middleware }: Meter, request: Request, response: Response) =>
    new Promise<void>((resolve, reject) => {
      middleware(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });

  /** What was told of an earlier count of the same request no longer holds. */
  function tell(response: Response, headers: readonly string[]): void {
    const known = headersOf(response);
    for (const name of ['RateLimit', 'RateLimit-Policy']) {
      const at = known.findIndex((text, index) => index % 2 === 0 && text === name);
      if (at >= 0) known.splice(at, 2);
    }
    known.push(...headers);
  }

  /** Of a key, which is counted where it is kept. */
  const quotaReading = ({ limit, used, resetsAt }: Quota): Reading => ({
    meter: { name: 'quota', limit, policy: `"quota"; q=${limit}; w=${quotaSeconds}` },
    totalHits: used,
    endsAt: resetsAt,
  });

  /** All at once: with shared counts that is one round trip. */
  async function countIn(
    meters: readonly Meter[],
    request: Request,
    response: Response,
    others: readonly Reading[] = [],
  ): Promise<void> {
    const outcomes = await Promise.allSettled(meters.map((meter) => passes(meter, request, response)));
    const readings = meters.flatMap((meter) => {
      const { used: totalHits = 0, resetTime } = notedOf(meter.name, request) ?? {};
      return [{ meter, totalHits, endsAt: resetTime?.getTime() ?? clock.now() }];
    });
    tell(response, headersFor([...others, ...readings]));
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
  }

  /** A key has its quota in the place of a person's limits. @throws AppError RATE_LIMIT_EXCEEDED. */
  async function countKey(quota: Quota, request: Request, response: Response): Promise<void> {
    const isWithin = quota.used <= quota.limit;
    await countIn(isWithin ? [all.organization] : [], request, response, [quotaReading(quota)]);
    if (isWithin) return;
    const retryAfterSeconds = secondsLeft(quota.resetsAt, clock);
    throw new AppError('RATE_LIMIT_EXCEEDED', `More than ${quota.limit} requests of this key in an hour.`, {
      retryAfterSeconds,
    });
  }

  const metersOf = (rateClass: RateClass, viewer: Viewer | undefined): Meter[] => {
    // Services sign what they send: they are no strangers, and those who only say so are counted when it shows.
    if (rateClass === 'webhook') return [all.webhook];
    if (viewer === undefined) {
      const own = rateClass === 'auth' ? [all.auth, all.auth_address] : [all[rateClass]];
      return [...own, all.address];
    }
    return viewer.organizationId === null ? [all[rateClass]] : [all[rateClass], all.organization];
  };

  return {
    count: (rateClass, request, response, also) => {
      const quota = response.locals.quota as Quota | undefined;
      if (quota !== undefined) return countKey(quota, request, response);
      const meters = metersOf(rateClass, viewerOf(response));
      return countIn(also === undefined ? meters : [all[also], ...meters], request, response);
    },
    countStranger: (request, response) => countIn([all.address], request, response),
    countNow: (rateClass, viewer) => {
      const own = all[classWhenCached(rateClass)];
      const { totalHits, endsAt } = own.store.incrementNow(viewerKey(viewer));
      if (totalHits > own.limit) return null;
      const reading = { meter: own, totalHits, endsAt };
      if (viewer.organizationId === null) return headersOfLimit(reading);
      const { organization } = all;
      const together = organization.store.incrementNow(viewer.organizationId);
      if (together.totalHits > organization.limit) return null;
      return headersFor([reading, { meter: organization, ...together }]);
    },
  };
}
