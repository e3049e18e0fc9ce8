/** From rows to the fits of the model. */
import { fitLogistic } from '../src/domain/prediction/logistic.ts';
import {
  type DropOffModel,
  type Fit,
  type Stage,
  signalsOfVariant,
  stageOf,
  targets,
  type Variant,
  variants,
} from '../src/domain/prediction/model.ts';
import type { SignalName } from '../src/domain/prediction/signals.ts';
import { round } from '../src/domain/statistics/summary.ts';
import type { CourseDay, Outcome } from './course-days.ts';

/** Pieces of due work from which hand-ins are judged by fits of their own. Chosen on both splits; 1.3 and 2.2 were tried too. */
export const laterFrom = 2;
/** Days on which next to nothing was due say nothing about missing work; the early fits go by the others. */
const leastDueWork = 0.3;
/** Only so that every fit has a solution: 1 made leaving look less certain than it is. */
const ridge = 0.01;
/** So that a run on another machine, whose last binary digits differ, writes the same file. */
const decimals = 4;

export type OutcomeFit = Omit<Fit, 'target'>;

const isOf = (stage: Stage, { dueWork }: CourseDay): boolean =>
  dueWork >= leastDueWork && (stage === 'any' || stageOf(dueWork, laterFrom) === stage);

/** Leaving is rare, and its signals mean the same throughout: two fits would each have too few who left. */
const stagesFor: Record<Outcome, readonly Stage[]> = {
  withdraws: ['any'],
  fails_or_withdraws: ['early', 'later'],
  withdraws_later: ['any'],
};

/** Signals without which a variant's rows cannot be used. */
const neededBy: Record<Variant, SignalName | null> = {
  activity: 'activity',
  recency: 'recency',
  work: null,
};

interface Place {
  day: CourseDay;
  row: number;
}

function placesFor(days: readonly CourseDay[], variant: Variant): Place[] {
  const needed = neededBy[variant];
  return days.flatMap((day) =>
    day.userIds.flatMap((_, row) =>
      needed !== null && Number.isNaN(day.inputs[needed][row]) ? [] : [{ day, row }],
    ),
  );
}

/**
 * Each course counts as its people, however many of its days are known, and each day of it by 1/day: between days 14
 * and 28 people show as much as between 100 and 200, and what is seen early can still be helped.
 */
function weightsOf(places: readonly Place[]): Float64Array {
  const shares = new Map<string, number>();
  const people = new Map<string, Set<string>>();
  for (const { day, row } of places) {
    shares.set(day.courseId, (shares.get(day.courseId) ?? 0) + 1 / day.day);
    const known = people.get(day.courseId) ?? new Set();
    people.set(day.courseId, known.add(day.userIds[row] ?? ''));
  }
  return Float64Array.from(
    places,
    ({ day }) => (people.get(day.courseId)?.size ?? 0) / (shares.get(day.courseId) ?? 1) / day.day,
  );
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    sum += value * (weights[index] ?? 0);
    total += weights[index] ?? 0;
  }
  return round(sum / total, decimals);
}

/** What a signal can only mean: more of it goes along with more risk (1) or with less (−1). */
const directions: Record<SignalName, 1 | -1> = {
  missed_work: 1,
  lateness: 1,
  score: -1,
  progress: -1,
  activity: -1,
  recent_activity: -1,
  recency: 1,
  run_attrition: 1,
};

type Terms = OutcomeFit['terms'];

/** The term that says most of what it cannot mean: signals that tell the same make one of them turn round. */
function mostAgainst(terms: Terms): SignalName | undefined {
  const [worst] = terms
    .filter(({ signal, coefficient }) => coefficient * directions[signal] <= 0)
    .sort((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
  return worst?.signal;
}

interface Rows {
  places: readonly Place[];
  results: Uint8Array;
  weights: Float64Array;
}

/** What is not known is put at the mean: it speaks neither for nor against. */
function fitSignals({ places, results, weights }: Rows, signals: readonly SignalName[]) {
  const columns = signals.map((name) =>
    Float64Array.from(places, ({ day, row }) => day.inputs[name][row] ?? Number.NaN),
  );
  const means = columns.map((column) => weightedMean(column, weights));
  const inputs = new Float64Array(places.length * signals.length);
  for (const [k, column] of columns.entries()) {
    for (const [index, value] of column.entries())
      inputs[index * signals.length + k] = Number.isNaN(value) ? 0 : value - (means[k] ?? 0);
  }
  const fitted = fitLogistic({ inputs, columns: signals.length, outcomes: results, weights }, ridge);
  const terms: Terms = signals.map((signal, k) => ({
    signal,
    coefficient: round(fitted.coefficients[k] ?? 0, decimals),
    mean: means[k] ?? 0,
  }));
  return { intercept: round(fitted.intercept, decimals), terms };
}

/** Monotone: a signal whose coefficient says what it cannot mean is left out, and the others are fitted again. */
export function fitOutcome(
  days: readonly CourseDay[],
  outcome: Outcome,
  variant: Variant,
  stage: Stage,
): OutcomeFit {
  const places = placesFor(
    days.filter((day) => isOf(stage, day)),
    variant,
  );
  const results = Uint8Array.from(places, ({ day, row }) => day.outcomes[outcome][row] ?? 0);
  const rows = { places, results, weights: weightsOf(places) };
  let signals = signalsOfVariant[variant];
  for (;;) {
    const { intercept, terms } = fitSignals(rows, signals);
    const against = mostAgainst(terms);
    if (against === undefined)
      return {
        variant,
        stage,
        baseRate: weightedMean(Float64Array.from(results), rows.weights),
        intercept,
        terms,
      };
    signals = signals.filter((signal) => signal !== against);
  }
}

export const fitsOf = (days: readonly CourseDay[], outcome: Outcome): OutcomeFit[] =>
  variants.flatMap((variant) => stagesFor[outcome].map((stage) => fitOutcome(days, outcome, variant, stage)));

export const modelFits = (days: readonly CourseDay[]): DropOffModel['fits'] =>
  targets.flatMap((target) => fitsOf(days, target).map((fit) => ({ target, ...fit })));
