/** What is kept of a person, handed out and erased: the whole product over the embedded database. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timed } from '../fixtures/lateness.ts';
import { migratedDirectory } from '../infrastructure/database/migrated-pglite.ts';
import { isRefusal, listedBy, type Member } from './asking.ts';
import { type Answer, call, type Demo, logIn, personWho, type Session, startDemo } from './demo-process.ts';

const directory = await migratedDirectory('erasure-');
const clockStart = '2026-03-10T12:00:00Z';
const threeHoursLater = '2026-03-10T15:00:00Z';

let demo: Demo;
let person: Session;
let colleague: Session;
let orgAdmin: Session;
let first: Answer;

const start = (at: string) =>
  startDemo([], { DATABASE: 'auto', DATA_DIR: directory, CLOCK_START: at, REQUEST_BUDGET_MS: '60000' });
const sessionOf = (note: string) =>
  logIn(
    demo,
    personWho(demo, (one) => one.note.includes(note)),
  );

const send = (session: Session, method: string, at: string, body: object) =>
  call(`${demo.api}/api/v1${at}`, {
    method,
    headers: { authorization: `Bearer ${session.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const board = async () => {
  const answer = await colleague.get('/gamification/leaderboard?period=alltime&limit=100');
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const names = (answer.body.data.entries as { displayName: string | null }[]).map((one) => one.displayName);
  return { names, participants: answer.body.data.participants as number };
};

/** Table and column of every place in the database in which an id stands as a word of its own. */
async function placesOf(ids: readonly string[]): Promise<Map<string, string[]>> {
  const database = await PGlite.create(path.join(directory, 'pglite'));
  try {
    const { rows: columns } = await database.query<{ name: string; col: string }>(`
      select format('%I.%I', n.nspname, c.relname) as name, format('%I', a.attname) as col
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
        and c.relkind in ('r', 'p', 'm')`);
    const places = new Map<string, string[]>(ids.map((id) => [id, []]));
    for (const { name, col } of columns) {
      for (const id of ids) {
        const pattern = `(^|[^A-Za-z0-9_-])${id}($|[^A-Za-z0-9_-])`;
        const { rows } = await database.query(`select 1 from ${name} where ${col}::text ~ $1 limit 1`, [
          pattern,
        ]);
        if (rows.length > 0) places.get(id)?.push(`${name}.${col}`);
      }
    }
    return places;
  } finally {
    await database.close();
  }
}

