import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OutboxRelay, type RelayOptions } from '../../../src/application/events/relay.ts';
import type { DomainEvent } from '../../../src/application/ports/events.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { timed } from '../../fixtures/lateness.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';
import { eventOf } from './event.ts';

type Answer = (args: Record<string, unknown>) => unknown;

/** Database functions by name; any other fails, and all calls are noted. */
function stubRpc(functions: Record<string, Answer>) {
  const calls: [string, Record<string, unknown>][] = [];
  const call = async (fn: string, args: Readonly<Record<string, unknown>>) => {
    calls.push([fn, args]);
    const answer = functions[fn];
    if (answer === undefined) throw new Error(`${fn} was called and is not stubbed`);
    return answer(args);
  };
  return { call, calls, namesOf: () => calls.map(([fn]) => fn) };
}

/** An outbox that gives each event out once. */
const giving = (...batches: DomainEvent[][]): Answer => {
  const left = [...batches];
  return () => left.shift() ?? [];
};
const counted: Answer = ({ ids }) => (ids as string[]).length;
const away = (): never => {
  throw new RpcError('unavailable', 'no connection');
};

function logging() {
  const lines: string[] = [];
  const level = (name: string) => (fields: object, message: string) =>
    void lines.push(`${name} ${message} ${JSON.stringify(fields)}`);
  const logger = { error: level('error'), warn: level('warn'), info: level('info'), debug: level('debug') };
  return { lines, logger };
}

function publishing(publish: (event: DomainEvent) => Promise<void> | void = () => undefined) {
  const published: string[] = [];
  const bus = {
    publish: async (event: DomainEvent) => {
      await publish(event);
      published.push(event.id);
    },
  };
  return { published, bus };
}

const make = (options: Pick<RelayOptions, 'rpc' | 'bus'> & Partial<RelayOptions>) =>
  new OutboxRelay({ clock: stoppedClock(), logger: silentLogger, worker: 'w-1', ...options });

const a1 = eventOf({ id: 'a-1', stream: 'user:a' });
const a2 = eventOf({ id: 'a-2', stream: 'user:a', version: 2 });
const b1 = eventOf({ id: 'b-1', stream: 'user:b' });

