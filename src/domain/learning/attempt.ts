/** One try at an assessment. Instants are epoch milliseconds; scores 0–100; null = unknown. */
export interface Attempt {
  attemptId: string;
  userId: string | null;
  assessmentId: string;
  courseId: string | null;
  kind: 'baseline' | 'practice' | 'postcourse';
  itemDifficulty: number | null;
  attemptNo: number | null;
  /** 0–100, or null when not marked; never 0 for "not submitted". */
  score: number | null;
  passMark: number | null;
  passed: boolean | null;
  startedAt: number | null;
  /** Null = not handed in (a missing piece of work when `dueAt` has passed). */
  submittedAt: number | null;
  /** Null = floating: it has no due date. */
  dueAt: number | null;
  /** Share of the final mark; null = unknown, counts as 1. */
  weight: number | null;
  skills: { skillId: string; score: number | null }[];
}

/** Whether an attempt passed: as marked, else score against pass mark; null when neither is known. */
export function didPass({ passed, score, passMark }: Attempt): boolean | null {
  if (passed !== null) return passed;
  return score === null || passMark === null ? null : score >= passMark;
}

/** One learner's line in an organization's results. */
export interface AttemptSummary {
  userId: string;
  attempts: number;
  passed: number;
  meanScore: number | null;
  lastSubmittedAt: number | null;
}
