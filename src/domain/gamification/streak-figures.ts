import type { Computed } from '../provenance.ts';
import type { Calendar } from '../time.ts';
import { areActivitiesKnown, type LearnerSources, learnerRecord } from './learner-record.ts';
import type { LedgerEntry } from './points.ts';
import type { KeptBy, Streak } from './streak.ts';

export const streakKeepers = ['activity', 'freeze'] as const satisfies readonly KeptBy[];

export interface StreakFigures {
  currentStreak: number;
  longestStreak: number | null;
  freezes: number | null;
  status: Streak['status'];
  history: { date: string; maintained: boolean | null; source: KeptBy; frozen: boolean }[];
}

/**
 * The streak of a learner and its last 30 days.
 *
 * Unit: days; freezes 0–3. Null rule: a day on which nothing is known to have happened is unknown, not missed,
 * while a service has not answered; without the ledger there is no longest streak, without the courses there
 * are no freezes. Source: ANALYTICS definition "Streak", version 1.
 */
export function streakFigures(
  userId: string,
  sources: LearnerSources,
  stored: readonly LedgerEntry[] | null,
  calendar: Calendar,
): Computed<StreakFigures> {
  const { streak } = learnerRecord(userId, sources, stored, calendar);
  const isWhole = areActivitiesKnown(sources);
  const data = {
    currentStreak: streak.currentStreak,
    longestStreak: stored === null ? null : streak.longestStreak,
    freezes: sources.enrolments === null ? null : streak.freezes,
    status: streak.status,
    history: streak.history.map((day) => ({
      ...day,
      maintained: day.maintained || isWhole ? day.maintained : null,
    })),
  };
  return { data, missing: [] };
}
