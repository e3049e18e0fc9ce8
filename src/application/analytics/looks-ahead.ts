import type { AnswerCache } from '../ports/answer-cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallScope } from '../ports/reply.ts';
import type { Answer } from './answer.ts';
import { type AnalyticQuestion, answerKey, tagsOf } from './question.ts';

/** Whether a fresh answer is kept, so that it would cost nothing to give it. */
export type IsAtHand = (question: AnalyticQuestion, scope: CallScope) => boolean | Promise<boolean>;

/** What came of looks at what other processes keep, made before anybody was given anything. */
export interface LookedAhead {
  /** Answers that were there; the first to read one had it from there. */
  brought: WeakSet<Answer>;
  /** Requests whose one answer nobody had. */
  missed: WeakSet<CallScope>;
}
export const noLooks = (): LookedAhead => ({ brought: new WeakSet(), missed: new WeakSet() });

export interface IsAtHandDeps {
  cache: AnswerCache;
  clock: Clock;
  /** Where to note what came of it; default: nowhere. */
  ahead?: LookedAhead;
}

/** What another process keeps is brought here by the question, so that the answer then comes at once. */
export function makeIsAtHand({ cache, clock, ahead = noLooks() }: IsAtHandDeps): IsAtHand {
  const isFresh = (answer: Answer | undefined): answer is Answer =>
    answer !== undefined && clock.now() < answer.expiresAt;
  return (question, scope) => {
    const known = cache.get(answerKey(question), tagsOf(question));
    if (!(known instanceof Promise)) return isFresh(known);
    return known.then((answer) => {
      if (answer === undefined) ahead.missed.add(scope);
      if (!isFresh(answer)) return false;
      ahead.brought.add(answer);
      return true;
    });
  };
}
