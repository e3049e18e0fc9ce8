import { z } from 'zod';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { Clock } from '../ports/clock.ts';
import type { DomainEvent, EventBus } from '../ports/events.ts';
import type { Logger } from '../ports/logger.ts';
import { type Rpc, RpcError } from '../ports/rpc.ts';
import { readEvents } from './stored-event.ts';

export interface RelayOptions {
  rpc: Rpc;
  bus: Pick<EventBus, 'publish'>;
  clock: Clock;
  logger: Logger;
  /** What this process is called; a name of its own. */
  worker: string;
  /** Most events that are taken at once. */
  batch?: number;
  /** How long nobody else gets what was taken; after a crash its streams wait as long. */
  leaseSeconds?: number;
  streamsAtOnce?: number;
}

/** What one run has done; all of it is 0 when nothing was due. */
export interface RelayRun {
  taken: number;
  published: number;
  failed: number;
  /** Of the failed ones, those that are not tried again. */
  parked: number;
}

export interface RelayFigures {
  /** Events that wait in the database and those that are parked. */
  waiting: number;
  parked: number;
  /** Epoch ms since when the oldest waits; null = nothing waits. */
  oldestAt: number | null;
  /** By this process. */
  published: number;
  failed: number;
}

const state = z.object({ waiting: z.number(), parked: z.number(), oldestAt: z.number().nullable() });
const failure = z.object({ isParked: z.boolean() });

/** Between two attempts while the database is away, growing up to the second; a call itself takes up to 2 s. */
const awayMs = { least: 250, most: 2000 };
/** Of its lease a batch uses this part, so that what is begun last ends within it; the rest is taken again. */
const usablePart = 0.5;

const isAway = (error: unknown) => error instanceof RpcError && error.code === 'unavailable';
const messageOf = (error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  // PostgreSQL has no text with a zero character or half a character in it, and cutting can leave a half.
  return text.replaceAll('\0', '').slice(0, 500).toWellFormed();
};

/**
 * Publishes what the outbox holds: each event at least once, each stream in order. After a failure its stream
 * waits (1, 2, 4 … seconds, by the database), after the tenth the event is parked and the stream goes on.
 * What was published while the database went away is not published again by this process: it says so later.
 */
export class OutboxRelay {
  readonly #options: Required<RelayOptions>;
  /** What has happened to events that the database does not know yet. */
  readonly #done = new Set<string>();
  readonly #failed = new Map<string, string>();
  readonly #sums = { published: 0, failed: 0 };
  #running: Promise<RelayRun> | undefined;
  #loop: Promise<void> | undefined;
  #isStopping = false;
  #wake: () => void = () => undefined;

  constructor(options: RelayOptions) {
    this.#options = { batch: 100, leaseSeconds: 10, streamsAtOnce: 8, ...options };
  }

  /**
   * Takes what is due, publishes it and says so. Whoever asks while a run goes on gets its result.
   * @throws RpcError when the database is away.
   */
  runOnce(): Promise<RelayRun> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Runs again and again: at once while there is something to publish, else after `intervalMs`. */
  start(intervalMs: number): void {
    this.#loop ??= this.#keepRunning(intervalMs);
  }

  /** Lets what is being published end, and says so; what was taken beyond it waits for the end of its lease. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    await this.#running?.catch(() => undefined);
    await this.#loop;
    this.#loop = undefined;
    this.#isStopping = false;
  }

  /** Null = not known, because the database is away. */
  async figures(): Promise<RelayFigures | null> {
    try {
      return { ...state.parse(await this.#options.rpc.call('outbox_state', {})), ...this.#sums };
    } catch (error) {
      if (isAway(error)) return null;
      throw error;
    }
  }

  async #run(): Promise<RelayRun> {
    const { rpc, clock, batch, leaseSeconds, streamsAtOnce, worker } = this.#options;
    const run: RelayRun = { taken: 0, published: 0, failed: 0, parked: 0 };
    await this.#tell(run);
    const until = clock.now() + leaseSeconds * 1000 * usablePart;
    const args = { limit: batch, worker, lease_seconds: leaseSeconds };
    const taken = readEvents(await rpc.call('take_outbox', args));
    run.taken = taken.length;
    const lines = Map.groupBy(taken, ({ stream }) => stream).values();
    await aFewAtOnce(lines, streamsAtOnce, (line) => this.#publish(line, until, run));
    await this.#tell(run);
    return run;
  }

  /** One stream up to its first failure. Never throws. */
  async #publish(line: readonly DomainEvent[], until: number, run: RelayRun): Promise<void> {
    const { bus, clock } = this.#options;
    for (const event of line) {
      if (this.#isStopping || clock.now() >= until) return;
      try {
        await bus.publish(event);
      } catch (error) {
        this.#failed.set(event.id, messageOf(error));
        return;
      }
      this.#done.add(event.id);
      run.published += 1;
      this.#sums.published += 1;
    }
  }

  /** Tells the database what it does not know yet. */
  async #tell(run: RelayRun): Promise<void> {
    const { rpc } = this.#options;
    if (this.#done.size > 0) {
      const ids = [...this.#done];
      await rpc.call('outbox_done', { ids });
      for (const id of ids) this.#done.delete(id);
    }
    for (const [id, error] of this.#failed) {
      await this.#tellFailure(id, error, run);
      this.#failed.delete(id);
    }
  }

  async #tellFailure(id: string, error: string, run: RelayRun): Promise<void> {
    const { rpc, logger } = this.#options;
    try {
      const { isParked } = failure.parse(await rpc.call('outbox_failed', { id, error }));
      run.failed += 1;
      this.#sums.failed += 1;
      if (!isParked) return logger.warn({ eventId: id, reason: error }, 'an event was not published');
      run.parked += 1;
      logger.error({ eventId: id, reason: error }, 'an event is parked; npm run events:replay tries again');
    } catch (refusal) {
      // Another process has published it meanwhile.
      if (!(refusal instanceof RpcError && refusal.code === 'not_found')) throw refusal;
    }
  }

  async #keepRunning(intervalMs: number): Promise<void> {
    let away = 0;
    while (!this.#isStopping) {
      try {
        const { published } = await this.runOnce();
        if (away > 0) this.#options.logger.info({}, 'events are published again');
        away = 0;
        if (published === 0) await this.#wait(intervalMs);
      } catch (error) {
        if (away === 0) this.#say(error);
        await this.#wait(Math.min(awayMs.most, awayMs.least * 2 ** away));
        away += 1;
      }
    }
  }

  /** Once per outage: the database being away is no fault of ours, anything else is. */
  #say(error: unknown): void {
    const { logger } = this.#options;
    const fields = { reason: messageOf(error) };
    if (isAway(error)) logger.warn(fields, 'events wait: the database is away');
    else logger.error(fields, 'events cannot be published');
  }

  #wait(ms: number): Promise<void> {
    if (this.#isStopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
