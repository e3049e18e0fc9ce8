import type { AssessmentPort } from '../../application/ports/upstreams.ts';
import type { Attempt } from '../../domain/learning/attempt.ts';
import { uniqueBy, windowQuery, within } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import {
  list,
  row,
  wireAmount,
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

const unlessZero = (score: number | null) => (score === 0 ? null : score);

/** Services send 0 (and "failed") for what was never handed in; that is unknown, not a zero. */
function withoutZeros<T extends Pick<Attempt, 'score' | 'passed' | 'skills'>>(item: T): T {
  return {
    ...item,
    score: unlessZero(item.score),
    passed: item.passed === false ? null : item.passed,
    skills: item.skills.map((skill) => ({ ...skill, score: unlessZero(skill.score) })),
  };
}

const attempt = row(
  {
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
    weight: wireAmount,
    skills: list(row({ skillId: wireId, score: wireScore })),
  },
  (item) => (item.submittedAt === null ? withoutZeros(item) : item),
);

const summary = row(
  {
    userId: wireId,
    attempts: wireCount,
    passed: wireCount,
    meanScore: wireScore,
    lastSubmittedAt: wireInstantOrNull,
  },
  (item) => (item.lastSubmittedAt === null ? { ...item, meanScore: unlessZero(item.meanScore) } : item),
);

const dated = (item: { submittedAt: number | null; startedAt: number | null; dueAt: number | null }) =>
  item.submittedAt ?? item.startedAt ?? item.dueAt;

/** Assessment: attempts and results. An attempt lies where it was handed in, else begun, else due. */
export const makeAssessmentClient = (wire: Wire): AssessmentPort => ({
  attempts: async (userId, window) => {
    const at = path`/users/${userId}/attempts`;
    const attempts = await wire.list(at, attempt, windowQuery(window), { userId });
    const inWindow = attempts && within(attempts, window, dated);
    return inWindow && uniqueBy(inWindow, ({ attemptId }) => attemptId);
  },
  courseAttempts: async (courseId) => {
    const attempts = await wire.list(path`/courses/${courseId}/attempts`, attempt, {}, { courseId });
    return attempts && uniqueBy(attempts, ({ attemptId }) => attemptId);
  },
  organizationResults: async (organizationId, cursor) => {
    const at = path`/organizations/${organizationId}/results`;
    const page = await wire.page(at, summary, cursor, {}, { organizationId });
    return { ...page, items: uniqueBy(page.items, ({ userId }) => userId) };
  },
});
