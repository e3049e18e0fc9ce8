import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import {
  type Consumed,
  cutoffKeptMs,
  type RefreshTokenRecord,
  type Revocable,
  type Sessions,
} from '../../application/ports/sessions.ts';

const record = z.object({
  hash: z.string(),
  familyId: z.string(),
  userId: z.string(),
  organizationId: z.string().nullable(),
  roles: z.array(z.string()),
  expiresAt: z.number(),
});
const consumed = z.union([
  z.object({ outcome: z.literal('ok'), record }),
  z.object({ outcome: z.enum(['reused', 'unknown']) }),
]);
const revocations = z.object({
  tokens: z.array(z.object({ tokenId: z.string(), expiresAt: z.number() })),
  sessions: z.array(z.object({ sessionId: z.string(), expiresAt: z.number() })),
  users: z.array(z.object({ userId: z.string(), notBefore: z.number(), expiresAt: z.number() })),
  readAt: z.number(),
});

/** What is being written while we read appears later under an earlier instant. */
const overlapMs = 30_000;
/** A log-in that was ended here is remembered this long without hearing of it from the database. */
const dayMs = 86_400_000;

/**
 * Sessions in the database. Revocations of every process are read every few seconds (`refresh`), because whether a
 * token is revoked stands in every request's way and must not cost a question.
 */
export class RpcSessions implements Sessions {
  readonly #rpc: Rpc;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, number>();
  readonly #families = new Map<string, number>();
  readonly #users = new Map<string, { notBefore: number; until: number }>();
  #onEnded: (userIds: readonly string[]) => void = () => undefined;
  #readAt: number | null = null;

  constructor(rpc: Rpc, clock: Clock) {
    this.#rpc = rpc;
    this.#clock = clock;
  }

  async save({
    hash,
    familyId,
    userId,
    organizationId,
    roles,
    expiresAt,
  }: RefreshTokenRecord): Promise<void> {
    await this.#rpc.call('save_refresh_token', {
      token_hash: hash,
      family_id: familyId,
      user_id: userId,
      organization_id: organizationId,
      roles,
      expires_at: expiresAt,
    });
  }

  async consume(hash: string, now: number): Promise<Consumed> {
    return consumed.parse(await this.#rpc.call('consume_refresh_token', { token_hash: hash, now }));
  }

  async revokeFamily(familyId: string): Promise<void> {
    const now = this.#clock.now();
    this.#families.set(familyId, now + dayMs);
    await this.#rpc.call('revoke_family', { family_id: familyId, now });
  }

  async revokeToken(tokenId: string, expiresAt: number): Promise<void> {
    this.#tokens.set(tokenId, expiresAt);
    await this.#rpc.call('revoke_token', { token_id: tokenId, expires_at: expiresAt });
  }

  async endUser(userId: string, at: number): Promise<void> {
    const expiresAt = at + cutoffKeptMs;
    if (expiresAt <= this.#clock.now()) return;
    await this.#rpc.call('end_user', { user_id: userId, at, expires_at: expiresAt, now: this.#clock.now() });
    this.#note(userId, at, expiresAt);
  }

  isRevoked({ id, tokenId, sessionId, asOf }: Revocable): boolean {
    return (
      this.#tokens.has(tokenId) ||
      (sessionId !== null && this.#families.has(sessionId)) ||
      asOf < (this.#users.get(id)?.notBefore ?? asOf)
    );
  }

  /** Calls back with the users whose roles, as another process has heard, have changed. */
  onEnded(listener: (userIds: readonly string[]) => void): void {
    this.#onEnded = listener;
  }

  /** Whether that is news. */
  #note(userId: string, notBefore: number, until: number): boolean {
    const known = this.#users.get(userId);
    if (known !== undefined && known.notBefore >= notBefore) return false;
    this.#users.set(userId, { notBefore, until });
    return true;
  }

  /** Reads what was revoked since the last time, here or elsewhere. @throws RpcError unavailable. */
  async refresh(): Promise<void> {
    const now = this.#clock.now();
    const since = this.#readAt === null ? null : this.#readAt - overlapMs;
    const answer = revocations.parse(await this.#rpc.call('revocations', { since, now }));
    for (const { tokenId, expiresAt } of answer.tokens) this.#tokens.set(tokenId, expiresAt);
    for (const { sessionId, expiresAt } of answer.sessions) this.#families.set(sessionId, expiresAt);
    for (const map of [this.#tokens, this.#families])
      for (const [key, until] of map) if (until <= now) map.delete(key);
    for (const [userId, { until }] of this.#users) if (until <= now) this.#users.delete(userId);
    const ended = answer.users.filter(({ userId, notBefore, expiresAt }) =>
      this.#note(userId, notBefore, expiresAt),
    );
    if (ended.length > 0) this.#onEnded(ended.map(({ userId }) => userId));
    this.#readAt = answer.readAt;
  }
}
