import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlagRule, isLetIn } from '../../src/domain/flags.ts';

const rule = (everywhere: FlagRule['everywhere'], organizations: Record<string, number | boolean> = {}) => ({
  everywhere,
  organizations: new Map(Object.entries(organizations)),
});

describe('a flag', () => {
  it.each([
    [undefined, null, null, true],
    [rule(true), 'org-1', 99.99, true],
    [rule(false), 'org-1', 0, false],
    [rule(0), 'org-1', 0, false],
    [rule(100), 'org-1', 99.99, true],
    [rule(25), 'org-1', 24.99, true],
    [rule(25), 'org-1', 25, false],
    [rule(true, { 'org-1': false }), 'org-1', 0, false],
    [rule(true, { 'org-1': false }), 'org-2', 0, true],
    [rule(false, { 'org-1': 50 }), 'org-1', 49, true],
    [rule(true, { 'org-1': false }), null, 0, true],
    // Nobody in particular is in only when all are.
    [rule(99), null, null, false],
    [rule(100), null, null, true],
  ])('with %j lets somebody of %s at place %s in: %s', (given, organizationId, place, expected) => {
    expect(isLetIn(given, organizationId, place)).toBe(expected);
  });

  it('takes an organization by its name and nothing that every object has', () => {
    expect(isLetIn(rule(false), 'constructor', 0)).toBe(false);
  });

  it('keeps whom it has let in when the percentage rises', () => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    const place = fc.double({ min: 0, max: 100, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(percent, percent, place, (one, other, at) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        return !isLetIn(rule(less), 'org-1', at) || isLetIn(rule(more), 'org-1', at);
      }),
    );
  });
});
