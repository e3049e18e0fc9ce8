import type { Viewer } from '../../domain/identity/viewer.ts';
import type { AnswerCache } from '../ports/answer-cache.ts';
import type { ChosenPreferences, Preferences } from '../ports/gamification.ts';

export type Changes = { [K in keyof ChosenPreferences]?: ChosenPreferences[K] | undefined };
export type UpdatePreferences = (viewer: Viewer, changes: Changes) => Promise<ChosenPreferences>;

/** What others may see of somebody has changed: leaderboards that show it otherwise are forgotten at once. */
const leaderboards = ['metric:gamification.leaderboard'];

/** Changes what the caller has chosen. @throws RpcError unavailable. */
export const makeUpdatePreferences =
  (preferences: Preferences, cache: Pick<AnswerCache, 'purge'>): UpdatePreferences =>
  async (viewer, changes) => {
    const named = Object.entries(changes).filter(([, value]) => value !== undefined);
    const chosen = await preferences.update(viewer.id, viewer.organizationId, Object.fromEntries(named));
    if (changes.leaderboardPrivacy !== undefined) await cache.purge(leaderboards);
    return chosen;
  };
