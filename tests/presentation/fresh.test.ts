/** `?fresh=true` on the application over sample services, and what people are told of the age of an answer. */
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockServers, startMockServices } from '../../mocks/server.ts';
import { worldServices } from '../../mocks/services.ts';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { registry } from '../../src/application/analytics/registry.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { services } from '../../src/domain/provenance.ts';
import { servicePrefix } from '../../src/environment.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';
import { openApiDocument } from '../../src/presentation/openapi/document.ts';

let mocks: MockServers;
let container: Container;
let tokenOf: (note: string) => string;
const limit = 40;
const refreshes = 5;

beforeAll(async () => {
  const now = () => Date.now();
  mocks = await startMockServices({ routesByService: worldServices({ now, learners: 200 }), now });
  const urls = services.map((service) => [
    `${servicePrefix[service]}_URL`,
    mocks.services[service]?.url ?? '',
  ]);
  const read = readConfig({
    DATABASE: 'none',
    LOG_LEVEL: 'silent',
    RATE_STANDARD_PER_MINUTE: String(limit),
    RATE_REFRESH_PER_10_MINUTES: String(refreshes),
    ...Object.fromEntries(urls),
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = read.config;
  const signer = makeTokenSigner({ secret, issuer, audience, lifeSeconds: 900 }, { now: () => Date.now() });
  tokenOf = (note) => {
    const person = demoPeople().find((one) => one.note.includes(note));
    if (person === undefined) throw new Error(`nobody is ${note}`);
    const { id: userId, organizationId, roles } = person;
    return signer.sign({ userId, organizationId, roles, tokenId: note, sessionId: note, asOf: Date.now() })
      .token;
  };
  container = await makeContainer(read.config);
});
afterAll(async () => {
  await container?.close();
  await mocks?.close();
});

const learner = demoPeople().find(({ note }) => note.includes('thriving'))?.id ?? '';
const ask = (note: string, path = `/analytics/learner/velocity/${learner}`) =>
  request(container.app)
    .get(`/api/v1${path}`)
    .set('authorization', `Bearer ${tokenOf(note)}`);
const originsOf = ({
  body,
}: {
  body: { meta: { dataSource: string; sources: { dataSource: string | null }[] } };
}) => [body.meta.dataSource, ...body.meta.sources.flatMap(({ dataSource }) => dataSource ?? [])];

describe('asking past the caches', () => {
  it('answers an org_admin and an admin with what the services say now, and keeps that for everybody', async () => {
    const first = await ask('org_admin');
    for (const note of ['org_admin', 'admin of the platform']) {
      const cached = await ask(note);
      expect(new Set(originsOf(cached))).toEqual(new Set(['cached']));
      const anew = await ask(note, `/analytics/learner/velocity/${learner}?fresh=true`);
      expect(anew.status).toBe(200);
      expect(new Set(originsOf(anew))).toEqual(new Set(['realtime']));
      expect(anew.headers['cache-status']).toBe('learning-analytics; fwd=miss');
      expect(anew.headers.age).toBe('0');
      expect(anew.body.meta.calculatedAt > first.body.meta.calculatedAt).toBe(true);
      const after = await ask('thriving');
      expect(after.body.meta).toMatchObject({
        dataSource: 'cached',
        calculatedAt: anew.body.meta.calculatedAt,
      });
    }
  });

  it('is not for others, and says which field is', async () => {
    for (const note of ['thriving', 'a trainer']) {
      const { status, body } = await ask(note, `/analytics/learner/velocity/${learner}?fresh=true`);
      expect([note, status, body.error.code]).toEqual([note, 403, 'FORBIDDEN']);
      expect(body.error.details).toEqual([
        { field: 'query.fresh', message: 'is for an org_admin or an admin' },
      ]);
      expect((await ask(note, `/analytics/learner/velocity/${learner}?fresh=false`)).status).toBe(200);
    }
  });

  it('opens nothing: whoever may not see a subject hears that, fresh or not', async () => {
    const { status } = await ask('org_admin', '/analytics/organization/learning-culture/org-2?fresh=true');
    expect(status).toBe(404);
  });

  it('is either true or false', async () => {
    const { status, body } = await ask('org_admin', `/analytics/learner/velocity/${learner}?fresh=maybe`);
    expect([status, body.error.details[0].field]).toEqual([400, 'query.fresh']);
  });

  it('counts as a refresh, and as any request does', async () => {
    const path = `/analytics/learner/skill-gap/${learner}`;
    const anew = [];
    // One was made above.
    for (let time = 1; time <= refreshes; time += 1)
      anew.push(await ask('admin of the platform', `${path}?fresh=true`));
    expect(anew.map(({ status }) => status)).toEqual([...Array(refreshes - 1).fill(200), 429]);
    expect(anew.at(-1)?.headers.ratelimit).toMatch(/^"refresh"; r=0/);
    const statuses: number[] = [];
    for (let time = 0; time <= limit; time += 1)
      statuses.push((await ask('admin of the platform', path)).status);
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
  });

  it('costs nothing of the refreshes of whoever may not', async () => {
    for (let time = 0; time <= refreshes; time += 1)
      expect((await ask('thriving', `/analytics/learner/velocity/${learner}?fresh=true`)).status).toBe(403);
  });

  it('is documented for every analytic, and for nothing else', () => {
    const { paths = {} } = openApiDocument(container.routes, {}, '0');
    const documented = Object.values(paths).flatMap(({ get }) => {
      const parameters = (get?.parameters ?? []) as { name?: string }[];
      return parameters.some(({ name }) => name === 'fresh') ? [get?.operationId] : [];
    });
    expect(documented.toSorted()).toEqual(registry.map(({ id }) => id).toSorted());
  });
});

describe('an answer', () => {
  it('says how many seconds ago it was worked out, and whether it was kept', async () => {
    const path = `/analytics/learner/engagement/${learner}`;
    const first = await ask('org_admin', path);
    expect(first.headers).toMatchObject({ age: '0', 'cache-status': 'learning-analytics; fwd=miss' });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await ask('org_admin', path);
    expect(second.headers['cache-status']).toMatch(/^learning-analytics; hit; ttl=\d+$/);
    const seconds = Math.floor((Date.now() - Date.parse(second.body.meta.calculatedAt)) / 1000);
    expect(Number(second.headers.age)).toBeGreaterThanOrEqual(1);
    expect(Number(second.headers.age)).toBeLessThanOrEqual(seconds);
  });
});
