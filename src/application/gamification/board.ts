import { AppError } from '../../domain/errors.ts';
import {
  type Board,
  type BoardPage,
  type LeaderboardPeriod,
  leaderboardPeriods,
  type leaderboardScopes,
  periodStart,
} from '../../domain/gamification/leaderboard-figures.ts';
import { type DataSource, type Service, worstSource } from '../../domain/provenance.ts';
import type { Provenance } from '../origins.ts';
import type { BoardState, OwnStores } from '../ports/gamification.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { RpcError } from '../ports/rpc.ts';
import { type Refreshed, refreshLeaderboard } from './refresh-leaderboards.ts';

/** What a refresh asks. */
export const boardServices: readonly Service[] = [
  'directory',
  'courses',
  'assessment',
  'devlab',
  'skills',
  'content',
  'rag',
];

/** A larger organization is served from the ledger alone until the job has read it. */
const mostPeopleRead = 2000;
/** The job comes every hour; what is older than two has been forgotten by it. */
const oldMs = 2 * 3_600_000;

export interface BoardQuestion {
  organizationId: string;
  viewerId: string;
  scope: (typeof leaderboardScopes)[number];
  period: LeaderboardPeriod;
  limit: number;
  offset: number;
  /** Epoch ms. */
  now: number;
}

/** Our own stores are away: the answer says so instead of failing. */
const away = Symbol('away');

async function unlessAway<T>(read: Promise<T>): Promise<T | typeof away> {
  try {
    return await read;
  } catch (error) {
    // Services have rungs of their own, and what the database refuses is a defect.
    if (error instanceof RpcError && error.code === 'unavailable') return away;
    throw error;
  }
}

/** A week or a month that began after the reading is not in it. */
function isOld({ refreshedAt, zone }: BoardState, now: number): boolean {
  const hasTurned = leaderboardPeriods.some(
    (period) => (periodStart(period, { now, zone }) ?? refreshedAt) > refreshedAt,
  );
  return now - refreshedAt > oldMs || hasTurned;
}

/** @throws AppError INSUFFICIENT_DATA for a viewer without a department. */
function departmentOf({ departmentId }: BoardState, { scope }: BoardQuestion): string | null {
  if (scope === 'organization' || departmentId !== null)
    return scope === 'organization' ? null : departmentId;
  throw new AppError('INSUFFICIENT_DATA', 'You are in no department of learners.', {
    details: [{ field: 'scope', message: 'no_department' }],
  });
}

const asAtBest = (best: DataSource, { asOf, dataSource }: BoardPage): Provenance => ({
  asOf,
  dataSource: worstSource([best, dataSource]),
});

/**
 * One page of a leaderboard that was worked out before. Where there is none the request waits for the first; one
 * that is old is served, marked stale, while a new one is made that outlasts the request.
 * @throws UpstreamError when there is none and the directory cannot be read, or reading takes longer than the
 *   request; AppError INSUFFICIENT_DATA for a viewer without a department.
 */
export async function readBoard(
  upstreams: UpstreamReplies,
  stores: OwnStores,
  question: BoardQuestion,
): Promise<Reply<Board>> {
  const { leaderboards } = stores;
  const { organizationId, viewerId, period, limit, offset, now } = question;
  const stateNow = () => unlessAway(leaderboards.state(organizationId, viewerId));
  const refresh = () =>
    upstreams.shared(`leaderboard ${organizationId}`, boardServices, (everything) =>
      refreshLeaderboard(organizationId, { open: () => everything, stores, now }, { mostPeopleRead }),
    );

  let state = await stateNow();
  let refreshed: Reply<Refreshed> | typeof away | undefined;
  if (state === null) {
    refreshed = await unlessAway(refresh());
    if (refreshed !== away) state = await stateNow();
  }
  if (state === null || state === away) return withoutStores(upstreams, question);
  const old = isOld(state, now);
  // Whoever asks next gets its result; if it fails, that one begins it anew.
  if (old) refresh().catch(() => undefined);
  const departmentId = departmentOf(state, question);
  const page = await unlessAway(
    leaderboards.page({ organizationId, departmentId, period, viewerId, limit, offset }),
  );
  if (page === null || page === away) return withoutStores(upstreams, question);
  const provenance =
    refreshed === undefined || refreshed === away ? asAtBest(old ? 'stale' : 'cached', page) : refreshed;
  return {
    service: 'directory',
    dataSource: provenance.dataSource,
    asOf: provenance.asOf,
    value: { page, refreshedAt: page.refreshedAt },
  };
}

/** Nothing is known but that the organization exists. */
async function withoutStores(
  { directory }: UpstreamReplies,
  { organizationId, now }: BoardQuestion,
): Promise<Reply<Board>> {
  const organization = await directory.organization(organizationId);
  return { ...organization, value: { page: null, refreshedAt: now } };
}
