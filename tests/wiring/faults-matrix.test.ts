/** A part of the matrix of toxics and dependencies; `npm run prove:faults` runs all of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCell } from '../../scripts/prove/faults-cells.ts';
import {
  type Dependency,
  type FaultsWorld,
  type Services,
  startFaultsWorld,
  startServices,
} from '../../scripts/prove/faults-world.ts';
import type { ToxicName } from '../../scripts/prove/toxic-proxy.ts';

let nine: Services;
let world: FaultsWorld;
beforeAll(async () => {
  nine = await startServices();
  world = await startFaultsWorld(nine, {}, { attemptMs: 2500, budgetMs: 8000, slackMs: 6000 });
});
afterAll(async () => {
  await world.close();
  await nine.close();
});

/** Each toxic once and each service once. */
const cells: [Dependency, ToxicName][] = [
  ['auth', 'down'],
  ['directory', 'latency'],
  ['courses', 'timeout'],
  ['content', 'bandwidth'],
  ['assessment', 'reset_peer'],
  ['skills', 'limit_data'],
  ['learnerAi', 'slow_close'],
  ['devlab', 'slicer'],
  ['rag', 'down'],
];

describe('answers stay honest and in time, and are as before within five seconds,', () => {
  it.each(cells)('while %s has the toxic %s', async (dependency, toxic) => {
    // One waits for its breaker; the others have theirs closed by hand.
    const found = await runCell(world, dependency, toxic, dependency === 'courses');
    expect(found.length).toBeGreaterThan(1);
    expect(
      found.flatMap(({ problems, role, mock }) => problems.map((text) => `${role} ${mock}: ${text}`)),
    ).toEqual([]);
    expect([...world.apis.allowed.errors, ...world.apis.forbidden.errors]).toEqual([]);
  });
});
