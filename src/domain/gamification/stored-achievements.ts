import type { Achievement } from './achievement-engine.ts';
import type { Tier } from './achievements.ts';

/** An achievement that was kept when it was earned. */
export interface StoredAchievement {
  code: string;
  tier: Tier;
  /** Epoch ms. */
  earnedAt: number;
}

const earnedOf = ({ code, tier, earnedAt }: StoredAchievement): Achievement => ({
  id: `${tier}-${code}`,
  code,
  tier,
  earnedAt,
  progressPercent: 100,
});

/**
 * Achievements with what is stored as earned: it stays earned, since when it was stored, whatever the services
 * say now. What is stored and no longer in the catalogue comes last, oldest first.
 *
 * Unit: epoch ms; percent 0–100. Null rule: what is not stored stays as it was computed, unknown too.
 */
export function withStored(
  achievements: readonly Achievement[],
  stored: readonly StoredAchievement[],
): Achievement[] {
  const byCode = new Map(stored.map((one) => [one.code, one]));
  const known = achievements.map((one) => {
    const kept = byCode.get(one.code);
    byCode.delete(one.code);
    return kept === undefined ? one : { ...one, earnedAt: kept.earnedAt, progressPercent: 100 };
  });
  const retired = [...byCode.values()].sort((a, b) => a.earnedAt - b.earnedAt);
  return [...known, ...retired.map(earnedOf)];
}
