import type { Clock } from '../application/ports/clock.ts';

/** The machine's clock; with `start` (ISO instant) it shows that instant now and runs on at the usual speed. */
export function makeClock(start?: string): Clock {
  if (start === undefined) return { now: () => Date.now() };
  const offset = Date.parse(start) - Date.now();
  return { now: () => Date.now() + offset };
}

/** Milliseconds since some moment of this process, for spans: whoever sets the machine's clock does not change it. */
export const steadyMs = (): number => performance.now();
