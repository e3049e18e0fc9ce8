import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { LayeredAnswerCache } from '../infrastructure/cache/layered-answer-cache.ts';
import type { MemoryAnswerCache } from '../infrastructure/cache/memory-answer-cache.ts';
import { RedisAnswers } from '../infrastructure/cache/redis-answers.ts';
import { digest } from '../infrastructure/digest.ts';
import { RedisLink } from '../infrastructure/redis/link.ts';
import { RedisBook } from '../infrastructure/redis/redis-book.ts';
import { RedisCounts } from '../infrastructure/redis/redis-counts.ts';
import type { HearsOfPurges, Sharing } from './shared.ts';

export interface RedisSharingDeps {
  urls: readonly string[];
  waitMs: number;
  space: string;
  memory: MemoryAnswerCache;
  clock: Clock;
  logger: Logger;
  hear: HearsOfPurges;
}

/** How long a start waits for Redis; it comes in by itself when it is later. */
const redisStartMs = 500;

/** Answers and counts of all processes that have the same Redis. */
export async function openRedisSharing(deps: RedisSharingDeps): Promise<Sharing> {
  const { urls, waitMs, space, memory, clock, logger, hear } = deps;
  const link = new RedisLink({ urls, waitMs, logger });
  const { look, ...hearing } = hear;
  const shared = new RedisAnswers({ link, space, clock, digest, ids, random: Math.random, look });
  const cache = new LayeredAnswerCache({ memory, shared, link, clock, ids, logger, ...hearing });
  // In turn: that this process listens is noted over the link.
  await link.open(redisStartMs);
  await cache.open();
  const close = async () => {
    cache.close();
    link.close();
  };
  return {
    link,
    cache,
    hearsPurges: () => cache.hearsPurges(),
    book: new RedisBook(link),
    countsOf: (name, windowMs) => new RedisCounts(link, name, windowMs),
    close,
  };
}
