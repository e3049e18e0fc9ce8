/** What is told of something unusual, or of a day: words and numbers about nobody. */
export interface Notice {
  type: string;
  data: Readonly<Record<string, string | number | null>>;
  occurredAt: number;
}

/** Notices in the log of events, by stream. */
export interface Notices {
  /**
   * Adds notices to a stream, together.
   * @param about what they are about: the same again adds nothing.
   * @returns false when they were there. @throws RpcError
   */
  add(stream: string, about: string, notices: readonly Notice[]): Promise<boolean>;
  /** All of one stream, the oldest first. @throws RpcError */
  of(stream: string): Promise<readonly { type: string; data: Readonly<Record<string, unknown>> }[]>;
}

export const anomalyKinds = ['activity', 'latency'] as const;
export const anomalyOutcomes = ['usual', 'unusual', 'unknown'] as const;

/** Told of each look for something unusual, for operators. */
export type OnAnomalyCheck = (
  kind: (typeof anomalyKinds)[number],
  outcome: (typeof anomalyOutcomes)[number],
) => void;
