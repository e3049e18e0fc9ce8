/** Nothing is told about a group with fewer people than this. */
const defaultMinimum = 10;
/** An organization may ask for more protection, never for less than this. */
const floor = 5;

/** The smallest group that may be told about. */
export function minimumCohort(configured: number = defaultMinimum): number {
  return Math.max(floor, configured);
}
