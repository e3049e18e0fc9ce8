import { setTimeout as delay } from 'node:timers/promises';
import type { SharedCounts } from '../../application/ports/shared-counts.ts';
import type { Counted, RateStore, RateWindows, Window } from './rate-windows.ts';

/** Within this time what was counted here is known everywhere. */
const tellEveryMs = 40;

/**
 * Windows that all processes share. Who can wait is told the shared count; who cannot is counted here, the others
 * are told a moment later, and what they counted is learnt with that. While the shared counts cannot be had, this
 * process goes on with its own, and tells them when they are back.
 */
export class SharedRateWindows implements RateStore {
  readonly localKeys = false;
  readonly #own: RateWindows;
  readonly #shared: SharedCounts;
  readonly #untold = new Map<string, number>();
  #telling: Promise<void> | undefined;

  constructor(own: RateWindows, shared: SharedCounts) {
    this.#own = own;
    this.#shared = shared;
  }

  async increment(key: string): Promise<Counted> {
    const own = this.#own.increment(key);
    const counted = await this.#shared.add(key, 1);
    if (counted !== undefined) return this.#own.learn(key, this.#with(key, counted.hits), counted.msLeft);
    this.#note(key, 1);
    return own;
  }

  incrementNow(key: string): Window {
    this.#note(key, 1);
    return this.#own.incrementNow(key);
  }

  decrement(key: string): void {
    this.#own.decrement(key);
  }

  resetKey(key: string): void {
    this.#own.resetKey(key);
    this.#untold.delete(key);
  }

  /** A count of all processes and what they have not been told yet. */
  #with(key: string, hits: number): number {
    return hits + (this.#untold.get(key) ?? 0);
  }

  #note(key: string, hits: number): void {
    this.#untold.set(key, (this.#untold.get(key) ?? 0) + hits);
    this.#telling ??= delay(tellEveryMs, undefined, { ref: false }).then(async () => {
      const told = [...this.#untold];
      this.#untold.clear();
      await Promise.all(told.map(([caller, count]) => this.#tell(caller, count)));
      this.#telling = undefined;
      // What came meanwhile, or could not be told.
      for (const [caller] of this.#untold) return this.#note(caller, 0);
    });
  }

  async #tell(key: string, hits: number): Promise<void> {
    const counted = await this.#shared.add(key, hits);
    if (counted !== undefined) this.#own.learn(key, this.#with(key, counted.hits), counted.msLeft);
    else if (this.#own.isRunning(key)) this.#untold.set(key, this.#with(key, hits));
  }
}
