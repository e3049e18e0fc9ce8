import type { LearnerAiPort } from '../../application/ports/upstreams.ts';
import { uniqueBy } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import {
  list,
  orNone,
  row,
  wireAmount,
  wireCode,
  wireId,
  wireIdOrNull,
  wireInstantOrNull,
  wireNumber,
  wireScore,
  wireText,
} from './wire-types.ts';

const learningPath = row({
  pathId: wireId,
  title: wireText,
  steps: list(
    row({
      order: wireNumber,
      courseId: wireIdOrNull,
      topicId: wireIdOrNull,
      status: wireCode,
      estimatedHours: wireAmount,
    }),
  ),
  targetDate: wireInstantOrNull,
});

const recommendation = row({
  courseId: wireId,
  title: wireText,
  skillIds: orNone(wireId),
  reason: wireText,
  score: wireScore,
});

/** Learner AI: proposed paths and courses. */
export const makeLearnerAiClient = (wire: Wire): LearnerAiPort => ({
  learningPaths: async (userId) => {
    const paths = await wire.collection(path`/users/${userId}/learning-paths`, learningPath, {}, { userId });
    return paths && uniqueBy(paths, ({ pathId }) => pathId);
  },
  recommendations: async (userId) => {
    const items = await wire.collection(
      path`/users/${userId}/recommendations`,
      recommendation,
      {},
      { userId },
    );
    return items && uniqueBy(items, ({ courseId }) => courseId);
  },
});
