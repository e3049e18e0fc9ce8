import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { Person, PersonAuthorizer } from '../auth/authorize.ts';
import type { Audit, AuditEntry, AuditOutcome } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Forgotten, People } from '../ports/people.ts';
import type { CallScope } from '../ports/reply.ts';
import { untilKnown } from './without-forgotten.ts';

export interface OnRecordDeps {
  authorizer: PersonAuthorizer;
  audit: Pick<Audit, 'add'>;
  people: Pick<Forgotten, 'among'> & Pick<People, 'keeps'>;
  clock: Clock;
  logger: Logger;
}

/** Somebody does something with all that is kept of a person. */
export interface Act {
  action: 'person.export' | 'person.erase';
  viewer: Viewer;
  userId: string;
  scope: CallScope;
}

const isRefusal = (error: unknown) =>
  error instanceof AppError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND');

/** What is told of an act that did not come about: a code, never the words of a library. */
const reasonOf = (error: unknown) => (error instanceof AppError ? error.code : 'not_possible_now');

/** Authorizes acts on people and puts them on record, those that were refused or failed too. */
export function makeOnRecord({ authorizer, audit, people, clock, logger }: OnRecordDeps) {
  /** Whoever was erased is not named again by what others try about them. */
  async function note(
    { action, viewer, userId, scope }: Act,
    organizationId: string | null,
    outcome: AuditOutcome,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await untilKnown(async () => {
      const gone = await people.among([viewer.id, userId]);
      const named = (id: string) => (gone.has(id) ? null : id);
      const entry: AuditEntry = {
        actorId: named(viewer.id),
        action,
        subjectKind: 'person',
        subjectId: named(userId),
        organizationId,
        outcome,
        // Callers choose request ids: one may be the id of whoever was erased.
        requestId: gone.size > 0 ? null : scope.requestId,
        detail,
      };
      await audit.add(entry, clock.now());
    });
  }

  /** What went wrong is what the caller must hear, even where it cannot be put on record. */
  async function noteEnd(act: Act, organizationId: string | null, error: unknown): Promise<never> {
    const outcome = isRefusal(error) ? 'denied' : 'failed';
    await note(act, organizationId, outcome, { reason: reasonOf(error) }).catch(() =>
      logger.warn({ action: act.action, outcome }, 'an act on a person cannot be put on record'),
    );
    throw error;
  }

  /** An id that no directory knows is a person's only when something is kept under it: any word can be an id. */
  async function someone({ viewer, userId, scope }: Act): Promise<Person> {
    const person = await authorizer.authorizePerson(viewer, userId, scope);
    if (person.isKnown || (await people.keeps(userId))) return person;
    throw new AppError('NOT_FOUND', 'There is no such subject.');
  }

  return {
    note,
    /** Whom it is about. What is refused stands in the log of the organization of whoever tried. */
    authorized: (act: Act): Promise<Person> =>
      someone(act).catch((error: unknown) => noteEnd(act, act.viewer.organizationId, error)),
    /** @throws whatever `work` throws, after it is on record. */
    carriedOut: <T>(act: Act, { organizationId }: Person, work: () => Promise<T>): Promise<T> =>
      work().catch((error: unknown) => noteEnd(act, organizationId, error)),
  };
}

export type OnRecord = ReturnType<typeof makeOnRecord>;
