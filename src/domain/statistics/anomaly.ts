import { addDays } from '../time.ts';
import { normalConsistency, robustZ } from './robust-z.ts';
import { median } from './summary.ts';

/** Beyond this a value is called unusual (Iglewicz & Hoaglin 1993). */
export const unusualZ = 3.5;

/** A value against what is usual. */
export interface Compared {
  value: number;
  /** Median of what it is compared with, in the unit of the value. */
  usual: number;
  /** Modified z-score; see `robustZ`. */
  z: number;
  isUnusual: boolean;
}

/** Weeks of which the same weekday is looked at: work has the rhythm of a week. */
const weeks = 8;
const leastWeeks = 4;
/** A fall that halves nothing is no news, however regular the days before were. */
const fallsTo = 0.5;

/**
 * Whether the active people of a day have suddenly become fewer: fewer than on the same weekday of the eight weeks
 * before by more than `unusualZ`, and at most half as many as usual. A count varies by its square root by itself
 * (Poisson), so that no smaller spread counts.
 * @param known active people by day (ISO); a day that is not in it is not known.
 * @param least people who may be told about: where fewer are usual, nothing is said.
 * @returns null when the day or fewer than four of the others are known, or too few people are usual.
 */
export function suddenFall(known: ReadonlyMap<string, number>, day: string, least: number): Compared | null {
  const value = known.get(day);
  const before = Array.from(
    { length: weeks },
    (_, week) => known.get(addDays(day, -7 * (week + 1))) ?? [],
  ).flat();
  const usual = median(before);
  if (value === undefined || usual === null || before.length < leastWeeks || usual < least) return null;
  const z = robustZ(value, before, normalConsistency * Math.sqrt(usual)) ?? 0;
  return { value, usual, z, isUnusual: z < -unusualZ && value <= fallsTo * usual };
}

/** Minutes that are judged together: one slow minute is no news. */
const lastMinutes = 3;
const leastMinutes = 10;
/** Latencies that differ by less do not matter to anyone, ms. */
export const leastLatencyMs = 5;
const risesTo = 2;

/**
 * Whether a service has become slow: the median of its last three minutes against the minutes before.
 * @param minutes median latency of each minute in which it was asked, ms, the oldest first.
 * @returns null for fewer than ten minutes before the last three.
 */
export function latencyRise(minutes: readonly number[]): Compared | null {
  const before = minutes.slice(0, -lastMinutes);
  const [value, usual] = [median(minutes.slice(-lastMinutes)), median(before)];
  if (value === null || usual === null || before.length < leastMinutes) return null;
  const z = robustZ(value, before, leastLatencyMs) ?? 0;
  return { value, usual, z, isUnusual: z > unusualZ && value >= risesTo * usual };
}
