/** What flags and exchanged secrets do to the whole application, in one process. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { erasureSaltOf } from '../../src/wiring/own.ts';

const base = {
  LOG_LEVEL: 'silent',
  DATABASE: 'none',
  MOCK_LEARNERS: '150',
  RATE_STANDARD_PER_MINUTE: '10000',
  RATE_PREDICTIVE_PER_HOUR: '1000',
  RATE_AUTH_PER_15_MINUTES: '1000',
};

function configWith(flags: object): Config {
  const read = readConfig({ ...base, FLAGS: JSON.stringify(flags) });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config;
}

describe('an application with flags', () => {
  let container: Container;
  let server: Server;
  const tokens: Record<string, string> = {};
  const exchange = (flags: object) => container.exchange(configWith(flags));
  const ask = (person: string, path: string) =>
    request(server).get(`/api/v1${path}`).set('Authorization', `Bearer ${tokens[person]}`);
  const risk = '/analytics/predictive/drop-off-risk/me';
  const velocity = '/analytics/learner/velocity/me';

  beforeAll(async () => {
    container = await makeContainer(configWith({}));
    server = createServer(container.listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    for (const { email, password } of demoPeople()) {
      const answer = await request(server).post('/api/v1/auth/login').send({ email, password });
      tokens[email] = answer.body.data.accessToken;
    }
  });
  afterAll(async () => {
    container.beginShutdown();
    server.close();
    await container.close();
  });
  const [one, other] = ['thriving@org-1.example', 'elsewhere@org-2.example'];

  it('answers as without them when none says otherwise', async () => {
    exchange({});
    await ask(one, risk).expect(200);
    await ask(one, velocity).expect(200);
  });

  it('says that predictions are off where they are, also of oneself, and to nobody else', async () => {
    exchange({ predictions: { organizations: { 'org-1': false } } });
    const { body } = await ask(one, risk).expect(404);
    expect(body).toMatchObject({ success: false, error: { code: 'FEATURE_OFF' } });
    await ask('org-admin@org-1.example', '/analytics/predictive/forecast/u-000000').expect(404);
    await ask(other, risk).expect(200);
    await ask(one, velocity).expect(200);
    exchange({ predictions: true });
    await ask(one, risk).expect(200);
  });

  it('makes nothing up where sample data may not stand in, and goes on where it may', async () => {
    exchange({ mockFallback: { organizations: { 'org-1': false } } });
    const { body } = await ask(one, velocity).expect(503);
    expect(body.error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect((await ask(other, velocity).expect(200)).body.meta.dataSource).toBe('mock');
    const award = await request(server)
      .post('/api/v1/gamification/points')
      .set({ authorization: `Bearer ${tokens['org-admin@org-1.example']}`, 'idempotency-key': 'of-flags' })
      .send({
        userId: 'u-000000',
        source: 'course',
        reference: 'c-of-elsewhere',
        occurredAt: new Date(Date.now() - 3_600_000).toISOString(),
      });
    expect([award.status, award.body.error?.code]).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    exchange({});
    await ask(one, velocity).expect(200);
  });

  it('ends event streams that are switched off, and opens none', async () => {
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: `Bearer ${tokens[one]}` };
    const stream = get({ port, host: '127.0.0.1', path: '/api/v1/events', headers });
    const [response] = await once(stream, 'response');
    expect(response.statusCode).toBe(200);
    let said = '';
    response.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = once(response, 'end');
    exchange({ eventStream: { organizations: { 'org-1': false } } });
    await ended;
    expect(said).toContain('event: end\ndata: {"reason":"switched_off"}');
    const { body } = await ask(one, '/events').expect(404);
    expect(body.error.code).toBe('FEATURE_OFF');
    exchange({});
  });
});

describe('the salt of erasures', () => {
  it('can be kept when the secret that it was made from is replaced, as docs/operations.md says', () => {
    const before = configWith({});
    const salt = createHash('sha256')
      .update(`erasures ${before.JWT_SECRET}`)
      .digest('base64url')
      .slice(0, 22);
    expect(erasureSaltOf(before)).toBe(salt);
    const read = readConfig({ ...base, JWT_SECRET: 'another-secret'.repeat(3), ERASURE_SALT: salt });
    expect(read.ok && erasureSaltOf(read.config)).toBe(salt);
  });
});
