import type { Role } from '../../domain/identity/roles.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { CallScope } from './reply.ts';

export interface TokenClaims {
  userId: string;
  organizationId: string | null;
  roles: readonly Role[];
  tokenId: string;
  /** The family of refresh tokens that a log-out must end with this token. */
  sessionId: string;
  /** Epoch ms at which that was known of the user. */
  asOf: number;
}

/** Signs our own access tokens. */
export interface TokenSigner {
  sign(claims: TokenClaims): { token: string; expiresInSeconds: number };
}

/** Reads access tokens, ours and the Auth service's. */
export interface TokenVerifier {
  /** A token that was verified before and has neither ended nor been revoked. */
  verifyCached(token: string): Viewer | undefined;
  /** @throws AppError UNAUTHORIZED, with the same words whatever is wrong. */
  verify(token: string, scope: CallScope): Promise<Viewer>;
}
