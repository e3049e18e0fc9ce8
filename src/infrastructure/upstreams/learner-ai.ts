import { z } from 'zod';
import type { LearnerAiPort } from '../../application/ports/upstreams.ts';
import { path, uniqueBy, type Wire } from './wire.ts';
import {
  wireId,
  wireIdOrNull,
  wireInstantOrNull,
  wireNumber,
  wireNumberOrNull,
  wireText,
} from './wire-types.ts';

const learningPath = z.object({
  pathId: wireId,
  title: wireText,
  steps: z.array(
    z.object({
      order: wireNumber,
      courseId: wireIdOrNull,
      topicId: wireIdOrNull,
      status: wireText,
      estimatedHours: wireNumberOrNull,
    }),
  ),
  targetDate: wireInstantOrNull,
});

const recommendation = z.object({
  courseId: wireId,
  title: wireText,
  skillIds: z.array(wireId).default([]),
  reason: wireText,
  score: wireNumberOrNull,
});

/** Learner AI: proposed paths and courses. */
export const makeLearnerAiClient = (wire: Wire): LearnerAiPort => ({
  learningPaths: async (userId) => {
    const paths = await wire.list(path`/users/${userId}/learning-paths`, learningPath);
    return paths && uniqueBy(paths, ({ pathId }) => pathId);
  },
  recommendations: async (userId) => {
    const items = await wire.list(path`/users/${userId}/recommendations`, recommendation);
    return items && uniqueBy(items, ({ courseId }) => courseId);
  },
});
