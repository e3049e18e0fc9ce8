/** Tells the shared cache in front of us what it must ask for again. */
export interface EdgePurge {
  /**
   * Never rejects: a request must not fail because of it. Comes back when the cache has been told, or when waiting
   * longer would keep a request waiting; telling then goes on.
   */
  purge(sealedTags: readonly string[]): Promise<void>;
}
