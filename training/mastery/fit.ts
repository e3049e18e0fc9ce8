/** Fits the mastery model to answers: weights and difficulties by penalised Newton steps around the model's own update. */
import {
  answered,
  atLarge,
  type Belief,
  featureNames,
  featuresOf,
  inSkill,
  logOddsOf,
  type MasteryModel,
  noPractice,
  type Practice,
} from '../../src/domain/mastery/model.ts';
import { usualMasteryModel } from '../../src/domain/mastery/usual-model.ts';
import { sigmoid, solve } from '../../src/domain/prediction/logistic.ts';
import type { Answer } from './answers.ts';

const size = featureNames.length;
const rounds = 10;
/** All parts move at once, each as if the others stood still: half a step does not overshoot. */
const damping = 0.6;
/** Answers that the usual weights are worth. */
const usualWorth = 20;
/** How far weights differ between skills (variance); the level's is estimated. */
const slopeVariance = 0.05;
const firstVariance = 0.6;
/** Variances are estimated from this round on, when the rest has nearly settled. */
const variancesFrom = 4;

/** A model with the difficulties of items and what is particular to each skill. */
export interface FittedMastery extends MasteryModel {
  /** By number of the item, within its skills. */
  items: ReadonlyMap<number, Belief>;
  /** Variance of an item that nobody has answered. */
  itemVariance: number;
  /** Differences from the weights, by number of the skill; the first is the skill's ease. */
  skills: ReadonlyMap<number, readonly number[]>;
}

/** What one round has to say about some weights. */
interface Sums {
  gradient: number[];
  information: number[][];
}

const noSums = (): Sums => ({
  gradient: new Array<number>(size).fill(0),
  information: Array.from({ length: size }, () => new Array<number>(size).fill(0)),
});

function addTo({ gradient, information }: Sums, x: readonly number[], residual: number, curvature: number) {
  for (let k = 0; k < size; k += 1) {
    const value = x[k] as number;
    gradient[k] = (gradient[k] as number) + residual * value;
    const row = information[k] as number[];
    for (let j = 0; j <= k; j += 1) row[j] = (row[j] as number) + curvature * value * (x[j] as number);
  }
}

/** A Newton step of weights that are pulled to `usual` with a precision each. */
function moved(
  weights: readonly number[],
  usual: readonly number[],
  precision: readonly number[],
  sums: Sums,
) {
  const matrix = sums.information.map((row, k) =>
    row.map(
      (_, j) =>
        (sums.information[Math.max(k, j)]?.[Math.min(k, j)] ?? 0) + (k === j ? (precision[k] ?? 0) : 0),
    ),
  );
  const right = sums.gradient.map(
    (value, k) => value - (precision[k] ?? 0) * ((weights[k] ?? 0) - (usual[k] ?? 0)),
  );
  const step = solve(matrix, right);
  return weights.map((weight, k) => weight + damping * (step[k] ?? 0));
}

/** How an answer is foreseen: the difficulty believed, the features in each skill and their mean. */
interface Look {
  answer: Answer;
  difficulty: Belief;
  features: number[][];
  mean: number[];
  logOdds: number;
  ease: number;
}

const noDifference: readonly number[] = new Array<number>(size).fill(0);

const meanOf = (rows: readonly (readonly number[])[]): number[] =>
  rows.length === 1
    ? [...(rows[0] as number[])]
    : Array.from({ length: size }, (_, k) => rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length);

/**
 * Goes through answers (by learner, in order) as the model would live: first foresee, then update. Items that are
 * answered are learned about on the way only when `learnsItems`.
 */
export function follow(
  model: FittedMastery,
  answers: readonly Answer[],
  learnsItems: boolean,
  see: (look: Look) => void,
): void {
  const items = new Map<number, Belief>();
  let learner = -1;
  let all = noPractice(atLarge);
  let known = new Map<number, Practice>();
  for (const answer of answers) {
    if (answer.learner !== learner) {
      learner = answer.learner;
      all = noPractice(atLarge);
      known = new Map();
    }
    const skills = answer.skills.map((skill) => known.get(skill) ?? noPractice(inSkill));
    const difficulty = items.get(answer.item) ??
      model.items.get(answer.item) ?? { mean: 0, variance: model.itemVariance };
    const features = skills.map((skill) => featuresOf(all, skill));
    const mean = meanOf(features);
    const differences = answer.skills.map((skill) => model.skills.get(skill) ?? noDifference);
    const share = 1 / answer.skills.length;
    const ease = differences.reduce((sum, own) => sum + share * (own[0] ?? 0), 0);
    const particular = differences.reduce(
      (sum, own, index) => sum + share * logOddsOf({ weights: own }, features[index] as number[], 0),
      0,
    );
    const logOdds = logOddsOf(model, mean, difficulty.mean) + particular;
    see({ answer, difficulty, features, mean, logOdds, ease });
    const after = answered(model.level + ease, { all, skills, difficulty }, answer.isRight);
    all = after.all;
    for (const [index, skill] of answer.skills.entries()) known.set(skill, after.skills[index] as Practice);
    if (learnsItems) items.set(answer.item, after.difficulty);
  }
}

