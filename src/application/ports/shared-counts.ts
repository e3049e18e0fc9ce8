/** What all processes together have counted of a caller, and when that window ends. */
export interface SharedCount {
  hits: number;
  msLeft: number;
}

/** Counts of one kind of limit that all processes share. */
export interface SharedCounts {
  /**
   * Counts hits in a caller's running window, the first of which opens one. Undefined when that cannot be done
   * now; it never throws, and comes back within milliseconds.
   */
  add(key: string, hits: number): Promise<SharedCount | undefined>;
}
