/** Callers who mean no good, and those who do not, against the whole application. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';
import { asking } from '../mocks/world-asking.ts';

const settings = {
  ...{ DATABASE: 'none', LOG_LEVEL: 'debug', MOCK_LEARNERS: '240', RATE_STANDARD_PER_MINUTE: '1000000' },
  ...{ RATE_ADDRESS_PER_MINUTE: '1000000', RATE_PREDICTIVE_PER_HOUR: '1000000' },
};
const personWho = (text: string) => {
  const person = demoPeople().find(({ note }) => note.includes(text));
  if (person === undefined) throw new Error(`nobody is ${text}`);
  return person;
};
const learner = personWho('thriving');
const fading = personWho('fading');
const trainer = personWho('a trainer');
const orgAdmin = personWho('org_admin');
type Person = typeof learner;
const secret = 'the-secret-of-this-test-which-is-long-enough';
const tokenOf = ({ id, organizationId, roles }: Person, lifeSeconds = 900, asOf = Date.now()) =>
  makeTokenSigner(
    { secret, issuer: 'learning-analytics', audience: 'learning-analytics', lifeSeconds },
    { now: () => asOf },
  ).sign({ ...{ userId: id, organizationId, roles, tokenId: `t-${id}`, sessionId: `s-${id}`, asOf } }).token;

let container: Container | undefined;
const logged: string[] = [];
async function open(more: Record<string, string> = {}) {
  const read = readConfig({ ...settings, JWT_SECRET: secret, ...more });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const opened = await makeContainer(read.config, { write: (line) => void logged.push(line) });
  container = opened;
  const get = (path: string, headers: Record<string, string>) =>
    request(opened.listener).get(`/api/v1${path}`).set(headers);
  return {
    get,
    listener: opened.listener,
    as: (person: Person) => {
      const headers = { authorization: `Bearer ${tokenOf(person)}` };
      return (path: string) => get(path, headers);
    },
    logOut: (person: Person) =>
      request(opened.listener)
        .post('/api/v1/auth/logout')
        .set({ authorization: `Bearer ${tokenOf(person)}` }),
    detected: async () => {
      const { text } = await request(opened.listener).get('/metrics');
      return Object.fromEntries(
        [...text.matchAll(/^abuse_(detected|refused)_total\{abuse="(\w+)"\} (\d+)/gm)].map(
          ([, what, abuse, count]) => [`${abuse} ${what}`, Number(count)],
        ),
      );
    },
    close: () => opened.close(),
  };
}
afterEach(async () => {
  await container?.close();
  container = undefined;
});

const velocity = (id: string) => `/analytics/learner/velocity/${id}`;

describe('whoever looks for ids that are not theirs', () => {
  it('is refused for a while, also what is kept, but for the log-out; nobody else is', async () => {
    const api = await open({ ABUSE_PROBES_PER_10_MINUTES: '5' });
    const [ask, askOther] = [api.as(learner), api.as(fading)];
    for (let times = 0; times < 2; times += 1) expect((await ask(velocity('me'))).status).toBe(200);
    // The same again is no search.
    for (let times = 0; times < 8; times += 1) expect((await ask(velocity('u-999999'))).status).toBe(404);
    const statuses = [];
    for (let at = 0; at < 6; at += 1) statuses.push((await ask(velocity(`u-99999${at}`))).status);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
    const { status, headers, body } = await ask(velocity('me'));
    expect([status, body.error.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(55);
    expect((await askOther(velocity('me'))).status).toBe(200);
    expect(await api.detected()).toMatchObject({ 'probing detected': 1, 'probing refused': 2 });
    const { body: audit } = await api.as(orgAdmin)('/audit');
    expect(audit.data.entries).toEqual([
      expect.objectContaining({
        ...{ actorId: learner.id, action: 'abuse.detected', outcome: 'denied', subjectId: null },
        detail: { abuse: 'probing', strike: 1, refusedSeconds: 60 },
      }),
    ]);
    expect((await api.logOut(learner)).status).toBe(200);
    expect((await ask(velocity('me'))).status).toBe(401);
    expect(logged.join('')).not.toContain(learner.id);
  });

  it('is told of to whoever answers for the organization, without a name', async () => {
    const api = await open({ ABUSE_PROBES_PER_10_MINUTES: '2' });
    const server = createServer(api.listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const stream = await fetch(`http://127.0.0.1:${port}/api/v1/events`, {
      headers: { authorization: `Bearer ${tokenOf(orgAdmin)}` },
    });
    let text = '';
    const hearing = (async () => {
      for await (const chunk of stream.body ?? []) {
        text += Buffer.from(chunk).toString();
        if (text.includes('abuse_detected') && text.endsWith('\n\n')) return;
      }
    })();
    for (let at = 0; at < 4; at += 1) await api.as(learner)(velocity(`u-99999${at}`));
    await hearing;
    server.closeAllConnections();
    server.close();
    expect(text).toContain('data: {"abuse":"probing","strike":1,"refusedSeconds":60}');
    expect(text).not.toContain(learner.id);
  });
});

describe('whoever tries credentials from an address', () => {
  it('is refused there, while good tokens and those that have ended are heard as before', async () => {
    const api = await open({ ABUSE_BAD_CREDENTIALS_PER_10_MINUTES: '4' });
    const me = (authorization: string) => api.get('/auth/me', { authorization });
    const ended = `Bearer ${tokenOf(learner, 60, Date.now() - 900_000)}`;
    for (let at = 0; at < 8; at += 1)
      expect((await me(`Bearer ${tokenOf(learner, 60, Date.now() - 900_000 - at * 1000)}`)).status).toBe(401);
    const statuses = [];
    for (let at = 0; at < 6; at += 1) statuses.push((await me(`Bearer made-up-${at}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    expect((await api.get('/auth/me', { 'x-api-key': 'made-up' })).status).toBe(429);
    expect((await me(`Bearer ${tokenOf(learner)}`)).status).toBe(200);
    expect((await me(ended)).status).toBe(401);
    expect((await api.get('/auth/me', {})).status).toBe(401);
    expect(await api.detected()).toMatchObject({ 'spraying detected': 1, 'scraping detected': 0 });
  });
});

interface Member {
  userId: string;
  roles: string[];
}
const world = asking({ learners: 240 });
const learnersOf = (organizationId: string) =>
  world
    .list<Member>('directory', '/organizations/:id/members', organizationId)
    .filter(({ roles }) => roles.includes('learner'))
    .map(({ userId }) => userId);

describe('whoever reads about more people than anybody looks at', () => {
  it('is refused for a while; reading about the same ones, or oneself, is nothing', async () => {
    const api = await open({ ABUSE_PEOPLE_PER_10_MINUTES: '4' });
    const ask = api.as(orgAdmin);
    const people = learnersOf('org-1');
    for (let round = 0; round < 3; round += 1)
      for (const id of people.slice(0, 4)) expect([200, 422]).toContain((await ask(velocity(id))).status);
    expect((await ask(velocity(orgAdmin.id))).status).not.toBe(429);
    await ask(velocity(people[4] ?? ''));
    expect((await ask(velocity(people[0] ?? ''))).status).toBe(429);
    expect(await api.detected()).toMatchObject({ 'scraping detected': 1, 'scraping refused': 1 });
  });
});

describe('people who use the product', () => {
  it('never are taken for any of that, however fast they click', async () => {
    const api = await open();
    const people = learnersOf('org-1').slice(0, 80);
    const taught = people.filter((id) =>
      world
        .list<{ trainerId: string }>('courses', '/progress/:userId', id)
        .some(({ trainerId }) => trainerId === trainer.id),
    );
    expect(taught.length).toBeGreaterThan(5);
    const paths: [Person, string][] = [
      ...Array.from({ length: 60 }, (): [Person, string] => [learner, velocity('me')]),
      ...Array.from({ length: 20 }, (): [Person, string] => [fading, velocity('me')]),
      [learner, '/dashboards/learner/me'],
      ...taught.map((id): [Person, string] => [trainer, velocity(id)]),
      ...people.map((id): [Person, string] => [orgAdmin, velocity(id)]),
      // A page that was left open while somebody went elsewhere.
      ...people.slice(0, 5).flatMap((id): [Person, string][] => [
        [learner, velocity(id)],
        [learner, `/analytics/learner/mastery/${id}`],
        [learner, `/dashboards/learner/${id}`],
      ]),
    ];
    const statuses = new Map<number, number>();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let next = paths.pop(); next !== undefined; next = paths.pop()) {
          const { status } = await api.as(next[0])(next[1]);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    expect([...statuses.keys()].toSorted()).toEqual([200, 403, 422]);
    const counts = await api.detected();
    expect(Object.keys(counts)).toHaveLength(6);
    expect(Object.values(counts)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
