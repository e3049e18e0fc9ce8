/** What people earn, written in the database: each method is one SQL function. */
import { z } from 'zod';
import type { GamificationWrites } from '../../application/ports/gamification-writes.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import { tiers } from '../../domain/gamification/achievements.ts';
import { pointSources } from '../../domain/gamification/points.ts';

const achievements = z.array(z.object({ code: z.string(), tier: z.enum(tiers), earnedAt: z.number() }));
const awarded = z.object({
  isNew: z.boolean(),
  entry: z.object({
    userId: z.string(),
    source: z.enum(pointSources),
    reference: z.string(),
    points: z.number(),
    occurredAt: z.number(),
  }),
  achievements,
  totalPoints: z.number(),
});
const taken = z.union([
  z.object({ state: z.literal('taken'), holder: z.string() }),
  z.object({ state: z.literal('done'), response: awarded }),
]);
const activityDays = z.array(z.object({ day: z.string(), sources: z.array(z.string()) }));

export const makeRpcGamificationWrites = (rpc: Rpc): GamificationWrites => ({
  takeKey: async ({ keyHash, requestHash, userId }, now, leaseSeconds) => {
    const args = {
      key_hash: keyHash,
      request_hash: requestHash,
      user_id: userId,
      now,
      lease_seconds: leaseSeconds,
    };
    return taken.parse(await rpc.call('take_idempotency_key', args));
  },
  releaseKey: async (keyHash, holder) => {
    await rpc.call('release_idempotency_key', { key_hash: keyHash, holder });
  },
  award: async ({ key, holder, actorId, entry, organizationId, day, achievements: earned, ...award }) => {
    const answer = await rpc.call('award_points', {
      key_hash: key.keyHash,
      request_hash: key.requestHash,
      user_id: entry.userId,
      organization_id: organizationId,
      source: entry.source,
      reference: entry.reference,
      points: entry.points,
      occurred_at: entry.occurredAt,
      day,
      now: award.now,
      achievements: earned,
      correlation_id: award.correlationId,
      holder,
      actor_id: actorId,
    });
    return awarded.parse(answer);
  },
  unlock: async (userId, earned, { correlationId }) =>
    achievements.parse(
      await rpc.call('unlock_achievements', {
        user_id: userId,
        achievements: earned,
        correlation_id: correlationId,
      }),
    ),
  achievementsOf: async (userId) => achievements.parse(await rpc.call('achievements', { user_id: userId })),
  useFreeze: async (userId, day, now, { correlationId }) =>
    z
      .boolean()
      .parse(
        await rpc.call('use_streak_freeze', { user_id: userId, day, now, correlation_id: correlationId }),
      ),
  freezesOf: async (userId) =>
    z.array(z.string()).parse(await rpc.call('streak_freezes', { user_id: userId })),
  recordActivity: async (userId, { day, source, occurredAt }) =>
    z
      .boolean()
      .parse(await rpc.call('record_activity', { user_id: userId, day, source, occurred_at: occurredAt })),
  activityDaysOf: async (userId, since) => {
    const days = activityDays.parse(await rpc.call('activity_days', { user_id: userId, since }));
    return days.flatMap(({ day, sources }) => sources.map((source) => ({ day, source })));
  },
});
