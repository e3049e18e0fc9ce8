/** Every route × role × subject × method against one live server, judged by one table; and ways around the table. */
import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import type { AnyPolicy } from '../../src/domain/identity/policy.ts';
import type { Role } from '../../src/domain/identity/roles.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';
import type { Route } from '../../src/presentation/http/route.ts';
import { asking } from '../mocks/world-asking.ts';

const read = readConfig({
  ...{ DATABASE: 'none', LOG_LEVEL: 'debug', MOCK_LEARNERS: '240' },
  ...{ RATE_STANDARD_PER_MINUTE: '1000000', RATE_ADDRESS_PER_MINUTE: '1000000' },
  ...{ RATE_AUTH_PER_15_MINUTES: '1000000', RATE_AUTH_ADDRESS_PER_15_MINUTES: '1000000' },
  ...{ RATE_REFRESH_PER_10_MINUTES: '1000000', RATE_PREDICTIVE_PER_HOUR: '1000000' },
  ...{ ABUSE_PROBES_PER_10_MINUTES: '0', ABUSE_BAD_CREDENTIALS_PER_10_MINUTES: '0' },
  // A demonstration tells everybody whom to log in as.
  DEMO_PEOPLE: '[]',
});
if (!read.ok) throw new Error(read.problems.join('\n'));
const { config } = read;

const people = demoPeople();
const personWho = (text: string) => {
  const person = people.find(({ note }) => note.includes(text));
  if (person === undefined) throw new Error(`nobody is ${text}`);
  return person;
};
const roles = ['learner', 'trainer', 'org_admin', 'admin'] as const;
const who: Record<Role, { id: string }> = {
  learner: personWho('thriving'),
  trainer: personWho('a trainer'),
  org_admin: personWho('org_admin'),
  admin: personWho('admin of the platform'),
};
const stranger = personWho('another organization');

interface Member {
  userId: string;
  fullName: string;
  roles: string[];
}
const membersOf = (organizationId: string) =>
  asking().list<Member>('directory', '/organizations/:id/members', organizationId);
/** Somebody else who teaches in an organization. */
function trainerOf(organizationId: string): string {
  const found = membersOf(organizationId).find(
    ({ userId, roles: has }) => has.includes('trainer') && userId !== who.trainer.id,
  );
  if (found === undefined) throw new Error(`nobody else teaches in ${organizationId}`);
  return found.userId;
}
/** A learner of the organization whom its demo trainer does not teach. */
function untaught(): string {
  const found = membersOf('org-1').find(({ userId, roles: has }) => {
    if (!has.includes('learner') || userId === who.learner.id) return false;
    const rows = asking().list<{ trainerId: string }>('courses', '/progress/:userId', userId);
    return rows.length > 0 && rows.every(({ trainerId }) => trainerId !== who.trainer.id);
  });
  if (found === undefined) throw new Error('everybody is taught by one trainer');
  return found.userId;
}

const subjects = ['own', 'other', 'elsewhere', 'missing'] as const;
type SubjectName = (typeof subjects)[number];
const other = untaught();
const idsOf: Record<AnyPolicy, Record<SubjectName, string>> = {
  learner: { own: 'me', other, elsewhere: stranger.id, missing: 'u-999999' },
  trainer: { own: 'me', other: trainerOf('org-1'), elsewhere: trainerOf('org-2'), missing: 's-9999' },
  organization: { own: 'org-1', other: 'org-3', elsewhere: 'org-2', missing: 'org-999' },
  person: { own: 'me', other, elsewhere: stranger.id, missing: 'u-999999' },
};

/** The policy: y = allowed, f = 403, n = 404; for a learner, a trainer, an org_admin and an admin. */
const policy: Record<AnyPolicy, Record<SubjectName, string>> = {
  learner: { own: 'yyyy', other: 'ffyy', elsewhere: 'nnny', missing: 'nnnn' },
  trainer: { own: 'nynn', other: 'ffyy', elsewhere: 'nnny', missing: 'nnnn' },
  organization: { own: 'ffyy', other: 'nnny', elsewhere: 'nnny', missing: 'nnnn' },
  person: { own: 'yyyy', other: 'ffyy', elsewhere: 'nnny', missing: 'nnnn' },
};
const verdicts: Record<string, readonly number[]> = { y: [200, 422], f: [403], n: [404] };
const verdictOf = (kind: AnyPolicy, subject: SubjectName, role: Role) =>
  verdicts[policy[kind][subject][roles.indexOf(role)] ?? ''] ?? [];

