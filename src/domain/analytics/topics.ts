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
  const firstOf = new Map<string, Map<string, FinishedTopic>>();
  for (const { courseId, completions } of enrolments) {
    const first = firstOf.get(courseId) ?? new Map<string, FinishedTopic>();
    firstOf.set(courseId, first);
    for (const { topicId, skillIds, completedAt: at } of completions) {
      const known = first.get(topicId);
      if (at <= now && (known === undefined || at < known.at))
        first.set(topicId, { courseId, topicId, skillIds, at });
    }
  }
  return [...firstOf.values()]
    .flatMap((first) => [...first.values()])
    .sort((a, b) => a.at - b.at || a.topicId.localeCompare(b.topicId));
}
