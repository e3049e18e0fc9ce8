import { BoundedMap, type Sized } from './bounded-map.ts';
import type { Clock } from './ports/clock.ts';

interface Learned<T> extends Sized {
  value: T;
  /** Epoch ms. */
  since: number;
}

/** What was learned a moment ago. */
export interface BriefMemory<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
}

export interface BriefMemoryDeps<T> {
  clock: Pick<Clock, 'now'>;
  /** For how long, ms; 0 = not at all. */
  forMs: number;
  /** Beyond them the oldest is forgotten. */
  mostBytes: number;
  bytesOf: (value: T) => number;
}

/** Of keys and of what a map needs for an entry, roughly. */
const entryBytes = 1024;

/** Keeps what it is told for a moment, in this process. A clock that is set back or ahead makes it forget. */
export function makeBriefMemory<T>({ clock, forMs, mostBytes, bytesOf }: BriefMemoryDeps<T>): BriefMemory<T> {
  const entries = new BoundedMap<Learned<T>>({ maxEntries: Number.POSITIVE_INFINITY, maxBytes: mostBytes });

  /** Nothing is used by looking at it, so that all stands in the order in which it came. */
  function forgetWhatIsOver(): void {
    for (const [key, { since }] of entries) {
      if (Math.abs(clock.now() - since) < forMs) return;
      entries.delete(key);
    }
  }

  return {
    delete: (key) => {
      entries.delete(key);
    },
    get: (key) => {
      forgetWhatIsOver();
      return entries.peek(key)?.value;
    },
    set: (key, value) => {
      if (forMs === 0) return;
      forgetWhatIsOver();
      entries.set(key, { value, since: clock.now(), bytes: entryBytes + bytesOf(value) });
    },
  };
}
