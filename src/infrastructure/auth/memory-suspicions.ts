import type { Clock } from '../../application/ports/clock.ts';
import type { Act, Suspicions, Verdict } from '../../application/ports/suspicions.ts';
import { abuseWindowMs, penaltyMs, strikesKeptMs } from '../../domain/identity/abuse.ts';

/** Beyond it the longest forgotten go: whoever comes from so many addresses is not stopped by any of them. */
const mostCallers = 20_000;

interface Window {
  things: Set<string>;
  endsAt: number;
}

/** Puts a key last, and leaves out the first of too many. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostCallers && oldest !== undefined) map.delete(oldest);
}

const keyOf = ({ abuse, caller }: Act) => `${abuse} ${caller}`;

/** Suspicions of this process alone. */
export class MemorySuspicions implements Suspicions {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  readonly #strikes = new Map<string, { count: number; until: number }>();
  readonly #refused = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the act is one of the running window already. */
  has(act: Act): boolean {
    return this.#running(keyOf(act))?.things.has(act.thing) === true;
  }

  /** Counts without a verdict: others give one. */
  see(act: Act): number {
    const key = keyOf(act);
    const running = this.#running(key);
    const window = running ?? { things: new Set<string>(), endsAt: this.#clock.now() + abuseWindowMs };
    if (running === undefined) keep(this.#windows, key, window);
    window.things.add(act.thing);
    return window.things.size;
  }

  /** Others have given a verdict: the count begins anew with a strike. */
  learn(act: Act, { refusedMs, strike }: Verdict): void {
    if (strike !== null) this.#windows.delete(keyOf(act));
    if (refusedMs > 0) keep(this.#refused, keyOf(act), this.#clock.now() + refusedMs);
  }

  refusedMs(act: Act): number {
    return Math.max(0, (this.#refused.get(keyOf(act)) ?? 0) - this.#clock.now());
  }

  note(act: Act): Verdict {
    if (this.see(act) <= act.most) return { refusedMs: this.refusedMs(act), strike: null };
    const key = keyOf(act);
    const now = this.#clock.now();
    const known = this.#strikes.get(key);
    const count = known === undefined || known.until <= now ? 1 : known.count + 1;
    keep(this.#strikes, key, { count, until: now + strikesKeptMs });
    const verdict = { refusedMs: penaltyMs(count), strike: count };
    this.learn(act, verdict);
    return verdict;
  }

  #running(key: string): Window | undefined {
    const window = this.#windows.get(key);
    return window !== undefined && this.#clock.now() < window.endsAt ? window : undefined;
  }
}
