/** What a judgement of forecasts has found, for its card. */
export type Horizon = 'four_weeks' | 'end_of_course';

/** Pieces of work: what was foretold, what came, and what the last two weeks’ pace would have said. */
export interface Row {
  low: number;
  middle: number;
  high: number;
  came: number;
  samePace: number;
}

export interface ScoreRow {
  low: number;
  value: number;
  high: number;
  came: number;
  last: number;
}

export interface CourseFigures {
  courseId: string;
  progress: Record<Horizon, Row[]>;
  scores: ScoreRow[];
}
