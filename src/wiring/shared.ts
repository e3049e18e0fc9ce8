import type { Look } from '../application/ports/cache-figures.ts';
import type { SharedBook } from '../application/ports/shared-book.ts';
import type { LayeredAnswerCache, LayeredCacheDeps } from '../infrastructure/cache/layered-answer-cache.ts';
import type { MemoryAnswerCache } from '../infrastructure/cache/memory-answer-cache.ts';
import type { RedisLink } from '../infrastructure/redis/link.ts';
import type { SharedCountsOf } from '../presentation/http/rate-limits.ts';

export interface HearsOfPurges extends Pick<LayeredCacheDeps, 'onPurged' | 'onGap' | 'onAcknowledged'> {
  look: Look;
}

export interface Sharing {
  /** Undefined without Redis. */
  link: RedisLink | undefined;
  cache: MemoryAnswerCache | LayeredAnswerCache;
  /** Whether what this process remembers is not of before a purge that others believe to be over. */
  hearsPurges: () => boolean;
  countsOf: SharedCountsOf | undefined;
  /** What all processes have seen of the nine services. */
  book: SharedBook | undefined;
  close: () => Promise<void>;
}
