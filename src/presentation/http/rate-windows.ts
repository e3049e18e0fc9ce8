import type { Store } from 'express-rate-limit';
import type { Clock } from '../../application/ports/clock.ts';

/** How often a caller came in the running window, this time included, and when the window ends. */
export interface Counted {
  totalHits: number;
  resetTime: Date;
}

/** The same as it stands in a store, whose it is. */
export interface Window {
  totalHits: number;
  /** Epoch ms. */
  endsAt: number;
}

/** Where the hits of one kind of limit are counted. */
export interface RateStore extends Store {
  increment(key: string): Counted | Promise<Counted>;
  /** The same without a promise, by what is known in this process; of a cached answer, so nothing is made for it. */
  incrementNow(key: string): Readonly<Window>;
}

const countedOf = ({ totalHits, endsAt }: Window): Counted => ({ totalHits, resetTime: new Date(endsAt) });

/**
 * Fixed windows in this process, each from a caller's first request on. They are counted without a promise, so
 * that a cached answer waits for nothing; the library's middleware counts in the same ones.
 */
export class RateWindows implements RateStore {
  readonly localKeys = true;
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #windows = new Map<string, Window>();
  #sweepAt: number;

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#sweepAt = clock.now() + windowMs;
  }

  increment(key: string): Counted {
    return countedOf(this.incrementNow(key));
  }

  incrementNow(key: string): Window {
    const now = this.#clock.now();
    if (now >= this.#sweepAt) this.#sweep(now);
    let window = this.#running(key, now);
    if (window === undefined) {
      window = { totalHits: 0, endsAt: now + this.#windowMs };
      this.#windows.set(key, window);
    }
    window.totalHits += 1;
    return window;
  }

  /**
   * Takes over what was counted elsewhere too. A lower count than the running window's is not believed: there the
   * counts were lost.
   */
  learn(key: string, hits: number, msLeft: number): Counted {
    const now = this.#clock.now();
    const running = this.#running(key, now);
    if (running !== undefined && running.totalHits > hits) return countedOf(running);
    const window = { totalHits: hits, endsAt: now + msLeft };
    this.#windows.set(key, window);
    return countedOf(window);
  }

  decrement(key: string): void {
    const window = this.#windows.get(key);
    if (window !== undefined && window.totalHits > 0) window.totalHits -= 1;
  }

  resetKey(key: string): void {
    this.#windows.delete(key);
  }

  /** Whether a caller's window has not ended. */
  isRunning(key: string): boolean {
    return this.#running(key, this.#clock.now()) !== undefined;
  }

  /** Callers that are being counted, for metrics. */
  get size(): number {
    return this.#windows.size;
  }

  #running(key: string, now: number): Window | undefined {
    const window = this.#windows.get(key);
    return window !== undefined && now < window.endsAt ? window : undefined;
  }

  /** Once a window's length: whoever has not come back is forgotten. */
  #sweep(now: number): void {
    for (const [key, { endsAt }] of this.#windows) if (now >= endsAt) this.#windows.delete(key);
    this.#sweepAt = now + this.#windowMs;
  }
}
