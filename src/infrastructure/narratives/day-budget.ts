import type { Clock } from '../../application/ports/clock.ts';
import type { NarrativeBudget } from '../../application/ports/narrative-model.ts';
import type { SharedCounts } from '../../application/ports/shared-counts.ts';
import { dayMs } from '../../domain/time.ts';

/**
 * So many calls per UTC day: of all processes where they share counts, else of this one. A count that cannot be had
 * falls back to this process's own, which goes on counting all the while.
 */
export function makeDayBudget(
  callsPerDay: number,
  clock: Clock,
  shared: SharedCounts | undefined,
): NarrativeBudget {
  let day = Number.NaN;
  let taken = 0;
  return {
    take: async () => {
      const today = Math.floor(clock.now() / dayMs);
      if (today !== day) taken = 0;
      day = today;
      if (taken >= callsPerDay) return false;
      taken += 1;
      const all = await shared?.add(String(today), 1);
      return all === undefined || all.hits <= callsPerDay;
    },
  };
}
