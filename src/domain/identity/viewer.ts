import type { Role } from './roles.ts';
import type { Scope } from './scopes.ts';

/** Who asks, as a verified token or key says. */
export interface Viewer {
  id: string;
  organizationId: string | null;
  roles: readonly Role[];
  /** `jti` of the token; what a log-out revokes. */
  tokenId: string;
  /** The log-in that the token came from; null for tokens that the Auth service signed. */
  sessionId: string | null;
  /** Epoch ms at which the token ends. */
  expiresAt: number;
  /** Epoch ms from which what the token says of its holder is; a later change of the holder's roles ends it. */
  asOf: number;
  /** What a service's key may be used for, in its organization; undefined = it is a person who asks. */
  scopes?: readonly Scope[];
}
