import {
  type DomainEvent,
  type EventBus,
  type EventHandler,
  EventNotTakenError,
} from '../../application/ports/events.ts';

export interface MemoryEventBusOptions {
  /** A consumer that takes longer has failed, though nothing stops it. */
  consumerTimeoutMs?: number;
  /** How many events a consumer is known to have taken; older ones may reach it again. */
  remembered?: number;
}

interface Consumer {
  types: ReadonlySet<string>;
  handler: EventHandler;
  /** Ids of events it has taken, oldest first. */
  taken: Set<string>;
}

/** The bus of this process: what it knows ends with it. Streams do not wait for one another. */
export class MemoryEventBus implements EventBus {
  readonly #consumers = new Map<string, Consumer>();
  /** Stream → the end of what is being published of it; never rejects. */
  readonly #tails = new Map<string, Promise<void>>();
  readonly #timeoutMs: number;
  readonly #remembered: number;

  constructor({ consumerTimeoutMs = 5000, remembered = 10_000 }: MemoryEventBusOptions = {}) {
    this.#timeoutMs = consumerTimeoutMs;
    this.#remembered = remembered;
  }

  publish(event: DomainEvent): Promise<void> {
    const { stream } = event;
    const before = this.#tails.get(stream) ?? Promise.resolve();
    const delivery = before.then(() => this.#deliver(event));
    const forget = () => {
      if (this.#tails.get(stream) === tail) this.#tails.delete(stream);
    };
    const tail = delivery.then(forget, forget);
    this.#tails.set(stream, tail);
    return delivery;
  }

  subscribe(types: readonly string[], name: string, handler: EventHandler): () => void {
    if (this.#consumers.has(name)) throw new Error(`there is already a consumer ${name}`);
    const consumer = { types: new Set(types), handler, taken: new Set<string>() };
    this.#consumers.set(name, consumer);
    return () => {
      if (this.#consumers.get(name) === consumer) this.#consumers.delete(name);
    };
  }

  async #deliver(event: DomainEvent): Promise<void> {
    const failures = new Map<string, unknown>();
    const waiting = [...this.#consumers].filter(
      ([, { types, taken }]) => types.has(event.type) && !taken.has(event.id),
    );
    await Promise.all(
      waiting.map(([name, consumer]) =>
        this.#hand(event, consumer).catch((error: unknown) => failures.set(name, error)),
      ),
    );
    if (failures.size > 0) throw new EventNotTakenError(failures);
  }

  async #hand(event: DomainEvent, { handler, taken }: Consumer): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new Error(`took longer than ${this.#timeoutMs} ms`));
      timer = setTimeout(giveUp, this.#timeoutMs);
    });
    try {
      await Promise.race([handler(event), late]);
    } finally {
      clearTimeout(timer);
    }
    taken.add(event.id);
    const [oldest] = taken;
    if (taken.size > this.#remembered && oldest !== undefined) taken.delete(oldest);
  }
}
