/** The database goes away under a running process, and comes back: over a real PostgreSQL whose cable is pulled. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { timed } from '../fixtures/lateness.ts';
import { makeCuttable } from '../infrastructure/database/cuttable.ts';
import {
  describeOnPostgres,
  makeTestDatabase,
  type TestDatabase,
} from '../infrastructure/database/test-database.ts';
import { type Answer, call, type Demo, logIn, personWho, type Session, startDemo } from './demo-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describeOnPostgres('while the database is away', () => {
  let database: TestDatabase;
  let cable: Awaited<ReturnType<typeof makeCuttable>>;
  let demo: Demo;
  let admin: Session;
  let learner: Session;

  beforeAll(async () => {
    database = await makeTestDatabase();
    const env = { ...process.env, DATABASE_URL: database.url };
    execFileSync(process.execPath, ['scripts/migrate.ts'], { cwd: root, env });
    cable = await makeCuttable(new URL(database.url));
    demo = await startDemo([], { DATABASE: 'auto', DATABASE_URL: cable.url, MOCK_LEARNERS: '150' });
    const who = (word: string) =>
      personWho(demo, ({ note, roles }) => note.includes(word) || roles.includes(word));
    [admin, learner] = await Promise.all([logIn(demo, who('admin')), logIn(demo, who('thriving'))]);
  });
  afterAll(async () => {
    await demo.stop();
    await cable.cut();
    await database.drop();
  });

  const award = (key: string): Promise<Answer> =>
    call(`${demo.api}/api/v1/gamification/points`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${admin.accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({
        userId: learner.person.id,
        source: 'course',
        reference: key,
        occurredAt: '2026-01-15T09:00:00Z',
      }),
    });

  it('figures go on, what needs it says so, writes are refused whole and work again within 5 s of its return', async () => {
    expect((await award('before-the-outage')).status).toBe(201);
    const { totalPoints } = (await learner.get('/gamification/stats/me')).body.data;

    await cable.cut();
    const refused = await award('during-the-outage');
    expect([refused.status, refused.body.error.code]).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const choice = await call(`${demo.api}/api/v1/me/preferences`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${learner.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ leaderboardPrivacy: 'hidden' }),
    });
    expect(choice.status).toBe(503);
    // What does not need it is as it was; what does is null and says why, or is what was known before.
    const velocity = await learner.get('/analytics/learner/velocity/me');
    expect([velocity.status, velocity.body.meta.complete]).toEqual([200, true]);
    expect(['realtime', 'cached']).toContain(velocity.body.meta.dataSource);
    const streak = await learner.get('/gamification/streak/me');
    expect([streak.status, streak.body.data.longestStreak, streak.body.meta.complete]).toEqual([
      200,
      null,
      false,
    ]);
    expect(streak.body.meta.missing).toContainEqual({ field: 'longestStreak', reason: 'unavailable' });

    await cable.mend();
    const { ownMs } = await timed(() =>
      expect.poll(async () => (await award('during-the-outage')).status, { interval: 200 }).toBe(201),
    );
    expect(ownMs).toBeLessThan(5000);
    // The same command again is the same answer.
    const again = await award('during-the-outage');
    expect(again.body.data.totalPoints).toBe(totalPoints + 100);
    expect((await learner.get('/gamification/stats/me')).body.data.totalPoints).toBe(totalPoints + 100);
    expect(demo.stderr()).not.toMatch(/"level":(50|60)/);
  });
});
