/** A refresh token that was given out. Only its hash is kept. */
export interface RefreshTokenRecord {
  hash: string;
  /** All tokens that came from one log-in; a reuse ends the family. */
  familyId: string;
  userId: string;
  organizationId: string | null;
  roles: readonly string[];
  /** Epoch ms. */
  expiresAt: number;
}

export type Consumed = { outcome: 'ok'; record: RefreshTokenRecord } | { outcome: 'reused' | 'unknown' };

/** Refresh tokens and revocations. In memory for now; a database adapter has the same promises. */
export interface Sessions {
  save(record: RefreshTokenRecord): Promise<void>;
  /** Atomic: of any number of concurrent uses of one token exactly one is `ok`; a reuse revokes the family. */
  consume(hash: string, now: number): Promise<Consumed>;
  revokeFamily(familyId: string): Promise<void>;
  /** An access token stops working at once; remembered until it would have ended anyway. */
  revokeToken(tokenId: string, expiresAt: number): Promise<void>;
  /** Whether an access token, or the log-in it came from, was revoked. Synchronous: it stands in every request's way. */
  isRevoked(token: { tokenId: string; sessionId: string | null }): boolean;
}
