/** Webhooks, refreshes and live events over real processes and the embedded database. */
import { createHmac, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timed } from '../fixtures/lateness.ts';
import { migratedDirectory } from '../infrastructure/database/migrated-pglite.ts';
import { type Answer, call, type Demo, logIn, personWho, type Session, startDemo } from './demo-process.ts';
import { follow } from './sse.ts';

const directory = await migratedDirectory('live-');
const secrets = { new: 'the-new-secret-of-courses-0123456789', old: 'the-old-secret-of-courses-0123456789' };
const start = () =>
  startDemo([], {
    DATABASE: 'auto',
    DATA_DIR: directory,
    JOBS: 'off',
    MOCK_FALLBACK: 'never',
    MOCK_LEARNERS: '150',
    EVENTS_INTERVAL_MS: '100',
    WEBHOOK_SECRETS: `courses=${secrets.new}|${secrets.old}`,
  });

let demo: Demo;
let admin: Session;
let learner: Session;
let orgAdmin: Session;
async function begin() {
  demo = await start();
  const who = (text: string) =>
    logIn(
      demo,
      personWho(demo, ({ note }) => note.includes(text)),
    );
  [admin, learner, orgAdmin] = await Promise.all([
    who('admin of the platform'),
    who('thriving'),
    who('an org_admin'),
  ]);
}
beforeAll(begin);
afterAll(async () => {
  await demo.stop();
  rmSync(directory, { recursive: true, force: true });
});

