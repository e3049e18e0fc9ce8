/** What is counted against a caller, in one process and in several: the same verdicts. */
import { describe, expect, it } from 'vitest';
import { startRedis } from '../../../scripts/redis-server.ts';
import type { Act, Suspicions } from '../../../src/application/ports/suspicions.ts';
import { penaltyMs } from '../../../src/domain/identity/abuse.ts';
import { MemorySuspicions } from '../../../src/infrastructure/auth/memory-suspicions.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { RedisLink } from '../../../src/infrastructure/redis/link.ts';
import { RedisSuspicions } from '../../../src/infrastructure/redis/redis-suspicions.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';
import { describeOnRedis } from '../redis/test-redis.ts';

const act = (thing: string, changes: Partial<Act> = {}): Act => ({
  ...{ abuse: 'probing', caller: 'user u-1', most: 3, thing },
  ...changes,
});
const nothing = { refusedMs: 0, strike: null };
async function noteAll(suspicions: Suspicions, things: readonly string[], changes: Partial<Act> = {}) {
  const verdicts = [];
  for (const thing of things) verdicts.push(await suspicions.note(act(thing, changes)));
  return verdicts;
}

describe('a penalty', () => {
  it('is a minute, four times as long each time, and an hour at most', () => {
    expect([1, 2, 3, 4, 5, 99].map((strikes) => penaltyMs(strikes) / 60_000)).toEqual([1, 4, 16, 60, 60, 60]);
  });
});

describe('suspicions of one process', () => {
  it('count different things of one caller and kind, and begin anew with each strike', async () => {
    const clock = stoppedClock();
    const suspicions = new MemorySuspicions(clock);
    expect(await noteAll(suspicions, ['a', 'b', 'a', 'c', 'c', 'b'])).toEqual(Array(6).fill(nothing));
    for (const other of [{ caller: 'user u-2' }, { abuse: 'scraping' } as const])
      expect(suspicions.note(act('d', other))).toEqual(nothing);
    expect(suspicions.note(act('d'))).toEqual({ refusedMs: 60_000, strike: 1 });
    expect(suspicions.note(act('e'))).toEqual({ refusedMs: 60_000, strike: null });
    clock.advance(20_000);
    expect(await noteAll(suspicions, ['f', 'g', 'h'])).toEqual([
      { refusedMs: 40_000, strike: null },
      { refusedMs: 40_000, strike: null },
      { refusedMs: 240_000, strike: 2 },
    ]);
  });

  it('forget things after ten minutes and strikes after a day', async () => {
    const clock = stoppedClock();
    const suspicions = new MemorySuspicions(clock);
    await noteAll(suspicions, ['a', 'b', 'c']);
    clock.advance(600_000);
    expect(suspicions.note(act('d'))).toEqual(nothing);
    expect((await noteAll(suspicions, ['a', 'b', 'c'])).at(-1)?.strike).toBe(1);
    clock.advance(86_400_000);
    expect((await noteAll(suspicions, ['a', 'b', 'c', 'd'])).at(-1)?.strike).toBe(1);
  });

  it('hold a bounded number of callers', async () => {
    const suspicions = new MemorySuspicions(stoppedClock());
    for (let caller = 0; caller < 20_001; caller += 1)
      suspicions.note(act('a', { caller: `address ${caller}` }));
    expect(suspicions.has(act('a', { caller: 'address 0' }))).toBe(false);
    expect(suspicions.has(act('a', { caller: 'address 1' }))).toBe(true);
  });
});

describeOnRedis('suspicions of several processes', () => {
  it('are one: told once, felt everywhere, each thing counted once', async () => {
    const server = await startRedis();
    const links: RedisLink[] = [];
    const process = async () => {
      const link = new RedisLink({ urls: [server.url], waitMs: 500, logger: silentLogger });
      links.push(link);
      await link.open(1000);
      return new RedisSuspicions(link, new MemorySuspicions(stoppedClock()), digest);
    };
    try {
      const [here, there] = [await process(), await process()];
      expect(await noteAll(here, ['a', 'b', 'a'])).toEqual(Array(3).fill(nothing));
      expect(await noteAll(there, ['a', 'b', 'c'])).toEqual(Array(3).fill(nothing));
      expect(await here.note(act('d'))).toEqual({ refusedMs: 60_000, strike: 1 });
      const felt = await there.note(act('e'));
      expect([felt.strike, felt.refusedMs > 59_000]).toEqual([null, true]);
      const again = await noteAll(there, ['f', 'g', 'h']);
      expect(again.map(({ strike }) => strike)).toEqual([null, null, 2]);
      expect(again.at(-1)?.refusedMs).toBe(240_000);
      // Alone while Redis is away: with what it has seen itself.
      await server.kill();
      const alone = await noteAll(there, ['i', 'j', 'k', 'l'], { caller: 'user u-9' });
      expect(alone.map(({ strike }) => strike)).toEqual([null, null, null, 1]);
    } finally {
      for (const link of links) link.close();
      await server.stop();
    }
  });
});
