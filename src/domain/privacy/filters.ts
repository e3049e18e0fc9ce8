/** The answers of all filters for one person, as a word of 0 and 1. */
const cellOf = <T>(person: T, filters: readonly ((person: T) => boolean)[]): string =>
  filters.map((filter) => (filter(person) ? '1' : '0')).join('');

/**
 * Whether the same people may be told about under any combination of these filters: every non-empty cell of
 * their cross-classification by all the filters has at least `minimum` people. Every group that can be asked
 * for, and every difference between two such groups, is a union of these cells; so no two answers differ by a
 * smaller group. A group that is told about anyway (a department) counts as one of the filters.
 */
export function filtersAreSafe<T>(
  people: readonly T[],
  filters: readonly ((person: T) => boolean)[],
  minimum: number,
): boolean {
  const sizes = new Map<string, number>();
  for (const person of people) {
    const cell = cellOf(person, filters);
    sizes.set(cell, (sizes.get(cell) ?? 0) + 1);
  }
  return [...sizes.values()].every((size) => size >= minimum);
}
