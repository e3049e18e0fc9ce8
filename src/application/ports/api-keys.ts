import type { Scope } from '../../domain/identity/scopes.ts';

/** A key with which a service calls us, without its secret: of that only a hash is kept. Instants are epoch ms. */
export interface ApiKey {
  id: string;
  name: string;
  /** The one organization that it acts in. */
  organizationId: string;
  scopes: readonly Scope[];
  /** Requests per hour, from 1. */
  quotaPerHour: number;
  /** Null = somebody who was erased. */
  createdBy: string | null;
  createdAt: number;
  rotatedAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

export interface NewApiKey
  extends Pick<ApiKey, 'name' | 'organizationId' | 'scopes' | 'quotaPerHour' | 'createdAt'> {
  hash: string;
  createdBy: string;
}

/** One use of a key. */
export interface ApiKeyUse {
  key: ApiKey;
  /** How often in the running hour, this time included; at most one more than the quota. */
  used: number;
  /** Epoch ms at which the running hour ends. */
  resetsAt: number;
}

/** Keys of services. @throws RpcError from every method. */
export interface ApiKeys {
  /** @throws RpcError conflict for a hash that is there. */
  create(key: NewApiKey): Promise<ApiKey>;
  /** Counts a use; null for a hash that is unknown, rotated away or revoked. */
  use(hash: string, now: number): Promise<ApiKeyUse | null>;
  find(id: string): Promise<ApiKey | null>;
  /** Of an organization, the oldest first, those that were revoked too. */
  list(organizationId: string): Promise<readonly ApiKey[]>;
  /** Another secret; the former one works for `overlapSeconds` more. @throws RpcError not_found also when revoked. */
  rotate(id: string, hash: string, now: number, overlapSeconds: number): Promise<ApiKey>;
  /** Stops working at once, in every process. @throws RpcError not_found. */
  revoke(id: string, now: number): Promise<void>;
}
