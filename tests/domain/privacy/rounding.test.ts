import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideOne, hideOneOrNull, hidingStep } from '../../../src/domain/privacy/rounding.ts';

const anyPeople = fc.integer({ min: 1, max: 5000 });
const anyValue = fc.double({ min: 0, max: 100, noNaN: true });

describe('the step that hides one person', () => {
  it.each([
    [5, 20],
    [9, 20],
    [10, 10],
    [19, 10],
    [20, 5],
    [50, 2],
    [100, 1],
    [200, 0.5],
    [500, 0.2],
    [1000, 0.1],
    [100_000, 0.1],
    [1, 100],
    [0, 100],
  ])('for %i people is %d points', (people, step) => {
    expect(hidingStep(people)).toBe(step);
  });

  it('goes with the range', () => {
    expect([hidingStep(10, 1), hidingStep(1000, 1), hidingStep(20, 10)]).toEqual([0.1, 0.001, 0.5]);
  });

  it('times the people is at least the range, and never grows with them', () => {
    fc.assert(
      fc.property(anyPeople, fc.nat(100), (people, more) => {
        expect(people * hidingStep(people)).toBeGreaterThanOrEqual(100);
        expect(hidingStep(people + more)).toBeLessThanOrEqual(hidingStep(people));
      }),
    );
  });
});

describe('a mean that hides one person', () => {
  it('is a multiple of the step, half-way to the even one, without −0 and without dust', () => {
    expect([hideOne(44.9, 10), hideOne(45, 10), hideOne(55, 10), hideOne(62.4, 20)]).toEqual([
      40, 40, 60, 60,
    ]);
    expect([hideOne(0.3, 1000), hideOne(0.35, 1000), hideOne(0.25, 1000)]).toEqual([0.3, 0.4, 0.2]);
    expect(hideOne(0.3004, 1000, 1)).toBe(0.3);
    expect(Object.is(hideOne(-0.01, 1000), 0)).toBe(true);
  });

  it('is null for null', () => {
    expect([hideOneOrNull(null, 10), hideOneOrNull(44.9, 10)]).toEqual([null, 40]);
  });

  it('is right up to half a step, stays in the range, and says itself again', () => {
    fc.assert(
      fc.property(anyValue, anyPeople, (value, people) => {
        const told = hideOne(value, people);
        expect(Math.abs(told - value)).toBeLessThanOrEqual(hidingStep(people) / 2 + 1e-6);
        expect(told).toBeGreaterThanOrEqual(0);
        expect(told).toBeLessThanOrEqual(100);
        expect(hideOne(told, people)).toBe(told);
      }),
    );
  });

  it('has no more decimals than its step', () => {
    fc.assert(
      fc.property(anyValue, anyPeople, (value, people) => {
        expect(String(hideOne(value, people))).toMatch(/^\d+(\.\d)?$/);
      }),
    );
  });

  it('never falls when the value rises', () => {
    fc.assert(
      fc.property(anyValue, anyValue, anyPeople, (a, b, people) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(hideOne(low, people)).toBeLessThanOrEqual(hideOne(high, people));
      }),
    );
  });
});
