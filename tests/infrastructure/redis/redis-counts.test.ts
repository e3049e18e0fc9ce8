import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../../scripts/debian-server.ts';
import { type RedisServer, startRedis } from '../../../scripts/redis-server.ts';
import { RedisLink } from '../../../src/infrastructure/redis/link.ts';
import { RedisCounts } from '../../../src/infrastructure/redis/redis-counts.ts';
import { silentLogger } from '../../fixtures/stubs.ts';
import { openProcess, patientMs, until } from './processes.ts';
import { describeOnRedis } from './test-redis.ts';

describeOnRedis('counts that processes share', () => {
  let server: RedisServer;
  let links: RedisLink[];
  beforeEach(async () => {
    server = await startRedis();
    links = [];
  });
  afterEach(async () => {
    for (const link of links) link.close();
    await server.stop();
  });

  async function counting(windowMs = 60_000): Promise<RedisCounts> {
    const link = new RedisLink({ urls: [server.url], waitMs: patientMs, logger: silentLogger });
    links.push(link);
    await link.open(500);
    return new RedisCounts(link, 'standard', windowMs);
  }

  it('are one, whether hits are told singly or together', async () => {
    const [here, there] = [await counting(), await counting()];
    expect(await here.add('u-1', 1)).toEqual({ hits: 1, msLeft: 60_000 });
    expect((await there.add('u-1', 5))?.hits).toBe(6);
    expect((await here.add('u-1', 1))?.hits).toBe(7);
    expect((await there.add('u-2', 3))?.hits).toBe(3);
  });

  it('begin anew when the window has ended', async () => {
    const here = await counting(80);
    await here.add('u-1', 4);
    expect((await here.add('u-1', 1))?.msLeft).toBeLessThanOrEqual(80);
    await until(async () => (await here.add('u-1', 1))?.hits === 1);
  });

  it('cannot be had while Redis is away, also from the start, and can again when it is back', async () => {
    await server.kill();
    const here = await counting();
    expect(await here.add('u-1', 1)).toBeUndefined();
    expect(await here.add('u-1', 2)).toBeUndefined();
    await server.start();
    await until(async () => (await here.add('u-1', 1)) !== undefined);
    // The scripts are gone with the old server.
    await server.kill();
    expect(await here.add('u-1', 1)).toBeUndefined();
    await server.start();
    await until(async () => (await here.add('u-1', 1)) !== undefined);
    expect((await here.add('u-1', 1))?.hits).toBe(2);
  });

  it('can be had again after the library could not load its script', async () => {
    const here = await counting();
    const admin = new Redis(server.url);
    await admin.acl('SETUSER', 'default', '-script');
    expect(await here.add('u-1', 1)).toBeUndefined();
    await admin.acl('SETUSER', 'default', '+script');
    admin.disconnect();
    await until(async () => (await here.add('u-1', 1)) !== undefined);
  });

  it('cannot be had of a key that holds something else, and others still can', async () => {
    const here = await counting();
    const admin = new Redis(server.url);
    await admin.set('learning-analytics:limit:standard:u-1', 'garbage', 'PX', 60_000);
    admin.disconnect();
    expect(await here.add('u-1', 1)).toBeUndefined();
    expect(await here.add('u-1', 2)).toBeUndefined();
    expect((await here.add('u-2', 1))?.hits).toBe(1);
  });
});

describeOnRedis('a cluster', () => {
  it('shares answers, purges and counts between processes, whatever node a key is on', async () => {
    const buses = [await freePort(), await freePort(), await freePort()];
    const nodes: RedisServer[] = [];
    const closing: (() => void)[] = [];
    try {
      for (const bus of buses)
        nodes.push(await startRedis(['--cluster-enabled', 'yes', '--cluster-port', String(bus)]));
      const urls = nodes.map(({ url }) => url);
      const admins = urls.map((url) => new Redis(url));
      for (const admin of admins) closing.push(() => admin.disconnect());
      const slots = 16_384;
      const share = Math.ceil(slots / nodes.length);
      for (const [at, admin] of admins.entries()) {
        await admin.cluster('ADDSLOTSRANGE', at * share, Math.min(slots, (at + 1) * share) - 1);
        const { port } = new URL(urls[at] ?? '');
        await admins[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port, buses[at] ?? 0);
      }
      const isWhole = (info: string) =>
        info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
      for (const admin of admins) await until(async () => isWhole(await admin.cluster('INFO')));
      const [here, there] = [await openProcess(urls), await openProcess(urls)];
      closing.push(here.close, there.close);
      await until(() => here.link.isUp && there.link.isUp);
      const keys = Array.from({ length: 30 }, (_, index) => `answer ${index}`);
      for (const key of keys) await here.make(key, key, [`tag ${key}`, 'all']);
      for (const key of keys) await until(async () => (await there.read(key, [`tag ${key}`, 'all'])) === key);
      await here.cache.purge(['all']);
      await until(() => keys.every((key) => there.cache.peek(key) === undefined));
      expect(await there.read('answer 0', ['tag answer 0', 'all'])).toBeUndefined();
      const counts = [here, there].map(({ link }) => new RedisCounts(link, 'standard', 60_000));
      for (const key of keys) {
        await counts[0]?.add(key, 1);
        await counts[0]?.add(key, 2);
        expect((await counts[1]?.add(key, 1))?.hits, key).toBe(4);
      }
    } finally {
      for (const close of closing) close();
      for (const node of nodes) await node.stop();
    }
  });

  it('is shared through one address too, from the first answer on', async () => {
    const node = await startRedis(['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())]);
    const admin = new Redis(node.url);
    const closing = [() => admin.disconnect()];
    try {
      await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
      await until(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'));
      const [here, there] = [await openProcess(node.url), await openProcess(node.url)];
      closing.push(here.close, there.close);
      await until(() => here.link.isUp && there.link.isUp);
      const [tags, about] = [
        ['tag of a', 'all'],
        ['course:c-1', 'course:c-2'],
      ];
      // What is asked for first, without a look before it.
      await here.make('a', 'the first', tags, about);
      await until(async () => (await there.read('a', tags)) === 'the first');
      await here.cache.purge(['course:c-2']);
      expect(await there.read('a', tags)).toBeUndefined();
      expect([...here.said, ...there.said]).toEqual([]);
    } finally {
      for (const close of closing) close();
      await node.stop();
    }
  });
});
