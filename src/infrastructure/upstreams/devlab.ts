import { z } from 'zod';
import type { DevlabPort } from '../../application/ports/upstreams.ts';
import { path, uniqueBy, type Wire, windowQuery, within } from './wire.ts';
import {
  wireCount,
  wireCountOrNull,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireInstantOrNull,
  wireScore,
  wireText,
} from './wire-types.ts';

const session = z.object({
  sessionId: wireId,
  exerciseId: wireIdOrNull,
  skillId: wireIdOrNull,
  startedAt: wireInstant,
  endedAt: wireInstantOrNull,
  status: wireText,
  score: wireScore,
  attempts: wireCountOrNull,
});

const summary = z.object({
  userId: wireId,
  sessions: wireCount,
  solved: wireCount,
  lastAt: wireInstantOrNull,
});

/** DevLab: practice. */
export const makeDevlabClient = (wire: Wire): DevlabPort => ({
  sessions: async (userId, window) => {
    const sessions = await wire.list(path`/users/${userId}/sessions`, session, windowQuery(window));
    return (
      sessions &&
      uniqueBy(
        within(sessions, window, ({ startedAt }) => startedAt),
        ({ sessionId }) => sessionId,
      )
    );
  },
  organizationPractice: async (organizationId, cursor) => {
    const page = await wire.page(path`/organizations/${organizationId}/practice`, summary, cursor);
    return { ...page, items: uniqueBy(page.items, ({ userId }) => userId) };
  },
});
