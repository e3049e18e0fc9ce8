import { z } from 'zod';
import type { AssessmentPort } from '../../application/ports/upstreams.ts';
import { path, uniqueBy, type Wire, windowQuery, within } from './wire.ts';
import {
  wireCount,
  wireCountOrNull,
  wireEnum,
  wireFlag,
  wireId,
  wireIdOrNull,
  wireInstantOrNull,
  wireNumberOrNull,
  wireScore,
} from './wire-types.ts';

const attempt = z
  .object({
    attemptId: wireId,
    userId: wireIdOrNull,
    assessmentId: wireId,
    courseId: wireIdOrNull,
    kind: wireEnum(['baseline', 'practice', 'postcourse']),
    itemDifficulty: wireNumberOrNull,
    attemptNo: wireCountOrNull,
    score: wireScore,
    passMark: wireScore,
    passed: wireFlag,
    startedAt: wireInstantOrNull,
    submittedAt: wireInstantOrNull,
    dueAt: wireInstantOrNull,
    weight: wireCountOrNull,
    skills: z.array(z.object({ skillId: wireId, score: wireScore })).default([]),
  })
  // Services send 0 for what was never handed in; that is unknown, not a zero.
  .transform((item) => (item.submittedAt === null && item.score === 0 ? { ...item, score: null } : item));

const summary = z.object({
  userId: wireId,
  attempts: wireCount,
  passed: wireCount,
  meanScore: wireScore,
  lastSubmittedAt: wireInstantOrNull,
});

const dated = (item: { submittedAt: number | null; startedAt: number | null; dueAt: number | null }) =>
  item.submittedAt ?? item.startedAt ?? item.dueAt;

/** Assessment: attempts and results. */
export const makeAssessmentClient = (wire: Wire): AssessmentPort => ({
  attempts: async (userId, window) => {
    const items = await wire.list(path`/users/${userId}/attempts`, attempt, windowQuery(window));
    const own = items?.filter((item) => item.userId === null || item.userId === userId);
    return own ? uniqueBy(within(own, window, dated), ({ attemptId }) => attemptId) : null;
  },
  courseAttempts: async (courseId) => {
    const items = await wire.list(path`/courses/${courseId}/attempts`, attempt);
    const own = items?.filter((item) => item.courseId === null || item.courseId === courseId);
    return own ? uniqueBy(own, ({ attemptId }) => attemptId) : null;
  },
  organizationResults: async (organizationId, cursor) => {
    const page = await wire.page(path`/organizations/${organizationId}/results`, summary, cursor);
    return { ...page, items: uniqueBy(page.items, ({ userId }) => userId) };
  },
});
