import { describe, expect, it } from 'vitest';
import { wholeQuery } from '../../../src/application/analytics/fields.ts';
import { leaderboard } from '../../../src/application/analytics/gamification/leaderboard.ts';

const limit = wholeQuery(1, 100);
const reasonFor = (value: string) => limit.safeParse(value).error?.issues.map(({ message }) => message);

describe('a whole number in a query', () => {
  it.each([
    ['1', 1],
    ['100', 100],
    ['007', 7],
  ])('is read from its digits: %j', (text, number) => {
    expect(limit.parse(text)).toBe(number);
  });

  it.each(['0x10', ' 1', '1 ', '1e1', '1.0', '+1', '-1', '', '0b11', 'Infinity', '١'])(
    'is nothing that only looks like one: %j',
    (text) => {
      expect(reasonFor(text)).toEqual(['must be a whole number']);
    },
  );

  it('lies within its bounds', () => {
    expect(reasonFor('0')).toEqual(['must be at least 1']);
    expect(reasonFor('101')).toEqual(['must be at most 100']);
    expect(reasonFor('99999999999999999999')).not.toBeUndefined();
  });

  it('has its usual value where it is not asked for, as on the leaderboard', () => {
    expect(leaderboard.query.parse({})).toMatchObject({ limit: 20 });
    expect(leaderboard.query.safeParse({ limit: '0x10' }).success).toBe(false);
  });
});
