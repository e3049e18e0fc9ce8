import { expect, it } from 'vitest';
import { atOnce, onBoth, onPostgres, someone } from './schema-world.ts';

interface Page {
  entries: { rank: number; userId: string | null; points: number; isYou: boolean }[];
  you: { rank: number | null; percentile: number | null; points: number } | null;
  participants: number;
  refreshedAt: number | null;
}

onBoth('leaderboards', ({ call, sql }) => {
  // They begin at the database's own today.
  const todayUtc = () => new Date().toISOString().slice(0, 10);
  const earn = (organization_id: string, points: Record<string, number>, day = todayUtc()) =>
    call('record_entries', {
      organization_id,
      entries: Object.entries(points).map(([userId, worth]) => ({
        userId,
        source: 'assessment',
        reference: someone(),
        points: worth,
        occurredAt: Date.parse(`${day}T00:00:00Z`),
        day,
      })),
    });
  const join = (organization_id: string, people: readonly string[], departmentId: string | null = null) =>
    call('save_members', {
      organization_id,
      zone: 'UTC',
      members: people.map((userId) => ({ userId, departmentId })),
    });
  const choose = (user_id: string | undefined, leaderboardPrivacy: string) =>
    call('update_preferences', { user_id, organization_id: null, changes: { leaderboardPrivacy } });
  const refresh = () => call('refresh_leaderboards', {});
  const page = (organization_id: string, changes: Record<string, unknown> = {}) =>
    call('leaderboard_page', {
      organization_id,
      department_id: null,
      period: 'alltime',
      viewer_id: null,
      limit: 100,
      offset: 0,
      ...changes,
    }) as Promise<Page>;
  const ranksOf = ({ entries }: Page) => entries.map(({ rank, points }) => [rank, points]);

  it('rank everybody by points; ties share a rank, and who has nothing has 0', async () => {
    const [org, a, b, c, d] = [someone(), someone(), someone(), someone(), someone()];
    await join(org, [a, b, c, d]);
    await earn(org, { [a]: 50, [b]: 90, [c]: 50 });
    await refresh();
    const seen = await page(org, { viewer_id: c });
    expect(ranksOf(seen)).toEqual([
      [1, 90],
      [2, 50],
      [2, 50],
      [4, 0],
    ]);
    expect(seen).toMatchObject({ participants: 4, you: { rank: 2, points: 50, percentile: 50 } });
    expect(seen.refreshedAt).toEqual(expect.any(Number));
    expect(ranksOf(await page(org, { limit: 2, offset: 1 }))).toEqual([
      [2, 50],
      [2, 50],
    ]);
    expect(await page(org, { viewer_id: someone() })).toMatchObject({ you: null });
    expect(await page(someone())).toMatchObject({ entries: [], participants: 0, you: null });
  });

  it('show the id of those who are public, and to each the own', async () => {
    const [org, open, silent, you] = [someone(), someone(), someone(), someone()];
    await join(org, [open, silent, you]);
    await earn(org, { [open]: 30, [silent]: 20, [you]: 10 });
    await choose(open, 'public');
    await refresh();
    const { entries } = await page(org, { viewer_id: you });
    expect(entries.map(({ userId, isYou }) => [userId, isYou])).toEqual([
      [open, false],
      [null, false],
      [you, true],
    ]);
  });

  it('answer others as if a hidden person were not there, from the moment of the choice', async () => {
    const org = someone();
    const people = Array.from({ length: 4 }, someone);
    const viewer = people[3];
    await join(org, people.slice(1));
    await earn(org, Object.fromEntries(people.slice(1).map((id, n) => [id, 40 - 10 * n])));
    await refresh();
    const without = await page(org, { viewer_id: viewer });
    await join(org, people);
    await earn(org, { [people[0] ?? '']: 40 });
    await refresh();
    expect((await page(org, { viewer_id: viewer })).participants).toBe(4);
    await choose(people[0], 'hidden');
    expect({ ...(await page(org, { viewer_id: viewer })), refreshedAt: 0 }).toEqual({
      ...without,
      refreshedAt: 0,
    });
    expect((await page(org, { viewer_id: people[0] })).you).toEqual({
      rank: null,
      percentile: null,
      points: 40,
    });
    await choose(people[0], 'anonymous');
    expect((await page(org, { viewer_id: people[0] })).you).toMatchObject({ rank: 1, points: 40 });
  });

  it('count the points of the week, of the month and of ever, with the cap of each day, and none of the future', async () => {
    const [org, user] = [someone(), someone()];
    await earn(org, { [user]: 700 });
    await earn(org, { [user]: 700 });
    await earn(org, { [user]: 60 }, '2020-01-01');
    await earn(org, { [user]: 5 }, '2199-01-01');
    await refresh();
    expect(ranksOf(await page(org, { period: 'weekly' }))).toEqual([[1, 1000]]);
    expect(ranksOf(await page(org, { period: 'monthly' }))).toEqual([[1, 1000]]);
    expect(ranksOf(await page(org))).toEqual([[1, 1060]]);
    expect(await page(org, { period: 'yearly' })).toMatchObject({ entries: [], participants: 0 });
  });

  it('are those of a department too', async () => {
    const [org, a, b] = [someone(), someone(), someone()];
    const members = [
      { userId: a, departmentId: 'd-1' },
      { userId: b, departmentId: 'd-2' },
    ];
    expect(await call('save_members', { organization_id: org, zone: 'Asia/Tokyo', members })).toBe(2);
    await earn(org, { [a]: 10, [b]: 20 });
    await refresh();
    expect(ranksOf(await page(org, { department_id: 'd-1' }))).toEqual([[1, 10]]);
    expect((await page(org)).participants).toBe(2);
    await join(org, [b], 'd-1');
    await refresh();
    expect(ranksOf(await page(org, { department_id: 'd-1' }))).toEqual([[1, 20]]);
    expect((await page(org)).participants).toBe(1);
  });

  it('take no members without an id and no zone that there is not', async () => {
    const save = (changes: Record<string, unknown>) =>
      call('save_members', { organization_id: someone(), zone: 'UTC', members: [], ...changes });
    await expect(save({ zone: 'Moon/Sea' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(save({ members: [{ departmentId: 'd' }] })).rejects.toMatchObject({ code: 'invalid' });
    await expect(save({ members: {} })).rejects.toMatchObject({ code: 'invalid' });
    await expect(save({ organization_id: null })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('order equal people by what nobody outside knows', async () => {
    const org = someone();
    const people = Array.from({ length: 20 }, someone);
    await join(org, people);
    for (const id of people) await choose(id, 'public');
    await refresh();
    const first = (await page(org)).entries.map(({ userId }) => userId);
    expect(first).not.toEqual([...people].sort());
    await refresh();
    expect((await page(org)).entries.map(({ userId }) => userId)).toEqual(first);
    const [row] = await sql('select count(*)::text as rows from internal.settings');
    expect(row).toEqual({ rows: '1' });
  });
});

onPostgres('fifty refreshes of the leaderboards at once', ({ call }) => {
  it('are one after another or none, and pages are read meanwhile', async () => {
    const organization_id = someone();
    const page = {
      organization_id,
      department_id: null,
      period: 'alltime',
      viewer_id: null,
      limit: 10,
      offset: 0,
    };
    const answers = await atOnce(50, (n) =>
      n % 2 === 0 ? call('refresh_leaderboards', {}) : call('leaderboard_page', page),
    );
    expect(answers.filter((answer) => (answer as { refreshed?: boolean }).refreshed)).not.toHaveLength(0);
  });
});
