import type { Audit } from '../../application/ports/audit.ts';
import type { Digest } from '../../application/ports/digest.ts';
import type { Ids } from '../../application/ports/ids.ts';
import type {
  Erasure,
  ErasureProof,
  Forgotten,
  KeptOfPerson,
  KeptRow,
  People,
  PersonalStore,
} from '../../application/ports/people.ts';

export interface MemoryPeopleDeps {
  /** All of this process that hold something of people. */
  stores: readonly PersonalStore[];
  audit: Pick<Audit, 'add'>;
  ids: Pick<Ids, 'uuid'>;
  digest: Digest;
}

/** What this process keeps of people, where there is no database; it ends with it. */
export class MemoryPeople implements People, Forgotten {
  readonly #deps: MemoryPeopleDeps;
  /** Digest of an id → the last proof. */
  readonly #proofs = new Map<string, ErasureProof>();
  readonly #forgotten = new Set<string>();

  constructor(deps: MemoryPeopleDeps) {
    this.#deps = deps;
  }

  async exportOf(userId: string): Promise<KeptOfPerson> {
    const sections = new Map<string, KeptRow[]>();
    for (const store of this.#deps.stores)
      for (const [name, rows] of Object.entries(store.exportUser(userId)))
        if (rows.length > 0) sections.set(name, [...(sections.get(name) ?? []), ...rows]);
    const inOrder = [...sections].sort(([a], [b]) => (a < b ? -1 : 1));
    return { sections: Object.fromEntries(inOrder), events: [], mentions: [] };
  }

  async keeps(userId: string): Promise<boolean> {
    const { sections } = await this.exportOf(userId);
    const { auditLog: _mentions, ...own } = sections;
    return Object.keys(own).length > 0 || this.#proofs.has(this.#deps.digest(userId));
  }

  async erase({ userId, requestedBy, organizationId, now }: Erasure): Promise<ErasureProof> {
    const hash = this.#deps.digest(userId);
    const { sections } = await this.exportOf(userId);
    const before = Object.keys(sections).length === 0 ? this.#proofs.get(hash) : undefined;
    const proof = before ?? { proofId: this.#deps.ids.uuid(), erasedAt: now };
    // No await from here to the last of them: nobody sees a person half erased.
    for (const store of this.#deps.stores) store.eraseUser(userId);
    this.#proofs.set(hash, proof);
    this.#forgotten.add(hash);
    await this.#deps.audit.add(
      {
        actorId: requestedBy === userId ? null : requestedBy,
        action: 'person.erase',
        subjectKind: 'person',
        subjectId: null,
        organizationId,
        outcome: 'done',
        // Callers choose request ids: one may be the id of the person.
        requestId: null,
        detail: { proofId: proof.proofId, byThemselves: requestedBy === userId },
      },
      now,
    );
    return proof;
  }

  async among(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.#forgotten.size === 0) return new Set();
    return new Set(userIds.filter((userId) => this.#forgotten.has(this.#deps.digest(userId))));
  }

  async comeBack(userId: string): Promise<void> {
    this.#forgotten.delete(this.#deps.digest(userId));
  }
}
