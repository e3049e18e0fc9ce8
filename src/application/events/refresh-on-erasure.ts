import type { EventBus } from '../ports/events.ts';
import type { Rpc } from '../ports/rpc.ts';

/**
 * Computes anew what is worked out beforehand and still holds somebody who was erased. Reads leave the person out
 * anyway; this ends the id in the tables without waiting for the hour, and where no job runs.
 * @returns how to leave.
 * @throws RpcError of the database: the event is told again later.
 */
export const refreshOnErasure = (bus: Pick<EventBus, 'subscribe'>, rpc: Rpc): (() => void) =>
  bus.subscribe(['person_erased'], 'refresh-on-erasure', async () => {
    await rpc.call('show_without_erased', {}, { isLong: true });
  });
