import type { Viewer } from '../../domain/identity/viewer.ts';

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

/** What a token can be revoked by. */
export type Revocable = Pick<Viewer, 'id' | 'tokenId' | 'sessionId' | 'asOf'>;

/** How long a change of roles is remembered: longer than any access token lives. */
export const cutoffKeptMs = 30 * 86_400_000;

/** Refresh tokens and revocations. In memory for now; a database adapter has the same promises. */
export interface Sessions {
  save(record: RefreshTokenRecord): Promise<void>;
  /** Atomic: of any number of concurrent uses of one token exactly one is `ok`; a reuse revokes the family. */
  consume(hash: string, now: number): Promise<Consumed>;
  revokeFamily(familyId: string): Promise<void>;
  /** An access token stops working at once; remembered until it would have ended anyway. */
  revokeToken(tokenId: string, expiresAt: number): Promise<void>;
  /**
   * The user's roles have changed: all log-ins end, and every token that says what was known of the user before `at`
   * (epoch ms). Nothing happens when a change of that time or a later one is known, or nobody could remember it.
   */
  endUser(userId: string, at: number): Promise<void>;
  /**
   * Whether an access token, the log-in it came from, or what it says of its holder, was revoked. Synchronous: it
   * stands in every request's way.
   */
  isRevoked(token: Revocable): boolean;
}
