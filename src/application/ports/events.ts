/** Something that has happened and stays so. */
export interface DomainEvent {
  id: string;
  /** kind:id, as in user:u-1. */
  stream: string;
  /** From 1, without gaps, within the stream. */
  version: number;
  type: string;
  /** Empty when the person it was about has been erased. */
  data: Readonly<Record<string, unknown>>;
  /** The request it belongs to, and what led to it. */
  metadata: Readonly<{ correlationId: string | null; causationId: string | null }>;
  /** Epoch ms. */
  occurredAt: number;
}

export type EventHandler = (event: DomainEvent) => Promise<void>;

/** Consumers that did not take an event. The others have it; publishing it again asks these again. */
export class EventNotTakenError extends Error {
  readonly failures: ReadonlyMap<string, unknown>;

  /** @param failures consumer → what it threw. */
  constructor(failures: ReadonlyMap<string, unknown>) {
    const reasons = [...failures].map(([name, error]) => `${name}: ${(error as Error)?.message ?? error}`);
    super(reasons.join('; '));
    this.name = 'EventNotTakenError';
    this.failures = failures;
  }
}

/**
 * From whoever tells what has happened to whoever wants to know. Events of one stream reach a consumer in the
 * order in which they are published. An event may come more than once (after a crash, after another
 * consumer's failure), and a stream goes on without an event that is parked, which then comes late: a
 * consumer must be idempotent by (its name, event id).
 */
export interface EventBus {
  /**
   * Resolves when every consumer of the type has taken the event.
   * @throws EventNotTakenError after all of them were asked.
   */
  publish(event: DomainEvent): Promise<void>;
  /**
   * @param consumer a name of its own, the same after a restart.
   * @returns how to leave.
   * @throws Error when the name is taken.
   */
  subscribe(types: readonly string[], consumer: string, handler: EventHandler): () => void;
}
