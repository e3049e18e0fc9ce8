import { z } from 'zod';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { AuthPort, JsonWebKey } from '../../application/ports/upstreams.ts';
import { path, type Wire } from './wire.ts';
import { wireId, wireIdOrNull, wireRoles, wireText } from './wire-types.ts';

const user = z.object({
  id: wireId,
  email: wireText,
  fullName: wireText,
  roles: wireRoles,
  organizationId: wireIdOrNull,
  locale: wireText,
  timeZone: wireText,
});

const jsonWebKey = z.looseObject({
  kid: z.string().optional(),
  kty: z.string(),
  alg: z.string().optional(),
  use: z.string().optional(),
});

/** Auth: who people are. A key set that cannot be found is an invalid reply, not an empty one. */
export const makeAuthClient = (wire: Wire): AuthPort => ({
  login: async (credentials) => {
    try {
      return (await wire.post('/auth/login', credentials, z.object({ user }))).user;
    } catch (error) {
      if (error instanceof UpstreamError && error.failure === 'rejected') return null;
      throw error;
    }
  },
  user: async (userId) => {
    const found = await wire.get(path`/users/${userId}`, user);
    return found?.id === userId ? found : null;
  },
  jwks: async () => {
    const set = await wire.get('/.well-known/jwks.json', z.object({ keys: z.array(jsonWebKey) }));
    if (set === null) throw new UpstreamError('invalid_response', 'there is no key set');
    return set.keys as JsonWebKey[];
  },
});
