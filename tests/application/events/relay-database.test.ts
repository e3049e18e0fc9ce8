import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { OutboxRelay } from '../../../src/application/events/relay.ts';
import type { DomainEvent } from '../../../src/application/ports/events.ts';
import { makeClock } from '../../../src/infrastructure/clock.ts';
import { MemoryEventBus } from '../../../src/infrastructure/events/memory-bus.ts';
import { silentLogger } from '../../fixtures/stubs.ts';
import { onBoth, someone } from '../../infrastructure/database/schema-world.ts';

type Handle = (event: DomainEvent) => Promise<void>;

onBoth('relays', ({ call, sql }) => {
  const append = (stream: string, count: number) =>
    call('append_events', {
      stream,
      expected_version: null,
      events: Array.from({ length: count }, () => ({ type: 'noted' })),
    });
  const empty = () => sql('delete from internal.outbox');
  const due = () => sql("update internal.outbox set next_attempt_at = now() - interval '1 second'");
  const state = () => call('outbox_state', {});

  /** A process of its own: its relay, its bus and its consumer. */
  function processOf(worker: string, handle: Handle, leaseSeconds = 10) {
    const bus = new MemoryEventBus();
    bus.subscribe(['noted'], 'noting', handle);
    const clock = makeClock();
    return new OutboxRelay({
      rpc: { call },
      bus,
      clock,
      logger: silentLogger,
      worker,
      leaseSeconds,
      batch: 7,
    });
  }

  it('that run at once publish every event, and no stream out of order', async () => {
    await empty();
    const streams = Array.from({ length: 6 }, () => `user:${someone()}`);
    const published: DomainEvent[] = [];
    const handle: Handle = async (event) => {
      await delay(event.version % 4);
      published.push(event);
    };
    const relays = [processOf('w-1', handle), processOf('w-2', handle)];
    for (const relay of relays) relay.start(5);
    // Written while both are running.
    for (let round = 0; round < 5; round += 1) await Promise.all(streams.map((stream) => append(stream, 4)));
    await expect.poll(state).toMatchObject({ waiting: 0, parked: 0 });
    await Promise.all(relays.map((relay) => relay.stop()));
    for (const stream of streams) {
      const versions = published.filter((event) => event.stream === stream).map(({ version }) => version);
      // Nobody failed or was late: each came once.
      expect(versions).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    }
    const figures = await Promise.all(relays.map((relay) => relay.figures()));
    expect(figures.reduce((sum, one) => sum + (one?.published ?? 0), 0)).toBe(120);
    expect(figures.every((one) => (one?.published ?? 0) > 0)).toBe(true);
  });

  it('keep the order of a stream when one of them is late and the other takes over', async () => {
    await empty();
    const stream = `user:${someone()}`;
    await append(stream, 4);
    const published: [string, number][] = [];
    const begun = Promise.withResolvers<void>();
    const noted =
      (worker: string, ms: number) =>
      async ({ version }: DomainEvent) => {
        begun.resolve();
        await delay(ms);
        published.push([worker, version]);
      };
    // Longer than its whole lease for the very first event.
    const late = processOf('late', noted('late', 1500), 1).runOnce();
    await begun.promise;
    const quick = processOf('quick', noted('quick', 1), 1);
    await expect.poll(() => quick.runOnce().then(state), { interval: 50 }).toMatchObject({ waiting: 0 });
    await late;
    expect([...new Set(published.map(([, version]) => version))]).toEqual([1, 2, 3, 4]);
    expect(published.filter(([worker]) => worker === 'late')).toEqual([['late', 1]]);
    expect(published.filter(([worker]) => worker === 'quick').map(([, version]) => version)).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('publish again what a dead one had taken, when its lease is over', async () => {
    await empty();
    await append(`user:${someone()}`, 2);
    expect(await call('take_outbox', { limit: 10, worker: 'dead', lease_seconds: 1 })).toHaveLength(2);
    const versions: number[] = [];
    const relay = processOf('w-1', async ({ version }) => void versions.push(version));
    expect(await relay.runOnce()).toMatchObject({ taken: 0 });
    await delay(1100);
    expect(await relay.runOnce()).toMatchObject({ taken: 2, published: 2 });
    expect(versions).toEqual([1, 2]);
  });

  it('let a stream wait longer after each failure, park its event after ten and go on', async () => {
    await empty();
    await append(`user:${someone()}`, 2);
    const taken: number[] = [];
    const relay = processOf('w-1', async ({ version }) => {
      if (version === 1) throw new Error('never');
      taken.push(version);
    });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect(await relay.runOnce()).toEqual({
        taken: 2,
        published: 0,
        failed: 1,
        parked: attempt === 10 ? 1 : 0,
      });
      // Not due yet: the whole stream waits.
      if (attempt < 10) expect(await relay.runOnce()).toMatchObject({ taken: 0 });
      const [row] = await sql(
        'select round(extract(epoch from next_attempt_at - clock_timestamp()))::text as wait from internal.outbox where attempts > 0',
      );
      waits.push(Number(row?.wait));
      if (attempt < 10) await due();
    }
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThan(2 ** index - 2);
      expect(wait).toBeLessThanOrEqual(2 ** index);
    }
    expect(taken).toEqual([]);
    expect(await relay.runOnce()).toMatchObject({ taken: 1, published: 1 });
    expect(taken).toEqual([2]);
    expect(await state()).toMatchObject({ waiting: 0, parked: 1 });
    expect((await relay.figures())?.parked).toBe(1);
  });
});
