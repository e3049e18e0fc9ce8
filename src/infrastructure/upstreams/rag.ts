import type { RagPort } from '../../application/ports/upstreams.ts';
import { uniqueBy, windowQuery, within } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import { row, wireCount, wireFlag, wireId, wireIdOrNull, wireInstant } from './wire-types.ts';

const question = row({ at: wireInstant, topicId: wireIdOrNull, resolved: wireFlag });
const summary = row({ userId: wireId, questions: wireCount, resolved: wireCount });

/** RAG Assistant: that something was asked, never what. */
export const makeRagClient = (wire: Wire): RagPort => ({
  questions: async (userId, window) => {
    const at = path`/users/${userId}/questions`;
    const questions = await wire.list(at, question, windowQuery(window), { userId });
    const inWindow = questions && within(questions, window, (item) => item.at);
    return inWindow && uniqueBy(inWindow, (item) => `${item.at} ${item.topicId}`);
  },
  organizationQuestions: async (organizationId, cursor) => {
    const at = path`/organizations/${organizationId}/questions`;
    const page = await wire.page(at, summary, cursor, {}, { organizationId });
    return { ...page, items: uniqueBy(page.items, ({ userId }) => userId) };
  },
});
