/** DevLab exercises and RAG Assistant questions. Instants are epoch milliseconds; null = unknown. */
export interface PracticeSession {
  sessionId: string;
  exerciseId: string | null;
  skillId: string | null;
  startedAt: number;
  endedAt: number | null;
  status: string | null;
  score: number | null;
  attempts: number | null;
}

export interface PracticeSummary {
  userId: string;
  sessions: number;
  solved: number;
  lastAt: number | null;
}

/** That a question was asked, never its text. */
export interface Question {
  at: number;
  topicId: string | null;
  resolved: boolean | null;
}

export interface QuestionSummary {
  userId: string;
  questions: number;
  resolved: number;
}

/** A visit to the platform (Directory). */
export interface Login {
  at: number;
  durationSeconds: number | null;
}
