import type { Clock } from './ports/clock.ts';

/** What was learned a moment ago. */
export interface BriefMemory<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
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
  /** In the order in which they came. */
  const entries = new Map<string, { value: T; since: number; bytes: number }>();
  let held = 0;

  const isOver = (since: number) => Math.abs(clock.now() - since) >= forMs;

  function forget(key: string): void {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  function tidy(): void {
    for (const [key, { since }] of entries) {
      if (!isOver(since) && held <= mostBytes) return;
      forget(key);
    }
  }

  return {
    get: (key) => {
      tidy();
      return entries.get(key)?.value;
    },
    set: (key, value) => {
      if (forMs === 0) return;
      forget(key);
      const bytes = entryBytes + bytesOf(value);
      entries.set(key, { value, since: clock.now(), bytes });
      held += bytes;
      tidy();
    },
  };
}
