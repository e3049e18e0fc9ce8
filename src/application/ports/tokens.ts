import { AppError } from '../../domain/errors.ts';
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

/** Of a token that was good once. Its caller is told what all others are told. */
export class EndedTokenError extends AppError {
  constructor() {
    super('UNAUTHORIZED', 'A valid access token is needed.');
    this.name = 'EndedTokenError';
  }
}

/** Signs our own access tokens. */
export interface TokenSigner {
  sign(claims: TokenClaims): { token: string; expiresInSeconds: number };
}

/** Reads access tokens, ours and the Auth service's. */
export interface TokenVerifier {
  /** A token that was verified before and has neither ended nor been revoked. */
  verifyCached(token: string): Viewer | undefined;
  /** @throws AppError UNAUTHORIZED, with the same words whatever is wrong; EndedTokenError for one that was good. */
  verify(token: string, scope: CallScope): Promise<Viewer>;
}
