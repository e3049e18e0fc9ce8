import { z } from 'zod';
import { type Audit, auditOutcomes } from '../../application/ports/audit.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import { orErased } from './erased-alias.ts';

const lines = z.array(
  z.object({
    id: z.number(),
    occurredAt: z.number(),
    actorId: orErased,
    action: z.string(),
    subjectKind: z.string().nullable(),
    subjectId: orErased,
    organizationId: z.string().nullable(),
    outcome: z.enum(auditOutcomes),
    requestId: z.string().nullable(),
    detail: z.record(z.string(), z.union([orErased, z.unknown()])),
  }),
);

/** The audit log in the database. */
export const makeRpcAudit = (rpc: Rpc): Audit => ({
  add: async (entry, now) => {
    await rpc.call('audit', {
      actor_id: entry.actorId,
      action: entry.action,
      subject_kind: entry.subjectKind,
      subject_id: entry.subjectId,
      organization_id: entry.organizationId,
      outcome: entry.outcome,
      now,
      request_id: entry.requestId,
      detail: entry.detail,
    });
  },
  page: async (organizationId, { before, limit }) =>
    lines.parse(
      await rpc.call(
        'audit_entries',
        { organization_id: organizationId, before_id: before, limit },
        { readOnly: true },
      ),
    ),
});
