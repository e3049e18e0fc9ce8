import { expect, it } from 'vitest';
import { penaltyMs } from '../../../src/domain/identity/abuse.ts';

it('who does too much is refused for a minute, each time four times as long, up to an hour', () => {
  const minutes = [1, 2, 3, 4, 5, 100].map((strikes) => penaltyMs(strikes) / 60_000);
  expect(minutes).toEqual([1, 4, 16, 60, 60, 60]);
});
