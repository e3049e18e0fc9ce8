import type { PurgeReason } from './answer-cache.ts';

/** Tells the shared cache in front of us what it must ask for again. */
export interface EdgePurge {
  /**
   * Never rejects: a request must not fail because of it. Comes back when the cache has been told, or when waiting
   * longer would keep a request waiting; telling then goes on. For privacy nobody gets the old copy after it, else
   * whoever asks next may, once.
   */
  purge(sealedTags: readonly string[], reason: PurgeReason): Promise<void>;
}
