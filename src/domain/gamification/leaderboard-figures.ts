import { AppError } from '../errors.ts';
import type { Computed, Missing, MissingReason } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { type Calendar, dayOf, startOfDay, weekStart } from '../time.ts';
import { type LeaderboardEntry, type LeaderboardPrivacy, leaderboard } from './leaderboard.ts';

export const leaderboardPeriods = ['weekly', 'monthly', 'alltime'] as const;
export type LeaderboardPeriod = (typeof leaderboardPeriods)[number];
export const leaderboardScopes = ['organization', 'department'] as const;

/**
 * What the ledger holds of a person: all up to some minutes ago; all up to an earlier time; nothing that is
 * whole; nothing because the services do not know the person; what was recorded on other occasions.
 */
export type Reading = 'current' | 'outdated' | 'failed' | 'unknown' | 'unread';

export interface BoardPerson {
  userId: string;
  displayName: string | null;
  departmentId: string | null;
  reading: Reading;
}

/** The learners of an organization, each once. */
export interface Board {
  people: readonly BoardPerson[];
  /** Epoch ms at which they were read. */
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

/** What our own stores say; null = they could not be read. */
export interface OwnFigures {
  standings: readonly { userId: string; points: number }[] | null;
  privacy: ReadonlyMap<string, LeaderboardPrivacy> | null;
  /** Not to be guessed. */
  seed: string;
}

export interface LeaderboardQuestion {
  viewerId: string;
  scope: (typeof leaderboardScopes)[number];
  limit: number;
  offset: number;
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

function inScope(people: readonly BoardPerson[], { viewerId, scope }: LeaderboardQuestion): BoardPerson[] {
  if (scope === 'organization') return [...people];
  const own = people.find(({ userId }) => userId === viewerId)?.departmentId ?? null;
  if (own === null)
    throw new AppError('INSUFFICIENT_DATA', 'You are in no department of learners.', {
      details: [{ field: 'scope', message: 'no_department' }],
    });
  return people.filter(({ departmentId }) => departmentId === own);
}

const unavailable = (fields: readonly string[]): Missing[] =>
  fields.map((field) => ({ field, reason: 'unavailable' }));

const nothing = { entries: null, you: null, participants: null, nextOffset: null };
const all = ['entries', 'you', 'participants'] as const;

/** Why it is not known how many take part, seen from those who are not hidden alone. */
function doubtOf(visible: readonly BoardPerson[]): MissingReason | null {
  if (visible.some(({ reading }) => reading === 'failed' || reading === 'outdated')) return 'unavailable';
  return visible.some(({ reading }) => reading === 'unread') ? 'insufficient_data' : null;
}

/** Why a learner has no line of their own, or a line without a place. */
function missingYou(
  viewer: BoardPerson | undefined,
  you: LeaderboardFigures['you'],
  doubt: MissingReason | null,
): Missing[] {
  if (viewer === undefined) return [];
  if (you === null)
    return [{ field: 'you', reason: viewer.reading === 'failed' ? 'unavailable' : 'insufficient_data' }];
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
 * participants nor a percentile is. Source: ANALYTICS definition "Gamification", version 1.
 * @throws AppError INSUFFICIENT_DATA for a viewer without a department; COHORT_TOO_SMALL below the smallest
 *   group that may be told about.
 */
export function leaderboardFigures(
  board: Board,
  own: OwnFigures,
  question: LeaderboardQuestion,
  { minimumCohort }: Setting,
): Computed<LeaderboardFigures> {
  const people = inScope(board.people, question);
  const refreshedAt = new Date(board.refreshedAt).toISOString();
  const { standings, privacy, seed } = own;
  if (standings === null || privacy === null)
    return { data: { ...nothing, refreshedAt }, missing: unavailable(all) };

  const points = new Map(standings.map((standing) => [standing.userId, standing.points]));
  const privacyOf = ({ userId }: BoardPerson) => privacy.get(userId) ?? 'hidden';
  const isShown = ({ userId, reading }: BoardPerson) =>
    reading === 'current' || reading === 'outdated' || (reading === 'unread' && points.has(userId));
  const shown = people.filter(isShown).map((person) => ({
    userId: person.userId,
    displayName: person.displayName,
    points: points.get(person.userId) ?? 0,
    privacy: privacyOf(person),
  }));
  const { viewerId, limit, offset } = question;
  const ranking = leaderboard(
    shown,
    viewerId,
    { limit, offset },
    { minimumParticipants: minimumCohort, seed },
  );
  const doubt = doubtOf(people.filter((person) => privacyOf(person) !== 'hidden'));
  if (ranking.participants < minimumCohort) {
    if (doubt === 'unavailable') return { data: { ...nothing, refreshedAt }, missing: unavailable(all) };
    throw new AppError('COHORT_TOO_SMALL', 'Too few people take part for a leaderboard.', {
      details: [{ field: 'participants', message: 'too_few' }],
    });
  }

  const { entries, you, participants } = ranking;
  const end = offset + entries.length;
  const viewer = people.find(({ userId }) => userId === viewerId);
  const data = {
    entries,
    you: you && { ...you, percentile: doubt === null ? you.percentile : null },
    participants: doubt === null ? participants : null,
    refreshedAt,
    nextOffset: entries.length > 0 && end < participants ? end : null,
  };
  const missing: Missing[] = doubt === null ? [] : [{ field: 'participants', reason: doubt }];
  return { data, missing: [...missing, ...missingYou(viewer, you, doubt)] };
}
