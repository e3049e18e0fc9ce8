import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, suppressedCells, totalIsTellable } from '../../../src/domain/privacy/suppression.ts';

const cellsOf = (...people: number[]): Cell[] =>
  people.map((count, at) => ({ key: `d${at}`, people: count }));
const suppressedOf = (minimum: number, ...people: number[]): string[] =>
  [...suppressedCells(cellsOf(...people), minimum)].sort();

const anyCells = fc
  .array(fc.oneof(fc.nat(12), fc.nat(60)), { maxLength: 10 })
  .map((people) => cellsOf(...people));
const anyMinimum = fc.integer({ min: 5, max: 30 });
const peopleOf = (cells: readonly Cell[]): number => cells.reduce((sum, { people }) => sum + people, 0);

describe('the groups that are suppressed', () => {
  it('are those below the minimum, and the smallest other one: one alone is the rest of the total', () => {
    expect(suppressedOf(10, 3, 40, 25, 60)).toEqual(['d0', 'd2']);
    expect(suppressedOf(10, 9, 1, 25, 60)).toEqual(['d0', 'd1']);
  });

  it('are together at least the minimum', () => {
    expect(suppressedOf(10, 2, 3, 25, 60)).toEqual(['d0', 'd1', 'd2']);
    expect(suppressedOf(5, 2, 3, 25, 60)).toEqual(['d0', 'd1']);
  });

  it('are the first of equal ones', () => {
    expect(suppressedOf(10, 20, 3, 20, 20)).toEqual(['d0', 'd1']);
  });

  it('are all when there are not enough, but never an empty one', () => {
    expect(suppressedOf(10, 3, 0, 4)).toEqual(['d0', 'd2']);
    expect(suppressedOf(10, 3, 0)).toEqual(['d0']);
    expect(suppressedOf(10, 0, 10, 30)).toEqual([]);
    expect(suppressedOf(10)).toEqual([]);
  });

  it('are none when all are large enough or empty', () => {
    fc.assert(
      fc.property(anyCells, anyMinimum, (cells, minimum) => {
        const large = cells.filter(({ people }) => people === 0 || people >= minimum);
        expect(suppressedCells(large, minimum).size).toBe(0);
      }),
    );
  });

  it('hold every group below the minimum, at least two, at least the minimum of people; or are all', () => {
    fc.assert(
      fc.property(anyCells, anyMinimum, (cells, minimum) => {
        const keys = suppressedCells(cells, minimum);
        const suppressed = cells.filter(({ key }) => keys.has(key));
        const visible = cells.filter(({ key, people }) => people > 0 && !keys.has(key));
        expect(visible.every(({ people }) => people >= minimum)).toBe(true);
        expect(suppressed.every(({ people }) => people > 0)).toBe(true);
        if (suppressed.length === 0 || visible.length === 0) return;
        expect(suppressed.length).toBeGreaterThanOrEqual(2);
        expect(peopleOf(suppressed)).toBeGreaterThanOrEqual(minimum);
      }),
    );
  });

  it('are no more than that takes: without the largest the rule would not hold', () => {
    fc.assert(
      fc.property(anyCells, anyMinimum, (cells, minimum) => {
        const keys = suppressedCells(cells, minimum);
        const sorted = cells.filter(({ key }) => keys.has(key)).sort((a, b) => a.people - b.people);
        const largest = sorted.pop();
        if (largest === undefined || largest.people < minimum) return;
        expect(sorted.length < 2 || peopleOf(sorted) < minimum).toBe(true);
      }),
    );
  });

  it('stay suppressed when the minimum is raised', () => {
    fc.assert(
      fc.property(anyCells, anyMinimum, fc.nat(30), (cells, minimum, more) => {
        const raised = suppressedCells(cells, minimum + more);
        for (const key of suppressedCells(cells, minimum)) expect(raised).toContain(key);
      }),
    );
  });

  it('are of the same sizes in whatever order the groups come', () => {
    const shuffled = anyCells.chain((cells) =>
      fc.tuple(fc.constant(cells), fc.shuffledSubarray(cells, { minLength: cells.length })),
    );
    const sizes = (cells: readonly Cell[], minimum: number): number[] => {
      const keys = suppressedCells(cells, minimum);
      return cells.flatMap(({ key, people }) => (keys.has(key) ? [people] : [])).sort((a, b) => a - b);
    };
    fc.assert(
      fc.property(shuffled, anyMinimum, ([cells, others], minimum) => {
        expect(sizes(others, minimum)).toEqual(sizes(cells, minimum));
      }),
    );
  });
});

describe('the total', () => {
  it('is told of at least the minimum of people', () => {
    const told = (...people: number[]) => {
      const cells = cellsOf(...people);
      return totalIsTellable(cells, suppressedCells(cells, 10), 10);
    };
    expect([told(3, 40), told(10), told(5, 5)]).toEqual([true, true, true]);
    expect([told(5, 4), told(0, 0), told()]).toEqual([false, false, false]);
  });

  it('is not told when the suppressed groups, its difference to the others, are too few people', () => {
    expect(totalIsTellable(cellsOf(3, 40), new Set(['d0']), 10)).toBe(false);
  });

  it('may be told with the suppression of this module whenever it is of enough people', () => {
    fc.assert(
      fc.property(anyCells, anyMinimum, (cells, minimum) => {
        const told = totalIsTellable(cells, suppressedCells(cells, minimum), minimum);
        expect(told).toBe(peopleOf(cells) >= minimum);
      }),
    );
  });
});
