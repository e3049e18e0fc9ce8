import { describe, it } from 'vitest';
import { findRedis } from '../../../scripts/redis-server.ts';

/**
 * A suite that hurts a real Redis, so that it starts its own. Without the program it is one skipped line, and in
 * CI, where nothing may pass by being skipped, one failure.
 */
export function describeOnRedis(name: string, suite: () => void): void {
  const hint = 'there is no redis-server; run under scripts/with-redis.ts, which installs it';
  if (findRedis() !== undefined) describe(name, suite);
  else if (process.env.CI !== 'true') it.skip(`${name}: ${hint}`, () => undefined);
  else
    it(name, () => {
      throw new Error(hint);
    });
}
