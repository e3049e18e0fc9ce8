import type { Calendar } from './time.ts';

/** What a metric is given besides its inputs: the time, the zone, and the smallest group that may be told about. */
export interface Setting extends Calendar {
  minimumCohort: number;
}
