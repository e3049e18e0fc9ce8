/** How long finished answers live, by audience. Seconds. */
export interface CachePolicy {
  /** A finished answer is `cached` this long. */
  ttlSeconds: number;
  /** Then it is served `stale` at once while a new one is made. */
  revalidateSeconds: number;
  /** After that it is only served when nothing better can be had. */
  lastKnownGoodSeconds: number;
  /** What a browser may show while it asks again. */
  browserRevalidateSeconds: number;
}

const hour = 3600;
const day = 24 * hour;

export const cachePolicies = {
  learner: {
    ttlSeconds: 300,
    revalidateSeconds: 300,
    lastKnownGoodSeconds: day,
    browserRevalidateSeconds: 4 * hour,
  },
} as const satisfies Record<string, CachePolicy>;

export type CachePolicyName = keyof typeof cachePolicies;
export type CachePolicies = Record<CachePolicyName, CachePolicy>;
