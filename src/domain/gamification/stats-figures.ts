import type { Computed } from '../provenance.ts';
import type { Calendar } from '../time.ts';
import type { Achievement } from './achievement-engine.ts';
import type { Tier } from './achievements.ts';
import { areActivitiesKnown, type LearnerSources, learnerRecord } from './learner-record.ts';
import { type LevelName, levelOf } from './levels.ts';
import { type LedgerEntry, totals } from './points.ts';

export interface StatsFigures {
  totalPoints: number | null;
  level: number | null;
  levelName: LevelName | null;
  levelProgressPercent: number | null;
  nextLevelPoints: number | null;
  currentStreak: number;
  longestStreak: number | null;
  streakFreezes: number | null;
  latestAchievement: { id: string; code: string; tier: Tier; earnedAt: string } | null;
  pointsBySource: {
    course: number | null;
    skill: number | null;
    assessment: number | null;
    practice: number | null;
    streakDay: number | null;
  } | null;
}

const noLevel = { level: null, levelName: null, levelProgressPercent: null, nextLevelPoints: null };

/** Of those of one instant, the one that comes first in the catalogue. */
function latestOf(achievements: readonly Achievement[]): StatsFigures['latestAchievement'] {
  let latest: StatsFigures['latestAchievement'] = null;
  let latestAt = Number.NEGATIVE_INFINITY;
  for (const { id, code, tier, earnedAt } of achievements) {
    if (earnedAt === null || earnedAt <= latestAt) continue;
    latestAt = earnedAt;
    latest = { id, code, tier, earnedAt: new Date(earnedAt).toISOString() };
  }
  return latest;
}

function bySource(
  sources: LearnerSources,
  points: ReturnType<typeof totals>['bySource'],
): StatsFigures['pointsBySource'] {
  return {
    course: sources.enrolments === null ? null : points.course,
    skill: sources.skills === null ? null : points.skill,
    assessment: sources.attempts === null ? null : points.assessment,
    practice: sources.sessions === null ? null : points.practice,
    streakDay: areActivitiesKnown(sources) ? points.streak_day : null,
  };
}

/**
 * Points, level, streak and the latest achievement of a learner.
 *
 * Unit: points, days, freezes 0–3; percent 0–99.9. Null rule: without the ledger no points, level, longest
 * streak or latest achievement; a source that is not known has no points of its own in `pointsBySource`, and
 * adds what the ledger holds to the rest. Source: ANALYTICS definition "Gamification", version 1.
 */
export function statsFigures(
  userId: string,
  sources: LearnerSources,
  stored: readonly LedgerEntry[] | null,
  calendar: Calendar,
): Computed<StatsFigures> {
  const { ledger, streak, achievements } = learnerRecord(userId, sources, stored, calendar);
  const points = ledger === null ? null : totals(ledger);
  const latestAchievement = points === null ? null : latestOf(achievements);
  const data = {
    totalPoints: points?.total ?? null,
    ...(points === null ? noLevel : levelOf(points.total)),
    currentStreak: streak.currentStreak,
    longestStreak: ledger === null ? null : streak.longestStreak,
    streakFreezes: sources.enrolments === null ? null : streak.freezes,
    latestAchievement,
    pointsBySource: points === null ? null : bySource(sources, points.bySource),
  };
  const hasNone = points !== null && latestAchievement === null;
  return { data, missing: hasNone ? [{ field: 'latestAchievement', reason: 'insufficient_data' }] : [] };
}
