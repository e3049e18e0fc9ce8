import type { Enrolment } from '../learning/enrolment.ts';

export interface FinishedTopic {
  courseId: string;
  topicId: string;
  skillIds: readonly string[];
  /** Epoch ms of the first completion. */
  at: number;
}

/** Every topic once, at its first completion, oldest first; what lies in the future has not happened. */
export function topicsFinished(enrolments: readonly Enrolment[], now: number): FinishedTopic[] {
  const first = new Map<string, FinishedTopic>();
  for (const { courseId, completions } of enrolments) {
    for (const { topicId, skillIds, completedAt: at } of completions) {
      const key = JSON.stringify([courseId, topicId]);
      const known = first.get(key);
      if (at <= now && (known === undefined || at < known.at))
        first.set(key, { courseId, topicId, skillIds, at });
    }
  }
  return [...first.values()].sort((a, b) => a.at - b.at || a.topicId.localeCompare(b.topicId));
}
