/** What people earn and choose outlives the process: the embedded database, over restarts of the whole demo. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { call, type Demo, startDemo } from './demo-process.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'lasting-'));
let demo: Demo | undefined;

const start = async () => {
  demo = await startDemo([], { DATABASE: 'auto', DATA_DIR: directory, JOBS: 'on' });
  return demo;
};
afterEach(async () => {
  await demo?.stop();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const json = (method: string, body: object, token?: string): RequestInit => ({
  method,
  headers: {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  },
  body: JSON.stringify(body),
});
const asking = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

async function logIn({ api, people }: Demo) {
  const [person] = people;
  const credentials = { email: person?.email, password: person?.password };
  const { body } = await call(`${api}/api/v1/auth/login`, json('POST', credentials));
  return body.data as { accessToken: string; refreshToken: string };
}

describe('a demo that is stopped and started again', () => {
  it('still knows what somebody chose, and who is logged in and who no longer is', async () => {
    const first = await start();
    const staying = await logIn(first);
    const leaving = await logIn(first);
    const chosen = await call(
      `${first.api}/api/v1/me/preferences`,
      json('PATCH', { leaderboardPrivacy: 'hidden', timeZone: 'Pacific/Auckland' }, staying.accessToken),
    );
    expect(chosen.status).toBe(200);
    await call(`${first.api}/api/v1/auth/logout`, { method: 'POST', ...asking(leaving.accessToken) });
    await first.stop();

    const second = await start();
    // The queue of jobs is in the same database, and is worked on again.
    await vi.waitFor(
      async () =>
        expect(await (await fetch(`${second.api}/metrics`)).text()).toContain(
          'jobs_deliveries{job="retention"',
        ),
      { timeout: 60_000, interval: 200 },
    );
    const refreshed = await call(
      `${second.api}/api/v1/auth/refresh`,
      json('POST', { refreshToken: staying.refreshToken }),
    );
    expect(refreshed.status).toBe(200);
    const me = await call(`${second.api}/api/v1/auth/me`, asking(refreshed.body.data.accessToken));
    expect(me.body.data.preferences).toEqual({
      leaderboardPrivacy: 'hidden',
      predictiveAnalytics: true,
      aiNarratives: true,
      timeZone: 'Pacific/Auckland',
    });
    for (const use of [
      call(`${second.api}/api/v1/auth/refresh`, json('POST', { refreshToken: leaving.refreshToken })),
      call(`${second.api}/api/v1/auth/refresh`, json('POST', { refreshToken: staying.refreshToken })),
      call(`${second.api}/api/v1/auth/me`, asking(leaving.accessToken)),
    ])
      expect((await use).status).toBe(401);
  });

  it('leaves whoever is hidden out of the leaderboard, and keeps the points of the others', async () => {
    const third = await start();
    const { accessToken } = await logIn(third);
    const ask = () =>
      call(`${third.api}/api/v1/gamification/leaderboard?period=alltime&limit=100`, asking(accessToken));
    await expect.poll(async () => (await ask()).status, { interval: 500 }).toBe(200);
    const hidden = (await ask()).body.data;
    expect(hidden.you).toMatchObject({ rank: null, percentile: null });
    expect(hidden.entries.some(({ isYou }: { isYou: boolean }) => isYou)).toBe(false);
    await call(
      `${third.api}/api/v1/me/preferences`,
      json('PATCH', { leaderboardPrivacy: 'public' }, accessToken),
    );
    // What others see has changed at once, though the leaderboard is otherwise kept for minutes.
    const shown = (await ask()).body.data;
    expect(shown.participants).toBe(hidden.participants + 1);
    expect(shown.you.rank).toBeGreaterThan(0);
    expect(shown.you.points).toBe(hidden.you.points);
  });
});
