import type { Computed } from '../provenance.ts';
import type { Calendar } from '../time.ts';
import type { Achievement } from './achievement-engine.ts';
import type { Tier } from './achievements.ts';
import {
  areActivitiesKnown,
  type LearnerSources,
  type StoredRecord,
  type SummedRecord,
  summedRecord,
} from './learner-record.ts';
import { type LevelName, levelOf } from './levels.ts';

export interface StatsFigures {
  totalPoints: number | null;
  level: number | null;
  levelName: LevelName | null;
  levelProgressPercent: number | null;
  nextLevelPoints: number | null;
  currentStreak: number | null;
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

const openFigures = [
  'totalPoints',
  'level',
  'levelName',
  'levelProgressPercent',
  'nextLevelPoints',
  'currentStreak',
  'longestStreak',
  'latestAchievement',
] as const;
const isWhollyKnown = (sources: LearnerSources): boolean =>
  areActivitiesKnown(sources) && sources.skills !== null;

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
  points: NonNullable<SummedRecord['points']>['bySource'],
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
 * Unit: points, days, freezes 0–3; percent 0–99.9. Null rule: without our stores no points, level, longest
 * streak or latest achievement; a source that is not known has no points of its own in `pointsBySource`, and
 * adds what the ledger holds to the rest; no points or no active day at all is null unless all sources are known.
 * Source: ANALYTICS definition "Gamification", version 1.
 */
export function statsFigures(
  userId: string,
  sources: LearnerSources,
  stored: StoredRecord | null,
  calendar: Calendar,
): Computed<StatsFigures> {
  const { points: counted, streak, achievements } = summedRecord(userId, sources, stored, calendar);
  // None is only known to be none when everybody could say.
  const points = counted?.total === 0 && !isWhollyKnown(sources) ? null : counted;
  const isKnown = streak.streakDays.length > 0 || areActivitiesKnown(sources);
  const latestAchievement = stored === null ? null : latestOf(achievements);
  const data = {
    totalPoints: points?.total ?? null,
    ...(points === null ? noLevel : levelOf(points.total)),
    currentStreak: isKnown ? streak.currentStreak : null,
    longestStreak: stored === null || !isKnown ? null : streak.longestStreak,
    streakFreezes: sources.enrolments === null ? null : streak.freezes,
    latestAchievement,
    pointsBySource: counted === null ? null : bySource(sources, counted.bySource),
  };
  const open = stored === null ? [] : openFigures.filter((field) => data[field] === null);
  return { data, missing: open.map((field) => ({ field, reason: 'insufficient_data' })) };
}
