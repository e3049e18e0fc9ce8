import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tellableCounts } from '../../../src/domain/privacy/counts.ts';
import { type Flow, leaveRoom } from '../../../src/domain/privacy/flows.ts';
import { type Row, tellableTotals } from '../../../src/domain/privacy/totals.ts';

const flow = (from: string, to: string, people: number, is: Flow['is'] = 'hidden'): Flow => ({
  from,
  to,
  people,
  least: is === 'hidden' ? 1 : 0,
  is,
});

describe('hidden counts', () => {
  const parts = (...people: number[]) => [
    flow(
      'c',
      'a',
      people.reduce((sum, count) => sum + count, 0),
      'told',
    ),
    ...people.map((count) => flow('a', 'c', count)),
  ];

  it('have room when others can make up for them, each being at least one', () => {
    expect(leaveRoom(parts(3, 7), 10)).toBe(true);
    expect(leaveRoom(parts(3, 6), 10)).toBe(false);
    // 11 less two ones are nine.
    expect(leaveRoom(parts(3, 3, 5), 10)).toBe(true);
    expect(leaveRoom(parts(3, 3, 4), 10)).toBe(false);
  });

  it('have none alone, however large they are', () => {
    expect(leaveRoom(parts(40), 10)).toBe(false);
    expect(leaveRoom([...parts(40), flow('a', 'c', 0, 'open')], 10)).toBe(true);
  });

  it('have none below what is known of them', () => {
    expect(leaveRoom(parts(2, 1), 2)).toBe(true);
    expect(leaveRoom(parts(1, 1), 2)).toBe(false);
  });

  it('have no more room than the way that leads to it', () => {
    const through = (least: number): Flow[] => [
      flow('c', 'a', 8, 'told'),
      flow('c', 'b', 12, 'told'),
      flow('a', 'x', 3),
      flow('a', 'y', 5),
      { ...flow('b', 'x', 9), least },
      flow('b', 'y', 3),
      flow('x', 'c', 12, 'told'),
      flow('y', 'c', 8, 'told'),
    ];
    // In a the first can be seven at most: the second is one at least.
    expect(leaveRoom(through(1), 8)).toBe(true);
    expect(leaveRoom(through(1), 9)).toBe(false);
    // Six of x at least are in b: six are left for a.
    expect(leaveRoom(through(6), 7)).toBe(true);
    expect(leaveRoom(through(6), 8)).toBe(false);
  });
});

describe('totals over several groups', () => {
  const columns = ['open', 'done', 'left'] as const;
  type Column = (typeof columns)[number];
  const totals = (...groups: Record<Column, number>[]) =>
    tellableTotals(
      groups.map((counts) => ({ counts, told: tellableCounts(counts, 10) })),
      columns,
      (key) => key,
      10,
    );

  it('are told where every group tells of it', () => {
    expect(totals({ open: 20, done: 30, left: 0 }, { open: 12, done: 0, left: 0 })).toEqual({
      open: 32,
      done: 30,
      left: 0,
    });
  });

  it('are not where they less the others are one group', () => {
    expect(totals({ open: 20, done: 30, left: 12 }, { open: 20, done: 30, left: 3 })).toEqual({
      open: null,
      done: 60,
      left: null,
    });
  });

  it('are where several groups hide enough people in them', () => {
    expect(totals({ open: 20, done: 30, left: 7 }, { open: 20, done: 30, left: 5 })).toEqual({
      open: 40,
      done: 60,
      left: 12,
    });
  });

  it('are not where each of ten groups must have one of ten', () => {
    const groups = Array.from({ length: 10 }, () => ({ open: 20, done: 30, left: 1 }));
    expect(totals(...groups)).toEqual({ open: null, done: 300, left: null });
  });

  it('are of nobody for no group', () => {
    expect(totals()).toEqual({ open: 0, done: 0, left: 0 });
  });
});

/*
 * Small enough to try every table of numbers that agrees with what is told: states of which two are added up under one,
 * and groups of a few people, of whom three may be told about.
 */
