import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';

export interface LoginPaceDeps {
  clock: Clock;
  digest: Digest;
  pause: (ms: number) => Promise<void>;
}

/** Refusals take a whole number of these, so that their time does not say what Auth has looked for. */
export const refusalStepMs = 250;
/** Failures that cost nothing: anybody may mistype. */
const freeFailures = 3;
const longestWaitMs = 2000;
/** Without another failure an account's are forgotten after this. */
const rememberedMs = 15 * 60_000;
const mostRemembered = 10_000;

/**
 * Slows down whoever tries an account again and again, from whichever addresses, and makes refusals take equally long.
 * Nobody is locked out: the rightful owner waits two seconds at most. It knows of no account whether there is one.
 */
export function makeLoginPace({ clock, digest, pause }: LoginPaceDeps) {
  const failures = new Map<string, { count: number; until: number }>();

  function countOf(key: string): number {
    const known = failures.get(key);
    return known === undefined || known.until <= clock.now() ? 0 : known.count;
  }

  function note(key: string): void {
    const count = countOf(key) + 1;
    failures.delete(key);
    failures.set(key, { count, until: clock.now() + rememberedMs });
    const [oldest] = failures.keys();
    if (failures.size > mostRemembered && oldest !== undefined) failures.delete(oldest);
  }

  return {
    /** Waits where the account was tried in vain before: 250 ms after the third time, then twice as long each time. */
    before: async (email: string): Promise<void> => {
      const beyond = countOf(digest(email)) - freeFailures;
      if (beyond >= 0) await pause(Math.min(longestWaitMs, refusalStepMs * 2 ** beyond));
    },
    /** @param askedAt epoch ms at which Auth was asked. */
    failed: async (email: string, askedAt: number): Promise<void> => {
      note(digest(email));
      const elapsed = Math.max(0, clock.now() - askedAt);
      await pause(refusalStepMs - (elapsed % refusalStepMs));
    },
    succeeded: (email: string): void => void failures.delete(digest(email)),
  };
}

export type LoginPace = ReturnType<typeof makeLoginPace>;
