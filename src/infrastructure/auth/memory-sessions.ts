import type { Clock } from '../../application/ports/clock.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import {
  type Consumed,
  cutoffKeptMs,
  type RefreshTokenRecord,
  type Revocable,
  type Sessions,
} from '../../application/ports/sessions.ts';

/** How often what has ended is forgotten. */
const sweepMs = 60_000;

/** Sessions of this process. They end with it; a database adapter takes its place when sessions must last. */
export class MemorySessions implements Sessions, PersonalStore {
  readonly #tokens = new Map<string, RefreshTokenRecord & { used: boolean }>();
  readonly #revokedFamilies = new Map<string, number>();
  readonly #revokedTokens = new Map<string, number>();
  readonly #endedUsers = new Map<string, number>();
  readonly #clock: Clock;
  #sweptAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async save(record: RefreshTokenRecord): Promise<void> {
    this.#sweep();
    // It would not work, and would name somebody who may have been erased meanwhile.
    if (this.#revokedFamilies.has(record.familyId)) return;
    this.#tokens.set(record.hash, { ...record, used: false });
  }

  async consume(hash: string, now: number): Promise<Consumed> {
    // No await between looking and marking: that is what makes it atomic.
    const record = this.#tokens.get(hash);
    if (record === undefined || record.expiresAt <= now) return { outcome: 'unknown' };
    if (this.#revokedFamilies.has(record.familyId)) return { outcome: 'unknown' };
    if (record.used) {
      this.#revoke(record.familyId);
      return { outcome: 'reused' };
    }
    record.used = true;
    return { outcome: 'ok', record };
  }

  async revokeFamily(familyId: string): Promise<void> {
    this.#revoke(familyId);
  }

  async revokeToken(tokenId: string, expiresAt: number): Promise<void> {
    this.#revokedTokens.set(tokenId, expiresAt);
  }

  async endUser(userId: string, at: number): Promise<void> {
    this.#sweep();
    if (at <= (this.#endedUsers.get(userId) ?? this.#clock.now() - cutoffKeptMs)) return;
    this.#endedUsers.set(userId, at);
    for (const { familyId, ...token } of this.#tokens.values())
      if (token.userId === userId) this.#revoke(familyId);
  }

  isRevoked({ id, tokenId, sessionId, asOf }: Revocable): boolean {
    return (
      this.#revokedTokens.has(tokenId) ||
      (sessionId !== null && this.#revokedFamilies.has(sessionId)) ||
      asOf < (this.#endedUsers.get(id) ?? asOf)
    );
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const own = [...this.#tokens.values()].filter((token) => token.userId === userId);
    const rows = own.map(({ hash: _hash, expiresAt, ...token }) => ({
      ...token,
      expiresAt: new Date(expiresAt).toISOString(),
    }));
    return { refreshTokens: rows };
  }

  /** The person's log-ins end too, and go on being refused. */
  eraseUser(userId: string): void {
    const own = [...this.#tokens].filter(([, token]) => token.userId === userId);
    for (const [, { familyId }] of own) this.#revoke(familyId);
    for (const [hash] of own) this.#tokens.delete(hash);
  }

  /** Remembered as long as any token of the family could live. */
  #revoke(familyId: string): void {
    const ends = [...this.#tokens.values()].filter((token) => token.familyId === familyId);
    this.#revokedFamilies.set(
      familyId,
      Math.max(this.#clock.now(), ...ends.map(({ expiresAt }) => expiresAt)),
    );
  }

  #sweep(): void {
    const now = this.#clock.now();
    if (now - this.#sweptAt < sweepMs) return;
    this.#sweptAt = now;
    for (const [hash, { expiresAt }] of this.#tokens) if (expiresAt <= now) this.#tokens.delete(hash);
    for (const map of [this.#revokedFamilies, this.#revokedTokens]) {
      for (const [key, until] of map) if (until <= now) map.delete(key);
    }
    for (const [userId, at] of this.#endedUsers)
      if (at + cutoffKeptMs <= now) this.#endedUsers.delete(userId);
  }
}
