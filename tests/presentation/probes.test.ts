import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';

/** A container whose Redis is not there. */
async function containerWith(environment: Record<string, string>): Promise<Container> {
  const result = readConfig({
    ...{ LOG_LEVEL: 'silent', DATABASE: 'none', MOCK_LEARNERS: '50', REDIS_URL: 'redis://127.0.0.1:1' },
    ...environment,
  });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return makeContainer(result.config);
}

describe('probes', () => {
  let optional: Container;
  let required: Container;
  beforeAll(async () => {
    [optional, required] = await Promise.all([
      containerWith({}),
      containerWith({ READY_REQUIRES: 'redis, courses' }),
    ]);
  });
  afterAll(() => Promise.all([optional.close(), required.close()]));

  it('find a process started when its work beside requests has begun, and alive before', async () => {
    expect((await request(optional.app).get('/live')).status).toBe(200);
    expect((await request(optional.app).get('/started')).status).toBe(503);
    optional.startWork();
    expect((await request(optional.app).get('/started')).body).toEqual({ status: 'started' });
  });

  it('find it ready without what is optional, and say that it is away', async () => {
    const { status, body } = await request(optional.app).get('/ready');
    expect(status).toBe(200);
    expect(body.status).toBe('degraded');
    expect(body.dependencies).toContainEqual({ name: 'redis', required: false, state: 'down' });
    expect(body.dependencies).toContainEqual({ name: 'database', required: false, state: 'not_configured' });
  });

  it('do not find it ready without what configuration requires', async () => {
    const { status, body } = await request(required.app).get('/ready');
    expect(status).toBe(503);
    expect(body.dependencies).toContainEqual({ name: 'redis', required: true, state: 'down' });
    expect((await request(required.app).get('/live')).status).toBe(200);
  });

  it('can require what there is, and nothing else', () => {
    const result = readConfig({ READY_REQUIRES: 'redis,moon' });
    expect(result.ok ? [] : result.problems).toEqual([
      expect.stringMatching(/^READY_REQUIRES: must be among/),
    ]);
  });
});
