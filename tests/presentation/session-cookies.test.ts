/** Log-ins of browsers by cookies, against the whole application. */
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { makeDecideAtEdge } from '../../src/presentation/edge/decide-at-edge.ts';

const page = 'https://dashboard.example';
const settings = {
  ...{ DATABASE: 'none', LOG_LEVEL: 'debug', MOCK_LEARNERS: '60', CORS_ORIGINS: page },
  ...{
    RATE_AUTH_PER_15_MINUTES: '1000',
    RATE_STANDARD_PER_MINUTE: '100000',
    RATE_ADDRESS_PER_MINUTE: '100000',
  },
};
const configOf = (more: Record<string, string>) => {
  const read = readConfig({ ...settings, ...more });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config;
};
const person = demoPeople().find(({ note }) => note.includes('thriving'));
if (person === undefined) throw new Error('nobody is thriving');
const credentials = { email: person.email, password: person.password };
const api = '/api/v1';
const logged: string[] = [];

let container: Container;
beforeAll(async () => {
  container = await makeContainer(configOf({ SESSION_COOKIES: 'true' }), {
    write: (line) => void logged.push(line),
  });
});
afterAll(() => container.close());

type Method = 'get' | 'post' | 'patch' | 'delete' | 'head' | 'options';
const ask = (method: Method, path: string, headers: Record<string, string> = {}) =>
  request(container.listener)
    [method](api + path)
    .set(headers);

const linesOf = ({ headers }: { headers: object }): string[] => Reflect.get(headers, 'set-cookie') ?? [];
const cookieOf = (lines: readonly string[]) => lines.map((line) => line.split(';')[0]).join('; ');
async function logIn() {
  const answer = await ask('post', '/auth/session').send(credentials);
  expect(answer.status, answer.text).toBe(200);
  const cookie = cookieOf(linesOf(answer));
  return { answer, cookie, csrf: answer.body.data.csrfToken as string };
}

