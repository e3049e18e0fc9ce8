/** What stands in for answers that could not be had whole, and for how long (ADR 28). */
import { AppError } from '../../domain/errors.ts';
import { makeBriefMemory } from '../brief-memory.ts';
import type { Clock } from '../ports/clock.ts';
import { UpstreamError } from '../ports/upstream-error.ts';
import type { Answer, Made } from './answer.ts';

export interface StandInsDeps {
  clock: Pick<Clock, 'now'>;
  /**
   * How long what stands in for an answer that could not be had whole is given again before that is tried anew, ms;
   * default: not at all. While a service is ill nothing is stored, and each request would cost a whole answer.
   */
  standInMs?: number;
  /**
   * How long new figures are waited for where old ones are at hand, ms; default: as long as it takes. They are made
   * all the same. Everybody else would wait out the time-outs of a service that hangs.
   */
  patienceMs?: number;
}

/** What stood in a moment ago. */
export interface StoodIn {
  /** Whether it is time for another try, which nobody waits for; of those who ask at that time one is told so. */
  isTriedAgain: boolean;
  /** The same once more, as kept. @throws AppError when nothing stood in. */
  again(): Made;
}

/** Holds the era of the cache, so that whoever asks after a purge is given nothing of before it. */
export const keyInEra = (key: string, era: number): string => `${key} ${era}`;

/** By keys in their era. */
export interface StandIns {
  get(key: string): StoodIn | undefined;
  /**
   * What is given without waiting for anything; nothing when it is time for another try, when nothing stood in, or when
   * another answer that may be shown is kept: it is newer.
   */
  atHand(key: string, keptNow: () => Answer | undefined): Made | undefined;
  /** Remembers what a try led to, if that only stands in; a whole answer ends what stood in. */
  note(key: string, made: Made): void;
  /** Remembers what is shown while it is made anew, no longer than it may be shown: nobody need find that out again. */
  noteMeanwhile(key: string, old: Made): void;
  /** Remembers that a try led to nothing, if trying again at once would do the same. @param cause why it did. */
  noteRefusal(key: string, refusal: unknown, cause: unknown): void;
  /**
   * What is being made or, when that takes too long, the old: it is made all the same. Whoever comes to wait for it
   * waits no longer than who came first.
   */
  inTime<M extends Made>(key: string, making: Promise<M>, old: Made): Promise<M | Made>;
}

/** For so many times as long it is given while another try is made. */
const grace = 4;

/** Together, of one process. */
const mostBytes = 8 * 1024 * 1024;

/** As long as a timer can be set for. */
const longestMs = 2 ** 31 - 1;

/** Old or partial figures; not those of the sample world, which may be switched off at any time. */
const onlyStandsIn = ({ answer, layer }: Made): boolean =>
  layer === 'stale' || (layer === 'origin' && answer.meta.cacheExpiry === null);

/** Whether a service is ill, so that trying again at once would lead to the same; one that there is none of costs nothing. */
const isLasting = (error: unknown): boolean =>
  error instanceof UpstreamError &&
  error.failure !== 'cancelled' &&
  error.failure !== 'not_configured' &&
  !error.goesOn;

/** What comes of some work, or undefined after so many ms; the work goes on. */
function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, undefined);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export function makeStandIns({ clock, standInMs = 0, patienceMs = longestMs }: StandInsDeps): StandIns {
  const known = makeBriefMemory<{ outcome: Made | AppError; until: number }>({
    clock,
    forMs: grace * standInMs,
    mostBytes,
    bytesOf: ({ outcome }) => (outcome instanceof AppError ? 0 : outcome.answer.data.length),
  });

  const remember = (key: string, outcome: Made | AppError, most = Number.POSITIVE_INFINITY) =>
    known.set(key, { outcome, until: Math.min(clock.now() + standInMs, most) });
  /** Until when those who wait for something do, epoch ms. */
  const ends = new Map<string, number>();

  function again(outcome: Made | AppError): Made {
    if (outcome instanceof AppError) throw outcome;
    return outcome.layer === 'origin' ? { ...outcome, form: 'cached', layer: 'l1' } : outcome;
  }

  return {
    get: (key) => {
      const one = known.get(key);
      if (one === undefined) return undefined;
      const isTriedAgain = clock.now() >= one.until;
      // Others need not try as well: it is under way, or there is no time for it now.
      if (isTriedAgain) one.until = clock.now() + standInMs;
      return { isTriedAgain, again: () => again(one.outcome) };
    },
    atHand: (key, keptNow) => {
      const one = known.get(key);
      const now = clock.now();
      if (one === undefined || one.outcome instanceof AppError || now >= one.until) return undefined;
      const kept = keptNow();
      const isNewer = kept !== undefined && kept !== one.outcome.answer && now < kept.revalidateUntil;
      return isNewer ? undefined : again(one.outcome);
    },
    note: (key, made) => {
      if (onlyStandsIn(made)) remember(key, made);
      else known.delete(key);
    },
    noteMeanwhile: (key, old) => remember(key, old, old.answer.revalidateUntil),
    noteRefusal: (key, refusal, cause) => {
      if (refusal instanceof AppError && isLasting(cause)) remember(key, refusal);
    },
    inTime: async (key, making, old) => {
      const now = clock.now();
      const end = ends.get(key);
      if (end === undefined) ends.set(key, now + patienceMs);
      try {
        const made = await within(
          making,
          Math.min(patienceMs, Math.max(0, (end ?? Number.POSITIVE_INFINITY) - now)),
        );
        if (made === undefined) remember(key, old);
        return made ?? old;
      } finally {
        if (end === undefined) ends.delete(key);
      }
    },
  };
}
