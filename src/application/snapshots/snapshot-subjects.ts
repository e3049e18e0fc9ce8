import type { Subject } from '../../domain/identity/policy.ts';

/** In the order of the work: the organization, its trainers and its learners, each by id. */
const order: readonly string[] = ['organization', 'trainer', 'learner'];

/** Everyone of one organization whose figures are kept, without an object for each. */
export interface SnapshotSubjects {
  total: number;
  /** Subjects from one place to before another. */
  slice(from: number, to: number): Subject[];
  /** How many are done when the cursor was told; whom it names may have left since. Null = nobody. */
  doneAt(cursor: string | null): number;
}

/** Where the work stands when a subject and all before it are done. */
export const cursorAfter = ({ kind, id }: Subject): string => `${kind}:${id}`;

function isDone({ kind, id }: Subject, cursor: string): boolean {
  const colon = cursor.indexOf(':');
  const ahead = order.indexOf(cursor.slice(0, colon)) - order.indexOf(kind);
  return ahead > 0 || (ahead === 0 && id <= cursor.slice(colon + 1));
}

/** @param trainerIds, learnerIds each in order */
export function snapshotSubjects(
  organizationId: string,
  trainerIds: readonly string[],
  learnerIds: readonly string[],
): SnapshotSubjects {
  const total = 1 + trainerIds.length + learnerIds.length;
  function at(place: number): Subject {
    if (place === 0) return { kind: 'organization', id: organizationId, organizationId };
    const trainer = trainerIds[place - 1];
    if (trainer !== undefined) return { kind: 'trainer', id: trainer, organizationId };
    return { kind: 'learner', id: learnerIds[place - 1 - trainerIds.length] ?? '', organizationId };
  }
  return {
    total,
    slice: (from, to) => Array.from({ length: Math.min(to, total) - from }, (_, index) => at(from + index)),
    doneAt: (cursor) => {
      let place = 0;
      while (cursor !== null && place < total && isDone(at(place), cursor)) place += 1;
      return place;
    },
  };
}
