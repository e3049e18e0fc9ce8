/** How well the mastery model foresees answers of learners that it was not fitted to. */
import type { Foretold } from '../quality.ts';
import type { Answer } from './answers.ts';
import { fitMastery, follow } from './fit.ts';

export const folds = 5;

/** Every learner's answers as foreseen by a model fitted to the other folds; learners are dealt out by their number. */
export function foreseenByFold(answers: readonly Answer[], which = folds): Foretold[][] {
  return Array.from({ length: which }, (_, fold) => {
    const isTested = ({ learner }: Answer) => learner % folds === fold;
    const model = fitMastery(answers.filter((answer) => !isTested(answer)));
    const foreseen: Foretold[] = [];
    follow(model, answers.filter(isTested), true, ({ logOdds, answer }) => {
      foreseen.push({ logOdds, happened: answer.isRight });
    });
    return foreseen;
  });
}
