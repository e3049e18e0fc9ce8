import { AppError } from '../errors.ts';
import type { Computed, DataSource, Missing, MissingReason } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { roundOrNull } from '../statistics/summary.ts';
import { type Calendar, dayOf, startOfDay, weekStart } from '../time.ts';
import type { LeaderboardEntry } from './leaderboard.ts';

export const leaderboardPeriods = ['weekly', 'monthly', 'alltime'] as const;
export type LeaderboardPeriod = (typeof leaderboardPeriods)[number];
export const leaderboardScopes = ['organization', 'department'] as const;

/**
 * What the ledger holds of a person: all up to some minutes ago; all up to an earlier time; nothing that is
 * whole; nothing because the services do not know the person; what was recorded on other occasions.
 */
export type Reading = 'current' | 'outdated' | 'failed' | 'unknown' | 'unread';

/** An entry as it is stored: of whom it is, where the viewer may know. */
export interface BoardEntry extends Omit<LeaderboardEntry, 'displayName'> {
  /** Null = anonymous. */
  userId: string | null;
}

/** One page of a stored leaderboard, as one viewer may see it; nobody hidden is in any of it but in `you`. */
export interface BoardPage {
  entries: readonly BoardEntry[];
  /** Null when the viewer has no line. Rank and percentile (mid-rank, 0–100) are null for a hidden viewer. */
  you: { rank: number | null; percentile: number | null; points: number } | null;
  /** What the ledger holds of the viewer; null = no learner of the scope. */
  reading: Reading | null;
  /** People with a line. */
  participants: number;
  /** Why it is not known how many take part, seen from those who are not hidden. */
  doubt: Extract<MissingReason, 'unavailable' | 'insufficient_data'> | null;
  /** Epoch ms at which the organization was read, and on what that stands. */
  refreshedAt: number;
  asOf: number;
  dataSource: DataSource;
}

/** What a leaderboard is told from. */
export interface Board {
  /** Null = our stores could not be read. */
  page: Omit<BoardPage, 'asOf' | 'dataSource'> | null;
  /** Epoch ms. */
  refreshedAt: number;
}

export interface LeaderboardFigures {
  entries: LeaderboardEntry[] | null;
  you: { rank: number | null; percentile: number | null; points: number } | null;
  participants: number | null;
  refreshedAt: string;
  /** Where the next page begins; null = there is none. */
  nextOffset: number | null;
}

/**
 * The instant at which a period began: the Monday of this ISO week, or the first of this month, in the zone.
 *
 * Unit: epoch ms. Null = it has no beginning.
 */
export function periodStart(period: LeaderboardPeriod, { now, zone }: Calendar): number | null {
  if (period === 'alltime') return null;
  const today = dayOf(now, zone);
  return startOfDay(period === 'weekly' ? weekStart(today) : `${today.slice(0, 7)}-01`, zone);
}

const unavailable = (fields: readonly string[]): Missing[] =>
  fields.map((field) => ({ field, reason: 'unavailable' }));

const nothing = { entries: null, you: null, participants: null, nextOffset: null };
const all = ['entries', 'you', 'participants', 'nextCursor'] as const;

/** Why a learner has no line of their own, or a line without a place. */
function missingYou({ reading, you, doubt }: NonNullable<Board['page']>): Missing[] {
  if (reading === null) return [];
  if (you === null)
    return [{ field: 'you', reason: reading === 'failed' ? 'unavailable' : 'insufficient_data' }];
  if (you.rank === null)
    return (['you.rank', 'you.percentile'] as const).map((field) => ({ field, reason: 'suppressed' }));
  return doubt === null ? [] : [{ field: 'you.percentile', reason: doubt }];
}

/**
 * One page of the leaderboard, as one viewer may see it. Whoever could not be read, or is not known to the
 * services, is left out instead of standing there with 0 points. Nothing here depends on a hidden person but
 * that person's own line.
 *
 * Unit: points of the period; percentile 0–100. Null rule: without the stores nothing is told; while somebody
 * of the scope could not be read, or the organization is too large to be read, neither the number of
 * participants nor a percentile is; a name that is not known is null. Source: ANALYTICS definition
 * "Gamification", version 1.
 * @param names of those on the page whose names the viewer may see.
 * @param offset where the page begins.
 * @throws AppError COHORT_TOO_SMALL below the smallest group that may be told about.
 */
export function leaderboardFigures(
  board: Board,
  names: ReadonlyMap<string, string | null>,
  offset: number,
  { minimumCohort }: Setting,
): Computed<LeaderboardFigures> {
  const refreshedAt = new Date(board.refreshedAt).toISOString();
  const untold = { data: { ...nothing, refreshedAt }, missing: unavailable(all) };
  const { page } = board;
  if (page === null) return untold;
  const { you, participants, doubt } = page;
  if (participants < minimumCohort) {
    if (doubt === 'unavailable') return untold;
    throw new AppError('COHORT_TOO_SMALL', 'Too few people take part for a leaderboard.', {
      details: [{ field: 'participants', message: 'too_few' }],
    });
  }

  const entries = page.entries.map(({ userId, rank, points, isYou }) => ({
    rank,
    displayName: userId === null ? null : (names.get(userId) ?? null),
    points,
    isYou,
  }));
  const end = offset + entries.length;
  const data = {
    entries,
    you: you && { ...you, percentile: doubt === null ? roundOrNull(you.percentile) : null },
    participants: doubt === null ? participants : null,
    refreshedAt,
    nextOffset: entries.length > 0 && end < participants ? end : null,
  };
  const missing: Missing[] = doubt === null ? [] : [{ field: 'participants', reason: doubt }];
  return { data, missing: [...missing, ...missingYou(page)] };
}
