/** Keys of services over HTTP, against the whole application. */
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import type { Scope } from '../../src/domain/identity/scopes.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';

const read = readConfig({
  ...{ DATABASE: 'none', LOG_LEVEL: 'debug', MOCK_LEARNERS: '120' },
  ...{ RATE_STANDARD_PER_MINUTE: '100000', RATE_ADDRESS_PER_MINUTE: '100000' },
});
if (!read.ok) throw new Error(read.problems.join('\n'));
const { config } = read;

const personWho = (text: string) => {
  const person = demoPeople().find(({ note }) => note.includes(text));
  if (person === undefined) throw new Error(`nobody is ${text}`);
  return person;
};
const learner = personWho('thriving');
const orgAdmin = personWho('org_admin');
const admin = personWho('admin of the platform');
const stranger = personWho('another organization');
const tokenOf = ({ id, organizationId, roles }: typeof learner) =>
  makeTokenSigner(
    {
      ...{ secret: config.JWT_SECRET, issuer: config.JWT_ISSUER },
      ...{ audience: config.JWT_AUDIENCE, lifeSeconds: 900 },
    },
    { now: () => Date.now() },
  ).sign({
    ...{ userId: id, organizationId, roles, tokenId: `t-${id}`, sessionId: `s-${id}`, asOf: Date.now() },
  }).token;
const as = (person: typeof learner) => ({ authorization: `Bearer ${tokenOf(person)}` });

let container: Container;
const logged: string[] = [];
beforeAll(async () => {
  container = await makeContainer(config, { write: (line) => void logged.push(line) });
});
afterAll(() => container.close());

const api = '/api/v1';
const ask = (method: 'get' | 'post' | 'delete' | 'patch', path: string, headers: Record<string, string>) =>
  request(container.listener)
    [method](api + path)
    .set(headers);
const secrets: string[] = [];

async function keyWith(scopes: readonly Scope[], more: object = {}) {
  const order = { name: 'grading', scopes, ...more };
  const { status, body } = await ask('post', '/api-keys', as(orgAdmin)).send(order);
  expect([status, body.data?.secret]).toEqual([201, expect.stringMatching(/^lak_[\w-]{43}$/)]);
  secrets.push(body.data.secret);
  return { id: body.data.key.id as string, headers: { 'x-api-key': body.data.secret as string } };
}

