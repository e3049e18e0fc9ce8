/** What a judgement of forecasts has found, for its card. */
import type { GradeSettings } from '../src/domain/prediction/grade.ts';
import type { PaceSettings } from '../src/domain/prediction/pace-paths.ts';

export type Horizon = 'four_weeks' | 'end_of_course';

/** An interval that is meant to hold in 80 % of cases, its middle, and what came. */
export interface Interval {
  low: number;
  middle: number;
  high: number;
  came: number;
}

/** Pieces of work; and what the last two weeks’ pace would have said. */
export interface Row extends Interval {
  samePace: number;
}

/** Points; and the score before. */
export interface ScoreRow extends Interval {
  last: number;
}

export interface CourseFigures {
  courseId: string;
  progress: Record<Horizon, Row[]>;
  /** Weeks until all was done, of those who did all of it. */
  dates: Interval[];
  scores: ScoreRow[];
}

/** Settings that one presentation chose, and what they came to on another. */
export interface HeldOut {
  tunedOn: string;
  /** What was least, or nearest to 80 %. */
  by: 'quantile loss' | 'coverage';
  pace: PaceSettings;
  grade: GradeSettings;
  figures: CourseFigures;
}

/** Counts of work are whole: an end that misses one by a rounding error has not missed it. */
const almost = 1e-9;
const isWithin = ({ low, high, came }: Interval) => came >= low - almost && came <= high + almost;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const coverage = (rows: readonly Interval[]): number => mean(rows.map((row) => Number(isWithin(row))));

const pinball = (quantile: number, at: number, came: number): number =>
  came >= at ? quantile * (came - at) : (1 - quantile) * (at - came);

/** Mean quantile loss of the three ends (Koenker & Bassett 1978): the least where they are what they say they are. */
export const quantileLoss = (rows: readonly Interval[]): number =>
  mean(
    rows.map(
      ({ low, middle, high, came }) =>
        (pinball(0.1, low, came) + pinball(0.5, middle, came) + pinball(0.9, high, came)) / 3,
    ),
  );
