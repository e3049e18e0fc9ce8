/** A class that never was, whose true difficulties and chances are known: what a model can be held against. */
import { sigmoid } from '../../src/domain/prediction/logistic.ts';
import { type Random, seededRandom } from '../../src/domain/statistics/random.ts';
import type { Answer } from './answers.ts';

export interface SyntheticClass {
  seed: number;
  learners: number;
  skills: number;
  itemsPerSkill: number;
  /** Median number of answers per learner; some give a few, some very many. */
  answersEach: number;
  /** How far learners differ in each skill beyond their ability at large, standard deviation in logits. */
  skillSpread: number;
  /** What doubling the practice of a skill adds, logits; learners differ by half of it. */
  gain: number;
  /** Chance of being right without knowing, and of being wrong in spite of it. */
  guess: number;
  slip: number;
}

export interface SyntheticAnswer extends Answer {
  /** The true chance that it would be right. */
  chance: number;
}

const abilitySpread = 0.9;
const easeSpread = 0.7;
const itemSpread = 0.8;
const answersSpread = 0.9;
/** Whoever is right so often in a row goes on to something else. */
const mastery = 4;

/** Standard normal (Box & Muller 1958). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The answers of one learner: skill after skill, in blocks, as exercises are set. */
function answersOf(
  learner: number,
  difficulties: readonly number[],
  { skills, itemsPerSkill, answersEach, skillSpread, gain, guess, slip }: SyntheticClass,
  random: Random,
): SyntheticAnswer[] {
  const ability = abilitySpread * normal(random);
  const own = Array.from({ length: skills }, () => ({
    ability: skillSpread * normal(random),
    gain: gain * (1 + normal(random) / 2),
    practised: 0,
  }));
  const wanted = Math.max(5, Math.round(answersEach * Math.exp(answersSpread * normal(random))));
  const answers: SyntheticAnswer[] = [];
  let skill = Math.floor(random() * skills);
  while (answers.length < wanted) {
    skill = random() < 0.7 ? (skill + 1) % skills : Math.floor(random() * skills);
    const state = own[skill] as (typeof own)[number];
    const block = 3 + Math.floor(15 * random() * random());
    for (let inBlock = 0, streak = 0; inBlock < block && streak < mastery; inBlock += 1) {
      // Some items are asked far more often than others.
      const item = skill * itemsPerSkill + Math.floor(itemsPerSkill * random() ** 1.7);
      const learnt = state.gain * Math.log2(1 + state.practised);
      const known = sigmoid(ability + state.ability + learnt - (difficulties[item] ?? 0));
      const chance = guess + (1 - guess - slip) * known;
      const isRight = random() < chance;
      streak = isRight ? streak + 1 : 0;
      state.practised += 1;
      answers.push({ learner, item, skills: [skill], isRight, chance });
    }
  }
  return answers;
}

/**
 * Answers in order, learner by learner, and the true difficulty of every item (logits). The same for the same seed.
 */
export function syntheticClass(options: SyntheticClass): {
  answers: SyntheticAnswer[];
  difficulties: number[];
} {
  const { seed, learners, skills, itemsPerSkill } = options;
  const random = seededRandom(seed);
  const difficulties = Array.from({ length: skills }, () => -0.3 + easeSpread * normal(random)).flatMap(
    (ease) => Array.from({ length: itemsPerSkill }, () => ease + itemSpread * normal(random)),
  );
  const answers = Array.from({ length: learners }, (_, learner) =>
    answersOf(learner, difficulties, options, random),
  ).flat();
  return { answers, difficulties };
}

/** As a school's exercise site may look: many items with few answers each, people who guess and slip. */
export const schoolLike: SyntheticClass = {
  seed: 2009,
  learners: 1000,
  skills: 60,
  itemsPerSkill: 40,
  answersEach: 45,
  skillSpread: 0.6,
  gain: 0.25,
  guess: 0.08,
  slip: 0.06,
};
