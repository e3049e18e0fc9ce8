import { z } from 'zod';
import type { AnswerCache } from '../ports/answer-cache.ts';
import type { EventBus } from '../ports/events.ts';

const erased = z.object({ tags: z.array(z.string()).optional() });

/**
 * Forgets the cached answers about somebody who was erased. Whoever erases does so at once; this is for a process that
 * dies in between, because the event is written with the erasure. Only who publishes it is told the tags: what is kept
 * of the event names nobody.
 * @returns how to leave.
 * @throws ZodError for an event that is not what its type says; whatever the cache throws.
 */
export const purgeOnErasure = (
  bus: Pick<EventBus, 'subscribe'>,
  cache: Pick<AnswerCache, 'purge'>,
): (() => void) =>
  bus.subscribe(['person_erased'], 'purge-on-erasure', async ({ data }) => {
    const { tags } = erased.parse(data);
    if (tags !== undefined) await cache.purge(tags, 'private');
  });
