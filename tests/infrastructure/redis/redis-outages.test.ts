import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../scripts/redis-server.ts';
import { answerOf, openProcess, soon, type TestProcess, textOf, timed, until, wait } from './processes.ts';
import { describeOnRedis } from './test-redis.ts';

/** As in production. */
const usualWaitMs = 16;
/** What a wait of 16 ms may take on a loaded test machine. */
const onceMs = 50;
const warnings = ({ said }: TestProcess) => said.filter((line) => line.startsWith('warn'));

describeOnRedis('answers while Redis is in trouble', () => {
  let server: RedisServer;
  let here: TestProcess;
  let there: TestProcess;

  beforeEach(async () => {
    server = await startRedis();
    [here, there] = await Promise.all([
      openProcess(server.url, usualWaitMs),
      openProcess(server.url, usualWaitMs),
    ]);
  });
  afterEach(async () => {
    here.close();
    there.close();
    await server.stop();
  });

  const bothUp = () => until(() => here.link.isUp && there.link.isUp);
  /** What one makes now the other gets. More than once: a busy machine can be late, and then keeps it to itself. */
  const isShared = (from: TestProcess, to: TestProcess) =>
    until(async () => {
      await from.make('after', 'shared');
      return (await to.read('after')) === 'shared';
    });
  /** The longest of some reads and makings, which all have to go well. */
  async function slowest(times: number): Promise<number> {
    let longest = 0;
    for (let time = 0; time < times; time += 1) {
      const key = `during the outage ${time}`;
      const { ms, value } = await timed(async () => {
        await here.read(key);
        await here.make(key, key);
        return here.read(key);
      });
      expect(value).toBe(key);
      longest = Math.max(longest, ms);
    }
    return longest;
  }

  it('are made and kept in each process when it is gone, said once, and shared again when it is back', async () => {
    await here.make('a', 'before');
    await server.kill();
    expect(await slowest(50)).toBeLessThan(onceMs);
    expect(await here.read('a')).toBe('before');
    await until(() => warnings(here).length === 1);
    await wait(500);
    expect(warnings(here)).toHaveLength(1);
    await server.start();
    const { ms } = await timed(bothUp);
    expect(ms).toBeLessThan(2000);
    await isShared(here, there);
    expect(here.said.at(-1)).toBe('info Redis is back');
  });

  it('cost a wait once when it is silent, then nothing, and go on by themselves when it speaks again', async () => {
    server.pause();
    const first = await timed(() => here.read('a'));
    expect(first.value).toBeUndefined();
    expect(first.ms).toBeLessThan(onceMs);
    expect(await slowest(50)).toBeLessThan(onceMs);
    const later = await timed(() => here.read('a'));
    expect(later.ms).toBeLessThan(5);
    await wait(3000);
    server.resume();
    const { ms } = await timed(bothUp);
    expect(ms).toBeLessThan(2000);
    await isShared(here, there);
    expect(warnings(here)).toHaveLength(1);
  }, 30_000);

  it('that were purged meanwhile are forgotten here at once and elsewhere as soon as it is back', async () => {
    await until(async () => {
      await here.make('a', 'old');
      return (await there.read('a')) === 'old';
    });
    server.pause();
    const { ms } = await timed(() => here.cache.purge(['tag of a']));
    // Longer than a read: it is acknowledged without the others only when Redis has had its chance.
    expect(ms).toBeLessThan(3000);
    expect(here.outcomes).toEqual(['owed']);
    expect(here.cache.peek('a')).toBeUndefined();
    server.resume();
    await until(() => there.cache.peek('a') === undefined);
    await bothUp();
    expect([await here.read('a'), await there.read('a')]).toEqual([undefined, undefined]);
  });

  it('are not taken from Redis while it has not heard of their purge', async () => {
    await until(async () => {
      await here.make('a', 'old');
      return (await there.read('a')) === 'old';
    });
    // The purge cannot be said, yet reading works: as for a user who may only read.
    const admin = new Redis(server.url);
    await admin.acl('SETUSER', 'default', '-del');
    await here.cache.purge(['tag of a']);
    await until(() => here.link.isUp);
    expect(await here.read('a')).toBeUndefined();
    await admin.acl('SETUSER', 'default', '+del');
    await until(() => there.cache.peek('a') === undefined);
    admin.disconnect();
  });

  it('are kept in each process, and purged everywhere, when its memory is full', async () => {
    await until(async () => {
      await here.make('a', 'old');
      return (await there.read('a')) === 'old';
    });
    const admin = new Redis(server.url);
    await admin.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'noeviction');
    await expect(admin.set('one', 'more')).rejects.toThrow(/OOM/);
    expect(await slowest(50)).toBeLessThan(onceMs);
    // Longer than a process may go on without being noted.
    await wait(700);
    expect(textOf(there.cache.peek('a'))).toBe('old');
    expect(here.link.isUp).toBe(true);
    await here.cache.purge(['tag of a']);
    await until(() => there.cache.peek('a') === undefined, 1000);
    expect(await there.read('a')).toBeUndefined();
    expect(warnings(here)).toEqual(['warn Redis refuses; what it would keep is kept in this process only']);
    await admin.config('SET', 'maxmemory', '0');
    await isShared(here, there);
    admin.disconnect();
  });

  it('do not make others wait for a process that was told too late that it is its turn', async () => {
    server.pause();
    const late = here.cache.begin('a', ['tag of a'], soon());
    const { value: making } = await timed(() => late);
    server.resume();
    await bothUp();
    // Still being made here, without the turn.
    const { value, ms } = await timed(() => there.cache.begin('a', ['tag of a'], soon()));
    expect(value.made).toBeUndefined();
    expect(ms).toBeLessThan(400);
    making.end();
    value.end();
  });

  it('do not make others wait for a process that found the way shut when it had made them', async () => {
    const making = await there.cache.begin('a', ['tag of a'], soon());
    const waiting = timed(() => here.cache.begin('a', ['tag of a'], soon()));
    await wait(30);
    // What a pause of the maker itself looks like from inside.
    await there.link.ask(() => new Promise(() => undefined));
    expect(there.link.isUp).toBe(false);
    making.keep(answerOf('made'));
    making.end();
    const { value, ms } = await waiting;
    expect(textOf(value.made)).toBe('made');
    expect(ms).toBeLessThan(500);
    value.end();
  });

  it('are made here when it goes away while another process makes them', async () => {
    await there.cache.begin('a', ['tag of a'], soon());
    const waiting = timed(() => here.cache.begin('a', ['tag of a'], soon()));
    await wait(100);
    await server.kill();
    const { value, ms } = await waiting;
    expect(ms).toBeLessThan(400);
    value.keep(answerOf('own'));
    value.end();
    expect(await here.read('a')).toBe('own');
  });

  it('that were made under a server that has lost everything are not believed afterwards', async () => {
    await here.make('a', 'old');
    await server.kill();
    await there.cache.purge(['tag of a']);
    await server.start();
    await until(() => here.cache.peek('a') === undefined);
    await bothUp();
    expect(await here.read('a')).toBeUndefined();
  });

  it('are shared as soon as a server comes that was not there at the start', async () => {
    await server.kill();
    const { value: late, ms } = await timed(() => openProcess(server.url, usualWaitMs));
    expect(ms).toBeLessThan(1500);
    await late.make('a', 'alone');
    expect(await late.read('a')).toBe('alone');
    expect(warnings(late)).toHaveLength(1);
    await server.start();
    await until(() => late.link.isUp && here.link.isUp);
    await isShared(late, here);
    late.close();
  });
});
