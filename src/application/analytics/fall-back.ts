import type { Subject } from '../../domain/identity/policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { IsOn } from '../ports/flags.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { Logger } from '../ports/logger.ts';
import { type CallScope, scopeWith, type UpstreamGate } from '../ports/reply.ts';
import { UpstreamError } from '../ports/upstream-error.ts';
import { answerFrom } from '../snapshots/kept-answer.ts';
import type { Answer, Made } from './answer.ts';
import type { CachePolicies } from './cache-policies.ts';
import type { MakeAnswer } from './make-answer.ts';
import { type AnalyticQuestion, isUsual } from './question.ts';
import { asAppError } from './refusals.ts';

export interface FallBackDeps {
  make: MakeAnswer;
  gate: Pick<UpstreamGate, 'mock'>;
  stores: Record<'live' | 'mock', OwnStores>;
  policies: CachePolicies;
  clock: Clock;
  digest: Digest;
  logger: Logger;
  isOn: IsOn;
  minimumCohortOf: (organizationId: string | null) => number;
}

/**
 * What there is when the live services led to `error`: the last known good answer, here or kept as a snapshot → the
 * mock world where it is allowed → the error.
 * @param known the old answer, where one is at hand.
 * @throws AppError when there is nothing.
 */
export type FallBack = (
  question: AnalyticQuestion,
  scope: CallScope,
  error: unknown,
  known: Answer | undefined,
) => Promise<Made>;

export function makeFallBack(deps: FallBackDeps): FallBack {
  const { make, gate, stores, policies, clock, digest, logger, isOn, minimumCohortOf } = deps;

  /** The answer of an earlier day, kept no longer than the cache would have; a database that is away has none. */
  async function remembered(question: AnalyticQuestion): Promise<Answer | null> {
    const { analytic, subject } = question;
    if (!isUsual(question)) return null;
    const { kind, id, organizationId } = subject;
    const key = { kind, subject: id, organizationId, metric: analytic.id, version: analytic.version };
    try {
      const snapshot = await stores.live.snapshots.latest(key);
      if (snapshot === null) return null;
      const minimumCohort = minimumCohortOf(organizationId);
      const now = clock.now();
      const answer = answerFrom(snapshot, analytic, policies[analytic.cache], { minimumCohort, digest, now });
      return answer !== null && now < answer.keepUntil ? answer : null;
    } catch {
      logger.debug({ metric: analytic.id }, 'snapshots cannot be read');
      return null;
    }
  }

  /** Asked of the subject: a person, a trainer or a whole organization. */
  const mayMakeUp = ({ id, organizationId }: Subject) => isOn('mockFallback', { userId: id, organizationId });

  return async (question, scope, error, known) => {
    if (!(error instanceof UpstreamError) || error.failure === 'cancelled') throw asAppError(error);
    if (known !== undefined) return { answer: known, form: 'stale', layer: 'stale' };
    // A service that there is none of is not down: nothing was kept of it.
    const isDown = error.failure !== 'not_configured';
    const old = isDown ? await remembered(question) : null;
    if (old !== null) return { answer: old, form: 'stale', layer: 'stale' };
    // Real figures are on their way: made-up ones would only be taken for them.
    if (error.goesOn) throw asAppError(error);
    // Somebody who has earned something never sees made-up points while a service is away.
    if (isDown && (await question.analytic.isOnRecord?.(stores.live, question.subject)))
      throw asAppError(error);
    const mock = gate.mock(scopeWith(scope, { memo: new Map() }));
    if (mock === null || !(await mayMakeUp(question.subject))) throw asAppError(error);
    const { answer } = await make(question, mock, stores.mock, scope).catch((mockError: unknown) => {
      throw asAppError(mockError);
    });
    return { answer, form: 'live', layer: 'mock' };
  };
}
