import { z } from 'zod';
import type { RagPort } from '../../application/ports/upstreams.ts';
import { path, uniqueBy, type Wire, windowQuery, within } from './wire.ts';
import { wireCount, wireFlag, wireId, wireIdOrNull, wireInstant } from './wire-types.ts';

const question = z.object({ at: wireInstant, topicId: wireIdOrNull, resolved: wireFlag });
const summary = z.object({ userId: wireId, questions: wireCount, resolved: wireCount });

/** RAG Assistant: that something was asked, never what. */
export const makeRagClient = (wire: Wire): RagPort => ({
  questions: async (userId, window) => {
    const items = await wire.list(path`/users/${userId}/questions`, question, windowQuery(window));
    return (
      items &&
      uniqueBy(
        within(items, window, ({ at }) => at),
        ({ at, topicId }) => `${at} ${topicId}`,
      )
    );
  },
  organizationQuestions: async (organizationId, cursor) => {
    const page = await wire.page(path`/organizations/${organizationId}/questions`, summary, cursor);
    return { ...page, items: uniqueBy(page.items, ({ userId }) => userId) };
  },
});
