/** The only source of time. A demo may start it on another day; it then runs at the usual speed. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number;
}
