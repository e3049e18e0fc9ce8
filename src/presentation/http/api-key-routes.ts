import { z } from 'zod';
import type { ApiKeyUseCases } from '../../application/auth/api-keys.ts';
import type { ApiKey } from '../../application/ports/api-keys.ts';
import { scopes } from '../../domain/identity/scopes.ts';
import { idSchema, noQuery, type SignedInRoute } from './route.ts';

const instant = (description: string) => z.iso.datetime().nullable().meta({ description });

const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  organizationId: z.string().meta({ description: 'the one organization that it acts in' }),
  scopes: z.array(z.enum(scopes)),
  quotaPerHour: z.int(),
  createdBy: z.string().nullable().meta({ description: 'null = somebody who was erased' }),
  createdAt: z.iso.datetime(),
  rotatedAt: instant('null = it has its first secret'),
  lastUsedAt: instant('null = never'),
  revokedAt: instant('null = it works'),
});
const withSecret = z.object({
  key: apiKey,
  secret: z.string().meta({ description: 'shown this once; only a hash of it is kept' }),
});

const isoOrNull = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const shown = ({
  createdAt,
  rotatedAt,
  lastUsedAt,
  revokedAt,
  scopes: granted,
  ...key
}: ApiKey): z.output<typeof apiKey> => ({
  ...key,
  scopes: [...granted],
  createdAt: new Date(createdAt).toISOString(),
  rotatedAt: isoOrNull(rotatedAt),
  lastUsedAt: isoOrNull(lastUsedAt),
  revokedAt: isoOrNull(revokedAt),
});

const longestName = 100;
const mostPerHour = 1_000_000;
const usualPerHour = 1000;
const daySeconds = 86_400;
const longestOverlap = 7 * daySeconds;

const order = z.strictObject({
  name: z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(longestName, `must have at most ${longestName} characters`)
    .meta({ description: 'what it is for; no names of people', example: 'nightly grading' }),
  scopes: z
    .array(z.enum(scopes, `must be one of ${scopes.join(', ')}`), 'must be a list')
    .min(1, 'must name at least one')
    .transform((all) => [...new Set(all)])
    .meta({
      override: { type: 'array', items: { type: 'string', enum: [...scopes] }, minItems: 1 },
      description:
        'analytics:read = figures and dashboards about the organization and its people; audit:read = its audit log; points:write = award points',
    }),
  quotaPerHour: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(mostPerHour, `must be at most ${mostPerHour}`)
    .default(usualPerHour),
  organizationId: idSchema.optional().meta({ description: 'whose it is; default: the caller’s own' }),
});
const rotation = z.strictObject({
  overlapSeconds: z
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .max(longestOverlap, `must be at most ${longestOverlap}`)
    .default(daySeconds)
    .meta({ description: 'how long the former secret goes on working; 0 when it has leaked' }),
});
const listQuery = z.strictObject({
  organizationId: idSchema.optional().meta({ description: 'whose keys; default: the caller’s own' }),
});

const example: z.output<typeof apiKey> = {
  id: '6f1c2b9e-8d0a-4f57-9a55-0c6f7f0f2d11',
  name: 'nightly grading',
  organizationId: 'org-1',
  scopes: ['points:write'],
  quotaPerHour: 1000,
  createdBy: 'm-0001',
  createdAt: '2026-03-10T12:00:00.000Z',
  rotatedAt: null,
  lastUsedAt: null,
  revokedAt: null,
};
const secretExample = { key: example, secret: 'lak_…' };

const common = { tag: 'api keys', access: 'signed_in', rate: 'standard' } as const;
const refusals = ['FORBIDDEN', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE'] as const;
const whose = 'For an org_admin about the own organization, and for an admin about any.';

export const apiKeyRoutes = (useCases: ApiKeyUseCases): SignedInRoute[] => [
  {
    ...common,
    id: 'apiKeys.create',
    method: 'post',
    path: '/api-keys',
    summary: 'A key with which a service calls this API',
    description: `${whose} It is shown as \`X-API-Key\` or as \`Authorization: ApiKey …\`, acts in its organization only and opens what its scopes say and nothing else. On record in the audit log.`,
    query: noQuery,
    body: order,
    data: withSecret,
    creates: 'always',
    example: secretExample,
    errors: refusals,
    handle: async ({ viewer, body, scope }) => {
      const wanted = body as z.output<typeof order>;
      const { key, secret } = await useCases.create(
        viewer,
        { ...wanted, organizationId: wanted.organizationId },
        scope,
      );
      return { status: 201, data: { key: shown(key), secret } };
    },
  },
  {
    ...common,
    id: 'apiKeys.list',
    method: 'get',
    path: '/api-keys',
    summary: 'The keys of an organization, the oldest first, those that were revoked too',
    description: `${whose} Without their secrets.`,
    query: listQuery,
    data: z.object({ keys: z.array(apiKey) }),
    example: { keys: [example] },
    errors: refusals,
    handle: async ({ viewer, query, scope }) => {
      const { organizationId } = query as z.output<typeof listQuery>;
      return { data: { keys: (await useCases.list(viewer, organizationId, scope)).map(shown) } };
    },
  },
  {
    ...common,
    id: 'apiKeys.rotate',
    method: 'post',
    path: '/api-keys/:keyId/rotate',
    summary: 'Another secret for a key',
    description: `${whose} The former secret goes on working for a while.`,
    query: noQuery,
    body: rotation,
    data: withSecret,
    example: secretExample,
    errors: refusals,
    handle: async ({ viewer, params, body, scope }) => {
      const { overlapSeconds } = body as z.output<typeof rotation>;
      const { key, secret } = await useCases.rotate(viewer, params.keyId ?? '', overlapSeconds, scope);
      return { data: { key: shown(key), secret } };
    },
  },
  {
    ...common,
    id: 'apiKeys.revoke',
    method: 'delete',
    path: '/api-keys/:keyId',
    summary: 'End a key at once, with all its secrets',
    description: `${whose} Asking again answers the same.`,
    query: noQuery,
    data: z.object({ revoked: z.literal(true) }),
    example: { revoked: true },
    errors: refusals,
    handle: async ({ viewer, params, scope }) => {
      await useCases.revoke(viewer, params.keyId ?? '', scope);
      return { data: { revoked: true } };
    },
  },
];
