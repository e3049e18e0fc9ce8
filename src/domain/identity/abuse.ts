/**
 * What looks like somebody who means no good: probing = asks for many ids that are not for the caller; spraying = shows
 * many credentials that were never good, from one address; scraping = reads about more people than anybody looks at.
 */
export const abuses = ['probing', 'spraying', 'scraping'] as const;
export type Abuse = (typeof abuses)[number];

/** How many different things of a kind are too many is counted in windows of this length. */
export const abuseWindowMs = 10 * 60_000;
/** A strike is remembered this long after the last one. */
export const strikesKeptMs = 86_400_000;
export const firstPenaltyMs = 60_000;
export const longestPenaltyMs = 3_600_000;

/**
 * For how long a caller is refused, milliseconds: a minute, then four times as long each time, up to an hour.
 * @param strikes how often it was too much, from 1.
 */
export const penaltyMs = (strikes: number): number =>
  Math.min(longestPenaltyMs, firstPenaltyMs * 4 ** (strikes - 1));
