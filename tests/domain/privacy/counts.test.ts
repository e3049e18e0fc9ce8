import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tellableCounts, tellableHistogram } from '../../../src/domain/privacy/counts.ts';

const anyCounts = fc.array(fc.oneof(fc.nat(4), fc.nat(40)), { maxLength: 10 });
const anyMinimum = fc.integer({ min: 5, max: 30 });
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** All lists of `length` counts up to `largest`. */
function allCounts(length: number, largest: number): number[][] {
  if (length === 0) return [[]];
  const shorter = allCounts(length - 1, largest);
  return shorter.flatMap((counts) => Array.from({ length: largest + 1 }, (_, count) => [...counts, count]));
}

/** What each count can be for someone who knows the answer, the rule, and the total if it is told. */
function possibleCounts(length: number, largest: number, minimum: number): Map<string, Set<number>[]> {
  const possible = new Map<string, Set<number>[]>();
  for (const counts of allCounts(length, largest)) {
    const total = sumOf(counts);
    const answer = JSON.stringify([total < minimum ? 0 : total, tellableHistogram(counts, minimum)]);
    const sets = possible.get(answer) ?? counts.map(() => new Set<number>());
    for (const [at, count] of counts.entries()) sets[at]?.add(count);
    possible.set(answer, sets);
  }
  return possible;
}

describe('counts that may be told', () => {
  it('leave out those below the minimum and the smallest other one, and tell zeros', () => {
    expect(tellableCounts({ low: 3, medium: 40, high: 25, none: 0 }, 10)).toEqual({
      low: null,
      medium: 40,
      high: null,
      none: 0,
    });
    expect(tellableHistogram([0, 12, 30, 4, 9], 10)).toEqual([0, 12, 30, null, null]);
  });

  it('are all when all are large enough or nobody is there', () => {
    expect(tellableHistogram([10, 0, 30], 10)).toEqual([10, 0, 30]);
    expect(tellableHistogram([0, 0], 10)).toEqual([0, 0]);
    expect(tellableCounts({}, 10)).toEqual({});
  });

  it('are not even the zeros of fewer people than the minimum: all the others would be in one bucket', () => {
    expect(tellableHistogram([0, 3, 0], 10)).toEqual([null, null, null]);
    expect(tellableHistogram([0, 5, 4], 10)).toEqual([null, null, null]);
    expect(tellableHistogram([0, 9, 0], 10)).toEqual([null, null, null]);
    expect(tellableHistogram([0, 10, 0], 10)).toEqual([0, 10, 0]);
  });

  it('leave out no more when each suppressed one could be the minimum less one', () => {
    // Nine and one, or one and nine; of three that are ten together the largest is eight.
    expect(tellableHistogram([1, 9, 30, 40], 10)).toEqual([null, null, 30, 40]);
    expect(tellableHistogram([1, 1, 8, 30, 40], 10)).toEqual([null, null, null, null, 40]);
  });

  it('leave out another one when the sum of the suppressed ones gives them away as ones', () => {
    const ones = Array.from({ length: 10 }, () => 1);
    expect(tellableHistogram([...ones, 50, 60], 10)).toEqual([...ones.map(() => null), null, 60]);
    expect(tellableHistogram([...ones, 0], 10)).toEqual([...ones.map(() => null), null]);
  });

  it('never say a count between zero and the minimum, nor leave out a single one', () => {
    fc.assert(
      fc.property(anyCounts, anyMinimum, (counts, minimum) => {
        const told = tellableHistogram(counts, minimum);
        for (const [at, count] of told.entries()) {
          if (count === null) continue;
          expect(count).toBe(counts[at]);
          expect(count === 0 || count >= minimum).toBe(true);
        }
        const hidden = told.flatMap((count, at) => (count === null ? [counts[at] ?? 0] : []));
        if (hidden.length === 0 || sumOf(counts) < minimum) return;
        expect(hidden.length).toBeGreaterThanOrEqual(2);
        expect(sumOf(hidden)).toBeGreaterThanOrEqual(minimum);
      }),
    );
  });

  it('are the same by name and by place', () => {
    fc.assert(
      fc.property(anyCounts, anyMinimum, (counts, minimum) => {
        const named = Object.fromEntries(counts.map((count, at) => [`b${at}`, count]));
        expect(Object.values(tellableCounts(named, minimum))).toEqual(tellableHistogram(counts, minimum));
      }),
    );
  });

  // That a count is exactly the minimum less one, or the complement exactly the smallest told one, can come
  // out in rare cases (10, 9, 9: were one of the nines an eight, the other would be a ten, and the first ten
  // hidden instead of told): that is no smaller than what may be told, save one person.
  it.each([
    [5, 2, 20],
    [5, 3, 16],
    [5, 4, 12],
    [5, 5, 7],
    [10, 2, 40],
    [10, 3, 30],
  ])(
    'cannot be told to be small by trying all: minimum %i, %i buckets of up to %i',
    (minimum, length, largest) => {
      for (const [answer, sets] of possibleCounts(length, largest, minimum)) {
        const [total, told] = JSON.parse(answer) as [number, (number | null)[]];
        if (total === 0) continue;
        const suppressed = sets.filter((_, at) => told[at] === null).map((set) => [...set]);
        expect(suppressed.filter((counts) => Math.max(...counts) < minimum - 2)).toEqual([]);
        expect(suppressed.filter((counts) => counts.length < 3 && Math.max(...counts) < minimum - 1)).toEqual(
          [],
        );
      }
    },
  );
});
