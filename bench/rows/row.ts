import { verdict } from '../figures.ts';

/** One promise about speed, and what was seen of it. */
export interface Row {
  what: string;
  /** With its unit. */
  seen: string;
  /** What was promised, in words. */
  goal: string;
  /** Null = nothing was promised; it is there to compare. */
  holds: boolean | null;
}

export const header = ['what', 'seen', 'goal', ''];
export const cellsOf = ({ what, seen, goal, holds }: Row): string[] => [
  what,
  seen,
  goal,
  holds === null ? '' : verdict(holds),
];

export const ms = (value: number): string => `${value.toFixed(1)} ms`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
