import { achievementCatalogue, type Counted } from '../../domain/gamification/achievements.ts';
import { type StoredRecord, summedRecord } from '../../domain/gamification/learner-record.ts';
import type { StoredAchievement } from '../../domain/gamification/stored-achievements.ts';
import type { Calendar } from '../../domain/time.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { GamificationWrites } from '../ports/gamification-writes.ts';
import type { UpstreamReplies } from '../ports/reply.ts';
import { type ReadLearner, readLearner } from './read-learner.ts';
import { readStored } from './stored-record.ts';

/** Counts that stand on several services: while one of them is silent, the instant could come out too late. */
const acrossServices: readonly Counted[] = ['points', 'streak', 'active_days'];

const acrossCodes: ReadonlySet<string> = new Set(
  achievementCatalogue.filter(({ rule }) => acrossServices.includes(rule.counts)).map(({ code }) => code),
);

/**
 * The achievements that a learner is known to have earned. What is kept stays as it was kept, so what could
 * come out otherwise when a silent service speaks again waits until it does.
 *
 * Unit: epoch ms. Null rule: what is not known is not earned.
 * @param stored its ledger is merged with what the services say.
 */
export function earnedAchievements(
  userId: string,
  { sources, isWhole }: ReadLearner,
  stored: StoredRecord,
  calendar: Calendar,
): StoredAchievement[] {
  const { achievements } = summedRecord(userId, sources, stored, calendar);
  return achievements.flatMap(({ code, tier, earnedAt }) =>
    earnedAt === null || (!isWhole && acrossCodes.has(code)) ? [] : [{ code, tier, earnedAt }],
  );
}

export interface UnlockDeps {
  upstreams: UpstreamReplies;
  stores: Pick<OwnStores, 'ledger' | 'kept'>;
  writes: Pick<GamificationWrites, 'unlock'>;
  /** In the zone of the person's organization. */
  calendar: Calendar;
  /** The run that the events of it name. */
  correlationId: string;
}

/**
 * Keeps what a person has earned by now; answers what was not kept yet. Doing it again changes nothing.
 * @throws RpcError unavailable.
 */
export async function unlockAchievements(
  userId: string,
  { upstreams, stores, writes, calendar, correlationId }: UnlockDeps,
): Promise<readonly StoredAchievement[]> {
  const read = await readLearner(upstreams, userId, calendar.now);
  const stored = await readStored(userId, read.sources, stores, calendar);
  const earned = earnedAchievements(userId, read, stored, calendar);
  return earned.length === 0 ? [] : writes.unlock(userId, earned, { correlationId });
}
