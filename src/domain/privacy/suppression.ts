/** One of several disjoint groups that together make a published total. */
export interface Cell {
  key: string;
  people: number;
}

const peopleIn = (cells: readonly Cell[]): number => cells.reduce((sum, { people }) => sum + people, 0);

/** At least two cells, so that none is the total less the others; together a group one may tell about. */
const hideEachOther = (cells: readonly Cell[], minimum: number): boolean =>
  cells.length >= 2 && peopleIn(cells) >= minimum;

/** The cells with somebody in them, smallest first, equal ones in the order of the list. */
export const smallestFirst = (cells: readonly Cell[]): Cell[] =>
  cells.filter(({ people }) => people > 0).sort((a, b) => a.people - b.people);

/**
 * Which groups must not be told about.
 *
 * Primary: a group of at least one and fewer than `minimum` people. Complementary: what is suppressed can be
 * had by taking the others from the total, so at least two non-empty groups are suppressed, with at least
 * `minimum` people between them; the smallest further ones (of equals the first in the list) go for that.
 * When there are not enough, all non-empty groups are suppressed. An empty group is a zero, not a group.
 * @returns the keys of the suppressed groups: always the smallest ones, and more of them for a larger minimum
 */
export function suppressedCells(cells: readonly Cell[], minimum: number): Set<string> {
  const sorted = smallestFirst(cells);
  let count = sorted.filter(({ people }) => people < minimum).length;
  if (count === 0) return new Set();
  while (count < sorted.length && !hideEachOther(sorted.slice(0, count), minimum)) count += 1;
  return new Set(sorted.slice(0, count).map(({ key }) => key));
}

/**
 * Whether the figure for all groups together may be told: they are at least `minimum` people, and the
 * difference to the groups that are told (the suppressed ones together) is nobody or at least as many.
 */
export function totalIsTellable(
  cells: readonly Cell[],
  suppressed: ReadonlySet<string>,
  minimum: number,
): boolean {
  const hidden = peopleIn(cells.filter(({ key }) => suppressed.has(key)));
  return peopleIn(cells) >= minimum && (hidden === 0 || hidden >= minimum);
}
