import type { Abuse } from '../../domain/identity/abuse.ts';

/** Something that is harmless once. */
export interface Act {
  abuse: Abuse;
  /** Whoever did it: an id or an address. */
  caller: string;
  /** What it was done to; the same thing again counts once. */
  thing: string;
  /** So many different things in a window are let pass. */
  most: number;
}

export interface Verdict {
  /** How long the caller is refused from now on, milliseconds; 0 = is not. */
  refusedMs: number;
  /** Set when this act was one too many: how often that was so, within a day of the last time. Told once. */
  strike: number | null;
}

/** Counts different things per caller, strikes and penalties. */
export interface Suspicions {
  /** Never throws. */
  note(act: Act): Promise<Verdict> | Verdict;
}
