import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { Config } from '../config.ts';
import { MemoryAnswerCache } from '../infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../infrastructure/digest.ts';
import type { HearsOfPurges, Sharing } from './shared.ts';

/**
 * What answers depend on beside their key: processes that differ in it keep their answers apart. Changing a
 * secret or an address of our own changes no answer.
 */
function spaceOf(config: Config): string {
  const { services, cacheSeconds, PRIVACY_MINIMUM_COHORT, PRIVACY_MINIMUM_COHORTS } = config;
  const database = config.DATABASE_URL ?? config.SUPABASE_URL;
  const { host, pathname } =
    database === undefined ? { host: '', pathname: config.DATA_DIR } : new URL(database);
  const parts = [
    Object.values(services).map(({ url }) => url ?? null),
    [config.DATABASE, host, pathname],
    [PRIVACY_MINIMUM_COHORT, PRIVACY_MINIMUM_COHORTS],
    [config.GEMINI_API_KEY !== undefined, config.GEMINI_MODEL, config.NARRATIVE_OFF_ORGANIZATIONS],
    [cacheSeconds, config.CACHE_LAST_KNOWN_GOOD_SECONDS, config.CLOCK_START ?? null],
  ];
  return digest(JSON.stringify(parts));
}

/** Finished answers and counts: of this process, or of all that have the same Redis. */
export async function openSharing(
  config: Config,
  clock: Clock,
  logger: Logger,
  hear: HearsOfPurges,
): Promise<Sharing> {
  const memory = new MemoryAnswerCache(
    { maxEntries: config.CACHE_MAX_ENTRIES, maxBytes: config.CACHE_MAX_MB * 1024 * 1024 },
    clock,
    hear.look,
  );
  const { REDIS_URL: urls, REDIS_WAIT_MS: waitMs } = config;
  if (urls === undefined)
    return {
      ...{ link: undefined, cache: memory, countsOf: undefined, book: undefined },
      hearsPurges: () => true,
      close: async () => undefined,
    };
  // Loaded only where it is used: its client is a tenth of what an idle process holds.
  const { openRedisSharing } = await import('./redis-sharing.ts');
  return openRedisSharing({ urls, waitMs, space: spaceOf(config), memory, clock, logger, hear });
}
