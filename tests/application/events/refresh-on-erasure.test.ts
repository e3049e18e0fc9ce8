import { describe, expect, it } from 'vitest';
import { refreshOnErasure } from '../../../src/application/events/refresh-on-erasure.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { MemoryEventBus } from '../../../src/infrastructure/events/memory-bus.ts';
import { eventOf } from './event.ts';

const erased = eventOf({ type: 'person_erased', stream: 'erasure:p-1', data: {} });

describe('an erasure that is told', () => {
  it('has what still holds the person computed anew, as a long call; other events do not', async () => {
    const bus = new MemoryEventBus();
    const calls: unknown[] = [];
    refreshOnErasure(bus, {
      call: async (...given) => {
        calls.push(given);
      },
    });
    await bus.publish(eventOf({ type: 'points_awarded' }));
    expect(calls).toEqual([]);
    await bus.publish(erased);
    expect(calls).toEqual([['show_without_erased', {}, { isLong: true }]]);
  });

  it('is told again when the database was away', async () => {
    const bus = new MemoryEventBus();
    refreshOnErasure(bus, { call: () => Promise.reject(new RpcError('unavailable', 'away')) });
    await expect(bus.publish(erased)).rejects.toThrow('away');
  });
});
