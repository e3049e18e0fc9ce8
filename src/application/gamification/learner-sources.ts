import { lastDaysWindow } from '../analytics/define.ts';
import { historyDays } from '../analytics/fields.ts';
import type { UpstreamReplies } from '../ports/reply.ts';

/** What a learner did, from the services that can say it, besides the courses. */
export function activitySources(
  { assessment, devlab, content, rag }: UpstreamReplies,
  userId: string,
  now: number,
) {
  const window = lastDaysWindow(now, historyDays);
  return {
    attempts: assessment.attempts(userId, window),
    sessions: devlab.sessions(userId, window),
    views: content.views(userId, window),
    questions: rag.questions(userId, window),
  };
}

/** What a learner did and acquired. */
export const learnerSources = (upstreams: UpstreamReplies, userId: string, now: number) => ({
  ...activitySources(upstreams, userId, now),
  skills: upstreams.skills.forUser(userId),
});
