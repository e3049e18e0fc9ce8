/** The client with log-ins by cookies, against the whole application, and a browser's cookies in a few lines. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiError, type ClientOptions, createClient } from '../../client/src/index.ts';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { json, refusal } from './api.ts';

const personWho = (text: string) => {
  const person = demoPeople().find(({ note }) => note.includes(text));
  if (person === undefined) throw new Error(`nobody is ${text}`);
  return { id: person.id, credentials: { email: person.email, password: person.password } };
};
const thriving = personWho('thriving');
const fading = personWho('fading');
const velocity = '/api/v1/analytics/learner/velocity/{userId}';
const mine = { params: { path: { userId: 'me' } } };

let container: Container;
let url: string;
const server = createServer((request, response) => container.listener(request, response));
beforeAll(async () => {
  const read = readConfig({
    ...{ DATABASE: 'none', LOG_LEVEL: 'silent', JOBS: 'off', MOCK_LEARNERS: '60', SESSION_COOKIES: 'true' },
    ...{ RATE_AUTH_PER_15_MINUTES: '1000', RATE_STANDARD_PER_MINUTE: '100000' },
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  container = await makeContainer(read.config);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await container.close();
});
afterEach(() => vi.unstubAllGlobals());

/** A browser with any number of tabs, which have one set of cookies. */
function browser() {
  const jar = new Map<string, string>();
  const asked: { line: string; csrf: string | null }[] = [];
  const tab = (options: ClientOptions = {}) =>
    createClient({
      ...{ baseUrl: url, cookies: true },
      fetch: async (request) => {
        asked.push({
          line: `${request.method} ${new URL(request.url).pathname.replace('/api/v1', '')}`,
          csrf: request.headers.get('x-csrf-token'),
        });
        expect(request.headers.has('authorization')).toBe(false);
        expect(request.credentials).toBe('include');
        const headers = new Headers(request.headers);
        headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
        const response = await fetch(new Request(request, { headers }));
        for (const line of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (value === '') jar.delete(name);
          else jar.set(name, value);
        }
        return response;
      },
      ...options,
    });
  return {
    ...{ jar, asked, tab },
    linesAsked: () => asked.map(({ line }) => line),
    /** What a browser does when the time of the cookie is over. */
    expire: () => jar.delete('__Host-session'),
  };
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it went well',
    (error: ApiError) => error.problem.code,
  );

describe('A session by cookies', () => {
  it('is known to the page without any token, and changes things by the CSRF token', async () => {
    const { tab, asked, jar } = browser();
    const client = tab();
    const session = await client.login(thriving.credentials);
    expect(Object.keys(session).sort()).toEqual(['csrfToken', 'expiresIn', 'user']);
    expect((await client.get(velocity, mine)).data).toHaveProperty('currentPace');
    const { data } = await client.patch('/api/v1/me/preferences', { body: { aiNarratives: false } });
    expect(data.aiNarratives).toBe(false);
    expect(asked.map(({ csrf }) => csrf)).toEqual([null, null, session.csrfToken]);

    await client.logout();
    expect([client.session(), jar.size]).toEqual([null, 0]);
    expect(await codeOf(client.get(velocity, mine))).toBe('UNAUTHORIZED');
  });

  it('is renewed once for all who were refused, in all tabs', async () => {
    const { tab, linesAsked, expire } = browser();
    const [one, two] = [tab(), tab()];
    await one.login(thriving.credentials);
    expect((await two.resume())?.user.id).toBe(thriving.id);
    expire();
    const path = '/api/v1/me/preferences' as const;
    const all = [one, one, two, two].map((client) => client.get(velocity, mine));
    await Promise.all([...all, two.patch(path, { body: { aiNarratives: true } })]);
    expect(linesAsked().filter((line) => line === 'POST /auth/session/refresh')).toHaveLength(1);
    expect((await one.get(velocity, mine)).success).toBe(true);
  });

  it('without locks between tabs is renewed all the same', async () => {
    vi.stubGlobal('navigator', {});
    const { tab, linesAsked, expire } = browser();
    const client = tab();
    await client.login(thriving.credentials);
    expire();
    await Promise.all([1, 2, 3].map(() => client.get(velocity, mine)));
    expect(linesAsked().filter((line) => line.includes('refresh'))).toHaveLength(1);
  });

  it('is there again after a reload, also when it has to be renewed for that, and not where there is none', async () => {
    const { tab, expire } = browser();
    expect(await tab().resume()).toBeNull();
    await tab().login(thriving.credentials);
    expect((await tab().resume())?.user.id).toBe(thriving.id);
    expire();
    const client = tab();
    expect(await client.resume()).toMatchObject({ user: { id: thriving.id }, csrfToken: expect.any(String) });
    // What the page does not know it asks for.
    await tab().patch('/api/v1/me/preferences', { body: { aiNarratives: true } });
    await tab().logout();
    expect(await tab().resume()).toBeNull();
    expect(await codeOf(client.get(velocity, mine))).toBe('UNAUTHORIZED');
  });

  it('is over, and told once, when its cookies are not taken any more', async () => {
    const { tab, jar } = browser();
    const ended = vi.fn();
    const client = tab({ onSessionEnd: ended });
    await client.login(thriving.credentials);
    jar.clear();
    await Promise.allSettled([client.get(velocity, mine), client.get(velocity, mine)]);
    expect([client.session(), ended.mock.calls.length]).toEqual([null, 1]);
  });

  it('is over for a tab whose browser has become somebody else’s', async () => {
    const { tab, expire } = browser();
    const ended = vi.fn();
    const first = tab({ onSessionEnd: ended });
    await first.login(thriving.credentials);
    await tab().login(fading.credentials);
    // Nothing is changed in the name of the other one.
    const change = first.patch('/api/v1/me/preferences', { body: { aiNarratives: true } });
    expect(await codeOf(change)).toBe('FORBIDDEN');
    expire();
    expect(await codeOf(first.get(velocity, mine))).toBe('UNAUTHORIZED');
    expect([first.session(), ended.mock.calls.length]).toEqual([null, 1]);
  });

  it('has one try at a password, whatever is still in the browser', async () => {
    const { tab, linesAsked } = browser();
    const client = tab();
    await client.login(thriving.credentials);
    const wrong = { ...thriving.credentials, password: 'wrong' };
    expect(await codeOf(client.login(wrong))).toBe('UNAUTHORIZED');
    expect(linesAsked()).toEqual(['POST /auth/session', 'POST /auth/session']);
  });

  it('outlasts a renewal that could not be made', async () => {
    const client = createClient({
      ...{ baseUrl: 'https://api.example', cookies: true },
      fetch: async ({ url: to }) => {
        if (to.endsWith('/auth/session'))
          return json({ csrfToken: 'c', expiresIn: 900, user: { id: 'u-1' } });
        return to.endsWith('/refresh') ? refusal(503, 'OVERLOADED') : refusal(401, 'UNAUTHORIZED');
      },
    });
    await client.login(thriving.credentials);
    expect(await codeOf(client.get(velocity, mine))).toBe('OVERLOADED');
    expect(client.session()?.csrfToken).toBe('c');
  });
});
