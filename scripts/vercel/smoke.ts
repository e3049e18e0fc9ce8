/** Asks a started build what it should be able to do. @throws Error naming the first thing that it cannot. */
import { strict as assert } from 'node:assert';

interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

export async function smoke(url: string): Promise<string[]> {
  const done: string[] = [];
  async function ask(path: string, init: RequestInit = {}): Promise<Answered> {
    const response = await fetch(url + path, init);
    done.push(`${init.method ?? 'GET'} ${path} ${response.status}`);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  const data = ({ text }: Answered) => (JSON.parse(text) as { data: Record<string, unknown> }).data;

  const page = await ask('/');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);
  assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'/);
  const [script = ''] = /\/assets\/[\w.-]+\.js/.exec(page.text) ?? [];
  assert.equal((await ask(script)).status, 200);

  const health = await ask('/health');
  assert.equal(health.status, 200);
  assert.match(health.headers.get('strict-transport-security') ?? '', /max-age/);
  assert.match((await ask('/openapi.yaml')).text, /^openapi: 3\.1\.0/);
  assert.equal((await ask('/docs')).status, 200);
  assert.equal((await ask('/docs/assets/swagger-ui.css')).status, 200);

  assert.equal((await ask('/api/v1/analytics/learner/velocity/me')).status, 401);
  assert.equal((await ask('/api/v1/nothing')).status, 404);
  const login = await ask('/api/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'thriving@org-1.example', password: 'demo-thriving' }),
  });
  assert.equal(login.status, 200, login.text);
  const headers = { authorization: `Bearer ${String(data(login).accessToken)}` };
  const velocity = await ask('/api/v1/analytics/learner/velocity/me', { headers });
  assert.equal(velocity.status, 200, velocity.text);
  assert.equal(velocity.headers.get('cache-control'), 'no-store');
  assert.equal((await ask('/api/v1/dashboards/learner/me', { headers })).status, 200);
  return done;
}
