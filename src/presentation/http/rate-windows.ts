import type { Store } from 'express-rate-limit';
import type { Clock } from '../../application/ports/clock.ts';

/** How often a caller came in the running window, this time included, and when the window ends. */
export interface Counted {
  totalHits: number;
  resetTime: Date;
}

interface Window {
  hits: number;
  endsAt: number;
}

/**
 * Fixed windows in this process, each from a caller's first request on. They are counted without a promise, so
 * that a cached answer waits for nothing; the library's middleware counts in the same ones.
 */
export class RateWindows implements Store {
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
    let window = this.#windows.get(key);
    if (window === undefined || now >= window.endsAt) {
      window = { hits: 0, endsAt: now + this.#windowMs };
      this.#windows.set(key, window);
    }
    window.hits += 1;
    return { totalHits: window.hits, resetTime: new Date(window.endsAt) };
  }

  decrement(key: string): void {
    const window = this.#windows.get(key);
    if (window !== undefined && window.hits > 0) window.hits -= 1;
  }

  resetKey(key: string): void {
    this.#windows.delete(key);
  }

  /** Callers that are being counted, for metrics. */
  get size(): number {
    return this.#windows.size;
  }

  /** Once a window's length: whoever has not come back is forgotten. */
  #sweep(now: number): void {
    for (const [key, { endsAt }] of this.#windows) if (now >= endsAt) this.#windows.delete(key);
    this.#sweepAt = now + this.#windowMs;
  }
}
