import type { Audit, AuditBatch, AuditEntry, AuditLine } from '../../application/ports/audit.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';

/** About 10 MB. */
const usualBound = 20_000;

/** The audit log of this process; it ends with it. Bounded: the oldest lines go. */
export class MemoryAudit implements Audit, PersonalStore {
  #lines: AuditLine[] = [];
  #lastId = 0;
  readonly #most: number;

  constructor(most: number = usualBound) {
    this.#most = most;
  }

  async add(entry: AuditEntry, now: number): Promise<void> {
    this.#lastId += 1;
    this.#lines.push({ ...entry, id: this.#lastId, occurredAt: now });
    if (this.#lines.length > this.#most) this.#lines.shift();
  }

  async addBatch({ entries }: AuditBatch): Promise<void> {
    for (const { occurredAt, ...entry } of entries) await this.add(entry, occurredAt);
  }

  async page(
    organizationId: string,
    { before, limit }: { before: number | null; limit: number },
  ): Promise<readonly AuditLine[]> {
    const isAsked = (line: AuditLine) =>
      line.organizationId === organizationId && (before === null || line.id < before);
    return this.#lines.filter(isAsked).reverse().slice(0, limit);
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const own = this.#lines.filter(({ actorId, subjectId }) => actorId === userId || subjectId === userId);
    const rows = own.map((line) => ({ ...line, occurredAt: new Date(line.occurredAt).toISOString() }));
    return { auditLog: rows };
  }

  eraseUser(userId: string): void {
    const unnamed = (id: string | null) => (id === userId ? null : id);
    const names = ({ actorId, subjectId, requestId }: AuditLine) =>
      [actorId, subjectId, requestId].includes(userId);
    this.#lines = this.#lines.map((line) => ({
      ...line,
      requestId: names(line) ? null : line.requestId,
      actorId: unnamed(line.actorId),
      subjectId: unnamed(line.subjectId),
    }));
  }
}
