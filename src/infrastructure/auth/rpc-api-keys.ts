/** Keys of services in the database: each method is one SQL function; what comes back is checked. */
import { z } from 'zod';
import type { ApiKey, ApiKeys } from '../../application/ports/api-keys.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import { scopes } from '../../domain/identity/scopes.ts';
import { orErased } from '../people/erased-alias.ts';

const isScope = (text: string) => scopes.some((scope) => scope === text);

const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  organizationId: z.string(),
  // A scope of a later version opens nothing here.
  scopes: z.array(z.string()).transform((all) => all.filter(isScope) as ApiKey['scopes']),
  quotaPerHour: z.number(),
  createdBy: orErased,
  createdAt: z.number(),
  rotatedAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
});
const used = z
  .object({ used: z.number(), quotaResetsAt: z.number() })
  .and(apiKey)
  .transform(({ used: times, quotaResetsAt: resetsAt, ...key }) => ({ key, used: times, resetsAt }))
  .nullable();

export const makeRpcApiKeys = (rpc: Rpc): ApiKeys => ({
  create: async ({ hash, name, organizationId, scopes: granted, quotaPerHour, createdBy, createdAt }) =>
    apiKey.parse(
      await rpc.call('create_api_key', {
        ...{ key_hash: hash, name, organization_id: organizationId, scopes: granted },
        ...{ quota_per_hour: quotaPerHour, created_by: createdBy, now: createdAt },
      }),
    ),
  use: async (hash, now) => used.parse(await rpc.call('use_api_key', { key_hash: hash, now })),
  find: async (id) => apiKey.nullable().parse(await rpc.call('api_key', { id })),
  list: async (organizationId) =>
    z
      .array(apiKey)
      .parse(await rpc.call('api_keys', { organization_id: organizationId }, { readOnly: true })),
  rotate: async (id, hash, now, overlapSeconds) =>
    apiKey.parse(
      await rpc.call('rotate_api_key', { id, key_hash: hash, now, overlap_seconds: overlapSeconds }),
    ),
  revoke: async (id, now) => void (await rpc.call('revoke_api_key', { id, now })),
});