describe('one run of the relay', () => {
  it('publishes what it takes, each stream in order, and says so once', async () => {
    const rpc = stubRpc({ take_outbox: giving([a1, b1, a2]), outbox_done: counted });
    const { published, bus } = publishing(({ id }) => delay(id === 'a-1' ? 20 : 0));
    const run = await make({ rpc, bus, batch: 7, leaseSeconds: 9 }).runOnce();
    expect(run).toEqual({ taken: 3, published: 3, failed: 0, parked: 0 });
    expect(published).toEqual(['b-1', 'a-1', 'a-2']);
    expect(rpc.calls).toEqual([
      ['take_outbox', { limit: 7, worker: 'w-1', lease_seconds: 9 }],
      ['outbox_done', { ids: published }],
    ]);
  });

  it('does nothing when nothing is due', async () => {
    const rpc = stubRpc({ take_outbox: giving() });
    const { bus } = publishing();
    expect(await make({ rpc, bus }).runOnce()).toEqual({ taken: 0, published: 0, failed: 0, parked: 0 });
    expect(rpc.namesOf()).toEqual(['take_outbox']);
  });

  it('is shared by all who ask for one while it goes on', async () => {
    const rpc = stubRpc({ take_outbox: giving([a1]), outbox_done: counted });
    const { published, bus } = publishing();
    const relay = make({ rpc, bus });
    const [one, two] = await Promise.all([relay.runOnce(), relay.runOnce()]);
    expect(one).toBe(two);
    expect(published).toEqual(['a-1']);
  });

  it('publishes no more of a stream after a failure, and all of the others', async () => {
    const rpc = stubRpc({
      take_outbox: giving([a1, b1, a2]),
      outbox_done: counted,
      outbox_failed: () => ({ isParked: false }),
    });
    const { lines, logger } = logging();
    const { published, bus } = publishing(({ id }) => {
      if (id === 'a-1') throw new Error('no room');
    });
    const run = await make({ rpc, bus, logger }).runOnce();
    expect(run).toEqual({ taken: 3, published: 1, failed: 1, parked: 0 });
    expect(published).toEqual(['b-1']);
    expect(rpc.calls).toContainEqual(['outbox_failed', { id: 'a-1', error: 'no room' }]);
    expect(lines).toEqual(['warn an event was not published {"eventId":"a-1","reason":"no room"}']);
  });

  it('wakes a human when an event is parked', async () => {
    const rpc = stubRpc({ take_outbox: giving([a1]), outbox_failed: () => ({ isParked: true }) });
    const { lines, logger } = logging();
    const { bus } = publishing(() => Promise.reject(new Error('no room')));
    expect(await make({ rpc, bus, logger }).runOnce()).toMatchObject({ failed: 1, parked: 1 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^error an event is parked/);
  });

  it('says of a failure only what PostgreSQL can keep', async () => {
    const rpc = stubRpc({ take_outbox: giving([a1]), outbox_failed: () => ({ isParked: false }) });
    // Cut in the middle of a character of two halves.
    const { bus } = publishing(() => Promise.reject(new Error(`${'\0'}${'x'.repeat(499)}😀`)));
    await make({ rpc, bus }).runOnce();
    expect(rpc.calls).toContainEqual(['outbox_failed', { id: 'a-1', error: `${'x'.repeat(499)}\ufffd` }]);
  });

  it('leaves what it cannot begin in half of its lease to whoever takes it next', async () => {
    const clock = stoppedClock();
    const rpc = stubRpc({ take_outbox: giving([a1, a2]), outbox_done: counted });
    const { published, bus } = publishing(() => clock.advance(5000));
    const run = await make({ rpc, bus, clock, leaseSeconds: 10 }).runOnce();
    expect(published).toEqual(['a-1']);
    expect(run).toMatchObject({ taken: 2, published: 1 });
  });

  it('does not mind that another process has published meanwhile what failed here', async () => {
    const rpc = stubRpc({
      take_outbox: giving([a1], [a2]),
      outbox_done: counted,
      outbox_failed: () => {
        throw new RpcError('not_found', 'no such event is waiting');
      },
    });
    const { published, bus } = publishing(({ id }) => {
      if (id === 'a-1') throw new Error('no room');
    });
    const relay = make({ rpc, bus });
    expect(await relay.runOnce()).toMatchObject({ failed: 0 });
    await relay.runOnce();
    expect(published).toEqual(['a-2']);
    expect(rpc.namesOf().filter((fn) => fn === 'outbox_failed')).toHaveLength(1);
  });

  it('is not stopped by an event whose origin is no text', async () => {
    const odd = { ...a1, metadata: { correlationId: 7, causationId: {} } };
    const rpc = stubRpc({ take_outbox: () => [odd, b1], outbox_done: counted });
    const seen: DomainEvent[] = [];
    const { bus } = publishing((event) => void seen.push(event));
    await make({ rpc, bus }).runOnce();
    expect(seen.map(({ id }) => id).sort()).toEqual(['a-1', 'b-1']);
    expect(seen.find(({ id }) => id === 'a-1')?.metadata).toEqual({ correlationId: null, causationId: null });
  });
});

describe('a database that goes away', () => {
  it('hears later what was published, and nothing is published again', async () => {
    let isAway = false;
    const rpc = stubRpc({
      take_outbox: giving([a1], [b1]),
      outbox_done: (args) => (isAway ? away() : counted(args)),
    });
    const { published, bus } = publishing(() => {
      isAway = true;
    });
    const relay = make({ rpc, bus });
    await expect(relay.runOnce()).rejects.toMatchObject({ code: 'unavailable' });
    // It takes nothing new before it has said what it has published.
    await expect(relay.runOnce()).rejects.toMatchObject({ code: 'unavailable' });
    expect(rpc.namesOf()).toEqual(['take_outbox', 'outbox_done', 'outbox_done']);
    isAway = false;
    await relay.runOnce().catch(() => undefined);
    expect(rpc.calls[3]).toEqual(['outbox_done', { ids: ['a-1'] }]);
    expect(published).toEqual(['a-1', 'b-1']);
  });

  it('hears later what failed', async () => {
    const refusals: Answer[] = [away, () => ({ isParked: false })];
    const rpc = stubRpc({
      take_outbox: giving([a1]),
      outbox_failed: (args) => refusals.shift()?.(args),
    });
    const { bus } = publishing(() => Promise.reject(new Error('no room')));
    const relay = make({ rpc, bus });
    await expect(relay.runOnce()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await relay.runOnce()).toMatchObject({ taken: 0, failed: 1 });
  });

  it('is waited for, and told of once', async () => {
    let isAway = true;
    const give = giving([a1]);
    const rpc = stubRpc({
      take_outbox: (args) => (isAway ? away() : give(args)),
      outbox_done: counted,
    });
    const { lines, logger } = logging();
    const { published, bus } = publishing();
    const relay = make({ rpc, bus, logger });
    relay.start(5);
    await expect.poll(() => rpc.calls.length).toBeGreaterThanOrEqual(2);
    isAway = false;
    await expect.poll(() => published).toEqual(['a-1']);
    await relay.stop();
    expect(lines.map((line) => line.split(' {')[0])).toEqual([
      'warn events wait: the database is away',
      'info events are published again',
    ]);
  });

  it('waits longer and longer between two attempts', async () => {
    const at: number[] = [];
    const rpc = stubRpc({
      take_outbox: () => {
        at.push(performance.now());
        return away();
      },
    });
    const relay = make({ rpc, bus: publishing().bus });
    relay.start(1);
    await expect.poll(() => at.length).toBe(3);
    await relay.stop();
    const [first = 0, second = 0] = at.slice(1).map((one, index) => one - (at[index] ?? 0));
    expect(first).toBeGreaterThanOrEqual(245);
    expect(second).toBeGreaterThanOrEqual(495);
  });

  it('is unknown to the figures, which are those of this process and of the database', async () => {
    let isAway = false;
    const rpc = stubRpc({
      take_outbox: giving([a1, b1]),
      outbox_done: counted,
      outbox_failed: () => ({ isParked: false }),
      outbox_state: () => (isAway ? away() : { waiting: 1, parked: 0, oldestAt: 5 }),
    });
    const { bus } = publishing(({ id }) => {
      if (id === 'b-1') throw new Error('no room');
    });
    const relay = make({ rpc, bus });
    await relay.runOnce();
    expect(await relay.figures()).toEqual({ waiting: 1, parked: 0, oldestAt: 5, published: 1, failed: 1 });
    isAway = true;
    expect(await relay.figures()).toBeNull();
  });

  it('is told apart from a mistake of ours, which wakes a human', async () => {
    const rpc = stubRpc({ take_outbox: () => 'no list' });
    const { lines, logger } = logging();
    const relay = make({ rpc, bus: publishing().bus, logger });
    relay.start(1);
    await expect.poll(() => lines.length).toBe(1);
    await relay.stop();
    expect(lines[0]).toMatch(/^error events cannot be published/);
  });
});

describe('a relay that is stopped', () => {
  it('ends what it is publishing, says so and begins nothing more', async () => {
    const rpc = stubRpc({ take_outbox: giving([a1, a2], [b1]), outbox_done: counted });
    const begun = Promise.withResolvers<void>();
    const going = Promise.withResolvers<void>();
    const { published, bus } = publishing(() => {
      begun.resolve();
      return going.promise;
    });
    const relay = make({ rpc, bus });
    relay.start(5);
    await begun.promise;
    const stopped = relay.stop();
    going.resolve();
    await stopped;
    expect(published).toEqual(['a-1']);
    expect(rpc.namesOf()).toEqual(['take_outbox', 'outbox_done']);
    await delay(20);
    expect(rpc.calls).toHaveLength(2);
  });

  it('does not wait for the end of a pause', async () => {
    const rpc = stubRpc({ take_outbox: giving() });
    const relay = make({ rpc, bus: publishing().bus });
    relay.start(60_000);
    await expect.poll(() => rpc.calls.length).toBe(1);
    const { ownMs } = await timed(() => relay.stop());
    expect(ownMs).toBeLessThan(5000);
  });

  it('can be started again', async () => {
    const rpc = stubRpc({ take_outbox: giving([], [a1]), outbox_done: counted });
    const { published, bus } = publishing();
    const relay = make({ rpc, bus });
    relay.start(60_000);
    await expect.poll(() => rpc.calls.length).toBe(1);
    await relay.stop();
    relay.start(60_000);
    await expect.poll(() => published).toEqual(['a-1']);
    await relay.stop();
  });
});
