import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PairSet } from '../../../src/domain/organization/pair-set.ts';

const number = fc.oneof(fc.nat(40), fc.nat(2 ** 26 - 1));

describe('a set of pairs', () => {
  it('knows a pair exactly when it was added, in whatever order and however many there are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { maxLength: 3000 }), (pairs) => {
        const set = new PairSet();
        const known = new Set<string>();
        for (const [first, second] of pairs) {
          expect(set.add(first, second)).toBe(!known.has(`${first} ${second}`));
          known.add(`${first} ${second}`);
        }
      }),
    );
  });

  it('tells a person and a course from the same numbers the other way round', () => {
    const set = new PairSet();
    expect([set.add(1, 2), set.add(2, 1), set.add(1, 2)]).toEqual([true, true, false]);
  });
});