/** What routes answer that are about nobody, or change something; each is sent too little to change anything. */
const others: Record<string, readonly number[] | ((role: Role, subject: SubjectName) => readonly number[])> =
  {
    'auth.login': [400],
    'auth.refresh': [400],
    // Not switched on here.
    'auth.session': [400],
    'auth.session.refresh': [400],
    'auth.session.csrf': [404],
    'apiKeys.create': [400],
    'apiKeys.list': (role) => (role === 'org_admin' || role === 'admin' ? [200] : [403]),
    'apiKeys.rotate': (role) => (role === 'org_admin' || role === 'admin' ? [404] : [403]),
    'apiKeys.revoke': (role) => (role === 'org_admin' || role === 'admin' ? [404] : [403]),
    'auth.logout': [200],
    'auth.me': [200],
    'me.preferences': [200],
    'me.export': [200],
    'me.erase': [400],
    'people.export': (role, subject) => verdictOf('person', subject, role),
    'people.erase': (role, subject) => {
      const allowed = verdictOf('person', subject, role);
      return allowed.includes(200) ? [400] : allowed;
    },
    'audit.entries': (role) => (role === 'org_admin' || role === 'admin' ? [200] : [403]),
    'gamification.points': [400],
    'jobs.latest': (role) => (role === 'admin' ? [200] : [403]),
    'jobs.run': [404],
    'reports.order': [400],
    'reports.show': [404],
    // Without a link; HEAD is refused, as it would use one up.
    'reports.download': [400, 405],
    'reports.delete': [404],
    'me.weekly-report': [200],
    'me.weekly-report.set': [400],
    'me.weekly-report.end': [404],
    'webhooks.receive': [400, 404],
    'analytics.refresh': [400],
    events: [200],
    'integration.health': (role) => (role === 'learner' ? [403] : [200]),
    'integration.status': (role) => (role === 'learner' ? [403] : [200]),
    'integration.metrics': (role) => (role === 'learner' ? [403] : [200]),
    'integration.mockData': [404],
    'integration.test': (role) => (role === 'learner' ? [403] : [200]),
    'integration.resetBreaker': (role) => (role === 'admin' || role === 'org_admin' ? [200] : [403]),
    'status.freshness': [200],
    demo: [200],
    'metrics.definitions': [200],
    health: [200],
  };
const bodyOf: Record<string, object> = {
  'people.erase': { confirm: 'somebody-else' },
  'integration.test': { service: 'courses' },
  'integration.resetBreaker': { service: 'courses' },
};

let container: Container;
let server: Server;
let port: number;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const signer = makeTokenSigner(
  {
    ...{ secret: config.JWT_SECRET, issuer: config.JWT_ISSUER },
    ...{ audience: config.JWT_AUDIENCE, lifeSeconds: 900 },
  },
  { now: () => Date.now() },
);
let tokens = 0;
function tokenOf(role: Role): string {
  tokens += 1;
  return signer.sign({
    ...{ userId: who[role].id, organizationId: 'org-1', roles: [role], asOf: Date.now() },
    ...{ tokenId: `t-${tokens}`, sessionId: `s-${tokens}` },
  }).token;
}
const kept = new Map(roles.map((role) => [role, tokenOf(role)]));

const logged: string[] = [];
beforeAll(async () => {
  container = await makeContainer(config, { write: (line) => void logged.push(line) });
  server = createServer(container.listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  agent.destroy();
  container.beginShutdown();
  server.close();
  await container.close();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** The path as it is written: no client tidies it. */
function send(
  method: string,
  path: string,
  token: string | undefined,
  { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...{ port, host: '127.0.0.1', agent, method, path },
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const { statusCode: status = 0, headers: given } = incoming;
      // A stream goes on; that it was granted is all there is to know.
      if (given['content-type']?.includes('event-stream')) {
        incoming.destroy();
        resolve({ status, headers: given, text: '' });
        return;
      }
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.once('end', () => resolve({ status, headers: given, text }));
    });
    outgoing.end(body);
  });
}

const methods = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof methods)[number];

const kindOf = ({ access, path }: Route): AnyPolicy | null => {
  if (access !== 'public' && access !== 'signed_in') return access;
  return path.startsWith('/people/') ? 'person' : null;
};

function expected(routes: readonly Route[], method: Method, role: Role | null, subject: SubjectName) {
  if (method === 'OPTIONS') return [204];
  const route = routes.find((one) => one.method.toUpperCase() === (method === 'HEAD' ? 'GET' : method));
  if (route === undefined) return [405];
  if (role === null && route.access !== 'public') return [401];
  if (route.access !== 'public' && route.access !== 'signed_in')
    return verdictOf(route.access, route.path.includes(':') ? subject : 'own', role ?? 'learner');
  const wanted = others[route.id];
  if (wanted === undefined) throw new Error(`${route.id}: the table says nothing about it`);
  return typeof wanted === 'function' ? wanted(role ?? 'learner', subject) : wanted;
}

