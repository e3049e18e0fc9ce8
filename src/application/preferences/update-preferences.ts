import type { Viewer } from '../../domain/identity/viewer.ts';
import type { AnswerCache } from '../ports/answer-cache.ts';
import type { ChosenPreferences, Preferences } from '../ports/gamification.ts';

export type Changes = { [K in keyof ChosenPreferences]?: ChosenPreferences[K] | undefined };
export type UpdatePreferences = (viewer: Viewer, changes: Changes) => Promise<ChosenPreferences>;

/** What is forgotten at once: leaderboards that show somebody otherwise, and texts of a model who may not write any more. */
const outdatedBy = (viewer: Viewer, { leaderboardPrivacy, aiNarratives }: Changes): string[] => [
  ...(leaderboardPrivacy === undefined ? [] : ['metric:gamification.leaderboard']),
  ...(aiNarratives === undefined ? [] : [`learner:${viewer.id}`]),
];

/** Changes what the caller has chosen. @throws RpcError unavailable. */
export const makeUpdatePreferences =
  (preferences: Preferences, cache: Pick<AnswerCache, 'purge'>): UpdatePreferences =>
  async (viewer, changes) => {
    const named = Object.entries(changes).filter(([, value]) => value !== undefined);
    const chosen = await preferences.update(viewer.id, viewer.organizationId, Object.fromEntries(named));
    const outdated = outdatedBy(viewer, changes);
    if (outdated.length > 0) await cache.purge(outdated, 'private');
    return chosen;
  };
