import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filtersAreSafe } from '../../../src/domain/privacy/filters.ts';

interface Person {
  senior: boolean;
  remote: boolean;
}

const isSenior = ({ senior }: Person): boolean => senior;
const isRemote = ({ remote }: Person): boolean => remote;
const group = (count: number, senior: boolean, remote: boolean): Person[] =>
  Array.from({ length: count }, () => ({ senior, remote }));

describe('filters', () => {
  it('are safe when every combination is nobody or enough people', () => {
    const people = [...group(10, true, true), ...group(12, true, false), ...group(30, false, false)];
    expect(filtersAreSafe(people, [isSenior, isRemote], 10)).toBe(true);
    expect(filtersAreSafe(people, [isSenior, isRemote], 11)).toBe(false);
  });

  it('are not when two large groups differ by a few people: 40 seniors, 39 of them not remote', () => {
    const people = [...group(39, true, false), ...group(1, true, true), ...group(40, false, true)];
    expect(filtersAreSafe(people, [isSenior], 10)).toBe(true);
    expect(filtersAreSafe(people, [isRemote], 10)).toBe(true);
    expect(filtersAreSafe(people, [isSenior, isRemote], 10)).toBe(false);
  });

  it('are not when those who are filtered out are few', () => {
    expect(filtersAreSafe([...group(50, true, true), ...group(1, false, true)], [isSenior], 10)).toBe(false);
  });

  it('are safe for nobody; none at all are when all the people are enough', () => {
    expect(filtersAreSafe([], [isSenior], 10)).toBe(true);
    expect([
      filtersAreSafe(group(10, true, true), [], 10),
      filtersAreSafe(group(9, true, true), [], 10),
    ]).toEqual([true, false]);
  });

  it('that are safe never let two of their combinations differ by a small group', () => {
    const sizes = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30), fc.nat(30));
    const choices = [
      () => true,
      isSenior,
      isRemote,
      (person: Person) => isSenior(person) && isRemote(person),
    ];
    const pair = fc.tuple(fc.constantFrom(...choices), fc.constantFrom(...choices));
    fc.assert(
      fc.property(sizes, pair, fc.integer({ min: 5, max: 15 }), ([a, b, c, d], [one, other], minimum) => {
        const people = [
          ...group(a, true, true),
          ...group(b, true, false),
          ...group(c, false, true),
          ...group(d, false, false),
        ];
        fc.pre(filtersAreSafe(people, [isSenior, isRemote], minimum));
        const difference = people.filter((person) => one(person) && !other(person)).length;
        expect(difference === 0 || difference >= minimum).toBe(true);
      }),
    );
  });

  it('that are safe are so with one of them fewer', () => {
    const anyone = fc.record({ senior: fc.boolean(), remote: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyone, { maxLength: 80 }), fc.integer({ min: 5, max: 15 }), (people, minimum) => {
        if (!filtersAreSafe(people, [isSenior, isRemote], minimum)) return;
        expect(filtersAreSafe(people, [isSenior], minimum)).toBe(true);
      }),
    );
  });
});
