import { z } from 'zod';
import type { AnswerCache } from '../ports/answer-cache.ts';
import type { EventBus, EventHandler } from '../ports/events.ts';

/** What changes somebody's points, level or achievements. */
const earningTypes = ['points_awarded', 'achievement_unlocked'] as const;

const about = z.object({ userId: z.string().optional() });

/**
 * Forgets the cached answers about whoever an event says has earned something: all of them, because the tag of a
 * person (`run-analytic`) is the finest that covers points, level, streak and achievements. A leaderboard holds what
 * was earned up to its `refreshedAt`, in the own line too: the job brings the rest. Doing it again changes nothing. An
 * event of somebody who was erased names nobody, and nothing is forgotten.
 * @throws ZodError for an event that is not what its type says; whatever the cache throws.
 */
const purgeOf =
  (cache: Pick<AnswerCache, 'purge'>): EventHandler =>
  async ({ data }) => {
    const { userId } = about.parse(data);
    if (userId !== undefined) await cache.purge([`learner:${userId}`], 'changed');
  };

/** What somebody has earned is seen at the next request. @returns how to leave. */
export const purgeOnPoints = (
  bus: Pick<EventBus, 'subscribe'>,
  cache: Pick<AnswerCache, 'purge'>,
): (() => void) => bus.subscribe(earningTypes, 'purge-on-points', purgeOf(cache));
