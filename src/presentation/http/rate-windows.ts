import type { Store } from 'express-rate-limit';
import type { Clock } from '../../application/ports/clock.ts';

/** How often a caller came in the running window, this time included, and when the window ends. */
export interface Counted {
  totalHits: number;
  resetTime: Date;
}

/** Where the hits of one kind of limit are counted. */
export interface RateStore extends Store {
  increment(key: string): Counted | Promise<Counted>;
  /** The same without a promise, by what is known in this process. */
  incrementNow(key: string): Counted;
}

interface Window {
  hits: number;
  endsAt: number;
}

const countedOf = ({ hits, endsAt }: Window): Counted => ({ totalHits: hits, resetTime: new Date(endsAt) });

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
    const now = this.#clock.now();
    if (now >= this.#sweepAt) this.#sweep(now);
    let window = this.#running(key);
    if (window === undefined) {
      window = { hits: 0, endsAt: now + this.#windowMs };
      this.#windows.set(key, window);
    }
    window.hits += 1;
    return countedOf(window);
  }

  incrementNow(key: string): Counted {
    return this.increment(key);
  }

  /**
   * Takes over what was counted elsewhere too. A lower count than the running window's is not believed: there the
   * counts were lost.
   */
  learn(key: string, hits: number, msLeft: number): Counted {
    const running = this.#running(key);
    if (running !== undefined && running.hits > hits) return countedOf(running);
    const window = { hits, endsAt: this.#clock.now() + msLeft };
    this.#windows.set(key, window);
    return countedOf(window);
  }

  decrement(key: string): void {
    const window = this.#windows.get(key);
    if (window !== undefined && window.hits > 0) window.hits -= 1;
  }

  resetKey(key: string): void {
    this.#windows.delete(key);
  }

  /** Whether a caller's window has not ended. */
  isRunning(key: string): boolean {
    return this.#running(key) !== undefined;
  }

  /** Callers that are being counted, for metrics. */
  get size(): number {
    return this.#windows.size;
  }

  #running(key: string): Window | undefined {
    const window = this.#windows.get(key);
    return window !== undefined && this.#clock.now() < window.endsAt ? window : undefined;
  }

  /** Once a window's length: whoever has not come back is forgotten. */
  #sweep(now: number): void {
    for (const [key, { endsAt }] of this.#windows) if (now >= endsAt) this.#windows.delete(key);
    this.#sweepAt = now + this.#windowMs;
  }
}
