import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../scripts/redis-server.ts';
import { stopwatch, timed } from '../../fixtures/lateness.ts';
import {
  answerOf,
  beforeLockEndMs,
  openProcess,
  soon,
  type TestProcess,
  textOf,
  until,
  wait,
} from './processes.ts';
import { describeOnRedis } from './test-redis.ts';

/**
 * Long beside what a busy machine needs for a reply, so that only a server in trouble is waited for so long; short beside
 * the second after which its socket is given up, so that a wait of every call would be seen.
 */
const waitMs = 300;
/** Said once for every outage. */
const outages = ({ said }: TestProcess) =>
  said.filter((line) => line === 'warn Redis cannot be reached; each process goes on with its own memory');
/** Each may wait; together they cost hardly more than one of them would. */
const rounds = 50;

describeOnRedis('answers while Redis is in trouble', () => {
  let server: RedisServer;
  let here: TestProcess;
  let there: TestProcess;

  beforeEach(async () => {
    server = await startRedis();
    [here, there] = await Promise.all([openProcess(server.url, waitMs), openProcess(server.url, waitMs)]);
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
  /** What reads and makings cost together, which all have to go well. */
  async function costOf(times: number): Promise<number> {
    const taken = stopwatch();
    for (let time = 0; time < times; time += 1) {
      const key = `during the outage ${time}`;
      await here.read(key);
      await here.make(key, key);
      expect(await here.read(key)).toBe(key);
    }
    return taken().ownMs;
  }

  it('are made and kept in each process when it is gone, said once, and shared again when it is back', async () => {
    await here.make('a', 'before');
    await server.kill();
    // Its lines end one after the other; what is remembered is believed when it is known that nobody can be asked.
    await until(() => here.link.isAway);
    expect(await costOf(rounds)).toBeLessThan(2 * waitMs);
    expect(await here.read('a')).toBe('before');
    await until(() => outages(here).length === 1);
    await wait(500);
    expect(outages(here)).toHaveLength(1);
    await server.start();
    const { ownMs } = await timed(bothUp);
    expect(ownMs).toBeLessThan(2000);
    await isShared(here, there);
    expect(here.said.at(-1)).toBe('info Redis is back');
  });

  it('cost a wait once when it is silent, then nothing, and go on by themselves when it speaks again', async () => {
    server.pause();
    const first = await timed(() => here.read('a'));
    expect(first.value).toBeUndefined();
    expect(first.ms).toBeGreaterThan(waitMs - 10);
    expect(first.ownMs).toBeLessThan(2 * waitMs);
    const others = Array.from({ length: rounds }, (_, index) => `other ${index}`);
    const later = await timed(async () => {
      for (const key of others) expect(await here.read(key)).toBeUndefined();
    });
    expect(later.ownMs).toBeLessThan(waitMs);
    // Until it is known that nobody can be asked, what is remembered here may have been purged elsewhere.
    await until(() => outages(here).length === 1);
    expect(await costOf(rounds)).toBeLessThan(2 * waitMs);
    await wait(3000);
    server.resume();
    const { ownMs } = await timed(bothUp);
    expect(ownMs).toBeLessThan(2000);
    await isShared(here, there);
    expect(outages(here)).toHaveLength(1);
  });

  it('that were purged meanwhile are forgotten here at once and elsewhere as soon as it is back', async () => {
    await until(async () => {
      await here.make('a', 'old');
      return (await there.read('a')) === 'old';
    });
    server.pause();
    const { ownMs } = await timed(() => here.cache.purge(['tag of a']));
    // Longer than a read: it is acknowledged without the others only when Redis has had its chance.
    expect(ownMs).toBeLessThan(3000);
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
    await costOf(rounds);
    // Longer than a process may go on without being noted.
    await wait(700);
    await until(() => textOf(there.cache.peek('a')) === 'old');
    expect(await here.link.ask((call) => call('SET', 'one', 'more'))).toBeUndefined();
    expect(here.link.isUp).toBe(true);
    await here.cache.purge(['tag of a']);
    const { ownMs } = await timed(() => until(() => there.cache.peek('a') === undefined));
    expect(ownMs).toBeLessThan(1000);
    expect(await there.read('a')).toBeUndefined();
    expect(here.said.filter((line) => line.includes('refuses'))).toEqual([
      'warn Redis refuses; what it would keep is kept in this process only',
    ]);
    await admin.config('SET', 'maxmemory', '0');
    await isShared(here, there);
    admin.disconnect();
  });

  it('are made by one process for all also when a reply has just been late', async () => {
    let time = 0;
    // More than once: a busy machine may be later than anybody waits.
    await until(async () => {
      time += 1;
      const [key, tags] = [`just late ${time}`, ['a tag']];
      await bothUp();
      server.pause();
      await here.read(key);
      server.resume();
      if (here.link.isUp) return false;
      const making = await here.cache.begin(key, tags, soon());
      const others = there.cache.begin(key, tags, soon());
      making.keep(answerOf('made once'), ['another tag']);
      making.end();
      return textOf((await others).made) === 'made once';
    });
  });

  it('do not make others wait for a process that was told too late that it is its turn', async () => {
    server.pause();
    const late = here.cache.begin('a', ['tag of a'], soon());
    const { value: making } = await timed(() => late);
    server.resume();
    await bothUp();
    // Still being made here, without the turn.
    const { value, ownMs } = await timed(() => there.cache.begin('a', ['tag of a'], soon()));
    expect(value.made).toBeUndefined();
    expect(ownMs).toBeLessThan(beforeLockEndMs);
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
    const { value, ownMs } = await waiting;
    expect(textOf(value.made)).toBe('made');
    // The maker's wait, and not until its lock ends.
    expect(ownMs).toBeLessThan(beforeLockEndMs);
    value.end();
  });

  it('are made here when it goes away while another process makes them', async () => {
    await there.cache.begin('a', ['tag of a'], soon());
    const waiting = timed(() => here.cache.begin('a', ['tag of a'], soon()));
    await wait(100);
    await server.kill();
    const { value, ownMs } = await waiting;
    expect(ownMs).toBeLessThan(beforeLockEndMs);
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
    const { value: late, ownMs } = await timed(() => openProcess(server.url, waitMs));
    expect(ownMs).toBeLessThan(1500);
    await late.make('a', 'alone');
    expect(await late.read('a')).toBe('alone');
    expect(outages(late)).toHaveLength(1);
    await server.start();
    await until(() => late.link.isUp && here.link.isUp);
    await isShared(late, here);
    late.close();
  });
});
