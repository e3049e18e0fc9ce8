import type { LearnerSources } from '../../domain/gamification/learner-record.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { failureOf } from '../ports/upstream-error.ts';
import { learnerSources } from './learner-sources.ts';

/** What the services say of one learner now, as far as they can be asked. */
export interface ReadLearner {
  /** Null = not known, whether the service knows nothing or could not be asked. */
  sources: LearnerSources;
  /** False when a service that should know could not be asked; one without an address is asked by nobody. */
  isWhole: boolean;
}

const valueIn = <T>(end: PromiseSettledResult<Reply<T>>): T | null =>
  end.status === 'fulfilled' ? end.value.value : null;

const isLost = (end: PromiseSettledResult<unknown>): boolean =>
  end.status === 'rejected' && failureOf(end.reason) !== 'not_configured';

/** Asks all services at once; one that fails leaves its part unknown. Never throws. */
export async function readLearner(
  upstreams: UpstreamReplies,
  userId: string,
  now: number,
): Promise<ReadLearner> {
  const asked = learnerSources(upstreams, userId, now);
  const [enrolments, attempts, sessions, views, questions, skills] = await Promise.allSettled([
    upstreams.courses.progress(userId),
    asked.attempts,
    asked.sessions,
    asked.views,
    asked.questions,
    asked.skills,
  ]);
  return {
    sources: {
      enrolments: valueIn(enrolments),
      attempts: valueIn(attempts),
      sessions: valueIn(sessions),
      views: valueIn(views),
      questions: valueIn(questions),
      skills: valueIn(skills),
    },
    isWhole: ![enrolments, attempts, sessions, views, questions, skills].some(isLost),
  };
}
