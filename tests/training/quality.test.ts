import { describe, expect, it } from 'vitest';
import {
  alertOf,
  aucOf,
  brierOf,
  calibrationCurve,
  calibrationError,
  calibrationSlope,
} from '../../training/quality.ts';

const logit = (probability: number) => Math.log(probability / (1 - probability));
const rows = (pairs: readonly (readonly [probability: number, happened: number])[]) =>
  pairs.map(([probability, happened]) => ({ logOdds: logit(probability), happened: happened === 1 }));

describe('the figures of a model', () => {
  it('has the area under the ROC curve by counting pairs, ties half', () => {
    // Of 2 × 3 pairs 4 in order, one tied: 4.5 of 6.
    const told = rows([
      [0.8, 1],
      [0.4, 1],
      [0.6, 0],
      [0.4, 0],
      [0.1, 0],
    ]);
    expect(aucOf(told)?.value).toBeCloseTo(4.5 / 6, 12);
  });

  it('has DeLong’s interval, worked out by hand', () => {
    const told = rows([
      [0.8, 1],
      [0.4, 1],
      [0.6, 0],
      [0.4, 0],
      [0.1, 0],
    ]);
    // Placements: 1, ½ of those it happened to; 1−½, 1−¾, 1−1 of the others: variances 1/8 and 1/16.
    const half = 1.959964 * Math.sqrt(1 / 8 / 2 + 1 / 16 / 3);
    expect(aucOf(told)?.low).toBeCloseTo(0.75 - half, 5);
    expect(aucOf(told)?.high).toBe(1);
  });

  it('has the Brier score against the base rate', () => {
    const { brier, base, skill } = brierOf(
      rows([
        [0.8, 1],
        [0.4, 0],
      ]),
    );
    expect(brier).toBeCloseTo((0.04 + 0.16) / 2, 12);
    expect(base).toBe(0.25);
    expect(skill).toBeCloseTo(1 - 0.1 / 0.25, 12);
  });

  it('has slope 1 for probabilities that come true, and half of it for such as are twice too bold', () => {
    const right = [0.2, 0.5, 0.9].flatMap((probability) =>
      Array.from({ length: 100 }, (_, index) => ({
        logOdds: logit(probability),
        happened: index % 10 < 10 * probability,
      })),
    );
    expect(calibrationSlope(right)).toBeCloseTo(1, 6);
    const bold = right.map((row) => ({ ...row, logOdds: 2 * row.logOdds }));
    expect(calibrationSlope(bold)).toBeCloseTo(0.5, 6);
    expect(calibrationError(calibrationCurve(right))).toBeLessThan(0.01);
    expect(calibrationError(calibrationCurve(bold))).toBeGreaterThan(0.05);
  });

  it('counts of those pointed out how many were right, and of those it happened to how many were pointed out', () => {
    const told = rows([
      [0.9, 1],
      [0.8, 0],
      [0.3, 1],
      [0.1, 0],
    ]);
    expect(alertOf(told, ({ logOdds }) => logOdds > 0)).toEqual({ people: 2, precision: 0.5, recall: 0.5 });
    expect(alertOf(told, () => false)).toEqual({ people: 0, precision: null, recall: 0 });
  });
});
