/**
 * An online logistic model of right and wrong answers. Items have a difficulty, learners an ability at large and one in
 * each skill: beliefs (mean and variance) that every answer moves against its surprise, the more uncertain ones
 * further. That is an Elo rating whose step is the belief's variance (Glickman 1999; Pelánek 2016). Beside them the
 * counts of right and wrong answers and their decayed recency (performance factors: Pavlik et al. 2009; Galyardt &
 * Goldin 2015) are weighed by a logistic regression.
 */
import { sigmoid } from '../prediction/logistic.ts';

/** What is believed of an ability or a difficulty, logits. */
export interface Belief {
  mean: number;
  variance: number;
}

/** What is known of a learner's answers, in one skill or at large. */
export interface Practice {
  ability: Belief;
  right: number;
  wrong: number;
  /** Right and wrong answers; each later answer and each day of age make them count less. */
  recentRight: number;
  recentWrong: number;
}

/** How fast abilities and answers age. */
export interface Ageing {
  /** Variance of the ability before the first answer. */
  variance: number;
  /** What each answer adds to the variance, because people learn. */
  drift: number;
  /** What an answer still counts after one more. */
  kept: number;
}

export const inSkill: Ageing = { variance: 0.2, drift: 0.01, kept: 0.75 };
export const atLarge: Ageing = { variance: 0.8, drift: 0.0005, kept: 0.9 };
/** Days after which an answer counts half. */
const halfLifeDays = 30;

/** Items differ so much (variance); of one that a service has rated, the rating tells all but this. */
const itemVariance = { unrated: 0.6, rated: 0.2 } as const;
/** A rating further from the middle than this many logits says no more than one at it. */
const hardestLogits = 4;

/** What is believed of an item before anybody answers it. @param rating logits, as in item response theory */
export function itemBelief(rating: number | null): Belief {
  if (rating === null) return { mean: 0, variance: itemVariance.unrated };
  const mean = Math.min(hardestLogits, Math.max(-hardestLogits, rating));
  return { mean, variance: itemVariance.rated };
}

export const noPractice = ({ variance }: Ageing): Practice => ({
  ability: { mean: 0, variance },
  right: 0,
  wrong: 0,
  recentRight: 0,
  recentWrong: 0,
});

/** What the regression looks at, in the order of its weights. */
export const featureNames = [
  'level',
  'ability',
  'skill_ability',
  'skill_right',
  'skill_wrong',
  'skill_recent',
  'all_right',
  'all_wrong',
  'all_recent',
] as const;

/** Right against wrong of late, −1 … 1; one answer of each kind beside them, so that one does not say everything. */
const recentBalance = ({ recentRight, recentWrong }: Practice): number =>
  (recentRight - recentWrong) / (recentRight + recentWrong + 2);

/** The features of a learner before an answer, in the order of `featureNames`. Logits, log counts, balances. */
export const featuresOf = (all: Practice, skill: Practice): number[] => [
  1,
  all.ability.mean,
  skill.ability.mean,
  Math.log1p(skill.right),
  Math.log1p(skill.wrong),
  recentBalance(skill),
  Math.log1p(all.right),
  Math.log1p(all.wrong),
  recentBalance(all),
];

/** The fitted part of the model. */
export interface MasteryModel {
  /** Log-odds of an average learner on an average item, as far as abilities alone are concerned. */
  level: number;
  /** In the order of `featureNames`. */
  weights: readonly number[];
}

/** Log-odds that an answer is right: the weighted features less the item's difficulty (logits). */
export const logOddsOf = (
  { weights }: Pick<MasteryModel, 'weights'>,
  features: readonly number[],
  difficulty: number,
): number => features.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), -difficulty);

/** Probability 0–1 that the next answer to an item of this difficulty is right. */
export const chanceOfRight = (
  model: MasteryModel,
  all: Practice,
  skill: Practice,
  difficulty: number,
): number => sigmoid(logOddsOf(model, featuresOf(all, skill), difficulty));

/** One answer as a filter sees it: what was expected of it, and the variance of all that this stood on. */
interface Surprise {
  isRight: boolean;
  /** 0–1. */
  expected: number;
  doubt: number;
}

/**
 * A belief after an answer: one step of an extended Kalman filter. A surprise is shared among all that may have caused
 * it, by their variances.
 * @param sign 1 for an ability, −1 for a difficulty
 */
function believed({ mean, variance }: Belief, { isRight, expected, doubt }: Surprise, sign: 1 | -1): Belief {
  const information = expected * (1 - expected);
  const gain = variance / (1 + information * doubt);
  return {
    mean: mean + sign * gain * (Number(isRight) - expected),
    variance: variance * (1 - gain * information),
  };
}

function practised(practice: Practice, { variance, drift, kept }: Ageing, surprise: Surprise): Practice {
  const ability = believed(practice.ability, surprise, 1);
  const [hit, miss] = surprise.isRight ? [1, 0] : [0, 1];
  return {
    // Nobody becomes less known than somebody who has never answered.
    ability: { mean: ability.mean, variance: Math.min(variance, ability.variance + drift) },
    right: practice.right + hit,
    wrong: practice.wrong + miss,
    recentRight: practice.recentRight * kept + hit,
    recentWrong: practice.recentWrong * kept + miss,
  };
}

/** Practice after some days without an answer. */
export function aged(practice: Practice, days: number): Practice {
  if (days <= 0) return practice;
  const kept = 0.5 ** (days / halfLifeDays);
  return {
    ...practice,
    recentRight: practice.recentRight * kept,
    recentWrong: practice.recentWrong * kept,
  };
}

/** What an answer stands on. */
export interface Asked {
  all: Practice;
  /** In each of the skills that the item asks for. */
  skills: readonly Practice[];
  difficulty: Belief;
}

/** The one update of the model: abilities, counts and difficulty after an answer. Pure. */
export function answered(level: number, { all, skills, difficulty }: Asked, isRight: boolean): Asked {
  const share = 1 / Math.max(1, skills.length);
  const skillMean = skills.reduce((sum, { ability }) => sum + share * ability.mean, 0);
  const skillVariance = skills.reduce((sum, { ability }) => sum + share * ability.variance, 0);
  const surprise = {
    isRight,
    expected: sigmoid(level + all.ability.mean + skillMean - difficulty.mean),
    doubt: all.ability.variance + skillVariance + difficulty.variance,
  };
  return {
    all: practised(all, atLarge, surprise),
    skills: skills.map((skill) => practised(skill, inSkill, surprise)),
    difficulty: believed(difficulty, surprise, -1),
  };
}
