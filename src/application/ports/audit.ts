export const auditOutcomes = ['done', 'denied', 'failed'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** Who did what to whom, and how it ended. */
export interface AuditEntry {
  /** Null = the system, or somebody who has been erased. */
  actorId: string | null;
  /** `kind.verb`, letters a–z, _ and dots. */
  action: string;
  /** What `subjectId` is. */
  subjectKind: string | null;
  subjectId: string | null;
  /** Whose log it is in; null = of none. */
  organizationId: string | null;
  outcome: AuditOutcome;
  requestId: string | null;
  /** What else there is to say: codes and ids, no words of people. */
  detail: Readonly<Record<string, unknown>>;
}

export interface AuditLine extends AuditEntry {
  /** Grows from one entry to the next. */
  id: number;
  /** Epoch ms. */
  occurredAt: number;
}

/** Many entries at once. */
export interface AuditBatch {
  /** A UUID; what is sent again under the same one is there once. */
  id: string;
  entries: readonly (AuditEntry & Pick<AuditLine, 'occurredAt'>)[];
}

/** Append-only. People who are erased stay in it as null. */
export interface Audit {
  /** @throws RpcError */
  add(entry: AuditEntry, now: number): Promise<void>;
  /** All or none of at most a thousand. @throws RpcError */
  addBatch(batch: AuditBatch): Promise<void>;
  /**
   * Of one organization, the newest first.
   * @param before the id that a page ended with; null = the first page.
   * @throws RpcError
   */
  page(
    organizationId: string,
    { before, limit }: { before: number | null; limit: number },
  ): Promise<readonly AuditLine[]>;
}
