import type { Clock } from '../application/ports/clock.ts';
import type { Config } from '../config.ts';
import { makeRateLimiter, type RateLimiter } from '../presentation/http/rate-limits.ts';
import type { Observing } from './observing.ts';
import type { Sharing } from './shared.ts';

/** How often anybody may ask for what. */
export const openLimiter = (
  config: Config,
  { countsOf }: Pick<Sharing, 'countsOf'>,
  { onRefused }: Pick<Observing, 'onRefused'>,
  clock: Clock,
): RateLimiter =>
  makeRateLimiter(
    {
      standard: config.RATE_STANDARD_PER_MINUTE,
      predictive: config.RATE_PREDICTIVE_PER_HOUR,
      auth: config.RATE_AUTH_PER_15_MINUTES,
      auth_address: config.RATE_AUTH_ADDRESS_PER_15_MINUTES,
      refresh: config.RATE_REFRESH_PER_10_MINUTES,
      report: config.RATE_REPORT_PER_HOUR,
      webhook: config.RATE_WEBHOOK_PER_MINUTE,
      organization: config.RATE_ORGANIZATION_PER_MINUTE,
      address: config.RATE_ADDRESS_PER_MINUTE,
    },
    clock,
    countsOf,
    onRefused,
  );
