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

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const policy = (ttlSeconds: number, browserRevalidateSeconds: number): CachePolicy => ({
  ttlSeconds,
  revalidateSeconds: ttlSeconds,
  lastKnownGoodSeconds: day,
  browserRevalidateSeconds,
});

export const cachePolicyNames = [
  'learner',
  'trainer',
  'organization',
  'comparison',
  'demand',
  'gamification',
  'predictive',
] as const;
export type CachePolicyName = (typeof cachePolicyNames)[number];
export type CachePolicies = Record<CachePolicyName, CachePolicy>;

export const cachePolicies: CachePolicies = {
  learner: policy(5 * minute, 4 * hour),
  trainer: policy(10 * minute, 2 * hour),
  organization: policy(30 * minute, 6 * hour),
  comparison: policy(hour, 4 * hour),
  demand: policy(day, day),
  gamification: policy(5 * minute, hour),
  predictive: policy(2 * day, 2 * day),
};
