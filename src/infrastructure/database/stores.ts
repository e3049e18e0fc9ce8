/** Our own stores on the database: each method is one SQL function; what comes back is checked. */
import { z } from 'zod';
import type { ChosenPreferences, Ledger, Preferences } from '../../application/ports/gamification.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import { leaderboardPrivacies } from '../../domain/gamification/leaderboard.ts';
import { pointSources } from '../../domain/gamification/points.ts';

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
const instants = z.record(z.string(), z.number());
const privacy = z.enum(leaderboardPrivacies);
const chosen = z.object({
  leaderboardPrivacy: privacy,
  predictiveAnalytics: z.boolean(),
  aiNarratives: z.boolean(),
  timeZone: z.string().nullable(),
});

/** What people have earned, for as long as the database lasts. */
export const makeRpcLedger = (rpc: Rpc): Ledger => ({
  entriesOf: async (userId) =>
    entries.parse(await rpc.call('ledger_entries', { user_id: userId }, { readOnly: true })),
  record: async (given, organizationId) => {
    if (given.length === 0) return;
    await rpc.call('record_entries', { entries: given, organization_id: organizationId });
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