describe('totals of few people', () => {
  const minimum = 3;
  const states = ['reading', 'writing', 'waiting', 'done'] as const;
  type State = (typeof states)[number];
  const columns = ['going', 'waiting', 'done'] as const;
  type Column = (typeof columns)[number];
  const columnOf = (state: State): Column => (state === 'reading' || state === 'writing' ? 'going' : state);
  /** How many are in each state, in the order of `states`. */
  type Group = readonly number[];

  const rowOf = (group: Group): Row<State> => {
    const counts = Object.fromEntries(states.map((state, at) => [state, group[at]])) as Record<State, number>;
    return { counts, told: tellableCounts(counts, minimum) };
  };
  const toldOf = (...groups: Group[]) => tellableTotals(groups.map(rowOf), columns, columnOf, minimum);
  const nothing = { going: null, waiting: null, done: null };

  it.each<[string, Group[], Record<Column, number | null>]>([
    [
      'of fewer than the minimum it is only told where nobody is, and two places are left',
      [[2, 0, 0, 0]],
      { ...nothing, waiting: 0 },
    ],
    ['exactly the minimum are told of', [[2, 1, 0, 0]], { going: 3, waiting: 0, done: 0 }],
    ['of one group no state is told that its parts leave untold', [[3, 1, 2, 1]], nothing],
    [
      'a second group, of nobody, changes nothing',
      [
        [1, 1, 0, 0],
        [0, 0, 0, 0],
      ],
      { ...nothing, waiting: 0 },
    ],
    [
      'not told are two small groups in one state: all of both would be there',
      [
        [0, 2, 0, 0],
        [0, 2, 0, 0],
      ],
      { ...nothing, waiting: 0 },
    ],
    [
      'where nobody is of two small groups is told while two states are left for both',
      [
        [0, 0, 2, 0],
        [0, 0, 0, 2],
      ],
      { ...nothing, going: 0 },
    ],
    [
      'the few whom two groups leave untold are not the total less the third',
      [
        [0, 0, 0, 4],
        [0, 1, 0, 2],
        [0, 0, 2, 0],
      ],
      nothing,
    ],
    [
      'as many as the minimum whom two groups leave untold are told of',
      [
        [0, 0, 0, 2],
        [0, 2, 0, 1],
      ],
      { ...nothing, done: 3 },
    ],
    [
      'the largest total comes first',
      [
        [0, 1, 1, 4],
        [0, 2, 0, 0],
      ],
      { ...nothing, done: 4 },
    ],
  ])('%s', (_rule, groups, told) => {
    expect(toldOf(...groups)).toEqual(told);
  });

  const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  const isToldOf = (told: Record<string, number | null>): boolean =>
    Object.values(told).some((count) => count !== null);
  const inColumn = (column: Column, counts: readonly number[]): number =>
    sumOf(counts.filter((_, at) => columnOf(states[at] as State) === column));

  /** All ways to put so many people into as many states. */
  function ways(people: number, places: number): number[][] {
    if (places === 1) return [[people]];
    return Array.from({ length: people + 1 }, (_, first) =>
      ways(people - first, places - 1).map((others) => [first, ...others]),
    ).flat();
  }

  /** The people of one group by state, in all ways that agree with its size and what is told of it alone. */
  function tablesOf(group: Group, isOnly: boolean): number[][] {
    const { told } = rowOf(group);
    const alone = isOnly ? nothing : toldOf(group);
    const knowsZeros = isOnly || isToldOf(told) || isToldOf(alone);
    return ways(sumOf(group), states.length).filter(
      (table) =>
        states.every((state, at) => {
          if (told[state] !== null) return table[at] === told[state];
          return !knowsZeros || group[at] === 0 || (table[at] ?? 0) > 0;
        }) && columns.every((column) => alone[column] === null || inColumn(column, table) === alone[column]),
    );
  }

  /** What each number that is not told, or that several groups leave untold, is in a table of all groups. */
  function secretsOf(groups: readonly Group[]): ((table: readonly Group[]) => number)[] {
    const cells = groups.flatMap((group, row) =>
      states.flatMap((state, at) =>
        rowOf(group).told[state] === null ? [(table: readonly Group[]) => table[row]?.[at] ?? 0] : [],
      ),
    );
    if (groups.length === 1) return cells;
    const untold = (column: Column) =>
      [...groups.keys()].filter((row) => toldOf(groups[row] as Group)[column] === null);
    const together = (column: Column, rows: readonly number[]) => (table: readonly Group[]) =>
      sumOf(rows.map((row) => inColumn(column, table[row] ?? [])));
    const sums = columns.flatMap((column) => untold(column).map((row) => together(column, [row])));
    // Enough of them are a group that may be told about.
    const rests = columns
      .map((column) => together(column, untold(column)))
      .filter((rest) => rest(groups) < minimum);
    return [...cells, ...sums, ...rests];
  }

  /** Whether with these totals told every other number stays hidden: a small one can be the minimum less one as well. */
  function judgeOf(groups: readonly Group[]): (told: readonly Column[]) => boolean {
    const tables = groups
      .map((group) => tablesOf(group, groups.length === 1))
      .reduce<Group[][]>(
        (all, next) => all.flatMap((before) => next.map((table) => [...before, table])),
        [[]],
      );
    const totalOf = (column: Column) => (table: readonly Group[]) =>
      sumOf(table.map((counts) => inColumn(column, counts)));
    const secrets = secretsOf(groups);
    return (told) => {
      const possible = tables.filter((table) =>
        columns.every((column) => {
          const [total, real] = [totalOf(column)(table), totalOf(column)(groups)];
          return told.includes(column) ? total === real : total > 0 || real === 0;
        }),
      );
      const few = columns.filter((column) => !told.includes(column) && totalOf(column)(groups) < minimum);
      return [...secrets, ...few.map(totalOf)].every((secret) => {
        const real = secret(groups);
        if (real === 0) return true;
        return possible.some((table) =>
          real < minimum - 1 ? secret(table) >= minimum - 1 : secret(table) !== real,
        );
      });
    };
  }

  const anySize = fc.oneof(fc.constant(0), fc.nat(2), fc.nat(5));
  const anyGroup = fc.array(anySize, { minLength: states.length, maxLength: states.length });
  const anyGroups = fc.array(anyGroup, { minLength: 1, maxLength: 3 });

  it('are told as long as every table of numbers tried leaves room for the others, the largest ones first', () => {
    fc.assert(
      fc.property(anyGroups, (groups) => {
        const told = toldOf(...groups);
        const mayBeTold = judgeOf(groups);
        const total = (column: Column) => sumOf(groups.map((group) => inColumn(column, group)));
        const before: Column[] = [];
        for (const column of columns.toSorted((a, b) => total(b) - total(a))) {
          const isFew = total(column) > 0 && total(column) < minimum;
          const expected = !isFew && mayBeTold([...before, column]) ? total(column) : null;
          expect([column, told[column]]).toEqual([column, expected]);
          if (expected !== null) before.push(column);
        }
      }),
      { numRuns: 300 },
    );
  });
});
