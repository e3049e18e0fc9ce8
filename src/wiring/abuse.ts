import { makeWatch, type Watch } from '../application/auth/watch.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { Config } from '../config.ts';
import { MemorySuspicions } from '../infrastructure/auth/memory-suspicions.ts';
import { digest } from '../infrastructure/digest.ts';
import { makeAbuseFigures } from '../infrastructure/observability/abuse-figures.ts';
import type { Observing } from './observing.ts';
import type { Own } from './own.ts';
import type { Sharing } from './shared.ts';

export interface AbuseDeps {
  config: Config;
  own: Pick<Own, 'audit' | 'events'>;
  sharing: Pick<Sharing, 'link'>;
  observing: Pick<Observing, 'metrics'>;
  clock: Clock;
  logger: Logger;
}

/** Looks for abuse: in this process, or in all that have the same Redis. */
export async function openWatch({
  config,
  own,
  sharing,
  observing,
  clock,
  logger,
}: AbuseDeps): Promise<Watch> {
  const memory = new MemorySuspicions(clock);
  const { link } = sharing;
  const shared = async (known: NonNullable<typeof link>) => {
    const { RedisSuspicions } = await import('../infrastructure/redis/redis-suspicions.ts');
    return new RedisSuspicions(known, memory, digest);
  };
  return makeWatch({
    suspicions: link === undefined ? memory : await shared(link),
    thresholds: {
      probing: config.ABUSE_PROBES_PER_10_MINUTES,
      spraying: config.ABUSE_BAD_CREDENTIALS_PER_10_MINUTES,
      scraping: config.ABUSE_PEOPLE_PER_10_MINUTES,
    },
    ...{ audit: own.audit, events: own.events, figures: makeAbuseFigures(observing.metrics), clock, logger },
  });
}
