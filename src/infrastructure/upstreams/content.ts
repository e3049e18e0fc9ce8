import { z } from 'zod';
import type { ContentPort } from '../../application/ports/upstreams.ts';
import { contentTypes } from '../../domain/learning/content.ts';
import { path, uniqueBy, type Wire, windowQuery, within } from './wire.ts';
import {
  orNull,
  wireCount,
  wireEnum,
  wireFlag,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireSeconds,
} from './wire-types.ts';

const type = wireEnum(contentTypes);

const content = z.object({
  contentId: wireId,
  topicId: wireIdOrNull,
  type,
  durationSeconds: wireSeconds,
  generation: orNull(wireEnum(['manual', 'ai_assisted', 'ai'])),
});

const usage = z.object({
  contentId: wireId,
  views: wireCount,
  uniqueViewers: wireCount,
  completions: wireCount,
  secondsSpent: wireSeconds,
});

const view = z.object({
  contentId: wireId,
  type,
  topicId: wireIdOrNull,
  at: wireInstant,
  secondsSpent: wireSeconds,
  completed: wireFlag,
});

/** Content Studio: what there is to see and who saw it. */
export const makeContentClient = (wire: Wire): ContentPort => ({
  contents: async (courseId) => {
    const items = await wire.list(path`/courses/${courseId}/contents`, content);
    return items && uniqueBy(items, ({ contentId }) => contentId);
  },
  usage: async (courseId) => {
    const items = await wire.list(path`/courses/${courseId}/usage`, usage);
    return items && uniqueBy(items, ({ contentId }) => contentId);
  },
  views: async (userId, window) => {
    const items = await wire.list(path`/users/${userId}/views`, view, windowQuery(window));
    return (
      items &&
      uniqueBy(
        within(items, window, ({ at }) => at),
        ({ contentId, at }) => `${contentId} ${at}`,
      )
    );
  },
});
