import type { Temper } from './demo-cast.ts';

/** What is to become of somebody in one course. */
export type Fate = 'finishes' | 'fades' | 'withdraws' | 'never_starts';

/** How likely each is, by temper (percent). */
export const fates: Record<Temper, [[Fate, number], ...[Fate, number][]]> = {
  thriving: [
    ['finishes', 96],
    ['fades', 3],
    ['withdraws', 1],
  ],
  steady: [
    ['finishes', 82],
    ['fades', 9],
    ['withdraws', 9],
  ],
  fading: [
    ['finishes', 55],
    ['fades', 25],
    ['withdraws', 20],
  ],
  sporadic: [
    ['finishes', 50],
    ['fades', 28],
    ['withdraws', 22],
  ],
  absent: [
    ['never_starts', 75],
    ['withdraws', 25],
  ],
};

/** Time taken against time planned. */
export const paces: Record<Temper, [least: number, most: number]> = {
  thriving: [0.6, 0.85],
  steady: [0.8, 1.08],
  fading: [0.8, 1.05],
  sporadic: [0.9, 1.4],
  absent: [1, 1],
};

/** The demo's learners have fates of their own in the course they share. */
export const demoFates: Record<string, { fate: Fate; pace: number; endsAfter?: number }> = {
  thriving: { fate: 'finishes', pace: 0.64 },
  fading: { fate: 'fades', pace: 0.95, endsAfter: 26 },
  newcomer: { fate: 'finishes', pace: 0.9 },
  elsewhere: { fate: 'finishes', pace: 0.95 },
};
