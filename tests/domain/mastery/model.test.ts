import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Asked,
  aged,
  answered,
  atLarge,
  chanceOfRight,
  featureNames,
  featuresOf,
  inSkill,
  itemBelief,
  noPractice,
  type Practice,
} from '../../../src/domain/mastery/model.ts';
import { usualMasteryModel } from '../../../src/domain/mastery/usual-model.ts';

const beginner = { all: noPractice(atLarge), skills: [noPractice(inSkill)], difficulty: itemBelief(null) };
const chance = (all: Practice, skill: Practice, difficulty = 0) =>
  chanceOfRight(usualMasteryModel, all, skill, difficulty);

/** A learner after answers to one unrated item each. */
const learnerAfter = (answers: readonly boolean[]) =>
  answers.reduce<Asked>(
    (known, isRight) => ({ ...answered(0, known, isRight), difficulty: itemBelief(null) }),
    beginner,
  );

describe('the mastery model', () => {
  it('without any answer gives the level: 1 / (1 + e^−0.48) = 0.618', () => {
    expect(chance(beginner.all, noPractice(inSkill))).toBeCloseTo(0.6177, 4);
    expect(featuresOf(beginner.all, noPractice(inSkill))).toEqual([1, ...featureNames.slice(1).map(() => 0)]);
  });

  it('shares a surprise by variance: at even odds a right answer moves .8, .2 and .6 by half over 1 + .25·1.6', () => {
    const { all, skills, difficulty } = answered(0, beginner, true);
    expect(all.ability.mean).toBeCloseTo((0.8 * 0.5) / 1.4, 12);
    expect(skills[0]?.ability.mean).toBeCloseTo((0.2 * 0.5) / 1.4, 12);
    expect(difficulty.mean).toBeCloseTo((-0.6 * 0.5) / 1.4, 12);
    expect(difficulty.variance).toBeCloseTo(0.6 * (1 - (0.6 * 0.25) / 1.4), 12);
  });

  it('takes a rating as difficulty as far as four logits, and is surer of a rated item', () => {
    expect([itemBelief(1).mean, itemBelief(75).mean, itemBelief(-75).mean]).toEqual([1, 4, -4]);
    expect(itemBelief(0).variance).toBeLessThan(itemBelief(null).variance);
    const { all } = beginner;
    expect(chance(all, noPractice(inSkill), 1)).toBeLessThan(chance(all, noPractice(inSkill), 0));
  });

  it('expects more after a right answer than after a wrong one, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (answers) => {
        const known = learnerAfter(answers);
        const next = (isRight: boolean) => {
          const { all, skills } = answered(0, known, isRight);
          return chance(all, skills[0] ?? noPractice(inSkill));
        };
        expect(next(true)).toBeGreaterThan(next(false));
        expect(next(true)).toBeLessThan(1);
        expect(next(false)).toBeGreaterThan(0);
      }),
    );
  });

  it('never doubts more than of somebody unknown, and never becomes certain', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (answers) => {
        const { all, skills } = learnerAfter(answers);
        for (const [{ ability }, { variance }] of [
          [all, atLarge],
          [skills[0] ?? noPractice(inSkill), inSkill],
        ] as const) {
          expect(ability.variance).toBeGreaterThan(0);
          expect(ability.variance).toBeLessThanOrEqual(variance);
        }
      }),
    );
  });

  it('halves what was answered thirty days ago, and leaves the counts', () => {
    const { all } = learnerAfter([true, true, false]);
    const later = aged(all, 30);
    expect(later.recentRight).toBeCloseTo(all.recentRight / 2, 12);
    expect(later).toMatchObject({ right: 2, wrong: 1, ability: all.ability });
    expect(aged(all, 0)).toBe(all);
  });

  it('changes nothing that it was given', () => {
    const before = structuredClone(beginner);
    answered(0, beginner, true);
    expect(beginner).toEqual(before);
  });
});
