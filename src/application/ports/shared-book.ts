import type { Service } from '../../domain/provenance.ts';

/** What a service did in a stretch of time; the buckets are those of `latencyBounds`. */
export interface Counts {
  calls: number;
  failures: number;
  retries: number;
  buckets: readonly number[];
}

/** Which stretch: `number` of its kind since the epoch. */
export interface Slot {
  size: 'minute' | 'hour';
  number: number;
}

/** What is new of one stretch; a service that nobody asked is left out. */
export interface SlotNews extends Slot {
  counts: ReadonlyMap<Service, Counts>;
}

/** What all processes have told of one stretch. */
export interface SharedSlot {
  /** Epoch ms from which on somebody told of it. */
  from: number;
  counts: ReadonlyMap<Service, Counts>;
}

/** Where all processes put together what they have seen of the nine services. */
export interface SharedBook {
  /**
   * Adds what is new. The same news by the same teller under the same number count once, however often they are told.
   * @returns false when it is not known that they were taken: tell them again.
   */
  add(news: readonly SlotNews[], by: { teller: string; number: number }, now: number): Promise<boolean>;
  /** Of these slots those that anybody has told of; undefined while they cannot be had. */
  read(slots: readonly Slot[]): Promise<readonly SharedSlot[] | undefined>;
}
