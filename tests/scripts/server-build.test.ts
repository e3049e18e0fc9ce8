import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer, root } from '../../scripts/server-build.ts';

/** Elsewhere than the real one: a test changes nothing that somebody starts. */
const directory = path.join(root, 'node_modules/.cache/built-for-a-test');

describe('the built server', () => {
  let url = '';
  let stop: () => Promise<unknown> = async () => undefined;

  beforeAll(async () => {
    await buildServer(directory);
    const { PATH = '' } = process.env;
    const env = { PATH, PORT: '0', DATABASE: 'none', MOCK_LEARNERS: '150', LOG_LEVEL: 'error' };
    const child = fork(path.join(directory, 'start.js'), { cwd: root, env, execArgv: [] });
    stop = async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    };
    const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    url = (said as { url?: string }).url ?? '';
  });

  afterAll(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('finds its contract, the packages that are left out, and the model that is in no bundle', async () => {
    expect(await (await fetch(`${url}/openapi.yaml`)).text()).toContain('openapi: 3.1');
    expect((await fetch(`${url}/docs/assets/swagger-ui.css`)).status).toBe(200);
    expect(
      (await (await fetch(`${url}/api/v1/metrics/definitions`)).json()).data.metrics.length,
    ).toBeGreaterThan(20);
  });

  it('answers from the mock world as the sources do, and refuses as they do', async () => {
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'thriving@org-1.example', password: 'demo-thriving' }),
    });
    const { accessToken } = (await login.json()).data;
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await (await fetch(`${url}/api/v1/analytics/learner/velocity/me`, { headers })).json();
    expect(answer.meta.dataSource).toBe('mock');
    expect((await fetch(`${url}/api/v1/analytics/learner/velocity/me`)).status).toBe(401);
  });
});