beforeAll(async () => {
  demo = await start(clockStart);
  [person, colleague, orgAdmin] = await Promise.all([
    sessionOf('thriving'),
    sessionOf('fading'),
    sessionOf('an org_admin'),
  ]);
});
afterAll(async () => {
  await demo?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('a person who has earned points and chosen something', () => {
  let before: Awaited<ReturnType<typeof board>>;

  it('is given all of it, without a hash, with instants that can be read', async () => {
    await send(person, 'PATCH', '/me/preferences', { leaderboardPrivacy: 'public' });
    before = await board();
    const { status, body, headers } = await person.get('/me/export');
    expect(status, JSON.stringify(body)).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const { userId, sections, keptElsewhere } = body.data;
    expect(userId).toBe(person.person.id);
    expect(keptElsewhere).toHaveLength(Object.keys(demo.services).length);
    expect(sections.preferences).toMatchObject([{ userId, leaderboardPrivacy: 'public' }]);
    expect(sections.pointsLedger.length).toBeGreaterThan(10);
    for (const { occurredAt, points } of sections.pointsLedger) {
      expect(new Date(occurredAt).toISOString()).toBe(occurredAt);
      expect(points).toBeGreaterThanOrEqual(0);
    }
    expect(sections.refreshTokens).toHaveLength(1);
    expect(JSON.stringify(body)).not.toMatch(/hash"|Hash"/);
  });

  it('is not erased by accident, nor by whoever teaches or learns with the person', async () => {
    for (const body of [{}, { confirm: 'u-999999' }, { confirm: 'me' }])
      isRefusal(await send(person, 'DELETE', '/me', body), 400, 'VALIDATION_ERROR');
    const confirm = { confirm: person.person.id };
    const at = `/people/${person.person.id}`;
    for (const session of [colleague, await sessionOf('a trainer')]) {
      isRefusal(await send(session, 'DELETE', at, confirm), 403, 'FORBIDDEN');
      isRefusal(await session.get(`${at}/export`), 403, 'FORBIDDEN');
    }
    const stranger = await sessionOf('another');
    isRefusal(await send(stranger, 'DELETE', at, confirm), 404, 'NOT_FOUND');
    expect((await person.get('/me/export')).status).toBe(200);
    const { body } = await orgAdmin.get('/audit?limit=100');
    const denied = (body.data.entries as { action: string; outcome: string; subjectId: string }[]).filter(
      ({ outcome }) => outcome === 'denied',
    );
    // What somebody of another organization has tried is in the log of that one.
    expect(denied.map(({ action }) => action).sort()).toEqual([
      'person.erase',
      'person.erase',
      'person.export',
      'person.export',
    ]);
    expect(new Set(denied.map(({ subjectId }) => subjectId))).toEqual(new Set([person.person.id]));
  });

  it('is not erased by an admin who names a word, nor is an admin of the platform by an org_admin', async () => {
    const admin = await sessionOf('an admin');
    for (const word of ['user', 'points', 'webhook'])
      isRefusal(await send(admin, 'DELETE', `/people/${word}`, { confirm: word }), 404, 'NOT_FOUND');
    const at = `/people/${admin.person.id}`;
    isRefusal(await send(orgAdmin, 'DELETE', at, { confirm: admin.person.id }), 403, 'FORBIDDEN');
    isRefusal(await orgAdmin.get(`${at}/export`), 403, 'FORBIDDEN');
    expect((await person.get('/me/export')).body.data.sections.pointsLedger.length).toBeGreaterThan(10);
  });

  it('is erased when the person asks for it, and the token is refused within 5 seconds', async () => {
    first = await send(person, 'DELETE', '/me', { confirm: person.person.id });
    expect(first.status, JSON.stringify(first.body)).toBe(200);
    expect(first.body.data).toMatchObject({
      erased: true,
      proofId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const { ownMs } = await timed(() =>
      expect.poll(async () => (await person.get('/auth/me')).status, { interval: 100 }).toBe(401),
    );
    expect(ownMs).toBeLessThan(5000);
    const refreshed = await call(`${demo.api}/api/v1/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: person.refreshToken }),
    });
    isRefusal(refreshed, 401, 'UNAUTHORIZED');
  });

  it('is then on no leaderboard', async () => {
    const members = await listedBy<Member>(demo, 'directory', '/organizations/org-1/members');
    const name = members?.find(({ userId }) => userId === person.person.id)?.fullName;
    expect(name).toBeTruthy();
    const after = await board();
    expect(after.participants).toBe(before.participants - 1);
    expect(after.names).not.toContain(name);
  });

  it('is answered the same when it is asked for again, by somebody who may', async () => {
    const again = await send(orgAdmin, 'DELETE', `/people/${person.person.id}`, {
      confirm: person.person.id,
    });
    expect(again.status, JSON.stringify(again.body)).toBe(200);
    expect(again.body.data).toEqual(first.body.data);
    const { body } = await orgAdmin.get('/audit?limit=100');
    const { entries } = body.data as {
      entries: { action: string; subjectId: unknown; actorId: unknown; detail: { proofId?: string } }[];
    };
    const erasures = entries.filter(({ detail }) => detail.proofId !== undefined);
    expect(erasures).toMatchObject([
      { action: 'person.erase', actorId: orgAdmin.person.id, subjectId: null },
      { action: 'person.erase', actorId: null, subjectId: null },
    ]);
    expect(JSON.stringify(entries)).not.toContain(person.person.id);
    const page = await orgAdmin.get('/audit?limit=1');
    const next = await orgAdmin.get(`/audit?limit=1&cursor=${page.body.data.nextCursor}`);
    // Who reads the log stands in it too, a moment later: it may have grown meanwhile.
    const later = (await orgAdmin.get('/audit?limit=100')).body.data.entries as { id: string }[];
    const at = later.findIndex(({ id }) => id === page.body.data.entries[0].id);
    expect([...page.body.data.entries, ...next.body.data.entries]).toEqual(later.slice(at, at + 2));
  });

  it('stays away, though the services go on telling of the person, and stands in no table', async () => {
    await demo.stop();
    demo = await start(threeHoursLater);
    colleague = await sessionOf('fading');
    const old = await board();
    // The old one is shown while a new one is worked out from what the services say now.
    const refreshedAt = async () =>
      (await colleague.get('/gamification/leaderboard?period=alltime&limit=99')).body.data.refreshedAt;
    await expect
      .poll(refreshedAt, { interval: 500 })
      .toSatisfy((at: string) => Date.parse(at) >= Date.parse(threeHoursLater));
    const anew = await board();
    expect(anew.participants).toBe(old.participants);
    await demo.stop();
    const places = await placesOf([person.person.id, colleague.person.id]);
    expect(places.get(person.person.id)).toEqual([]);
    // Whoever was not erased is found by the same search.
    expect(places.get(colleague.person.id)).toContain('internal.points_ledger.user_id');
  });
});

describe('a process without a database', () => {
  it('erases what it keeps in memory, ends the session and answers the same again', async () => {
    await demo.stop();
    demo = await startDemo([], { CLOCK_START: clockStart, REQUEST_BUDGET_MS: '60000' });
    [person, colleague, orgAdmin] = await Promise.all([
      sessionOf('thriving'),
      sessionOf('fading'),
      sessionOf('an org_admin'),
    ]);
    await send(person, 'PATCH', '/me/preferences', { timeZone: 'Asia/Tokyo' });
    const before = await board();
    const { sections } = (await person.get('/me/export')).body.data;
    expect(sections.preferences).toMatchObject([{ timeZone: 'Asia/Tokyo' }]);
    expect(sections.pointsLedger.length).toBeGreaterThan(10);

    const confirm = { confirm: person.person.id };
    const erased = await send(orgAdmin, 'DELETE', `/people/${person.person.id}`, confirm);
    expect(erased.status, JSON.stringify(erased.body)).toBe(200);
    isRefusal(await person.get('/auth/me'), 401, 'UNAUTHORIZED');
    expect((await board()).participants).toBe(before.participants - 1);
    const again = await send(orgAdmin, 'DELETE', `/people/${person.person.id}`, confirm);
    expect(again.body.data).toEqual(erased.body.data);

    // Whoever logs in again begins anew.
    person = await sessionOf('thriving');
    const anew = (await person.get('/me/export')).body.data;
    expect(Object.keys(anew.sections)).toEqual(['refreshTokens']);
    await send(person, 'PATCH', '/me/preferences', { timeZone: 'Asia/Tokyo' });
    expect((await person.get('/auth/me')).body.data.preferences.timeZone).toBe('Asia/Tokyo');
  });
});
