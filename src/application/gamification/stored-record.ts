import {
  earnedEntries,
  type LearnerSources,
  type StoredRecord,
} from '../../domain/gamification/learner-record.ts';
import type { Calendar } from '../../domain/time.ts';
import type { OwnStores } from '../ports/gamification.ts';

/**
 * Whether anything is recorded of a learner: made-up figures would then only be taken for it. Where the store cannot
 * say, something may be.
 */
export const isOnRecord = async (userId: string, { ledger }: Pick<OwnStores, 'ledger'>): Promise<boolean> => {
  const entries = await ledger.entriesOf(userId).catch(() => null);
  return entries === null || entries.length > 0;
};

/**
 * What our stores say of a learner, the ledger merged with what the services say: all of it or nothing.
 * @throws whatever a store failed with.
 */
export async function readStored(
  userId: string,
  sources: LearnerSources,
  { ledger, kept }: Pick<OwnStores, 'ledger' | 'kept'>,
  calendar: Calendar,
): Promise<StoredRecord> {
  const earned = earnedEntries(userId, sources, calendar);
  const [summary, stays] = await Promise.all([ledger.summaryWith(userId, earned, calendar), kept.of(userId)]);
  return { ledger: summary, kept: stays };
}
