/** Commands and jobs over real processes and the embedded database: what is done once stays done, over restarts. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migratedDirectory } from '../infrastructure/database/migrated-pglite.ts';
import {
  type Answer,
  call,
  type Demo,
  logIn,
  personWho,
  type Session,
  setFault,
  startDemo,
} from './demo-process.ts';

const directory = await migratedDirectory('work-');
const secret = 'a-secret-that-only-the-host-knows-0123456789';
const start = () =>
  startDemo([], {
    DATABASE: 'auto',
    DATA_DIR: directory,
    CRON_SECRET: secret,
    // The test says when: nothing runs by the clock meanwhile.
    JOBS: 'off',
    MOCK_FALLBACK: 'never',
    MOCK_LEARNERS: '150',
  });

let demo: Demo;
let admin: Session;
let learner: Session;
async function begin() {
  demo = await start();
  const isAdmin = ({ roles }: { roles: string[] }) => roles.includes('admin');
  const isLearner = ({ note }: { note: string }) => note.includes('thriving');
  [admin, learner] = await Promise.all([
    logIn(demo, personWho(demo, isAdmin)),
    logIn(demo, personWho(demo, isLearner)),
  ]);
}
beforeAll(begin);
afterAll(async () => {
  await demo.stop();
  rmSync(directory, { recursive: true, force: true });
});

const award = (body: object, key: string): Promise<Answer> =>
  call(`${demo.api}/api/v1/gamification/points`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${admin.accessToken}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
const cron = (job: string, bearer = secret): Promise<Answer> =>
  call(`${demo.api}/api/v1/cron/${job}`, { headers: { authorization: `Bearer ${bearer}` } });

describe('points', () => {
  const claim = () => ({
    userId: learner.person.id,
    source: 'course',
    reference: 'course-of-elsewhere',
    occurredAt: '2026-01-15T09:00:00Z',
  });

  it('are awarded once, however often the command comes, and also after a restart', async () => {
    const before = (await learner.get('/gamification/stats/me')).body.data.totalPoints as number;
    const first = await award(claim(), 'key-of-the-first');
    expect([first.status, first.body.data.entry.points]).toEqual([201, 100]);
    expect(first.body.data.totalPoints).toBe(before + 100);
    const again = await Promise.all(Array.from({ length: 8 }, () => award(claim(), 'key-of-the-first')));
    for (const { status, body } of again)
      expect([status, body.data]).toEqual([
        status === 409 ? 409 : 201,
        status === 409 ? undefined : first.body.data,
      ]);
    const elsewhere = await award({ ...claim(), reference: 'another' }, 'key-of-the-first');
    expect([elsewhere.status, elsewhere.body.error.code]).toEqual([422, 'UNPROCESSABLE']);
    const otherKey = await award(claim(), 'key-of-a-second');
    expect([otherKey.status, otherKey.body.data.entry]).toEqual([200, first.body.data.entry]);
    expect((await learner.get('/gamification/stats/me')).body.data.totalPoints).toBe(before + 100);

    await demo.stop();
    await begin();
    const replayed = await award(claim(), 'key-of-the-first');
    expect([replayed.status, replayed.body.data]).toEqual([201, first.body.data]);
    expect((await learner.get('/gamification/stats/me')).body.data.totalPoints).toBe(before + 100);
  });

  it('are nobody’s to award who is not an admin, and name every field that is wrong', async () => {
    const refused = await call(`${demo.api}/api/v1/gamification/points`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${learner.accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': 'key-of-a-learner',
      },
      body: JSON.stringify(claim()),
    });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
    const wrong = await award({ userId: '', source: 'luck', reference: 7, occurredAt: 'soon' }, 'short');
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.details.map(({ field }) => field).sort()).toEqual([
      'body.occurredAt',
      'body.reference',
      'body.source',
      'body.userId',
      'headers.Idempotency-Key',
    ]);
  });
});

describe('jobs that a host starts by the clock', () => {
  it('are started by nobody else', async () => {
    expect((await cron('retention', 'a-guess')).status).toBe(401);
    expect((await cron('no-such-job')).status).toBe(404);
  });

  it('are done once per slot, and can be looked at', async () => {
    const first = await cron('retention');
    expect([first.status, first.body.data.state]).toEqual([200, 'done']);
    const second = await cron('retention');
    expect(second.body.data).toEqual(first.body.data);
    const seen = await admin.get(`/jobs/${first.body.data.id}`);
    expect(seen.body.data).toEqual(first.body.data);
    expect((await learner.get(`/jobs/${first.body.data.id}`)).status).toBe(404);
  });

  it('leave nothing waiting in the outbox, which an operator can read', async () => {
    const metrics = async () => (await fetch(`${demo.api}/metrics`)).text();
    // They are published beside the answers, on a busy machine a moment later.
    await expect.poll(metrics).toMatch(/^outbox_events_waiting 0$/m);
    expect(await metrics()).toMatch(/^outbox_events_parked 0$/m);
  });

  it('bring the leaderboards up to date, which then say when that was', async () => {
    const before = Date.now();
    expect((await cron('refresh-leaderboards')).body.data.state).toBe('done');
    const board = await learner.get('/gamification/leaderboard?period=alltime');
    expect(board.status).toBe(200);
    // What a service said seconds ago counts, with the age it had.
    expect(Date.parse(board.body.data.refreshedAt)).toBeGreaterThanOrEqual(before - 15_000);
    expect(board.body.data.you.points).toBeGreaterThan(0);
    expect(board.body.meta.sources.map(({ dataSource }: { dataSource: string }) => dataSource)).not.toContain(
      'mock',
    );
  });

  it('keep figures that stand in for services which are down after a restart', async () => {
    expect((await cron('snapshots')).body.data).toMatchObject({ state: 'done', failure: null });
    const known = await learner.get('/analytics/learner/velocity/me');
    expect(known.status).toBe(200);
    await demo.stop();
    await begin();
    await Promise.all(
      Object.keys(demo.services)
        .filter((service) => service !== 'auth')
        .map((service) => setFault(demo, service, { errorRate: 1, status: 503 })),
    );
    const kept = await learner.get('/analytics/learner/velocity/me');
    expect([kept.status, kept.body.meta.dataSource]).toEqual([200, 'stale']);
    expect(kept.body.data).toEqual(known.body.data);
    expect(Date.parse(kept.body.meta.asOf)).toBeLessThanOrEqual(Date.now());
  });
});
