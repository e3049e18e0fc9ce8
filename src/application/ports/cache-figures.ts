/**
 * Where an answer came from. `lane`: memory of this process, in front of the router; `l1`: the same behind it; `l2`:
 * what all processes share; `peer`: made by another process while this one waited; `origin`: made here; `stale`: past
 * its time; `mock`: of the sample world.
 */
export const answerLayers = ['lane', 'l1', 'l2', 'peer', 'origin', 'stale', 'mock'] as const;
export type AnswerLayer = (typeof answerLayers)[number];

/**
 * How a purge came to be acknowledged. `confirmed`: every process has said that it heard of it; `waited`: some have
 * not, and it was waited until they ask before they answer; `owed`: Redis was not to be reached, others hear later.
 */
export const purgeOutcomes = ['confirmed', 'waited', 'owed'] as const;
export type PurgeOutcome = (typeof purgeOutcomes)[number];

/** Told of every answer, for operators; must cost next to nothing. */
export interface CacheFigures {
  /** @param ageSeconds since the figures were worked out. */
  served(layer: AnswerLayer, ageSeconds: number): void;
  /** Somebody waited for what was already being made in this process. */
  coalesced(): void;
  /** A purge of this process that others were to be told of. */
  purged(how: PurgeOutcome): void;
}

export const noCacheFigures: CacheFigures = {
  served: () => undefined,
  coalesced: () => undefined,
  purged: () => undefined,
};

/** `memory`: answers in this process; `redis`: answers of all processes; `replies`: what services have said lately. */
export const cacheLayers = ['memory', 'redis', 'replies'] as const;
export type CacheLayer = (typeof cacheLayers)[number];

/**
 * Looks into one layer, for operators to see what it had and how long that took.
 * @param isHit default: anything but `undefined`.
 */
export type Look = <T>(layer: CacheLayer, look: () => T, isHit?: (found: Awaited<T>) => boolean) => T;

export const justLook: Look = (_layer, look) => look();
