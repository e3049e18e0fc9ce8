import { describe, expect, it } from 'vitest';
import { makeUpdatePreferences } from '../../src/application/preferences/update-preferences.ts';
import { MemoryPreferences } from '../../src/infrastructure/gamification/memory-preferences.ts';

const viewer = {
  id: 'u-1',
  organizationId: 'org-1',
  roles: [],
  tokenId: 't',
  sessionId: null,
  expiresAt: 0,
  asOf: 0,
};

function updating() {
  const purged: string[] = [];
  const cache = {
    get: () => undefined,
    set: () => undefined,
    purge: (tags: readonly string[]) => void purged.push(...tags),
  };
  return { update: makeUpdatePreferences(new MemoryPreferences(), cache), purged };
}

describe('choosing for oneself', () => {
  it('changes what is named and leaves the rest', async () => {
    const { update } = updating();
    await update(viewer, { aiNarratives: false });
    expect(await update(viewer, { timeZone: 'UTC', aiNarratives: undefined })).toEqual({
      leaderboardPrivacy: 'anonymous',
      predictiveAnalytics: true,
      aiNarratives: false,
      timeZone: 'UTC',
    });
  });

  it('forgets the leaderboards that show somebody otherwise, and nothing for anything else', async () => {
    const { update, purged } = updating();
    await update(viewer, { timeZone: 'UTC' });
    expect(purged).toEqual([]);
    await update(viewer, { leaderboardPrivacy: 'hidden' });
    expect(purged).toEqual(['metric:gamification.leaderboard']);
  });

  it('forgets what a language model has written about somebody who has chosen about it', async () => {
    const { update, purged } = updating();
    await update(viewer, { aiNarratives: false });
    expect(purged).toEqual(['learner:u-1']);
  });
});
