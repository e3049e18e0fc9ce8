import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { openFeatureFlags } from '../../../src/infrastructure/flags/open-feature.ts';

function rulesOf(text: object) {
  const read = readConfig({ FLAGS: JSON.stringify(text) });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config.FLAGS ?? {};
}
const open = (rules: object) => openFeatureFlags(rulesOf(rules), randomUUID());
const learner = (number: number, organizationId = 'org-1') => ({ userId: `u-${number}`, organizationId });

describe('flags by rules', () => {
  it('are on without a rule, for anybody and nobody', async () => {
    const { isOn } = await open({ predictions: false });
    expect(await isOn('narratives', learner(1))).toBe(true);
    expect(await isOn('narratives', { userId: null, organizationId: null })).toBe(true);
    expect(await isOn('predictions', learner(1))).toBe(false);
  });

  it('let in about as many as they say, always the same, and others for another flag', async () => {
    const rules = { predictions: 20, eventStream: { everywhere: false, organizations: { 'org-1': 20 } } };
    const [one, again] = [await open(rules), await open(rules)];
    const people = Array.from({ length: 2000 }, (_, number) => learner(number));
    const of = (flags: typeof one, flag: 'predictions' | 'eventStream') =>
      Promise.all(people.map((person) => flags.isOn(flag, person)));
    const [first, second, other] = await Promise.all([
      of(one, 'predictions'),
      of(again, 'predictions'),
      of(one, 'eventStream'),
    ]);
    // 400 ± five standard deviations of a binomial.
    const lets = first.filter(Boolean).length;
    expect(lets).toBeGreaterThan(310);
    expect(lets).toBeLessThan(490);
    expect(second).toEqual(first);
    const both = first.filter((isIn, at) => isIn && other[at]).length;
    expect(both).toBeLessThan(140);
  });

  it('give an organization one place when nobody of it is asked about', async () => {
    const { isOn } = await open({ narratives: 50 });
    const whole = (organizationId: string) => isOn('narratives', { userId: null, organizationId });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, number) => whole(`org-${number}`)));
    expect(new Set(answers).size).toBe(2);
  });

  it('follow new rules at once', async () => {
    const { isOn, useRules } = await open({ mockFallback: { organizations: { 'org-1': false } } });
    expect(await isOn('mockFallback', learner(1))).toBe(false);
    expect(await isOn('mockFallback', learner(1, 'org-2'))).toBe(true);
    useRules(rulesOf({ mockFallback: { everywhere: false, organizations: { 'org-1': true } } }));
    expect(await isOn('mockFallback', learner(1))).toBe(true);
    expect(await isOn('mockFallback', learner(1, 'org-2'))).toBe(false);
  });
});
