import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EventNotTakenError } from '../../../src/application/ports/events.ts';
import { MemoryEventBus } from '../../../src/infrastructure/events/memory-bus.ts';
import { eventOf } from '../../application/events/event.ts';

const refusal = new Error('no room');

/** A consumer that notes what it is given, and refuses what it is told to. */
function noting(refuses: (id: string) => boolean = () => false) {
  const taken: string[] = [];
  const handler = async ({ id }: { id: string }) => {
    await delay(1);
    if (refuses(id)) throw refusal;
    taken.push(id);
  };
  return { taken, handler };
}

describe('the bus of this process', () => {
  it('hands an event to every consumer of its type, and to no other', async () => {
    const bus = new MemoryEventBus();
    const [a, b, other] = [noting(), noting(), noting()];
    bus.subscribe(['points_awarded'], 'a', a.handler);
    bus.subscribe(['points_awarded', 'noted'], 'b', b.handler);
    bus.subscribe(['noted'], 'other', other.handler);
    await bus.publish(eventOf({ id: 'e-1' }));
    expect([a.taken, b.taken, other.taken]).toEqual([['e-1'], ['e-1'], []]);
  });

  it('takes an event that nobody wants as published', async () => {
    await expect(new MemoryEventBus().publish(eventOf())).resolves.toBeUndefined();
  });

  it('keeps the order of a stream, even when an earlier event takes longer', async () => {
    const bus = new MemoryEventBus();
    const taken: string[] = [];
    bus.subscribe(['points_awarded'], 'slow first', async ({ id, version }) => {
      await delay(version === 1 ? 40 : 1);
      taken.push(id);
    });
    await Promise.all([1, 2, 3].map((version) => bus.publish(eventOf({ id: `e-${version}`, version }))));
    expect(taken).toEqual(['e-1', 'e-2', 'e-3']);
  });

  it('does not let one stream wait for another', async () => {
    const bus = new MemoryEventBus();
    const stuck = Promise.withResolvers<void>();
    const taken: string[] = [];
    bus.subscribe(['points_awarded'], 'stuck on a', async ({ id, stream }) => {
      if (stream === 'user:a') await stuck.promise;
      taken.push(id);
    });
    const waiting = bus.publish(eventOf({ id: 'a-1', stream: 'user:a' }));
    await bus.publish(eventOf({ id: 'b-1', stream: 'user:b' }));
    expect(taken).toEqual(['b-1']);
    stuck.resolve();
    await waiting;
    expect(taken).toEqual(['b-1', 'a-1']);
  });

  it('goes on with a stream after a failure', async () => {
    const bus = new MemoryEventBus();
    const { taken, handler } = noting((id) => id === 'e-1');
    bus.subscribe(['points_awarded'], 'a', handler);
    const [first, second] = await Promise.allSettled([
      bus.publish(eventOf({ id: 'e-1' })),
      bus.publish(eventOf({ id: 'e-2', version: 2 })),
    ]);
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
    expect(taken).toEqual(['e-2']);
  });

  it('gives a consumer what it has taken only once, and asks again whoever has not', async () => {
    const bus = new MemoryEventBus();
    let isFull = true;
    const [good, bad] = [noting(), noting(() => isFull)];
    bus.subscribe(['points_awarded'], 'good', good.handler);
    bus.subscribe(['points_awarded'], 'bad', bad.handler);
    await expect(bus.publish(eventOf({ id: 'e-1' }))).rejects.toThrow(EventNotTakenError);
    isFull = false;
    await bus.publish(eventOf({ id: 'e-1' }));
    await bus.publish(eventOf({ id: 'e-1' }));
    expect([good.taken, bad.taken]).toEqual([['e-1'], ['e-1']]);
  });

  it('names every consumer that failed, and why, whether it rejects or throws', async () => {
    const bus = new MemoryEventBus();
    bus.subscribe(['points_awarded'], 'rejects', () => Promise.reject(refusal));
    bus.subscribe(['points_awarded'], 'throws', () => {
      throw new Error('at once');
    });
    const error = await bus.publish(eventOf()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EventNotTakenError);
    const { failures, message } = error as EventNotTakenError;
    expect(failures.get('rejects')).toBe(refusal);
    expect(message.split('; ').sort()).toEqual(['rejects: no room', 'throws: at once']);
  });

  it('gives up on a consumer that takes too long, and asks it again the next time', async () => {
    const bus = new MemoryEventBus({ consumerTimeoutMs: 20 });
    const never = Promise.withResolvers<void>();
    let asked = 0;
    bus.subscribe(['points_awarded'], 'slow', () => {
      asked += 1;
      return asked === 1 ? never.promise : Promise.resolve();
    });
    await expect(bus.publish(eventOf({ id: 'e-1' }))).rejects.toThrow('slow: took longer than 20 ms');
    await bus.publish(eventOf({ id: 'e-1' }));
    expect(asked).toBe(2);
  });

  it('forgets the oldest of what was taken when that is too much', async () => {
    const bus = new MemoryEventBus({ remembered: 2 });
    const { taken, handler } = noting();
    bus.subscribe(['points_awarded'], 'a', handler);
    for (const id of ['e-1', 'e-2', 'e-3', 'e-3', 'e-1']) await bus.publish(eventOf({ id }));
    expect(taken).toEqual(['e-1', 'e-2', 'e-3', 'e-1']);
  });

  it('lets nobody take a name that is taken, until its owner has left', async () => {
    const bus = new MemoryEventBus();
    const { taken, handler } = noting();
    const leave = bus.subscribe(['points_awarded'], 'a', handler);
    expect(() => bus.subscribe([], 'a', handler)).toThrow('there is already a consumer a');
    leave();
    await bus.publish(eventOf({ id: 'e-1' }));
    expect(taken).toEqual([]);
    bus.subscribe(['points_awarded'], 'a', handler);
    // Leaving twice does not push out whoever has the name now.
    leave();
    await bus.publish(eventOf({ id: 'e-2' }));
    expect(taken).toEqual(['e-2']);
  });
});
