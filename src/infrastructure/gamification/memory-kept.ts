import type { KeptRecords } from '../../application/ports/gamification.ts';
import type { GamificationWrites } from '../../application/ports/gamification-writes.ts';

/** Every day comes after it. */
const ever = '0000-01-01';

/** What stays of people, from the same memory in which it is kept. */
export const makeMemoryKept = (
  writes: Pick<GamificationWrites, 'achievementsOf' | 'activityDaysOf' | 'freezesOf'>,
): KeptRecords => ({
  of: async (userId) => {
    const [achievements, days, freezeDays] = await Promise.all([
      writes.achievementsOf(userId),
      writes.activityDaysOf(userId, ever),
      writes.freezesOf(userId),
    ]);
    // A log-in alone is no learning.
    const counted = days.flatMap(({ day, source }) => (source === 'login' ? [] : [day]));
    return { achievements, activityDays: [...new Set(counted)], freezeDays };
  },
});
