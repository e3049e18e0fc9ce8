import { liveTypes } from '../../domain/live.ts';
import type { EventBus } from '../ports/events.ts';

/** Says to whoever has open streams that something has happened. */
export type TellLive = () => void | Promise<void>;

/**
 * Live streams hear of what the relay publishes. Only that there is something: streams read it from the log, whose
 * order holds over all streams and processes, so an event that comes twice or late makes no difference.
 * @returns how to leave.
 */
export const tellLive = (bus: Pick<EventBus, 'subscribe'>, tell: TellLive): (() => void) =>
  bus.subscribe(liveTypes, 'live', async () => tell());
