import { personStream } from '../../domain/live.ts';
import type { Audit } from '../ports/audit.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Award, GamificationWrites } from '../ports/gamification-writes.ts';

/**
 * Writes that tell of what was earned and put on record who awarded it, for a store that has neither events nor
 * an audit log of its own. A database does both in the transaction itself.
 */
export function tellingOfAwards(
  writes: GamificationWrites,
  log: Pick<EventLog, 'append'>,
  audit: Pick<Audit, 'add'>,
): GamificationWrites {
  const tell = ({ correlationId }: Pick<Award, 'correlationId'>, userId: string) => ({
    of: (type: string, data: object, occurredAt: number) =>
      log.append({
        stream: personStream(userId),
        type,
        data: { ...data, userId },
        correlationId,
        occurredAt,
      }),
  });
  return {
    takeKey: (...args) => writes.takeKey(...args),
    releaseKey: (...args) => writes.releaseKey(...args),
    achievementsOf: (...args) => writes.achievementsOf(...args),
    useFreeze: (...args) => writes.useFreeze(...args),
    freezesOf: (...args) => writes.freezesOf(...args),
    recordActivity: (...args) => writes.recordActivity(...args),
    activityDaysOf: (...args) => writes.activityDaysOf(...args),
    award: async (award) => {
      const awarded = await writes.award(award);
      const { entry, achievements, isNew } = awarded;
      const { userId, source, reference, points } = entry;
      await audit.add(
        {
          actorId: award.actorId,
          action: 'points.award',
          subjectKind: 'person',
          subjectId: userId,
          organizationId: award.organizationId,
          outcome: 'done',
          requestId: award.correlationId,
          detail: { source, reference, isNew, points },
        },
        award.now,
      );
      const { of } = tell(award, userId);
      if (isNew) await of('points_awarded', entry, entry.occurredAt);
      for (const one of achievements) await of('achievement_unlocked', one, one.earnedAt);
      return awarded;
    },
    unlock: async (userId, achievements, cause) => {
      const unlocked = await writes.unlock(userId, achievements, cause);
      const { of } = tell(cause, userId);
      for (const one of unlocked) await of('achievement_unlocked', one, one.earnedAt);
      return unlocked;
    },
  };
}
