import { expect, it } from 'vitest';
import { onBoth, someone } from './schema-world.ts';

onBoth('preferences', ({ call, sql }) => {
  const change = (user_id: string, changes: unknown, organization_id: string | null = 'org-1') =>
    call('update_preferences', { user_id, organization_id, changes });

  it('are the defaults of one who has chosen nothing', async () => {
    expect(await call('get_preferences', { user_id: someone() })).toEqual({
      leaderboardPrivacy: 'anonymous',
      predictiveAnalytics: true,
      aiNarratives: true,
      timeZone: null,
      updatedAt: null,
    });
  });

  it('change where they are named and stay where they are not', async () => {
    const user = someone();
    expect(await change(user, { leaderboardPrivacy: 'hidden', timeZone: 'Europe/Berlin' })).toMatchObject({
      leaderboardPrivacy: 'hidden',
      predictiveAnalytics: true,
      timeZone: 'Europe/Berlin',
      updatedAt: expect.any(Number),
    });
    expect(await change(user, { aiNarratives: false }, null)).toMatchObject({
      leaderboardPrivacy: 'hidden',
      aiNarratives: false,
      timeZone: 'Europe/Berlin',
    });
    expect(await change(user, { timeZone: null })).toMatchObject({ aiNarratives: false, timeZone: null });
    expect(await call('get_preferences', { user_id: user })).toMatchObject({ leaderboardPrivacy: 'hidden' });
    const [row] = await sql('select organization_id from internal.preferences where user_id = $1', [user]);
    expect(row).toEqual({ organization_id: 'org-1' });
  });

  it.each([
    { theme: 'dark' },
    { leaderboardPrivacy: 'secret' },
    { leaderboardPrivacy: null },
    { predictiveAnalytics: 'yes' },
    { aiNarratives: null },
    { timeZone: 3 },
    { timeZone: "'; drop table" },
    { timeZone: 'A'.repeat(65) },
    ['leaderboardPrivacy'],
    'hidden',
    null,
  ])('refuse %j', async (changes) => {
    await expect(change(someone(), changes)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuse somebody whose id is none', async () => {
    await expect(change('a person', {})).rejects.toMatchObject({ code: 'invalid' });
    await expect(change('', {})).rejects.toMatchObject({ code: 'invalid' });
  });

  it('tell the privacy of everybody who is asked for', async () => {
    const [open, silent] = [someone(), someone()];
    await change(open, { leaderboardPrivacy: 'public' });
    expect(await call('leaderboard_privacies', { user_ids: [open, silent, open] })).toEqual({
      [open]: 'public',
      [silent]: 'anonymous',
    });
    expect(await call('leaderboard_privacies', { user_ids: [] })).toEqual({});
  });

  it('cannot be anything else in the table either', async () => {
    const insert = (columns: string, values: string) =>
      sql(`insert into internal.preferences (${columns}) values (${values})`);
    await expect(insert('user_id', "'two words'")).rejects.toMatchObject({ code: '23514' });
    await expect(insert('user_id, leaderboard_privacy', "'u-9', 'secret'")).rejects.toMatchObject({
      code: '23514',
    });
    await expect(insert('user_id, time_zone', "'u-9', 'a b'")).rejects.toMatchObject({ code: '23514' });
    await expect(insert('organization_id', "'org'")).rejects.toMatchObject({ code: '23502' });
  });
});
