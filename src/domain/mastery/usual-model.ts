import type { MasteryModel } from './model.ts';

export const usualMasteryModel: MasteryModel = {
  level: 0.5,
  weights: [0.5, 1, 1, 0, 0, 0, 0, 0, 0],
};
