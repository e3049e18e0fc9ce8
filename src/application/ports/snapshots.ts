/** Whom or what a kept figure is about. */
export type SnapshotKind = 'learner' | 'trainer' | 'organization' | 'course';

/** Which figure of whom; what another organization kept of the same person is another figure. */
export interface SnapshotKey {
  kind: SnapshotKind;
  subject: string;
  /** Null = of somebody who is in none. */
  organizationId: string | null;
  metric: string;
  /** Figures of another definition are not comparable, and never found. */
  version: number;
}

/** A figure as it is given to be kept; `data` is whatever can be written as JSON. */
export interface NewSnapshot extends SnapshotKey {
  /** `YYYY-MM-DD`, in the organization's time zone. */
  day: string;
  data: Readonly<Record<string, unknown>>;
}

/** A kept figure. `data` may be of any age and make: whoever reads it checks it. */
export interface Snapshot {
  day: string;
  data: unknown;
  /** Epoch ms. */
  savedAt: number;
}

/** Finished figures by day: history, and the last known good answer after a restart. */
export interface Snapshots {
  /**
   * Keeps figures, each instead of an earlier one of its day; one that was saved later stays. Of two alike the last.
   * @returns how many were kept; when one is refused none is.
   * @throws RpcError
   */
  save(snapshots: readonly NewSnapshot[], now: number): Promise<number>;
  /**
   * The one of the last day, or null.
   * @throws RpcError
   */
  latest(key: SnapshotKey): Promise<Snapshot | null>;
  /**
   * The last one of each calendar month that has any between two days, both included; oldest first.
   * @throws RpcError
   */
  lastOfMonths(key: SnapshotKey, days: { first: string; last: string }): Promise<readonly Snapshot[]>;
}
