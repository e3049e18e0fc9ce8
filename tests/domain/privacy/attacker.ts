import { type Constraint, solve } from 'yalps';

/** A published mean of values 0–100 of a known group of people, right up to ± `halfStep`. */
export interface Fact {
  people: readonly string[];
  mean: number;
  halfStep: number;
}

/** What the mean of a group can be. */
export interface Bounds {
  low: number;
  high: number;
}

/** People in exactly the same facts, and the same side of the target: only their sum matters. */
interface Block {
  key: string;
  size: number;
  facts: number[];
  inTarget: boolean;
}

/** So that a mean written with a binary error is not a contradiction. */
const tolerance = 1e-7;

function blocksOf(facts: readonly Fact[], target: readonly string[]): Block[] {
  const groups = facts.map(({ people }) => new Set(people));
  const targets = new Set(target);
  const blocks = new Map<string, Block>();
  for (const person of new Set([...facts.flatMap(({ people }) => people), ...target])) {
    const within = groups.flatMap((group, index) => (group.has(person) ? [index] : []));
    const inTarget = targets.has(person);
    const key = `${inTarget ? 'target' : 'other'}:${within.join(',')}`;
    const block = blocks.get(key) ?? { key, size: 0, facts: within, inTarget };
    blocks.set(key, { ...block, size: block.size + 1 });
  }
  return [...blocks.values()];
}

/** The sum of a group, as far as its published mean says it. */
const sumOf = ({ people, mean, halfStep }: Fact): Constraint => ({
  min: people.length * (mean - halfStep - tolerance),
  max: people.length * (mean + halfStep + tolerance),
});

/** The sum of a block is a variable: part of every fact it is in, and of the goal if it is in the target. */
const variableOf = ({ key, facts, inTarget }: Block): [string, [string, number][]] => [
  key,
  [
    [`block ${key}`, 1],
    ...facts.map((fact): [string, number] => [`fact ${fact}`, 1]),
    ['goal', inTarget ? 1 : 0],
  ],
];

/**
 * The least and the greatest mean the target can have, over all values 0–100 of the people that agree with
 * the facts: two linear programs. The sizes of all groups are known exactly.
 */
export function bounds(facts: readonly Fact[], target: readonly string[]): Bounds {
  const blocks = blocksOf(facts, target);
  const constraints: [string, Constraint][] = [
    ...facts.map((fact, index): [string, Constraint] => [`fact ${index}`, sumOf(fact)]),
    ...blocks.map(({ key, size }): [string, Constraint] => [`block ${key}`, { max: 100 * size }]),
  ];
  const variables = blocks.map(variableOf);
  const extreme = (direction: 'minimize' | 'maximize'): number => {
    const { status, result } = solve({ direction, objective: 'goal', constraints, variables });
    if (status !== 'optimal') throw new Error(`The linear program is ${status}.`);
    return result / target.length;
  };
  return { low: extreme('minimize'), high: extreme('maximize') };
}

export const width = ({ low, high }: Bounds): number => high - low;

/** Known to within fewer than so many points. */
export const isSolved = (known: Bounds, points = 20): boolean => width(known) < points - 1e-3;
