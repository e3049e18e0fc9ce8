import { type Flow, leaveRoom } from './flows.ts';

/** The people of one group by state: how many there are, and what is told of that group alone. */
export interface Row<K extends string> {
  counts: Record<K, number>;
  told: Record<K, number | null>;
}

const all = 'everybody';

const keysOf = <K extends string>(counts: Record<K, unknown>): K[] => Object.keys(counts) as K[];
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const cellOf = (row: string, column: string): string => `${row} ${column}`;
const restOf = (column: string): string => `rest of ${column}`;

function cellsOf<K extends string>(
  { counts, told }: Row<K>,
  row: string,
  toOf: (key: K) => string,
  knowsZeros: boolean,
): Flow[] {
  return keysOf(counts).map((key) => ({
    from: row,
    to: toOf(key),
    people: counts[key],
    least: knowsZeros ? Math.min(1, counts[key]) : 0,
    is: told[key] === null ? 'hidden' : 'told',
  }));
}

const tellsAny = (told: Record<string, number | null>): boolean =>
  Object.values(told).some((count) => count !== null);

const peopleTo = (flows: readonly Flow[], node: string): number =>
  sumOf(flows.filter(({ to }) => to === node).map(({ people }) => people));

/** What the groups do not tell of a state, as one number: a total less the told groups is this, so a small one hides. */
function restsOf(flows: readonly Flow[], columns: readonly string[], minimum: number): Flow[] {
  return columns.map((column) => {
    const people = peopleTo(flows, restOf(column));
    return { from: restOf(column), to: column, people, least: 0, is: people < minimum ? 'hidden' : 'open' };
  });
}

/**
 * How many people of several groups are in each state together, as far as it may be told beside what is told of each
 * group alone: its states (`tellableCounts`), and these added up by this same function. A total less the groups that are
 * told is what the others have. The largest totals come first, each when with it all that is not told still leaves
 * room; see `leaveRoom`. The size of every group counts as known: its people are in its states and nowhere else.
 * @param columnOf the state under which a state of the groups is added up
 * @returns people, null where suppressed
 */
export function tellableTotals<K extends string, C extends string>(
  rows: readonly Row<K>[],
  columns: readonly C[],
  columnOf: (key: K) => C,
  minimum: number,
): Record<C, number | null> {
  const groups = rows.map((row, index): Flow[] => {
    const name = `group ${index}`;
    const alone = rows.length === 1 ? null : tellableTotals([row], columns, columnOf, minimum);
    // Where nothing at all is told of a group, not even zeros are known; else what is not told is somebody.
    const knowsZeros = alone === null || tellsAny(row.told) || tellsAny(alone);
    const cells = cellsOf(row, name, (key) => cellOf(name, columnOf(key)), knowsZeros);
    const sums = columns.map(
      (column): Flow => ({
        from: cellOf(name, column),
        to: alone === null || alone[column] !== null ? column : restOf(column),
        people: peopleTo(cells, cellOf(name, column)),
        least: 0,
        is: alone === null ? 'open' : alone[column] === null ? 'hidden' : 'told',
      }),
    );
    return [...cells, ...sums];
  });
  const known = [...groups.flat(), ...restsOf(groups.flat(), columns, minimum)];
  const totals = Object.fromEntries(columns.map((column) => [column, peopleTo(known, column)])) as Record<
    C,
    number
  >;
  const isSmall = (column: C) => totals[column] > 0 && totals[column] < minimum;
  const isOf = (column: C, told: ReadonlySet<C>): Flow['is'] => {
    if (told.has(column)) return 'told';
    return isSmall(column) ? 'hidden' : 'open';
  };
  const flowsWith = (told: ReadonlySet<C>): Flow[] => [
    ...known,
    ...columns.map((column) => ({
      from: column,
      to: all,
      people: totals[column],
      least: Math.min(1, totals[column]),
      is: isOf(column, told),
    })),
  ];
  const told = new Set<C>();
  for (const column of columns.toSorted((a, b) => totals[b] - totals[a])) {
    if (!isSmall(column) && leaveRoom(flowsWith(new Set([...told, column])), minimum)) told.add(column);
  }
  return Object.fromEntries(
    columns.map((column) => [column, told.has(column) ? totals[column] : null]),
  ) as Record<C, number | null>;
}
