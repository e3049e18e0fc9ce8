import type { StoredEvent } from '../events/stored-event.ts';

/** What happened after a position. */
export interface LogPage {
  /** Oldest first. */
  events: readonly StoredEvent[];
  /** Up to here nothing is missing. */
  position: number;
  /** Whether nothing follows. */
  isAll: boolean;
}

/** What is told beside what commands write by themselves. */
export interface NewEvent {
  stream: string;
  type: string;
  data: Readonly<Record<string, unknown>>;
  correlationId: string;
  /** Epoch ms. */
  occurredAt: number;
}

/**
 * Everything that has happened and live streams tell of, in one order. Nothing appears behind a position that was
 * answered.
 * @throws RpcError from every method.
 */
export interface EventLog {
  /** Position of the last event; 0 = there is none. */
  end(): Promise<number>;
  since(position: number): Promise<LogPage>;
  /** Of these streams after `from` and up to `upTo`, oldest first, `limit` at most. */
  of(streams: readonly string[], from: number, upTo: number, limit: number): Promise<readonly StoredEvent[]>;
  append(event: NewEvent): Promise<void>;
}
