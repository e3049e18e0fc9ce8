/**
 * An online logistic model of right and wrong answers. Each item has a difficulty and each learner a state per
 * skill: counts of right and wrong answers, the recent ones counting more. An answer moves the item's difficulty
 * a step against the surprise (Elo; Pelánek 2016), and the state by what was answered.
 */

/** What is known of a learner in one skill. */
export interface SkillState {
  right: number;
  wrong: number;
  /** Right and wrong answers, each day of age counting less. */
  recentRight: number;
  recentWrong: number;
  /** Epoch ms of the last answer. */
  at: number;
}

/** Constants of the model, from the literature on performance factors; they are not fitted to anyone's data yet. */
export const masteryConstants = {
  intercept: 0.4,
  right: 0.25,
  wrong: -0.12,
  recent: 0.9,
  /** Days after which an answer counts half. */
  halfLifeDays: 30,
  /** Step of an item's difficulty after its n-th answer: base / (1 + n × damping). */
  step: 0.4,
  damping: 0.05,
  /** A rating further from the middle than this many logits says no more than one at it. */
  hardestLogits: 4,
} as const;

const dayMs = 86_400_000;
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

export const noState: SkillState = { right: 0, wrong: 0, recentRight: 0, recentWrong: 0, at: 0 };

const decay = (state: SkillState, at: number) =>
  state.at === 0 ? 0 : 0.5 ** (Math.max(0, at - state.at) / dayMs / masteryConstants.halfLifeDays);

/** The difficulty that a service's rating (logits, as in item response theory) stands for; unrated is the middle. */
export function ratedDifficulty(rating: number | null): number {
  const { hardestLogits } = masteryConstants;
  return Math.min(hardestLogits, Math.max(-hardestLogits, rating ?? 0));
}

/** Probability 0–1 that the next answer to an item of this difficulty is right. */
export function chanceOfRight(state: SkillState, difficulty: number, at: number): number {
  const { intercept, right, wrong, recent } = masteryConstants;
  const faded = decay(state, at);
  const recentRight = state.recentRight * faded;
  const recentWrong = state.recentWrong * faded;
  // Smoothed by one answer of each kind, so that one answer does not say everything.
  const recentShare = (recentRight - recentWrong) / (recentRight + recentWrong + 2);
  const practice = right * Math.log1p(state.right) + wrong * Math.log1p(state.wrong);
  return logistic(intercept + practice + recent * recentShare - difficulty);
}

/** The state after an answer. */
export function answered(state: SkillState, isRight: boolean, at: number): SkillState {
  const faded = decay(state, at);
  return {
    right: state.right + (isRight ? 1 : 0),
    wrong: state.wrong + (isRight ? 0 : 1),
    recentRight: state.recentRight * faded + (isRight ? 1 : 0),
    recentWrong: state.recentWrong * faded + (isRight ? 0 : 1),
    at: Math.max(state.at, at),
  };
}

/** The item's difficulty after an answer that had the given chance of being right; it was the n-th to the item. */
export function movedDifficulty(difficulty: number, expected: number, isRight: boolean, n: number): number {
  const { step, damping } = masteryConstants;
  return difficulty + (step / (1 + n * damping)) * (expected - (isRight ? 1 : 0));
}
