import type { Authorizer, Permission } from '../auth/authorize.ts';
import type { ReadLog } from '../ports/read-log.ts';

/** The same decisions, for use cases that give whoever is let in what is known of the subject: each is a read. */
export function notingReads(
  authorizer: Authorizer,
  reads: Pick<ReadLog, 'note'>,
  route: string,
): Pick<Authorizer, 'peek' | 'authorize'> {
  const noted = (
    viewer: Parameters<Authorizer['peek']>[0],
    subject: Permission,
    requestId: string | null,
  ) => {
    reads.note({ viewer, subject, relation: subject.relation, route, requestId });
    return subject;
  };
  return {
    peek: (viewer, ref) => {
      const subject = authorizer.peek(viewer, ref);
      return subject && noted(viewer, subject, null);
    },
    authorize: async (viewer, ref, scope) =>
      noted(viewer, await authorizer.authorize(viewer, ref, scope), scope.requestId),
  };
}
