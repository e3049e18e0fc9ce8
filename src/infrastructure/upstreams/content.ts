import type { ContentPort } from '../../application/ports/upstreams.ts';
import { contentTypes } from '../../domain/learning/content.ts';
import { uniqueBy, windowQuery, within } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import {
  row,
  wireAmount,
  wireCount,
  wireCountOrNull,
  wireEnum,
  wireEnumOrNull,
  wireFlag,
  wireId,
  wireIdOrNull,
  wireInstant,
} from './wire-types.ts';

const content = row({
  contentId: wireId,
  topicId: wireIdOrNull,
  type: wireEnum(contentTypes),
  durationSeconds: wireAmount,
  generation: wireEnumOrNull(['manual', 'ai_assisted', 'ai']),
});

const usage = row({
  contentId: wireId,
  views: wireCount,
  uniqueViewers: wireCount,
  completions: wireCountOrNull,
  secondsSpent: wireAmount,
});

const view = row({
  contentId: wireId,
  // A view of an unknown kind is still a view.
  type: wireEnumOrNull(contentTypes),
  topicId: wireIdOrNull,
  at: wireInstant,
  secondsSpent: wireAmount,
  completed: wireFlag,
});

/** Content Studio: what there is to see and who saw it. */
export const makeContentClient = (wire: Wire): ContentPort => ({
  contents: async (courseId) => {
    const items = await wire.list(path`/courses/${courseId}/contents`, content, {}, { courseId });
    return items && uniqueBy(items, ({ contentId }) => contentId);
  },
  usage: async (courseId) => {
    const items = await wire.list(path`/courses/${courseId}/usage`, usage, {}, { courseId });
    return items && uniqueBy(items, ({ contentId }) => contentId);
  },
  views: async (userId, window) => {
    const at = path`/users/${userId}/views`;
    const views = await wire.list(at, view, windowQuery(window), { userId });
    const inWindow = views && within(views, window, (item) => item.at);
    return inWindow && uniqueBy(inWindow, (item) => `${item.contentId} ${item.at}`);
  },
});
