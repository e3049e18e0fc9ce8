import { verdict } from '../figures.ts';

/** One promise about speed, and what was seen of it. */
export interface Row {
  what: string;
  /** With its unit. */
  seen: string;
  /** What was promised, in words. */
  goal: string;
  holds: boolean;
}

export const header = ['what', 'seen', 'goal', ''];
export const cellsOf = ({ what, seen, goal, holds }: Row): string[] => [what, seen, goal, verdict(holds)];

export const ms = (value: number): string => `${value.toFixed(1)} ms`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
