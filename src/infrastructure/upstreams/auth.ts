import { z } from 'zod';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { AuthPort } from '../../application/ports/upstreams.ts';
import { aboutOnly } from './tidy.ts';
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

const login = z.object({ user });

const publicMember = z.string().optional();

/** The public members of RSA and EC keys; should a private one come with them, it ends here. */
const publicKey = z
  .object({
    kid: publicMember,
    kty: z.string(),
    alg: publicMember,
    use: publicMember,
    n: publicMember,
    e: publicMember,
    crv: publicMember,
    x: publicMember,
    y: publicMember,
  })
  .transform(({ kid, kty, alg, use, ...rest }) => ({ kid, kty, alg, use, ...rest }));

const keySet = z.object({ keys: z.array(publicKey) });

/** Auth: who people are. */
export const makeAuthClient = (wire: Wire): AuthPort => ({
  login: async (credentials) => {
    try {
      return (await wire.post('/auth/login', credentials, login)).user;
    } catch (error) {
      // Any other refusal is of us (a service token, a redirect), not of the person.
      if (error instanceof UpstreamError && error.status === 401) return null;
      throw error;
    }
  },
  user: async (userId) =>
    aboutOnly(await wire.getOrNull(path`/users/${userId}`, user), userId, ({ id }) => id),
  jwks: async () => (await wire.get('/.well-known/jwks.json', keySet)).keys,
});