const post = (at: string, body: object, session: Session, headers: Record<string, string> = {}) =>
  call(`${demo.api}/api/v1${at}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${session.accessToken}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });

interface Sent {
  service?: string;
  secret?: string;
  id?: string;
  ageSeconds?: number;
  body?: object;
}
const about = (userId: string) => ({
  // What happens twice in a second differs in its id.
  id: randomUUID(),
  type: 'progress.updated',
  occurredAt: '2026-03-10T09:00:00Z',
  subject: { userId },
});

function message({ secret = secrets.new, id = randomUUID(), ageSeconds = 0, body }: Sent) {
  const text = JSON.stringify(body ?? about(learner.person.id));
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${text}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-webhook-timestamp': timestamp,
    'x-webhook-signature': `v1=${signature}`,
    'x-webhook-id': id,
  };
  return { method: 'POST', headers, body: text };
}
const send = (sent: Sent): Promise<Answer> =>
  call(`${demo.api}/api/v1/webhooks/${sent.service ?? 'courses'}`, message(sent));

const velocity = '/analytics/learner/velocity/me';
/**
 * Where an answer comes from: kept, or what the services said of the learner. The time zone of the organization is not
 * the learner's: it may be as old as replies may be.
 */
async function sourceOf(): Promise<string> {
  const { headers, body } = await learner.get(velocity);
  if (/; *hit/.test(headers.get('cache-status') ?? '')) return 'cached';
  const rows = body.meta.sources as { service: string; dataSource: string }[];
  return rows
    .filter(({ service }) => service !== 'directory')
    .map(({ dataSource }) => dataSource)
    .join();
}

describe('a webhook', () => {
  it('lets the next answer about its subject be made from what the services say now', async () => {
    await learner.get(velocity);
    expect(await sourceOf()).toBe('cached');
    const other = about(orgAdmin.person.id);
    expect((await send({ body: other })).status).toBe(202);
    expect(await sourceOf()).toBe('cached');

    const taken = await send({});
    expect([taken.status, taken.body.data]).toEqual([202, { accepted: true }]);
    expect(await sourceOf()).toBe('realtime');
    expect(await sourceOf()).toBe('cached');
  });

  it('is taken once, whatever id it comes with, and a second time changes nothing', async () => {
    await learner.get(velocity);
    const sent = message({});
    const url = `${demo.api}/api/v1/webhooks/courses`;
    const together = await Promise.all(Array.from({ length: 5 }, () => call(url, sent)));
    expect(together.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409]);
    await learner.get(velocity);
    const renamed = await call(url, { ...sent, headers: { ...sent.headers, 'x-webhook-id': 'another' } });
    expect([renamed.status, renamed.body.error.code]).toEqual([409, 'CONFLICT']);
    const resigned = message({ id: sent.headers['x-webhook-id'], ageSeconds: 1 });
    expect((await call(url, resigned)).status).toBe(409);
    expect(await sourceOf()).toBe('cached');
  });

  it('is refused with a wrong signature, a clock that is off, or for a service without a secret', async () => {
    await learner.get(velocity);
    const wrong = await send({ secret: 'a-secret-that-nobody-has-0123456789' });
    expect([wrong.status, wrong.body.error.code]).toEqual([401, 'UNAUTHORIZED']);
    expect((await send({ ageSeconds: 301 + 5 })).status).toBe(401);
    expect((await send({ ageSeconds: -301 - 5 })).status).toBe(401);
    expect((await send({ ageSeconds: 290 })).status).toBe(202);
    expect((await send({ service: 'skills' })).status).toBe(404);
    expect((await send({ service: 'no-such-service' })).status).toBe(404);
  });

  it('may be signed with the old secret while a new one is brought out', async () => {
    expect((await send({ secret: secrets.old })).status).toBe(202);
    expect((await send({ secret: secrets.new })).status).toBe(202);
  });

  it('is told every field that is wrong, once its signature is good', async () => {
    const body = { type: '', occurredAt: 'soon', subject: { userId: '../x', nobody: 1 }, more: true };
    const answer = await send({ body });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.map(({ field }) => field).sort()).toEqual([
      'body.more',
      'body.occurredAt',
      'body.subject.nobody',
      'body.subject.userId',
      'body.type',
    ]);
    const large = await send({ body: { ...about('u-1'), id: 'x'.repeat(110 * 1024) } });
    expect([large.status, large.body.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});

const award = (reference: string) =>
  post(
    '/gamification/points',
    {
      userId: learner.person.id,
      source: 'course',
      reference,
      occurredAt: '2026-01-15T09:00:00Z',
    },
    admin,
    { 'idempotency-key': `key-of-${reference}` },
  );

describe('a refresh', () => {
  it('makes figures anew for whoever may read them, and tells the person', async () => {
    const stream = await follow(demo.api, learner.accessToken);
    await learner.get(velocity);
    expect(await sourceOf()).toBe('cached');
    const refreshed = await post('/analytics/refresh', { subject: { kind: 'learner', id: 'me' } }, learner);
    expect([refreshed.status, refreshed.body.data]).toEqual([
      202,
      { subject: { kind: 'learner', id: learner.person.id } },
    ]);
    expect(await sourceOf()).toBe('realtime');
    await expect
      .poll(() => stream.events)
      .toMatchObject([
        { event: 'analytics_refreshed', data: { subject: { kind: 'learner', id: learner.person.id } } },
      ]);
    stream.leave();
  });

  it('is nobody’s who may not read about the subject, and is bounded', async () => {
    const ask = (kind: string, id: string) => post('/analytics/refresh', { subject: { kind, id } }, orgAdmin);
    expect((await ask('organization', 'org-2')).status).toBe(404);
    expect((await ask('organization', 'org-1')).status).toBe(202);
    expect((await ask('learner', learner.person.id)).status).toBe(202);
    await ask('learner', learner.person.id);
    await ask('learner', learner.person.id);
    const sixth = await ask('learner', learner.person.id);
    expect([sixth.status, sixth.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
  });
});

describe('live events', () => {
  it('reach the person they are about, and nobody else', async () => {
    const streams = await Promise.all(
      [learner, orgAdmin, admin].map(({ accessToken }) => follow(demo.api, accessToken)),
    );
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await award('course-one')).status).toBe(201);
    await expect.poll(() => streams[0]?.events.length).toBeGreaterThan(0);
    const [event] = streams[0]?.events ?? [];
    expect(event).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      event: 'points_awarded',
      data: {
        source: 'course',
        reference: 'course-one',
        points: 100,
        occurredAt: '2026-01-15T09:00:00.000Z',
      },
    });
    expect([streams[1]?.events, streams[2]?.events]).toEqual([[], []]);
    for (const stream of streams) stream.leave();
  });

  it('that happened while the reader was away come first when it is back, each once, also after a restart', async () => {
    const before = await follow(demo.api, learner.accessToken);
    await award('course-two');
    await expect.poll(() => before.events.length).toBeGreaterThan(0);
    before.leave();
    await award('course-three');
    const again = await follow(demo.api, learner.accessToken, before.lastId());
    const named = (events: { event: string; data: { reference?: string } }[]) =>
      events.filter(({ event }) => event === 'points_awarded').map(({ data }) => data.reference);
    await expect.poll(() => named(again.events)).toEqual(['course-three']);
    await award('course-four');
    await expect.poll(() => named(again.events)).toEqual(['course-three', 'course-four']);

    const stopped = demo.stop();
    await again.ended;
    expect(again.events.at(-1)).toMatchObject({ event: 'end', data: { reason: 'shutting_down' } });
    expect(again.retryMs()).toBeGreaterThanOrEqual(1000);
    await stopped;
    await begin();
    await award('course-five');
    const last = await follow(demo.api, learner.accessToken, again.lastId());
    await expect.poll(() => named(last.events)).toEqual(['course-five']);
    last.leave();
  });

  it('end within five seconds of a log-out, with the reason', async () => {
    const session = await logIn(demo, learner.person);
    const stream = await follow(demo.api, session.accessToken);
    const { ownMs } = await timed(async () => {
      await post('/auth/logout', {}, session);
      await stream.ended;
    });
    expect(ownMs).toBeLessThan(5000);
    expect(stream.events).toEqual([
      { id: expect.any(String), event: 'end', data: { reason: 'token_revoked' } },
    ]);
  });

  it('are open to one person five times and no more, and again after one has left', async () => {
    const streams = await Promise.all(Array.from({ length: 5 }, () => follow(demo.api, admin.accessToken)));
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const sixth = await admin.get('/events');
    expect([sixth.status, sixth.body.error.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    streams[0]?.leave();
    await expect
      .poll(async () => {
        const next = await follow(demo.api, admin.accessToken);
        next.leave();
        return next.status;
      })
      .toBe(200);
    for (const stream of streams) stream.leave();
  });
});
