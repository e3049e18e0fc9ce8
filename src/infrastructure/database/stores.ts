/** Our own stores on the database: each method is one SQL function; what comes back is checked. */
import { z } from 'zod';
import type {
  ChosenPreferences,
  KeptRecords,
  Leaderboards,
  Ledger,
  Preferences,
} from '../../application/ports/gamification.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import { tiers } from '../../domain/gamification/achievements.ts';
import { leaderboardPrivacies } from '../../domain/gamification/leaderboard.ts';
import { pointThresholds } from '../../domain/gamification/learner-record.ts';
import { pointSources } from '../../domain/gamification/points.ts';
import { dataSources } from '../../domain/provenance.ts';
import { dayMs } from '../../domain/time.ts';

const entries = z.array(
  z.object({
    userId: z.string(),
    source: z.enum(pointSources),
    reference: z.string(),
    points: z.number(),
    occurredAt: z.number(),
  }),
);
const standings = z.array(z.object({ userId: z.string(), points: z.number() }));
/** Of days by number since 1970: a person has thousands of them, and everybody the same ones. */
const dayNames: string[] = [];

function dayName(number: number): string {
  dayNames[number] ??= new Date(number * dayMs).toISOString().slice(0, 10);
  return dayNames[number];
}

/** Days as [first, last] of days in a row: ten years in a row are as short as one day. First to last. */
const days = z.array(z.tuple([z.string(), z.string()])).transform((spans) => {
  const all: string[] = [];
  for (const [first, last] of spans.sort(([a], [b]) => (a < b ? -1 : 1))) {
    all.push(first);
    for (let day = Date.parse(first) / dayMs + 1, end = Date.parse(last) / dayMs; day <= end; day += 1)
      all.push(dayName(day));
  }
  return all;
});
const summary = z.object({
  bySource: z.record(z.enum(pointSources), z.number()),
  reached: z.array(z.object({ points: z.number(), at: z.number() })),
  streakDays: days,
  courses: z.array(z.number()),
});
const kept = z.object({
  achievements: z.array(z.object({ code: z.string(), tier: z.enum(tiers), earnedAt: z.number() })),
  activityDays: days,
  freezeDays: z.array(z.string()),
});
const instants = z.record(z.string(), z.number());
const privacy = z.enum(leaderboardPrivacies);
const chosen = z.object({
  leaderboardPrivacy: privacy,
  predictiveAnalytics: z.boolean(),
  aiNarratives: z.boolean(),
  timeZone: z.string().nullable(),
});

/** Entries of one call: a tenth of what the usual time limit of a call lets through. */
const entriesAtOnce = 3000;

/** What people have earned, for as long as the database lasts. */
export const makeRpcLedger = (rpc: Rpc): Ledger => ({
  entriesOf: async (userId) =>
    entries.parse(await rpc.call('ledger_entries', { user_id: userId }, { readOnly: true })),
  summaryWith: async (userId, earned, { now, zone }) =>
    summary.parse(
      await rpc.call(
        'ledger_with',
        {
          user_id: userId,
          sources: earned.map(({ source }) => source),
          refs: earned.map(({ reference }) => reference),
          points: earned.map(({ points }) => points),
          times: earned.map(({ occurredAt }) => occurredAt),
          zone,
          now,
          thresholds: pointThresholds,
          spans: true,
        },
        { readOnly: true },
      ),
    ),
  record: async (given, organizationId, zone) => {
    for (let at = 0; at < given.length; at += entriesAtOnce) {
      const some = given.slice(at, at + entriesAtOnce);
      await rpc.call('record_entries', { entries: some, organization_id: organizationId, zone });
    }
  },
  standings: async (organizationId, { since, zone }) =>
    standings.parse(
      await rpc.call('standings', { organization_id: organizationId, since, zone }, { readOnly: true }),
    ),
  lastAccruals: async (userIds) =>
    new Map(Object.entries(instants.parse(await rpc.call('last_accruals', { user_ids: userIds })))),
  noteAccruals: async (userIds, at) => {
    if (userIds.length > 0) await rpc.call('note_accruals', { user_ids: userIds, at });
  },
});

/** What stays of people. */
export const makeRpcKept = (rpc: Rpc): KeptRecords => ({
  of: async (userId) =>
    kept.parse(await rpc.call('kept_of', { user_id: userId, spans: true }, { readOnly: true })),
});

const boardState = z.object({
  refreshedAt: z.number(),
  zone: z.string(),
  departmentId: z.string().nullable(),
});
const boardPage = z.object({
  entries: z.array(
    z.object({ rank: z.number(), points: z.number(), isYou: z.boolean(), userId: z.string().nullable() }),
  ),
  you: z
    .object({ rank: z.number().nullable(), percentile: z.number().nullable(), points: z.number() })
    .nullable(),
  reading: z.enum(['current', 'outdated', 'failed', 'unknown', 'unread']).nullable(),
  participants: z.number(),
  doubt: z.enum(['unavailable', 'insufficient_data']).nullable(),
  refreshedAt: z.number(),
  asOf: z.number(),
  dataSource: z.enum(dataSources),
});
/** An organization that was never shown may have points of somebody; nobody has read it. */
const neverShown = z.object({ asOf: z.null() });

/** Leaderboards as the database has worked them out. Not from a replica: whoever has refreshed reads the new one. */
export const makeRpcLeaderboards = (rpc: Rpc): Leaderboards => ({
  state: async (organizationId, viewerId) =>
    boardState
      .nullable()
      .parse(await rpc.call('leaderboard_state', { organization_id: organizationId, viewer_id: viewerId })),
  page: async ({ organizationId, departmentId, period, viewerId, limit, offset }) => {
    const answer = await rpc.call('leaderboard_page', {
      organization_id: organizationId,
      department_id: departmentId,
      period,
      viewer_id: viewerId,
      limit,
      offset,
    });
    return neverShown.safeParse(answer).success ? null : boardPage.parse(answer);
  },
  save: async (organizationId, zone, round, members) => {
    await rpc.call('save_some_members', { organization_id: organizationId, zone, round, members });
  },
  show: async (organizationId, round, { readAt, asOf, dataSource }) => {
    const finished = { read_at: readAt, as_of: asOf, data_source: dataSource };
    await rpc.call(
      'finish_members',
      { organization_id: organizationId, round, ...finished },
      { isLong: true },
    );
    await rpc.call('show_leaderboard', { organization_id: organizationId }, { isLong: true });
  },
});

const known = (answer: unknown): ChosenPreferences => chosen.parse(answer);

/** What people have chosen. */
export const makeRpcPreferences = (rpc: Rpc): Preferences => ({
  leaderboardPrivacy: async (userIds) => {
    const answer = await rpc.call('leaderboard_privacies', { user_ids: userIds }, { readOnly: true });
    return new Map(Object.entries(z.record(z.string(), privacy).parse(answer)));
  },
  of: async (userId) => known(await rpc.call('get_preferences', { user_id: userId })),
  update: async (userId, organizationId, changes) =>
    known(
      await rpc.call('update_preferences', { user_id: userId, organization_id: organizationId, changes }),
    ),
});
