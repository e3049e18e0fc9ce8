/** Something that wakes somebody, for a place where defects are gathered. */
export interface Defect {
  /** What the log says of it: words of ours. */
  message: string;
  error: Error | undefined;
  /** Where it was: words and numbers of ours only. */
  facts: Readonly<Record<string, string>>;
}

export interface ErrorReporter {
  /** Nobody waits for it, and it never throws. */
  report(defect: Defect): void;
  /** Sends what is left, as far as the time goes. */
  close(): Promise<void>;
}

export const noErrorReporter: ErrorReporter = { report: () => undefined, close: async () => undefined };

/** `held_back`: there were so many that one more would tell nothing. */
export const reportOutcomes = ['sent', 'failed', 'held_back'] as const;
export type ReportOutcome = (typeof reportOutcomes)[number];
