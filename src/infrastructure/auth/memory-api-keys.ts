import type { ApiKey, ApiKeys, ApiKeyUse, NewApiKey } from '../../application/ports/api-keys.ts';
import type { Ids } from '../../application/ports/ids.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import { RpcError } from '../../application/ports/rpc.ts';

const hourMs = 3_600_000;

interface Kept {
  key: ApiKey;
  hash: string;
  former: { hash: string; until: number } | null;
  used: number;
  usedSince: number;
}

const isoOrNull = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const noSuchKey = () => new RpcError('not_found', 'no such key');

/** Keys of this process; they end with it. */
export class MemoryApiKeys implements ApiKeys, PersonalStore {
  readonly #ids: Pick<Ids, 'uuid'>;
  readonly #kept = new Map<string, Kept>();

  constructor(ids: Pick<Ids, 'uuid'>) {
    this.#ids = ids;
  }

  async create({ hash, ...given }: NewApiKey): Promise<ApiKey> {
    if (this.#withHash(hash, Number.NEGATIVE_INFINITY) !== undefined)
      throw new RpcError('conflict', 'this key is there');
    const never = { rotatedAt: null, lastUsedAt: null, revokedAt: null };
    const key: ApiKey = { id: this.#ids.uuid(), ...given, ...never };
    this.#kept.set(key.id, { key, hash, former: null, used: 0, usedSince: Number.NEGATIVE_INFINITY });
    return key;
  }

  async use(hash: string, now: number): Promise<ApiKeyUse | null> {
    const kept = this.#withHash(hash, now);
    if (kept === undefined || kept.key.revokedAt !== null) return null;
    const isNewHour = kept.usedSince <= now - hourMs;
    kept.used = isNewHour ? 1 : Math.min(kept.used, kept.key.quotaPerHour) + 1;
    if (isNewHour) kept.usedSince = now;
    kept.key = { ...kept.key, lastUsedAt: Math.max(kept.key.lastUsedAt ?? now, now) };
    return { key: kept.key, used: kept.used, resetsAt: kept.usedSince + hourMs };
  }

  async find(id: string): Promise<ApiKey | null> {
    return this.#kept.get(id)?.key ?? null;
  }

  async list(organizationId: string): Promise<readonly ApiKey[]> {
    return [...this.#kept.values()]
      .map(({ key }) => key)
      .filter((key) => key.organizationId === organizationId);
  }

  async rotate(id: string, hash: string, now: number, overlapSeconds: number): Promise<ApiKey> {
    const kept = this.#kept.get(id);
    if (kept === undefined || kept.key.revokedAt !== null) throw noSuchKey();
    kept.former = { hash: kept.hash, until: now + overlapSeconds * 1000 };
    kept.hash = hash;
    kept.key = { ...kept.key, rotatedAt: now };
    return kept.key;
  }

  async revoke(id: string, now: number): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) throw noSuchKey();
    kept.key = { ...kept.key, revokedAt: kept.key.revokedAt ?? now };
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const own = [...this.#kept.values()].filter(({ key }) => key.createdBy === userId);
    const rows = own.map(({ key: { createdAt, rotatedAt, lastUsedAt, revokedAt, ...key } }) => ({
      ...key,
      createdAt: isoOrNull(createdAt),
      rotatedAt: isoOrNull(rotatedAt),
      lastUsedAt: isoOrNull(lastUsedAt),
      revokedAt: isoOrNull(revokedAt),
    }));
    return { apiKeys: rows };
  }

  /** A key is the organization's: it goes on working without whoever made it. */
  eraseUser(userId: string): void {
    for (const kept of this.#kept.values())
      if (kept.key.createdBy === userId) kept.key = { ...kept.key, createdBy: null };
  }

  #withHash(hash: string, now: number): Kept | undefined {
    const fits = ({ hash: own, former }: Kept) =>
      own === hash || (former !== null && former.hash === hash && former.until > now);
    return [...this.#kept.values()].find(fits);
  }
}
