import type { Computed } from '../provenance.ts';
import type { Calendar } from '../time.ts';
import {
  areActivitiesKnown,
  type LearnerSources,
  type StoredRecord,
  summedRecord,
} from './learner-record.ts';
import type { KeptBy, Streak } from './streak.ts';

export const streakKeepers = ['activity', 'freeze'] as const satisfies readonly KeptBy[];

export interface StreakFigures {
  currentStreak: number | null;
  longestStreak: number | null;
  freezes: number | null;
  status: Streak['status'] | null;
  history: { date: string; maintained: boolean | null; source: KeptBy; frozen: boolean }[];
}

/**
 * The streak of a learner and its last 30 days.
 *
 * Unit: days; freezes 0–3. Null rule: a day on which nothing is known to have happened is unknown, not missed,
 * while a source is not known, and no day at all is then no streak that is known; without our stores there is no longest streak, without the courses there
 * are no freezes. Source: ANALYTICS definition "Streak", version 1.
 */
export function streakFigures(
  userId: string,
  sources: LearnerSources,
  stored: StoredRecord | null,
  calendar: Calendar,
): Computed<StreakFigures> {
  const { streak } = summedRecord(userId, sources, stored, calendar);
  const isWhole = areActivitiesKnown(sources);
  // That there never was a day is only known when everybody could say.
  const isKnown = isWhole || streak.streakDays.length > 0;
  const data = {
    currentStreak: isKnown ? streak.currentStreak : null,
    longestStreak: stored === null || !isKnown ? null : streak.longestStreak,
    freezes: sources.enrolments === null ? null : streak.freezes,
    status: isKnown ? streak.status : null,
    history: streak.history.map((day) => ({
      ...day,
      maintained: day.maintained || isWhole ? day.maintained : null,
    })),
  };
  const open = isKnown ? [] : (['currentStreak', 'longestStreak', 'status'] as const);
  return { data, missing: open.map((field) => ({ field, reason: 'insufficient_data' })) };
}
