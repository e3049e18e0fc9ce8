import type { Preferences } from '../../application/ports/gamification.ts';
import type { LeaderboardPrivacy } from '../../domain/gamification/leaderboard.ts';

/** Nobody can choose anything yet, so everybody is anonymous. A database adapter takes its place. */
export class MemoryPreferences implements Preferences {
  async leaderboardPrivacy(userIds: readonly string[]): Promise<ReadonlyMap<string, LeaderboardPrivacy>> {
    return new Map(userIds.map((userId) => [userId, 'anonymous']));
  }
}
