import type { Viewer } from '../../domain/identity/viewer.ts';
import { type Service, services } from '../../domain/provenance.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeptOfPerson, KeptRow, People } from '../ports/people.ts';
import type { CallScope } from '../ports/reply.ts';
import type { OnRecord } from './on-record.ts';

export interface ExportPersonDeps {
  people: Pick<People, 'exportOf'>;
  onRecord: OnRecord;
  clock: Clock;
}

export interface PersonExport extends KeptOfPerson {
  userId: string;
  /** Epoch ms. */
  exportedAt: number;
  /** Services that keep more of the person, which is theirs to give. */
  keptElsewhere: readonly Service[];
}

/** Who else did something, in whose organization, is no part of what is kept of this person. */
function withoutOthers(row: KeptRow, userId: string): KeptRow {
  const { organizationId: _theirs, actorId, subjectId, ...rest } = row;
  const own = (id: unknown) => (id === userId ? userId : null);
  return { ...rest, actorId: own(actorId), subjectId: own(subjectId) };
}

/**
 * Everything that is kept of a person, for themselves and whoever answers for them.
 * @throws AppError FORBIDDEN, NOT_FOUND, UPSTREAM_UNAVAILABLE; RpcError. Nothing is given that is not on record.
 */
export type ExportPerson = (viewer: Viewer, userId: string, scope: CallScope) => Promise<PersonExport>;

export const makeExportPerson =
  ({ people, onRecord, clock }: ExportPersonDeps): ExportPerson =>
  async (viewer, userId, scope) => {
    const act = { action: 'person.export', viewer, userId, scope } as const;
    const person = await onRecord.authorized(act);
    return onRecord.carriedOut(act, person, async () => {
      const kept = await people.exportOf(userId);
      await onRecord.note(act, person.organizationId, 'done', {});
      const { auditLog, ...others } = kept.sections;
      const log = auditLog?.map((row) => withoutOthers(row, userId));
      const sections = { ...(log && { auditLog: log }), ...others };
      return { userId, exportedAt: clock.now(), keptElsewhere: services, ...kept, sections };
    });
  };
