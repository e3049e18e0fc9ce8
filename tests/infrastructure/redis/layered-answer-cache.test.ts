import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
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

describeOnRedis('answers that two processes share', () => {
  let server: RedisServer;
  let admin: Redis;
  let here: TestProcess;
  let there: TestProcess;

  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
  });
  beforeEach(async () => {
    await admin.flushall();
    [here, there] = await Promise.all([openProcess(server.url), openProcess(server.url)]);
  });
  afterEach(() => {
    here.close();
    there.close();
  });
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
  });

  const storedKeys = () => admin.keys('learning-analytics:answer:*');
  const entries = async () => (await storedKeys()).filter((key) => !key.endsWith(':lock'));
  const stored = () => until(async () => (await entries()).length > 0);

  it('come from Redis as they were made, and the next time at once', async () => {
    const answer = answerOf('velocity of u-1');
    const making = await here.cache.begin('a', ['learner:u-1'], soon());
    making.keep(answer);
    making.end();
    await stored();
    expect(there.cache.peek('a')).toBeUndefined();
    expect(await there.cache.get('a', ['learner:u-1'])).toEqual(answer);
    expect(there.cache.get('a', ['learner:u-1'])).toEqual(answer);
    expect(there.cache.peek('a')).toEqual(answer);
  });

  it('are stored small when they are large, end with their time, and name nobody in their key', async () => {
    await here.make('learner:u-1', 'x'.repeat(50_000));
    await stored();
    const [key = ''] = await storedKeys();
    expect(await admin.strlen(key)).toBeLessThan(2000);
    expect(key).not.toContain('u-1');
    // Of 180 s at most a tenth less.
    expect(await admin.pttl(key)).toBeGreaterThan(161_000);
    expect(await admin.pttl(key)).toBeLessThan(180_000);
    expect(await there.read('learner:u-1')).toHaveLength(50_000);
  });

  it('are taken anew from Redis when the own one is past its time', async () => {
    here.memory.set('a', answerOf('old', -1000), ['tag of a']);
    await there.make('a', 'new');
    await stored();
    expect(await here.read('a')).toBe('new');
  });

  it('are forgotten everywhere within 100 ms when one process says so', async () => {
    const latencies: number[] = [];
    for (let round = 0; round < 200; round += 1) {
      await here.make('a', `round ${round}`);
      await until(async () => (await there.read('a')) === `round ${round}`);
      const taken = stopwatch();
      const purged = here.cache.purge(['tag of a']);
      while (there.cache.peek('a') !== undefined) await new Promise(setImmediate);
      latencies.push(taken().ownMs);
      await purged;
      expect([await here.read('a'), await there.read('a')]).toEqual([undefined, undefined]);
    }
    latencies.sort((a, b) => a - b);
    const [p50 = 0, p99 = 0] = [latencies[99], latencies[197]];
    process.stdout.write(`purges seen elsewhere: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms\n`);
    expect(p99).toBeLessThan(100);
  });

  /** Another process that listens; it confirms when it is told to. */
  async function stranger() {
    const line = admin.duplicate();
    const heard = Promise.withResolvers<string>();
    await line.subscribe('learning-analytics:purged', 'learning-analytics:confirmed:stranger');
    line.on('message', (_channel, text) => heard.resolve(text));
    const confirm = async () => {
      const [, by, message] = /confirm:([^:]+):([^:"]+)/.exec(await heard.promise) ?? [];
      await admin.publish(`learning-analytics:confirmed:${by}`, `${message} stranger`);
    };
    /** Comes back when Redis knows that it has left. */
    const leave = async () => {
      line.disconnect();
      await until(
        async () => !(await admin.pubsub('CHANNELS')).includes('learning-analytics:confirmed:stranger'),
      );
    };
    return { confirm, leave };
  }

  it('are purged as soon as every process that listens has confirmed it, and not before', async () => {
    const { confirm, leave } = await stranger();
    let isDone = false;
    const purged = timed(() => here.cache.purge(['tag of a'])).finally(() => {
      isDone = true;
    });
    await wait(150);
    expect(isDone).toBe(false);
    await confirm();
    // Less than it would have been waited for beyond that.
    expect((await purged).ownMs).toBeLessThan(450);
    expect(here.outcomes).toEqual(['confirmed']);
    await leave();
  });

  it('are not believed when they were begun before the last process had heard of the purge', async () => {
    const { confirm, leave } = await stranger();
    const purged = here.cache.purge(['tag of a']);
    await wait(100);
    // As of a process that still remembers what a service said before: made after the purge, of facts from before it.
    const late = await openProcess(server.url);
    await late.make('a', 'of old facts');
    await wait(100);
    // Nor does anybody who has heard of it take it over, and keep it beyond the confirmation.
    expect(await there.read('a')).toBeUndefined();
    await confirm();
    await purged;
    expect([await there.read('a'), await openAndRead('a')]).toEqual([undefined, undefined]);
    late.close();
    await leave();
  });

  it('are shared again once a purge is acknowledged, also while its next one is under way', async () => {
    await Promise.all([here.cache.purge(['tag of a']), there.cache.purge(['tag of a'])]);
    await here.make('a', 'anew');
    await stored();
    expect(await there.read('a')).toBe('anew');
  });

  it('are purged after half a second when a process says nothing, which is told once', async () => {
    const { leave } = await stranger();
    for (const _ of [1, 2]) {
      const { ms, ownMs } = await timed(() => here.cache.purge(['tag of a']));
      expect(ms).toBeGreaterThan(490);
      expect(ownMs).toBeLessThan(900);
    }
    expect(here.outcomes).toEqual(['waited', 'waited']);
    expect(here.said).toEqual(['warn a process has not confirmed a purge; it was waited for']);
    await leave();
    expect((await timed(() => here.cache.purge(['tag of a']))).ownMs).toBeLessThan(250);
  });

  it('wait also for a process whose line was cut a moment ago, as it may not have noticed', async () => {
    await admin.zadd('learning-analytics:listeners', Date.now() + 10_000, 'cut off');
    await here.cache.purge(['tag of a']);
    expect(here.outcomes).toEqual(['waited']);
  });

  it('are asked for in Redis, and made by each alone, when purges may not have been heard for half a second', async () => {
    await there.make('a', 'old');
    await until(async () => (await here.read('a')) === 'old');
    expect(here.cache.era()).toBe(here.cache.era());
    // Not heard of as a listener any more, so that nobody waits for it; its line still stands.
    await admin.acl('SETUSER', 'default', '-eval');
    try {
      await until(() => !here.cache.hearsPurges());
      expect(here.cache.peek('a')).toBeUndefined();
      expect(await here.read('a')).toBe('old');
      await admin.del('learning-analytics:tag:tag of a');
      expect(await here.read('a')).toBeUndefined();
      expect(here.cache.era()).not.toBe(here.cache.era());
    } finally {
      await admin.acl('SETUSER', 'default', '+eval');
    }
    await until(() => here.cache.hearsPurges());
  });

  it('are not kept by anybody when they were purged while they were being made', async () => {
    const late = await here.cache.begin('a', ['tag of a'], soon());
    const own = await there.cache.begin('b', ['tag of a'], soon());
    await there.cache.purge(['tag of a']);
    // Both have heard of it by now; nothing comes later that would put things right.
    await wait(50);
    late.keep(answerOf('old'));
    late.end();
    own.keep(answerOf('old too'));
    own.end();
    await wait(50);
    for (const { read } of [here, there])
      expect([await read('a'), await read('b', ['tag of a'])]).toEqual([undefined, undefined]);
  });

  it('do not come back, nor stay in Redis, when a late writer has never heard of the purge', async () => {
    const late = await here.cache.begin('a', ['tag of a'], soon());
    // As a process that hears nothing: the edition is gone and no message has come.
    await admin.del('learning-analytics:tag:tag of a');
    late.keep(answerOf('old'));
    late.end();
    await wait(100);
    expect(await entries()).toEqual([]);
    expect(await there.read('a')).toBeUndefined();
  });

  it('stay purged when Redis loses what it knew of their tags, as after an eviction', async () => {
    await here.make('a', 'old');
    await stored();
    await there.cache.purge(['tag of a']);
    await there.make('a', 'new');
    await admin.del('learning-analytics:tag:tag of a');
    await here.make('b', 'other', ['tag of a']);
    expect(await openAndRead('a')).toBeUndefined();
  });

  async function openAndRead(key: string, tags?: readonly string[]): Promise<string | undefined> {
    const fresh = await openProcess(server.url);
    try {
      return await fresh.read(key, tags);
    } finally {
      fresh.close();
    }
  }

  it('are made by one process while the others wait for them', async () => {
    const making = await here.cache.begin('a', ['tag of a'], soon());
    const other = timed(() => there.cache.begin('a', ['tag of a'], soon()));
    await wait(150);
    making.keep(answerOf('made once'));
    making.end();
    const { value, ms, ownMs } = await other;
    value.end();
    expect(textOf(value.made)).toBe('made once');
    expect(ms).toBeGreaterThan(140);
    expect(ownMs).toBeLessThan(beforeLockEndMs);
    await until(() => textOf(there.cache.peek('a')) === 'made once');
  });

  it('are made by each that waited, at once, when the first came to nothing', async () => {
    const making = await here.cache.begin('a', ['tag of a'], soon());
    const others = [1, 2].map(() => timed(() => there.cache.begin('a', ['tag of a'], soon())));
    await wait(100);
    making.end();
    for (const { value, ownMs } of await Promise.all(others)) {
      expect(value.made).toBeUndefined();
      expect(ownMs).toBeLessThan(beforeLockEndMs);
      value.end();
    }
  });

  it('are not waited for by a caller who has left', async () => {
    const making = await here.cache.begin('a', ['tag of a'], soon());
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 60);
    const { value, ownMs } = await timed(() => there.cache.begin('a', ['tag of a'], leaving.signal));
    expect(value.made).toBeUndefined();
    expect(ownMs).toBeLessThan(300);
    making.end();
    value.end();
  });

  it('cost two seconds at most when the process that makes them is killed', async () => {
    const holder = spawn(
      process.execPath,
      [fileURLToPath(new URL('holder-process.ts', import.meta.url)), server.url, 'a'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    const waiting = timed(() => here.cache.begin('a', ['tag of a'], soon()));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const { value, ms, ownMs } = await waiting;
    expect(value.made).toBeUndefined();
    expect(ms).toBeGreaterThan(1000);
    expect(ownMs).toBeLessThan(2400);
    value.keep(answerOf('after all'));
    value.end();
    await stored();
    expect(await there.read('a')).toBe('after all');
  });

  it('are not overwritten by one that was taken for dead and comes late', async () => {
    const late = await here.cache.begin('a', ['tag of a'], soon());
    const [lock = ''] = (await storedKeys()).filter((key) => key.endsWith(':lock'));
    await admin.del(lock);
    const second = await there.cache.begin('a', ['tag of a'], soon());
    late.keep(answerOf('late'));
    late.end();
    await wait(50);
    expect((await storedKeys()).filter((key) => !key.endsWith(':lock'))).toEqual([]);
    second.keep(answerOf('newer'));
    second.end();
    await stored();
    expect(await openAndRead('a')).toBe('newer');
  });

  it('are compared with their editions after a gap in the channel, and only the purged ones forgotten', async () => {
    for (const key of ['a', 'b']) {
      await there.make(key, key);
      await until(async () => (await here.read(key)) === key);
    }
    // Nobody listens now, until the lines are there again.
    await admin.client('KILL', 'TYPE', 'PUBSUB');
    await there.cache.purge(['tag of a']);
    await until(() => here.cache.peek('a') === undefined);
    // While nothing is heard own answers are compared one by one.
    expect([await here.read('a'), await here.read('b')]).toEqual([undefined, 'b']);
    await until(() => textOf(here.cache.peek('b')) === 'b');
    expect(here.cache.peek('a')).toBeUndefined();
  });

  it('are given to nobody after a gap in the channel until they are compared, and everybody else is told', async () => {
    await there.make('a', 'old');
    await until(async () => (await here.read('a')) === 'old');
    const before = here.gaps.length;
    await admin.client('KILL', 'TYPE', 'PUBSUB');
    await there.cache.purge(['tag of a']);
    const seen = new Set<string>();
    while (here.gaps.length === before) await new Promise(setImmediate);
    for (const end = Date.now() + 200; Date.now() < end; await new Promise(setImmediate))
      seen.add(textOf(here.cache.peek('a')) ?? 'nothing');
    expect([...seen]).toEqual(['nothing']);
  });

  it('are deleted from Redis when a tag is purged, whoever made them and in whatever space', async () => {
    await here.make('a', 'of one', ['learner:u-1', 'tenant:org-1']);
    await there.make('b', 'of one too', ['learner:u-1', 'tenant:org-1']);
    await there.make('c', 'of another', ['learner:u-2', 'tenant:org-1']);
    await until(async () => (await entries()).length === 3);
    await here.cache.purge(['learner:u-1']);
    await until(async () => (await entries()).length === 1);
    expect(await openAndRead('c', ['learner:u-2', 'tenant:org-1'])).toBe('of another');
    await until(async () => (await admin.scard('learning-analytics:purges')) === 0);
  });

  it('are deleted by another process when the one that purged has died', async () => {
    await here.make('a', 'old', ['learner:u-1']);
    await until(async () => (await entries()).length === 1);
    // As a purge leaves things whose process ends before it deletes.
    await admin.del('learning-analytics:tag:learner:u-1');
    await admin.sadd('learning-analytics:purges', 'name-of-a-purge learner:u-1');
    const third = await openProcess(server.url);
    await until(async () => (await entries()).length === 0);
    await until(async () => (await admin.scard('learning-analytics:purges')) === 0);
    third.close();
  });

  it('are forgotten everywhere by what they turned out to be about', async () => {
    await here.make('a', 'of a course', ['learner:u-1'], ['course:c-1']);
    await until(async () => (await there.read('a', ['learner:u-1'])) === 'of a course');
    await there.cache.purge(['course:c-1']);
    await until(() => here.cache.peek('a') === undefined);
    expect(await openAndRead('a', ['learner:u-1'])).toBeUndefined();
    await until(async () => (await entries()).length === 0);
  });

  it('are not kept when what they turned out to be about was purged meanwhile', async () => {
    const making = await here.cache.begin('a', ['learner:u-1'], soon());
    await there.cache.purge(['course:c-1']);
    await wait(50);
    making.keep(answerOf('old'), ['course:c-1']);
    making.end();
    await wait(50);
    expect([await here.read('a', ['learner:u-1']), await there.read('a', ['learner:u-1'])]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('that cannot be read are not there, whatever stands in their place', async () => {
    await here.make('a', 'good');
    await stored();
    const [key = ''] = await storedKeys();
    const good = (await admin.getBuffer(key)) ?? Buffer.alloc(0);
    const flipped = Buffer.from(good);
    flipped[flipped.length - 3] = (flipped.at(-3) ?? 0) ^ 1;
    const garbage = [Buffer.alloc(0), Buffer.from('garbage'), good.subarray(0, 40), flipped];
    for (const value of garbage) {
      await admin.set(key, value);
      expect(await there.read('a')).toBeUndefined();
    }
    await admin.del(key);
    await admin.lpush(key, 'a list');
    expect(await there.read('a')).toBeUndefined();
    await admin.set(key, good);
    expect(await there.read('a')).toBe('good');
  });

  it('that were written for another question are not taken for this one', async () => {
    await here.make('a', 'of a', ['tag']);
    await here.make('b', 'of b', ['tag']);
    await until(async () => (await storedKeys()).filter((key) => !key.endsWith(':lock')).length === 2);
    const [first = '', second = ''] = (await storedKeys()).filter((key) => !key.endsWith(':lock'));
    const [one, other] = await Promise.all([admin.getBuffer(first), admin.getBuffer(second)]);
    await admin.set(first, other ?? '');
    await admin.set(second, one ?? '');
    expect([await there.read('a', ['tag']), await there.read('b', ['tag'])]).toEqual([undefined, undefined]);
  });

  it('do not wait for a lock that nobody of ours has written', async () => {
    const making = await here.cache.begin('a', ['tag of a'], soon());
    const [lock = ''] = await storedKeys();
    making.end();
    await wait(30);
    await admin.set(lock, 'mine, for ever');
    const { value, ownMs } = await timed(() => there.cache.begin('a', ['tag of a'], soon()));
    value.end();
    expect(ownMs).toBeLessThan(beforeLockEndMs);
  });
});