const ownNames = new Set(membersOf('org-1').map(({ fullName }) => fullName));
const foreignNames = membersOf('org-2')
  .map(({ fullName }) => fullName)
  .filter((name) => !ownNames.has(name))
  .slice(0, 50);

/** Words of the other tenant in an answer; the path that was asked for is the caller's own word. */
function foreignIn({ text, headers }: Answer): string[] {
  const said = text
    .replace(/"instance":"[^"]*"/, '')
    // What was refused is on record where whoever tried is, with the id that was tried.
    .replaceAll(/"subjectId":"[^"]*"(?=[^}]*"outcome":"denied")/g, '');
  return ['org-2', stranger.id, ...foreignNames].filter((word) =>
    (said + JSON.stringify(headers)).includes(word),
  );
}

describe('every route, role, subject and method', () => {
  it('is answered as the table says, and tells nobody of another tenant', async () => {
    const byPath = Map.groupBy(container.routes, ({ path }) => path);
    const wrong: string[] = [];
    let asked = 0;
    for (const [path, routes] of byPath) {
      const kind = routes.map(kindOf).find((one) => one !== null) ?? null;
      const about: readonly SubjectName[] = path.includes(':') && kind !== null ? subjects : ['own'];
      for (const subject of about)
        for (const method of methods)
          for (const role of [null, ...roles]) {
            // What no role can do anything about needs to be asked only once.
            const isThere = routes.some((one) => one.method.toUpperCase() === method.replace('HEAD', 'GET'));
            if (!isThere && (role === 'trainer' || role === 'org_admin' || subject === 'missing')) continue;
            const id = kind === null ? 'nothing' : idsOf[kind][subject];
            const address = `/api/v1${path.replace(/:\w+/, id)}`;
            const isLogOut = routes.some((route) => route.id === 'auth.logout');
            const token = role === null ? undefined : isLogOut ? tokenOf(role) : kept.get(role);
            const changes = method === 'POST' || method === 'PATCH' || method === 'DELETE';
            const sent = bodyOf[routes.find((one) => one.method.toUpperCase() === method)?.id ?? ''] ?? {};
            const answer = await send(method, address, token, changes ? { body: JSON.stringify(sent) } : {});
            const wanted = expected(routes, method, role, subject);
            const says = `${role} ${method} ${address}`;
            asked += 1;
            if (!wanted.includes(answer.status)) wrong.push(`${says}: ${answer.status}, not ${wanted}`);
            if (answer.status === 405 && answer.headers.allow === undefined) wrong.push(`${says}: no Allow`);
            if (method === 'HEAD' && answer.text !== '') wrong.push(`${says}: a body`);
            const isAllowedThere = role === 'admin' && subject !== 'own';
            if (!isAllowedThere) wrong.push(...foreignIn(answer).map((word) => `${says}: tells of ${word}`));
          }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(1000);
    // Nor does the log name anybody, of any tenant, or show a token.
    const said = logged.join('');
    const named = [...Object.values(idsOf).flatMap(Object.values), ...Object.values(who).map(({ id }) => id)]
      .filter((id) => /\d/.test(id))
      .concat(foreignNames, [...kept.values()]);
    expect(named.filter((word) => said.includes(word))).toEqual([]);
    expect(logged.length).toBeGreaterThan(asked * 0.9);
  });
});

describe('around the table', () => {
  const own = who.learner.id;
  const velocity = '/api/v1/analytics/learner/velocity';
  const learner = () => kept.get('learner');

  it.each([
    `${velocity}/${other}%2f..%2fme`,
    `${velocity}/me%2f..%2f${other}`,
    `${velocity}/me/../${other}`,
    `${velocity}/./${other}`,
    `${velocity}/me/%2e%2e/${other}`,
    `${velocity}/me%5c..%5c${other}`,
    `${velocity}/me\\..\\${other}`,
    `${velocity}/${other}/`,
    `${velocity}//${other}`,
    `/${velocity}/${other}`,
    `/api//v1/analytics/learner/velocity/${other}`,
    `/API/V1/analytics/learner/velocity/${other}`,
    `/api/v1/Analytics/Learner/Velocity/${other}`,
    `/api/v1/auth/../analytics/learner/velocity/${other}`,
    `${velocity}/${other};me`,
    `${velocity}/me;${other}`,
    `${velocity}/me,${other}`,
    `${velocity}/${other}%00me`,
    `${velocity}/me%0a${other}`,
    `${velocity}/${other}%20`,
    `${velocity}/%20${other}`,
    `${velocity}/${other}.json`,
    `${velocity}/${other.replace('-', '%2d')}`,
    `${velocity}/${other.replace('u', '%75')}`,
    `${velocity}/${other.replace('u', '%2575')}`,
    `${velocity}/${other.replace('-', '‐').replace(/[^ -~]/g, (letter) => encodeURIComponent(letter))}`,
    `${velocity}/${other.toUpperCase()}`,
    `${velocity}/ME`,
    `${velocity}/me?userId=${other}`,
    `${velocity}/${other}?userId=me`,
    `${velocity}/${other}?viewer=${other}&role=admin`,
    `${velocity}/__proto__`,
    `${velocity}/constructor`,
    `http://127.0.0.1/api/v1/analytics/learner/velocity/${other}`,
  ])('%s is no way to somebody else', async (path) => {
    const { status, text, headers } = await send('GET', path, learner());
    expect([400, 403, 404], text).toContain(status);
    expect(headers['content-type']).toContain('application/problem+json');
  });

  it('me is the caller, however it is escaped', async () => {
    for (const path of [`${velocity}/me`, `${velocity}/%6d%65`, `${velocity}/${own}`]) {
      const { status, text } = await send('GET', path, learner());
      expect([status, JSON.parse(text).data.userId]).toEqual([200, own]);
    }
  });

  it('another method in a header, a field or a query is not looked at', async () => {
    const headers = {
      'x-http-method-override': 'DELETE',
      'x-http-method': 'DELETE',
      'x-method-override': 'DELETE',
    };
    const asOwner = await send('GET', `/api/v1/people/${own}/export`, learner(), { headers });
    expect(asOwner.status).toBe(200);
    for (const [method, path] of [
      ['POST', `/api/v1/people/${own}`],
      ['POST', `/api/v1/people/${own}?_method=DELETE`],
      ['POST', `${velocity}/me`],
    ] as const)
      expect((await send(method, path, learner(), { headers, body: '{"_method":"DELETE"}' })).status).toBe(
        405,
      );
    const forged = {
      'x-original-url': '/api/v1/jobs',
      'x-rewrite-url': '/api/v1/jobs',
      'x-user-id': other,
      'x-roles': 'admin',
    };
    const { status, text } = await send('GET', `${velocity}/me`, learner(), { headers: forged });
    expect([status, JSON.parse(text).data.userId]).toEqual([200, own]);
  });

  it('a method that is no route’s is refused, whatever it is called', async () => {
    for (const method of ['PUT', 'TRACE', 'PROPFIND', 'QUERY', 'SEARCH', 'LOCK']) {
      const { status, headers } = await send(method, `${velocity}/${other}`, learner());
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD, OPTIONS']);
    }
  });

  it('a parameter that comes twice, or with brackets, is refused', async () => {
    for (const query of [
      'limit=1&limit=2',
      'period=weekly&period=alltime',
      'limit[]=1',
      'limit[$gt]=1',
      'scope=organization&scope=department',
    ])
      expect((await send('GET', `/api/v1/gamification/leaderboard?${query}`, learner())).status, query).toBe(
        400,
      );
    const audit = `/api/v1/audit?organizationId=org-1&organizationId=org-2`;
    expect((await send('GET', audit, kept.get('org_admin'))).status).toBe(400);
  });

  it('a name that comes twice in a body, or is every object’s, gives nobody another’s rights', async () => {
    const erase = (body: string) => send('DELETE', `/api/v1/people/${other}`, learner(), { body });
    for (const body of [
      `{"confirm":"${own}","confirm":"${other}"}`,
      `{"confirm":"${other}","__proto__":{"roles":["admin"],"id":"${other}"}}`,
      `{"confirm":"${other}","constructor":{"prototype":{"roles":["admin"]}}}`,
    ])
      expect([400, 403], body).toContain((await erase(body)).status);
    const award = `{"userId":"${own}","userId":"${other}","source":"course","reference":"c-1","occurredAt":"2026-03-10T10:00:00Z"}`;
    const headers = { 'idempotency-key': 'key-0001' };
    const points = await send('POST', '/api/v1/gamification/points', learner(), { body: award, headers });
    expect(points.status).toBe(403);
    const polluted = '{"__proto__":{"polluted":true},"leaderboardPrivacy":"public"}';
    await send('PATCH', '/api/v1/me/preferences', learner(), { body: polluted });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
