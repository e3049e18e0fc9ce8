import { z } from 'zod';
import { wholeQuery } from '../../application/analytics/fields.ts';
import type { ReadAudit } from '../../application/people/read-audit.ts';
import { auditOutcomes } from '../../application/ports/audit.ts';
import { idSchema, type Route } from './route.ts';

/** Most entries of one page. */
const mostEntries = 100;
const usualEntries = 50;

const cursorOf = (id: number): string => Buffer.from(String(id)).toString('base64url');

/** The id in a cursor of ours, else null. */
function idIn(cursor: string): number | null {
  const id = Number(Buffer.from(cursor, 'base64url').toString());
  return Number.isSafeInteger(id) && id > 0 && cursorOf(id) === cursor ? id : null;
}

const query = z.strictObject({
  organizationId: idSchema.optional().meta({
    description: 'whose log it is; default: the caller’s own',
  }),
  limit: wholeQuery(1, mostEntries).default(usualEntries).meta({ description: 'most entries of one page' }),
  cursor: z
    .string()
    .refine((cursor) => idIn(cursor) !== null, 'must be the nextCursor of an earlier page')
    .optional()
    .meta({ description: 'nextCursor of the page before' }),
});

const entry = z.object({
  id: z.string(),
  occurredAt: z.iso.datetime(),
  actorId: z.string().nullable().meta({ description: 'null = the system, or somebody who was erased' }),
  action: z.string(),
  subjectKind: z.string().nullable(),
  subjectId: z.string().nullable().meta({
    description:
      'null = of nobody, of somebody who was erased, or of whom somebody was told that there is no such subject: it may be another organization’s',
  }),
  outcome: z.enum(auditOutcomes),
  requestId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

export const auditRoutes = (readAudit: ReadAudit): Route[] => [
  {
    id: 'audit.entries',
    method: 'get',
    path: '/audit',
    tag: 'people',
    summary: 'Who did what to whom, the newest first',
    description:
      'For an org_admin of the own organization, and for an admin of any. Reads of others’ data are there (data.read), and those that a rule has refused (data.refused).',
    access: 'signed_in',
    query,
    data: z.object({
      organizationId: z.string(),
      entries: z.array(entry),
      nextCursor: z.string().nullable().meta({ description: 'null = this is the last page' }),
    }),
    example: {
      organizationId: 'org-1',
      entries: [
        {
          id: '118',
          occurredAt: '2026-03-10T12:00:00.000Z',
          actorId: 'm-0001',
          action: 'person.export',
          subjectKind: 'learner',
          subjectId: 'u-000000',
          outcome: 'done',
          requestId: 'req-1',
          detail: {},
        },
      ],
      nextCursor: null,
    },
    rate: 'standard',
    scope: 'audit:read',
    errors: ['FORBIDDEN', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, query: asked, scope }) => {
      const { organizationId, limit, cursor } = asked as z.output<typeof query>;
      const before = cursor === undefined ? null : idIn(cursor);
      const page = await readAudit(viewer, { organizationId, before, limit }, scope);
      return {
        data: {
          organizationId: page.organizationId,
          entries: page.entries.map(({ id, occurredAt, organizationId: _own, ...line }) => ({
            id: String(id),
            occurredAt: new Date(occurredAt).toISOString(),
            ...line,
          })),
          nextCursor: page.next === null ? null : cursorOf(page.next),
        },
      };
    },
  },
];
