import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { Authorizer } from '../auth/authorize.ts';
import type { Audit, AuditLine } from '../ports/audit.ts';
import type { CallScope } from '../ports/reply.ts';

export interface AuditQuestion {
  /** Undefined = the caller's own. */
  organizationId: string | undefined;
  /** The id that the page before ended with; null = the first page. */
  before: number | null;
  limit: number;
}

export interface AuditPage {
  /** Whose log it is. */
  organizationId: string;
  entries: readonly AuditLine[];
  /** Where the next page begins; null = this is the last one. */
  next: number | null;
}

/**
 * The audit log of an organization, the newest entry first, for whoever answers for it.
 * @throws AppError VALIDATION_ERROR for a caller without an organization who names none, FORBIDDEN, NOT_FOUND,
 *   UPSTREAM_UNAVAILABLE; RpcError.
 */
export type ReadAudit = (viewer: Viewer, question: AuditQuestion, scope: CallScope) => Promise<AuditPage>;

const nobodys = () =>
  new AppError('VALIDATION_ERROR', 'Some fields are not valid.', {
    details: [{ field: 'query.organizationId', message: 'is needed by a caller who is in no organization' }],
  });

/** Refusals that answered as about nobody, by what their lines say. */
const isOfNobody = ({ outcome, detail: { rule, reason } }: AuditLine): boolean =>
  outcome === 'denied' && (reason === 'NOT_FOUND' || String(rule).endsWith('.not_found'));

/**
 * A line as those are shown it who answer for an organization. Whom one of theirs was told that there is not may be of
 * another organization, and erased since or not: neither is theirs to learn, so they are shown who tried, and no id.
 */
const shown = (line: AuditLine): AuditLine =>
  isOfNobody(line) ? { ...line, subjectId: null, requestId: null } : line;

export const makeReadAudit =
  (audit: Pick<Audit, 'page'>, authorizer: Pick<Authorizer, 'peek' | 'authorize'>): ReadAudit =>
  async (viewer, { organizationId = viewer.organizationId ?? undefined, before, limit }, scope) => {
    if (organizationId === undefined) throw nobodys();
    const ref = { kind: 'organization', id: organizationId } as const;
    const { relation } = authorizer.peek(viewer, ref) ?? (await authorizer.authorize(viewer, ref, scope));
    const lines = await audit.page(organizationId, { before, limit: limit + 1 });
    const page = lines.slice(0, limit);
    const entries = relation === 'any' ? page : page.map(shown);
    return { organizationId, entries, next: lines.length > limit ? (entries.at(-1)?.id ?? null) : null };
  };
