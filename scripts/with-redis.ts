/**
 * `node scripts/with-redis.ts npm test …`: runs a command beside a private Redis, whose address is in
 * TEST_REDIS_URL, and ends with the command's exit code. Without the program Debian's package is installed,
 * when we may.
 */
import { commandBeside } from './debian-server.ts';
import { findRedis, installRedis, startRedis } from './redis-server.ts';

await commandBeside('with-redis.ts', 'TEST_REDIS_URL', () => {
  if (findRedis() === undefined) installRedis();
  return startRedis();
});
