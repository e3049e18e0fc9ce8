/** Nothing is told about a group with fewer people than this. */
export const usualMinimum = 10;
/** An organization may ask for more protection, never for less than this. */
export const smallestMinimum = 5;

/** The smallest group that may be told about. */
export function minimumCohort(configured: number = usualMinimum): number {
  return Math.max(smallestMinimum, configured);
}
