/** A trained model as data, and what it says of one learner's signals. */
import type { LevelEdges } from './levels.ts';
import { sigmoid } from './logistic.ts';
import { type SignalName, type Signals, signalNames } from './signals.ts';

/** What is foreseen: leaving within the horizon; leaving or failing by the end. */
export const targets = ['withdraws', 'fails_or_withdraws'] as const;
export type Target = (typeof targets)[number];

/** Which of the services' knowledge a fit stands on, best first. */
export const variants = ['activity', 'recency', 'work'] as const;
export type Variant = (typeof variants)[number];

/** Before and after so much work was due that hand-ins tell more than anything else; some fits hold for both. */
export const stages = ['early', 'later', 'any'] as const;
export type Stage = (typeof stages)[number];

const without = (...names: readonly SignalName[]): SignalName[] =>
  signalNames.filter((name) => !names.includes(name));

/** What each variant looks at. Activity and recency say much the same; one of them is enough. */
export const signalsOfVariant: Readonly<Record<Variant, readonly SignalName[]>> = {
  activity: without('recency'),
  recency: without('activity', 'recent_activity'),
  work: without('activity', 'recent_activity', 'recency'),
};

export interface Fit {
  target: Target;
  variant: Variant;
  stage: Stage;
  /** Share of the people it was trained on to whom it happened. */
  baseRate: number;
  /** Log-odds of somebody with mean signals. */
  intercept: number;
  terms: { signal: SignalName; coefficient: number; mean: number }[];
}

export interface DropOffModel {
  id: string;
  version: number;
  horizonDays: number;
  population: string;
  /** Of leaving within the horizon: area under the ROC curve, Brier score, slope; on people not trained on. */
  auc: number;
  brier: number;
  calibrationSlope: number;
  /** Due work from which on the stage is `later`; see `Cohort.dueWork`. */
  laterFrom: number;
  levels: LevelEdges;
  fits: Fit[];
}

export interface Contribution {
  code: SignalName;
  /** Log-odds: coefficient × (value − mean); 0 for a signal that is not known. */
  contribution: number;
}

export interface Prediction {
  probability: number;
  logOdds: number;
  intercept: number;
  baseRate: number;
  contributions: Contribution[];
}

export const stageOf = (dueWork: number, laterFrom: number): 'early' | 'later' =>
  dueWork < laterFrom ? 'early' : 'later';

export function variantOf(signals: Signals): Variant {
  if (signals.activity.input !== null) return 'activity';
  return signals.recency.input === null ? 'work' : 'recency';
}

/** What a fit says: intercept and contributions add up to the log-odds. */
export function predict({ intercept, baseRate, terms }: Fit, signals: Signals): Prediction {
  const contributions = terms.map(({ signal, coefficient, mean }): Contribution => {
    const { input } = signals[signal];
    // + 0, for there is no −0 in an answer.
    return { code: signal, contribution: input === null ? 0 : coefficient * (input - mean) + 0 };
  });
  const logOdds = contributions.reduce((sum, { contribution }) => sum + contribution, intercept);
  return { probability: sigmoid(logOdds), logOdds, intercept, baseRate, contributions };
}

/** @throws Error when the model has no such fit: it was not written by the training. */
export function fitFor(
  { fits }: Pick<DropOffModel, 'fits'>,
  target: Target,
  variant: Variant,
  stage: 'early' | 'later',
): Fit {
  const isMeant = (fit: Fit) => fit.stage === stage || fit.stage === 'any';
  const found = fits.find((fit) => fit.target === target && fit.variant === variant && isMeant(fit));
  if (found === undefined) throw new Error(`the model has no fit for ${target}, ${variant}, ${stage}`);
  return found;
}