const spread = (values: readonly { mean: number; variance: number }[]): number =>
  values.reduce((sum, { mean, variance }) => sum + mean ** 2 + variance, 0) / Math.max(1, values.length);

interface ItemSums {
  residual: number;
  curvature: number;
}

/** One round over all answers, and a step of everything that is fitted. */
function improve(model: FittedMastery, easeVariance: number, answers: readonly Answer[]) {
  const overall = noSums();
  const skillSums = new Map<number, Sums>();
  const itemSums = new Map<number, ItemSums>();
  let [levelResidual, levelCurvature] = [0, 0];
  follow(model, answers, false, ({ answer, features, mean, logOdds, difficulty, ease }) => {
    const p = sigmoid(logOdds);
    const [residual, curvature] = [Number(answer.isRight) - p, p * (1 - p)];
    addTo(overall, mean, residual, curvature);
    const share = 1 / answer.skills.length;
    for (const [index, skill] of answer.skills.entries()) {
      const sums = skillSums.get(skill) ?? noSums();
      skillSums.set(skill, sums);
      addTo(sums, features[index] as number[], share * residual, share ** 2 * curvature);
    }
    const item = itemSums.get(answer.item) ?? { residual: 0, curvature: 0 };
    itemSums.set(answer.item, item);
    item.residual += residual;
    item.curvature += curvature;
    const own = (mean[1] ?? 0) + (mean[2] ?? 0);
    const expected = sigmoid(model.level + ease + own - difficulty.mean);
    levelResidual += Number(answer.isRight) - expected;
    levelCurvature += expected * (1 - expected);
  });
  const usual = usualMasteryModel.weights;
  const worth = usual.map((_, k) => (k === 0 ? 0 : usualWorth / 4));
  const weights = moved(model.weights, usual, worth, overall);
  const precision = usual.map((_, k) => 1 / (k === 0 ? easeVariance : slopeVariance));
  const skills = new Map(
    [...skillSums].map(([skill, sums]) => [
      skill,
      moved(model.skills.get(skill) ?? noDifference, noDifference, precision, sums),
    ]),
  );
  const items = new Map(
    [...itemSums].map(([item, { residual, curvature }]): [number, Belief] => {
      const mean = model.items.get(item)?.mean ?? 0;
      const variance = 1 / (curvature + 1 / model.itemVariance);
      return [item, { mean: mean + damping * variance * (-residual - mean / model.itemVariance), variance }];
    }),
  );
  const eases = [...skills].map(([skill, own]) => ({
    mean: own[0] ?? 0,
    variance: 1 / ((skillSums.get(skill)?.information[0]?.[0] ?? 0) + 1 / easeVariance),
  }));
  return {
    model: {
      ...model,
      level: model.level + (damping * levelResidual) / levelCurvature,
      weights,
      skills,
      items,
    },
    itemSpread: spread([...items.values()]),
    easeSpread: spread(eases),
  };
}

/**
 * Penalised maximum likelihood of a mixed model (Breslow & Clayton 1993): weights near the usual ones, skills and items
 * as random effects whose variances are estimated on the way.
 * @param answers by learner, in the order in which they were given
 */
export function fitMastery(answers: readonly Answer[]): FittedMastery {
  let easeVariance = firstVariance;
  let model: FittedMastery = {
    ...usualMasteryModel,
    items: new Map(),
    itemVariance: firstVariance,
    skills: new Map(),
  };
  for (let round = 0; round < rounds; round += 1) {
    const next = improve(model, easeVariance, answers);
    model = next.model;
    if (round < variancesFrom) continue;
    model.itemVariance = next.itemSpread;
    easeVariance = next.easeSpread;
  }
  return model;
}
