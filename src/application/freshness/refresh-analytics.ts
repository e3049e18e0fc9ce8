import type { Policy } from '../../domain/identity/policy.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { organizationStream, personStream } from '../../domain/live.ts';
import type { Authorizer } from '../auth/authorize.ts';
import { untilKnown } from '../people/without-forgotten.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Forgotten } from '../ports/people.ts';
import type { CallScope } from '../ports/reply.ts';
import type { Changed, ForgetAbout } from './forget-about.ts';

export interface RefreshDeps {
  authorizer: Pick<Authorizer, 'authorize'>;
  forget: ForgetAbout;
  log: Pick<EventLog, 'append'>;
  forgotten: Pick<Forgotten, 'among'>;
  clock: Clock;
}

export interface RefreshedSubject {
  kind: Policy;
  id: string;
}

/**
 * Says in a subject's stream that its figures are made anew, for whoever may read about it, and forgets what is known
 * of it; in this order, because what cannot be said must not have been done.
 * @throws AppError FORBIDDEN, NOT_FOUND, UPSTREAM_UNAVAILABLE; RpcError: then nothing was forgotten.
 */
export type RefreshAnalytics = (
  viewer: Viewer,
  subject: RefreshedSubject,
  scope: CallScope,
) => Promise<RefreshedSubject>;

const changedOf = ({ kind, id }: RefreshedSubject): Changed =>
  kind === 'organization' ? { organizationId: id } : { userId: id };

export const makeRefreshAnalytics =
  ({ authorizer, forget, log, forgotten, clock }: RefreshDeps): RefreshAnalytics =>
  async (viewer, asked, scope) => {
    const { kind, id } = await authorizer.authorize(viewer, asked, scope);
    const subject = { kind, id };
    const isPerson = kind !== 'organization';
    // Nothing is recorded of somebody who was erased.
    await untilKnown(async () => {
      if (isPerson && (await forgotten.among([id])).has(id)) return;
      await log.append({
        stream: isPerson ? personStream(id) : organizationStream(id),
        type: 'analytics_refreshed',
        data: { subject },
        correlationId: scope.requestId,
        occurredAt: clock.now(),
      });
    });
    await forget(changedOf(subject));
    return subject;
  };
