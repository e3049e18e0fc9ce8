import type { DevlabPort } from '../../application/ports/upstreams.ts';
import { uniqueBy, windowQuery, within } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import {
  row,
  wireCode,
  wireCount,
  wireCountOrNull,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireInstantOrNull,
  wireScore,
} from './wire-types.ts';

const session = row(
  {
    sessionId: wireId,
    exerciseId: wireIdOrNull,
    skillId: wireIdOrNull,
    startedAt: wireInstant,
    endedAt: wireInstantOrNull,
    status: wireCode,
    score: wireScore,
    attempts: wireCountOrNull,
  },
  // A session that has not ended has no score yet; services send 0.
  (item) => (item.endedAt === null && item.score === 0 ? { ...item, score: null } : item),
);

const summary = row({
  userId: wireId,
  sessions: wireCount,
  solved: wireCount,
  lastAt: wireInstantOrNull,
});

/** DevLab: practice. */
export const makeDevlabClient = (wire: Wire): DevlabPort => ({
  sessions: async (userId, window) => {
    const at = path`/users/${userId}/sessions`;
    const sessions = await wire.list(at, session, windowQuery(window), { userId });
    const inWindow = sessions && within(sessions, window, ({ startedAt }) => startedAt);
    return inWindow && uniqueBy(inWindow, ({ sessionId }) => sessionId);
  },
  organizationPractice: async (organizationId, cursor) => {
    const at = path`/organizations/${organizationId}/practice`;
    const page = await wire.page(at, summary, cursor, {}, { organizationId });
    return { ...page, items: uniqueBy(page.items, ({ userId }) => userId) };
  },
});