describe('a key', () => {
  it('is shown once, listed without its secret, and on record by its id', async () => {
    const { id, headers } = await keyWith(['audit:read']);
    const { body, text } = await ask('get', '/api-keys', as(orgAdmin));
    expect(body.data.keys).toContainEqual(
      expect.objectContaining({ id, organizationId: 'org-1', scopes: ['audit:read'], quotaPerHour: 1000 }),
    );
    expect(text).not.toMatch(/lak_|[hH]ash/);
    const audit = await ask('get', '/audit', headers);
    expect(audit.body.data.entries[0]).toMatchObject({
      ...{ actorId: orgAdmin.id, action: 'api_key.create', subjectKind: 'api_key', subjectId: id },
      ...{ outcome: 'done', detail: { scopes: ['audit:read'], quotaPerHour: 1000 } },
    });
    expect(audit.headers.vary).toContain('X-API-Key');
    expect(audit.headers['cache-control']).toBe('no-store');
  });

  it('is taken in either header, of any case, and not beside another credential', async () => {
    const { headers } = await keyWith(['analytics:read']);
    const secret = headers['x-api-key'];
    const path = `/analytics/learner/velocity/${learner.id}`;
    for (const good of [
      headers,
      { authorization: `ApiKey ${secret}` },
      { authorization: `apikey  ${secret}` },
    ]) {
      const { status, body } = await ask('get', path, good);
      expect([status, body.data?.userId]).toEqual([200, learner.id]);
    }
    // Kept for the learner's own token, so that the fast lane would have it.
    for (let times = 0; times < 2; times += 1) await ask('get', path, as(learner));
    for (const bad of [
      { authorization: `Bearer ${secret}` },
      { authorization: `ApiKey ${tokenOf(learner)}` },
      { ...headers, ...as(learner) },
      { 'x-api-key': `${secret}, ${secret}` },
      { 'x-api-key': `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}` },
      { 'x-api-key': secret.toUpperCase() },
      { 'x-api-key': '' },
    ]) {
      const { status, body } = await ask('get', path, bad);
      expect([status, body.detail], JSON.stringify(bad)).toEqual([401, 'A valid access token is needed.']);
    }
  });

  it('opens what its scopes name, and of every other route none', async () => {
    const everything = await keyWith(['analytics:read', 'audit:read', 'points:write']);
    const nothingOf = await keyWith(['points:write']);
    const wrong: string[] = [];
    for (const { method, path, id, access, scope } of container.routes) {
      if (access === 'public') continue;
      const at = path.replace(/:\w+/, access === 'organization' ? 'org-1' : learner.id);
      const statusWith = async (key: typeof everything) =>
        (await ask(method, at, key.headers).send(method === 'get' ? undefined : {})).status;
      const status = await statusWith(everything);
      if (scope === undefined && status !== 403) wrong.push(`${id}: ${status} without a scope`);
      if (scope === undefined) continue;
      if (status === 401 || status === 403) wrong.push(`${id}: ${status} with ${scope}`);
      if (scope !== 'points:write' && (await statusWith(nothingOf)) !== 403)
        wrong.push(`${id}: not ${scope}`);
    }
    expect(wrong).toEqual([]);
    const { body } = await ask('get', '/audit', nothingOf.headers);
    expect(body.error).toMatchObject({
      code: 'FORBIDDEN',
      details: [{ field: 'scopes', message: 'audit:read is needed' }],
    });
  });

  it('acts in its organization only, and is nobody itself', async () => {
    const { id, headers } = await keyWith(['analytics:read', 'audit:read', 'points:write']);
    const velocity = '/analytics/learner/velocity';
    const nobody = await ask('get', `${velocity}/u-999999`, headers);
    for (const subject of [stranger.id, `key-${id}`]) {
      const { status, body } = await ask('get', `${velocity}/${subject}`, headers);
      expect([status, body.detail]).toEqual([nobody.status, nobody.body.detail]);
    }
    expect((await ask('get', `${velocity}/me`, headers)).body.error.details).toEqual([
      { field: 'params.userId', message: 'must be an id; a key is nobody' },
    ]);
    for (const path of ['/dashboards/organization/org-2', '/audit?organizationId=org-2'])
      expect((await ask('get', path, headers)).status).toBe(404);
    expect((await ask('get', `${velocity}/${learner.id}?fresh=true`, headers)).status).toBe(403);
    const claim = { source: 'course', reference: 'c-of-elsewhere', occurredAt: '2026-03-10T09:00:00Z' };
    const award = (userId: string) =>
      ask('post', '/gamification/points', { ...headers, 'idempotency-key': `award-${userId}` }).send({
        ...claim,
        userId,
      });
    expect((await award(stranger.id)).status).toBe(404);
    expect((await award(learner.id)).status).toBe(201);
  });

  it('has its quota in the place of a person’s limits, and is told of it', async () => {
    const { headers } = await keyWith(['audit:read'], { quotaPerHour: 2 });
    const answers = [];
    for (let times = 0; times < 4; times += 1) answers.push(await ask('get', '/audit', headers));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
    expect(answers[0]?.headers).toMatchObject({
      ratelimit: '"quota"; r=1; t=3600',
      'ratelimit-policy': '"quota"; q=2; w=3600',
    });
    expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(3590);
  });

  it('is followed by another secret, and ends with both at once', async () => {
    const { id, headers } = await keyWith(['audit:read']);
    const rotated = await ask('post', `/api-keys/${id}/rotate`, as(orgAdmin)).send({ overlapSeconds: 60 });
    const next = { 'x-api-key': rotated.body.data.secret as string };
    secrets.push(next['x-api-key']);
    for (const shown of [headers, next]) expect((await ask('get', '/audit', shown)).status).toBe(200);
    expect((await ask('delete', `/api-keys/${id}`, as(orgAdmin))).body.data).toEqual({ revoked: true });
    for (const shown of [headers, next]) expect((await ask('get', '/audit', shown)).status).toBe(401);
    expect((await ask('post', `/api-keys/${id}/rotate`, as(orgAdmin)).send({})).status).toBe(404);
  });

  it('is managed by whoever answers for the organization, and elsewhere there is none', async () => {
    const { id } = await keyWith(['audit:read']);
    const order = { name: 'x', scopes: ['audit:read'] };
    const elsewhere = { ...orgAdmin, id: 'm-of-2', organizationId: 'org-2' };
    expect((await ask('delete', `/api-keys/${id}`, as(elsewhere))).status).toBe(404);
    expect((await ask('get', '/api-keys', as(elsewhere))).body.data).toEqual({ keys: [] });
    expect((await ask('get', '/api-keys?organizationId=org-2', as(orgAdmin))).status).toBe(404);
    const foreign = { ...order, organizationId: 'org-2' };
    expect((await ask('post', '/api-keys', as(orgAdmin)).send(foreign)).status).toBe(404);
    expect((await ask('post', '/api-keys', as(learner)).send(order)).status).toBe(403);
    expect((await ask('delete', `/api-keys/${id}`, as(learner))).status).toBe(403);
    const made = await ask('post', '/api-keys', as(admin)).send(foreign);
    expect(made.body.data.key).toMatchObject({ organizationId: 'org-2', createdBy: admin.id });
    const { body } = await ask('get', '/audit', as(orgAdmin));
    expect(body.data.entries).toContainEqual(
      expect.objectContaining({ actorId: learner.id, action: 'api_key.revoke', outcome: 'denied' }),
    );
    const bad = { name: ' ', scopes: ['everything'], quotaPerHour: 0 };
    const { body: refused } = await ask('post', '/api-keys', as(orgAdmin)).send(bad);
    expect(refused.error.details.map(({ field }: { field: string }) => field)).toEqual([
      'body.name',
      'body.scopes.0',
      'body.quotaPerHour',
    ]);
  });

  it('is counted as one, and its secret is in no log, figure or listing', async () => {
    const { text } = await request(container.listener).get('/metrics');
    expect(text).toMatch(
      /http_requests_total\{method="GET",route="\/api\/v1\/audit",role="key",status="2xx"\} \d/,
    );
    expect(secrets.length).toBeGreaterThan(7);
    const said = logged.join('') + text;
    expect(secrets.filter((secret) => said.includes(secret.slice(4, 20)))).toEqual([]);
    expect(said).not.toMatch(/key-[0-9a-f]{8}-/);
    expect(logged.length).toBeGreaterThan(100);
  });
});