describe('a log-in by cookies', () => {
  it('gives the tokens to the browser, and to no script', async () => {
    const { answer, csrf } = await logIn();
    expect(Object.keys(answer.body.data)).toEqual(['csrfToken', 'expiresIn', 'user']);
    const attributes = 'Path=/; Secure; SameSite=Strict';
    expect(linesOf(answer)).toEqual([
      expect.stringMatching(new RegExp(`^__Host-session=[\\w.-]+; Max-Age=900; ${attributes}; HttpOnly$`)),
      expect.stringMatching(
        new RegExp(`^__Host-refresh=[\\w-]{43}; Max-Age=2592000; ${attributes}; HttpOnly$`),
      ),
      `__Host-csrf=${csrf}; Max-Age=2592000; ${attributes}`,
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.stringify(answer.body)).not.toMatch(/eyJ/);
  });

  it('reads like a token, and no cache may mix up whose answer it is', async () => {
    const { cookie } = await logIn();
    for (let times = 0; times < 3; times += 1) {
      const { status, body, headers } = await ask('get', '/analytics/learner/velocity/me', { cookie });
      expect([status, body.data.userId]).toEqual([200, person.id]);
      expect(headers.vary).toMatch(/^Authorization, X-API-Key, Cookie, Origin(, Accept-Encoding)?$/);
      expect(headers['cache-control']).toMatch(/^(private, max-age=0|no-store)/);
      expect([headers['cdn-cache-control'], headers['vercel-cdn-cache-control']]).toEqual([
        'no-store',
        'no-store',
      ]);
      expect(headers['set-cookie']).toBeUndefined();
    }
    expect((await ask('head', '/auth/me', { cookie })).status).toBe(200);
  });

  it('changes nothing without the header that only its own page knows, on any route', async () => {
    const [{ cookie }, other] = [await logIn(), await logIn()];
    const wrong: string[] = [];
    for (const { method, path, access, id } of container.routes) {
      if (method === 'get' || access === 'public') continue;
      const at = path.replace(/:\w+/, 'me');
      for (const csrf of [undefined, '', 'x', other.csrf]) {
        const headers = { cookie, ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }) };
        const { status, body } = await ask(method, at, headers).send({});
        if (status !== 403 || body.error.details[0]?.field !== 'headers.X-CSRF-Token')
          wrong.push(`${id}: ${status} with ${csrf}`);
      }
    }
    expect(wrong).toEqual([]);
    expect((await ask('get', '/auth/me', { cookie })).status).toBe(200);
  });

  it('changes what its page asks for', async () => {
    const { cookie, csrf } = await logIn();
    const headers = { cookie, 'x-csrf-token': csrf };
    const changed = await ask('patch', '/me/preferences', headers).send({ leaderboardPrivacy: 'anonymous' });
    expect(changed.status, changed.text).toBe(200);
  });

  it('is renewed once by its cookies, and ended by a second time', async () => {
    const { cookie, csrf } = await logIn();
    const renew = (shown: string, header: string | undefined) =>
      ask('post', '/auth/session/refresh', {
        cookie: shown,
        ...(header === undefined ? {} : { 'x-csrf-token': header }),
      });
    expect((await renew(cookie, undefined)).status).toBe(400);
    expect((await renew(cookie, 'x')).status).toBe(403);
    expect((await renew(cookie.replace(/__Host-csrf=[^;]*/, ''), csrf)).status).toBe(403);
    expect((await renew('', csrf)).status).toBe(401);
    const renewed = await renew(cookie, csrf);
    expect([renewed.status, renewed.body.data.csrfToken]).toEqual([200, csrf]);
    const next = cookieOf(linesOf(renewed));
    expect((await ask('get', '/auth/me', { cookie: next })).status).toBe(200);
    expect((await renew(cookie, csrf)).status).toBe(401);
    expect((await ask('get', '/auth/me', { cookie: next })).status).toBe(401);
  });

  it('ends with a log-out, here and in the browser', async () => {
    const { cookie, csrf } = await logIn();
    const out = await ask('post', '/auth/logout', { cookie, 'x-csrf-token': csrf });
    expect(out.status).toBe(200);
    expect(linesOf(out)).toHaveLength(3);
    for (const line of linesOf(out))
      expect(line).toMatch(/^__Host-\w+=; Max-Age=0; Path=\/; Secure; SameSite=Strict/);
    expect((await ask('get', '/auth/me', { cookie })).status).toBe(401);
  });

  it('is none where a cookie comes twice, under another name, or beside a bad token', async () => {
    const { cookie } = await logIn();
    const session = /__Host-session=([^;]*)/.exec(cookie)?.[1] ?? '';
    for (const headers of [
      { cookie: `__Host-session=x; ${cookie}` },
      { cookie: `${cookie}; __Host-session=${session}` },
      { cookie: `session=${session}` },
      { cookie: `__host-session=${session}` },
      { cookie: `__Host-session="${session}"` },
      { cookie, authorization: 'Bearer bad' },
      { cookie, 'x-api-key': 'bad' },
    ])
      expect((await ask('get', '/auth/me', headers)).status, JSON.stringify(headers).slice(0, 60)).toBe(401);
  });

  it('leaves tokens as they are: no cookie, no header', async () => {
    const login = await ask('post', '/auth/login').send(credentials);
    expect(linesOf(login)).toEqual([]);
    const authorization = `Bearer ${login.body.data.accessToken}`;
    const { cookie } = await logIn();
    const patch = await ask('patch', '/me/preferences', { authorization, cookie }).send({
      leaderboardPrivacy: 'public',
    });
    expect(patch.status).toBe(200);
    const out = await ask('post', '/auth/logout', { authorization });
    expect([out.status, linesOf(out)]).toEqual([200, []]);
  });

  it('is for pages that are named, which may learn what to send', async () => {
    const { cookie, csrf } = await logIn();
    const preflight = { origin: page, 'access-control-request-method': 'POST' };
    const { headers } = await ask('options', '/auth/logout', preflight);
    expect(headers['access-control-allow-credentials']).toBe('true');
    expect(headers['access-control-allow-headers']).toContain('X-CSRF-Token');
    const named = await ask('get', '/auth/session', { cookie, origin: page });
    expect(named.headers['access-control-allow-origin']).toBe(page);
    expect(named.body.data).toEqual({ csrfToken: csrf });
    const elsewhere = await ask('get', '/auth/session', { cookie, origin: 'https://evil.example' });
    expect(elsewhere.headers['access-control-allow-origin']).toBeUndefined();
    expect((await ask('get', '/auth/session')).body.data).toEqual({ csrfToken: null });
    const all = readConfig({ ...settings, SESSION_COOKIES: 'true', CORS_ORIGINS: '*' });
    expect(all.ok ? [] : all.problems.map((text) => text.split(':')[0])).toEqual(['SESSION_COOKIES']);
  });

  it('passes the edge by', async () => {
    const { cookie } = await logIn();
    const never = () => {
      throw new Error('the edge looked at it');
    };
    const decide = makeDecideAtEdge({
      registry: [],
      subjects: [],
      authenticator: { verifyCached: never, verify: never },
      seal: { close: never, open: never },
      hearOfRevocations: never,
      clock: { now: never },
      scope: never,
    });
    const header = (name: string) => (name === 'cookie' ? cookie : null);
    expect(await decide({ method: 'GET', url: '/api/v1/analytics/learner/velocity/me', header })).toBeNull();
  });

  it('tells nobody which accounts there are, and which tokens there were: every refusal is alike', async () => {
    const elsewhere = demoPeople().find(({ note }) => note.includes('another organization'))?.email;
    const login = (email = '') => ({ email, password: 'wrong password' });
    const used = (await ask('post', '/auth/login').send(credentials)).body.data.refreshToken;
    await ask('post', '/auth/refresh').send({ refreshToken: used });
    const never = 'a'.repeat(43);
    const refusals = [
      // The spelling of an account that there is is one that there is.
      ...[
        person.email,
        person.email.toUpperCase(),
        elsewhere,
        'nobody@org-1.example',
        'nobody@nowhere.example',
      ].flatMap((email) => ['/auth/login', '/auth/session'].map((path) => ({ path, body: login(email) }))),
      ...[never, used].map((refreshToken) => ({ path: '/auth/refresh', body: { refreshToken } })),
    ];
    const answers = await Promise.all(
      refusals.map(async ({ path, body }) => {
        const {
          status,
          body: said,
          headers,
        } = await ask('post', path, { 'x-request-id': 'same' }).send(body);
        // What is left of a limit is the caller's own; the length would differ by nothing but the path.
        const { date, ratelimit, 'content-length': length, ...others } = headers;
        return {
          path,
          status,
          said: { ...said, instance: '' },
          length: Number(length) - path.length,
          others,
        };
      }),
    );
    const [first] = answers;
    expect(first?.status).toBe(401);
    const limitOf = ({ others }: NonNullable<typeof first>) => others['ratelimit-policy'];
    for (const answer of answers)
      expect(answer, answer.path).toEqual({
        ...first,
        path: answer.path,
        others: { ...first?.others, 'ratelimit-policy': limitOf(answer) },
      });
    for (const { path } of refusals)
      expect(new Set(answers.filter((one) => one.path === path).map(limitOf)).size, path).toBe(1);
  });

  it('is in no log', () => {
    const said = logged.join('');
    expect(logged.length).toBeGreaterThan(50);
    expect(said).not.toMatch(/__Host-|eyJ/);
  });
});

describe('without SESSION_COOKIES', () => {
  it('there is no log-in by cookies, and a cookie is nobody', async () => {
    const { cookie } = await logIn();
    const off = await makeContainer(configOf({ LOG_LEVEL: 'silent' }));
    try {
      const on = (path: string) =>
        request(off.listener)
          .get(api + path)
          .set({ cookie, origin: page });
      expect((await request(off.listener).post(`${api}/auth/session`).send(credentials)).status).toBe(404);
      const { status, headers } = await on('/auth/me');
      expect([status, headers['access-control-allow-credentials']]).toEqual([401, undefined]);
      expect(headers.vary).not.toContain('Cookie');
      expect((await on('/auth/session')).status).toBe(404);
    } finally {
      await off.close();
    }
  });
});
