/** How good predicted probabilities are. */
import { fitLogistic, sigmoid } from '../src/domain/prediction/logistic.ts';
import { z95 } from '../src/domain/statistics/intervals.ts';

/** What was foretold of one person, and whether it happened. */
export interface Foretold {
  logOdds: number;
  happened: boolean;
}

export interface Auc {
  value: number;
  low: number;
  high: number;
}

/** For each value the share of the others below it, ties half: DeLong's placements. */
function placements(values: readonly number[], others: readonly number[]): number[] {
  const sorted = Float64Array.from(others).sort();
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = sorted[middle] ?? 0;
      if (other < value || (orEqual && other === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return values.map((value) => (below(value, false) + below(value, true)) / 2 / sorted.length);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** Area under the ROC curve with its 95 % interval by DeLong et al. 1988; null when all or none happened. */
export function aucOf(rows: readonly Foretold[]): Auc | null {
  const positive = rows.filter(({ happened }) => happened).map(({ logOdds }) => logOdds);
  const negative = rows.filter(({ happened }) => !happened).map(({ logOdds }) => logOdds);
  if (positive.length < 2 || negative.length < 2) return null;
  const ofPositive = placements(positive, negative);
  const ofNegative = placements(negative, positive);
  const value = mean(ofPositive);
  const half =
    z95 * Math.sqrt(variance(ofPositive) / positive.length + variance(ofNegative) / negative.length);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/** Mean squared distance of probability and outcome; that of the base rate alone; the share by which it is better. */
export function brierOf(rows: readonly Foretold[]): { brier: number; base: number; skill: number } {
  const rate = mean(rows.map(({ happened }) => Number(happened)));
  const brier = mean(rows.map(({ logOdds, happened }) => (sigmoid(logOdds) - Number(happened)) ** 2));
  const base = rate * (1 - rate);
  return { brier, base, skill: 1 - brier / base };
}

/** Slope of the outcome on the log-odds (Cox 1958): 1 is right, less is too bold, more too timid. */
export function calibrationSlope(rows: readonly Foretold[]): number {
  const fitted = fitLogistic({
    inputs: Float64Array.from(rows, ({ logOdds }) => logOdds),
    columns: 1,
    outcomes: Uint8Array.from(rows, ({ happened }) => Number(happened)),
    weights: new Float64Array(rows.length).fill(1),
  });
  return fitted.coefficients[0] ?? Number.NaN;
}

export interface Bin {
  people: number;
  foretold: number;
  happened: number;
}

/** Ten groups of equal size by what was foretold. */
export function calibrationCurve(rows: readonly Foretold[]): Bin[] {
  const sorted = [...rows].sort((a, b) => a.logOdds - b.logOdds);
  return Array.from({ length: 10 }, (_, index) => {
    const from = Math.round((index * sorted.length) / 10);
    const group = sorted.slice(from, Math.round(((index + 1) * sorted.length) / 10));
    return {
      people: group.length,
      foretold: mean(group.map(({ logOdds }) => sigmoid(logOdds))),
      happened: mean(group.map(({ happened }) => Number(happened))),
    };
  });
}

/** Expected calibration error over those ten groups. */
export const calibrationError = (bins: readonly Bin[]): number =>
  bins.reduce((sum, { people, foretold, happened }) => sum + people * Math.abs(foretold - happened), 0) /
  bins.reduce((sum, { people }) => sum + people, 0);

export interface Alert {
  people: number;
  precision: number | null;
  recall: number | null;
}

/** @param isAlerted whether somebody would have been pointed out */
export function alertOf<T extends Foretold>(rows: readonly T[], isAlerted: (row: T) => boolean): Alert {
  const alerted = rows.filter(isAlerted);
  const found = alerted.filter(({ happened }) => happened).length;
  const all = rows.filter(({ happened }) => happened).length;
  return {
    people: alerted.length,
    precision: alerted.length === 0 ? null : found / alerted.length,
    recall: all === 0 ? null : found / all,
  };
}
