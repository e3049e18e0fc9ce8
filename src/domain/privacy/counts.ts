import { type Cell, smallestFirst, suppressedCells } from './suppression.ts';

const sumOf = (cells: readonly Cell[]): number => cells.reduce((sum, { people }) => sum + people, 0);

/**
 * Whether suppressed counts leave one another too little room. Each of them is known to be at least one, so
 * their sum must allow any of them to be `minimum` − 1; ten counts with the sum of ten are all one.
 */
const areGuessable = (cells: readonly Cell[], minimum: number): boolean =>
  sumOf(cells) - (cells.length - 1) < minimum - 1;

/** `suppressedCells`, and the smallest further ones until they cannot be guessed; null when all can. */
function hiddenCounts(cells: readonly Cell[], minimum: number): readonly Cell[] | null {
  const sorted = smallestFirst(cells);
  let count = suppressedCells(cells, minimum).size;
  if (count === 0) return [];
  while (count < sorted.length && areGuessable(sorted.slice(0, count), minimum)) count += 1;
  const hidden = sorted.slice(0, count);
  return areGuessable(hidden, minimum) ? null : hidden;
}

function tellable(cells: readonly Cell[], minimum: number): (number | null)[] {
  const total = sumOf(cells);
  const hidden = total > 0 && total < minimum ? null : hiddenCounts(cells, minimum);
  const keys = new Set(hidden?.map(({ key }) => key));
  return cells.map(({ key, people }) => (hidden === null || keys.has(key) ? null : people));
}

/**
 * How many people are in each of several disjoint buckets, as far as it may be told: `suppressedCells`, and
 * further ones as long as the suppressed counts could be guessed from their sum. Of fewer than `minimum`
 * people in all, and where even all non-empty counts could be guessed, not even the zeros are told: where a
 * small group is not says where it is.
 *
 * Whoever knows the sum and this rule cannot tell of any suppressed count that it is below `minimum` − 2.
 * @returns people, null where suppressed
 */
export function tellableCounts<K extends string>(
  counts: Record<K, number>,
  minimum: number,
): Record<K, number | null> {
  const entries: [string, number][] = Object.entries(counts);
  const told = tellable(
    entries.map(([key, people]) => ({ key, people })),
    minimum,
  );
  return Object.fromEntries(entries.map(([key], index) => [key, told[index] ?? null])) as Record<
    K,
    number | null
  >;
}

/** `tellableCounts` over a list of counts. */
export const tellableHistogram = (counts: readonly number[], minimum: number): (number | null)[] =>
  tellable(
    counts.map((people, index) => ({ key: String(index), people })),
    minimum,
  );
