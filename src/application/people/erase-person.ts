import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { type Service, services } from '../../domain/provenance.ts';
import type { Person } from '../auth/authorize.ts';
import type { AnswerCache } from '../ports/answer-cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ErasureProof, People, PersonalStore } from '../ports/people.ts';
import type { CallScope } from '../ports/reply.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { OnRecord } from './on-record.ts';

export interface ErasePersonDeps {
  people: Pick<People, 'erase'>;
  onRecord: OnRecord;
  /** What this process holds beside `people`: the sample world's points. */
  stores: readonly Pick<PersonalStore, 'eraseUser'>[];
  sessions: Pick<Sessions, 'revokeToken'>;
  /** Hears at once which log-ins have ended; other processes do within seconds. */
  hearOfRevocations: () => Promise<void>;
  cache: Pick<AnswerCache, 'purge'>;
  clock: Clock;
  logger: Logger;
}

export interface ErasedPerson extends ErasureProof {
  /** Services that keep more of the person, which is theirs to erase. */
  keptElsewhere: readonly Service[];
}

/**
 * Erases all that is kept of a person. Done again it ends what an earlier time, broken off, has left.
 * @param confirmed the id of the person once more, so that nobody is erased by accident.
 * @throws AppError VALIDATION_ERROR, FORBIDDEN, NOT_FOUND, UPSTREAM_UNAVAILABLE; RpcError: then nothing was erased, or
 *   all of it (see `Rpc`).
 */
export type ErasePerson = (
  viewer: Viewer,
  userId: string,
  confirmed: string,
  scope: CallScope,
) => Promise<ErasedPerson>;

const notConfirmed = () =>
  new AppError('VALIDATION_ERROR', 'This erases everything that is kept of a person: name the person.', {
    details: [{ field: 'body.confirm', message: 'must be the id of the person who is erased' }],
  });

/** Answers about the person, and those in which the person is counted. */
const tagsOf = ({ id, organizationId }: Person): string[] => [
  `learner:${id}`,
  `trainer:${id}`,
  'metric:gamification.leaderboard',
  ...(organizationId === null ? [] : [`tenant:${organizationId}`]),
];

export function makeErasePerson(deps: ErasePersonDeps): ErasePerson {
  const { people, onRecord, stores, sessions, cache, clock, logger } = deps;

  /** What ends by itself within seconds or with the process; the person is erased whether or not it succeeds. */
  async function tidy(viewer: Viewer, person: Person): Promise<void> {
    for (const store of stores) store.eraseUser(person.id);
    const ends = await Promise.allSettled([
      deps.hearOfRevocations(),
      // A token that the Auth service signed is of no log-in of ours.
      viewer.id === person.id ? sessions.revokeToken(viewer.tokenId, viewer.expiresAt) : undefined,
      cache.purge(tagsOf(person), 'private'),
    ]);
    const failed = ends.filter(({ status }) => status === 'rejected').length;
    if (failed > 0) logger.warn({ failed }, 'traces of an erased person stay in memory until they expire');
  }

  return async (viewer, userId, confirmed, scope) => {
    const act = { action: 'person.erase', viewer, userId, scope } as const;
    const person = await onRecord.authorized(act);
    if (confirmed !== userId) throw notConfirmed();
    const proof = await onRecord.carriedOut(act, person, () =>
      people.erase({
        userId,
        requestedBy: viewer.id,
        organizationId: person.organizationId,
        reason: viewer.id === userId ? 'asked for by the person' : 'asked for by an administrator',
        tags: tagsOf(person),
        now: clock.now(),
      }),
    );
    await tidy(viewer, person);
    return { ...proof, keptElsewhere: services };
  };
}
