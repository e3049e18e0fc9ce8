import type { Computed } from '../provenance.ts';
import type { Calendar } from '../time.ts';
import { type Tier, tiers } from './achievements.ts';
import { type LearnerSources, type StoredRecord, summedRecord } from './learner-record.ts';

export interface AchievementsFigures {
  total: number;
  earned: number;
  byTier: Record<Tier, { total: number; earned: number }>;
  achievements: {
    id: string;
    code: string;
    tier: Tier;
    earnedAt: string | null;
    progressPercent: number | null;
  }[];
}

/**
 * Every achievement of the catalogue for a learner, and how many are earned.
 *
 * Unit: counts; percent 0–100. Null rule: what counts something that is not known has no progress and is not
 * among the earned. Source: ANALYTICS definition "Achievements", version 1.
 */
export function achievementsFigures(
  userId: string,
  sources: LearnerSources,
  stored: StoredRecord | null,
  calendar: Calendar,
): Computed<AchievementsFigures> {
  const { achievements: all } = summedRecord(userId, sources, stored, calendar);
  const countOf = (of: typeof all) => ({
    total: of.length,
    earned: of.filter(({ earnedAt }) => earnedAt !== null).length,
  });
  const data = {
    ...countOf(all),
    byTier: Object.fromEntries(
      tiers.map((tier) => [tier, countOf(all.filter((one) => one.tier === tier))]),
    ) as AchievementsFigures['byTier'],
    achievements: all.map(({ earnedAt, ...one }) => ({
      ...one,
      earnedAt: earnedAt === null ? null : new Date(earnedAt).toISOString(),
    })),
  };
  return { data, missing: [] };
}
