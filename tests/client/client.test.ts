import { describe, expect, it } from 'vitest';
import { type ApiError, mayPass, memoryStore, type ProblemCode } from '../../client/src/index.ts';
import { clientOf, granted, json, never, refusal } from './api.ts';

const velocity = '/api/v1/analytics/learner/velocity/{userId}';
const mine = { params: { path: { userId: 'me' } } };

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('it went well');
    },
    (error: ApiError) => error.problem,
  );

describe('A session', () => {
  it('is refreshed once for all who were refused, and each asks once more with the new token', async () => {
    const { client, asked, pathsAsked, login } = clientOf(({ path, token }) => {
      if (path.endsWith('/auth/refresh')) return json(granted(2));
      return token === 'access-2' ? json({ path }) : refusal(401, 'UNAUTHORIZED');
    });
    await login();
    const answers = await Promise.all([1, 2, 3].map(() => client.get(velocity, mine)));

    expect(answers).toHaveLength(3);
    expect(pathsAsked().filter((path) => path === '/auth/refresh')).toHaveLength(1);
    expect(asked.find(({ path }) => path.endsWith('refresh'))?.body).toBe('{"refreshToken":"refresh-1"}');
    expect(client.session()?.refreshToken).toBe('refresh-2');
  });

  it('sends a body again as it was', async () => {
    const { client, asked, login } = clientOf(({ path, token }) => {
      if (path.endsWith('/auth/refresh')) return json(granted(2));
      return token === 'access-2' ? json({}) : refusal(401, 'UNAUTHORIZED');
    });
    await login();
    await client.patch('/api/v1/me/preferences', { body: { aiNarratives: false } });
    expect(asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([
      '{"aiNarratives":false}',
      '{"aiNarratives":false}',
    ]);
  });

  it('does not ask a third time', async () => {
    const { client, pathsAsked, login } = clientOf(({ path }) =>
      path.endsWith('/auth/refresh') ? json(granted(2)) : refusal(401, 'UNAUTHORIZED'),
    );
    await login();
    expect((await problemOf(client.get(velocity, mine))).code).toBe('UNAUTHORIZED');
    expect(pathsAsked()).toEqual([
      '/auth/login',
      '/analytics/learner/velocity/me',
      '/auth/refresh',
      '/analytics/learner/velocity/me',
    ]);
  });

  it('is over when its refresh is refused, which is told once', async () => {
    let ends = 0;
    const { client, login } = clientOf(() => refusal(401, 'UNAUTHORIZED'), {
      onSessionEnd: () => {
        ends += 1;
      },
    });
    await login();
    await Promise.allSettled([client.get(velocity, mine), client.get(velocity, mine)]);
    expect(client.session()).toBeNull();
    expect(ends).toBe(1);
  });

  it('outlasts a refresh that could not be made', async () => {
    const { client, login } = clientOf(({ path }) =>
      path.endsWith('/auth/refresh') ? refusal(503, 'UPSTREAM_UNAVAILABLE') : refusal(401, 'UNAUTHORIZED'),
    );
    await login();
    expect((await problemOf(client.get(velocity, mine))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(client.session()?.refreshToken).toBe('refresh-1');
  });

  it('that began meanwhile is not overwritten by a refresh of the one before', async () => {
    let answerRefresh = (_: Response) => {};
    const { client, login, pathsAsked } = clientOf(({ path }) => {
      if (path.endsWith('/auth/logout')) return json({ loggedOut: true });
      if (!path.endsWith('/auth/refresh')) return refusal(401, 'UNAUTHORIZED');
      return new Promise<Response>((resolve) => {
        answerRefresh = resolve;
      });
    });
    await login();
    const first = client.get(velocity, mine).catch(() => undefined);
    await expect.poll(() => pathsAsked().includes('/auth/refresh')).toBe(true);
    await client.logout();
    answerRefresh(json(granted(2)));
    await first;
    expect(client.session()).toBeNull();
  });

  it('does not lose the refresh that others wait for when one of them leaves', async () => {
    let answerRefresh = (_: Response) => {};
    const { client, login, pathsAsked } = clientOf(({ path, token }) => {
      if (path.endsWith('/auth/refresh'))
        return new Promise<Response>((resolve) => {
          answerRefresh = resolve;
        });
      return token === 'access-2' ? json({}) : refusal(401, 'UNAUTHORIZED');
    });
    await login();
    const leaving = new AbortController();
    const left = problemOf(client.get(velocity, { ...mine, signal: leaving.signal }));
    await expect.poll(() => pathsAsked().includes('/auth/refresh')).toBe(true);
    const stays = client.get(velocity, mine);
    leaving.abort();
    answerRefresh(json(granted(2)));
    expect((await left).code).toBe('ABORTED');
    await expect(stays).resolves.toMatchObject({ success: true });
  });

  it('ends here even when it cannot be ended there', async () => {
    const { client, login } = clientOf(() => {
      throw new TypeError('fetch failed');
    });
    await login();
    await client.logout();
    expect(client.session()).toBeNull();
  });
});

describe('What was answered', () => {
  it('is kept, and given again when the API says that it is still good', async () => {
    let answered = 0;
    const { client, asked, login } = clientOf(({ headers }) => {
      answered += 1;
      return headers.get('if-none-match') === '"one"'
        ? new Response(null, { status: 304, headers: { etag: '"one"' } })
        : json({ pace: 1 }, { etag: '"one"' });
    });
    await login();
    const first = await client.get(velocity, mine);
    expect(await client.get(velocity, mine)).toEqual(first);
    expect(answered).toBe(2);
    expect(asked.at(-1)?.headers.get('if-none-match')).toBe('"one"');
  });

  it('is forgotten with whoever it was answered to', async () => {
    const { client, asked, login } = clientOf(() => json({}, { etag: '"one"' }));
    await login();
    await client.get(velocity, mine);
    await client.logout();
    await login();
    await client.get(velocity, mine);
    expect(asked.at(-1)?.headers.get('if-none-match')).toBeNull();
  });

  it('is not given to somebody else whose session came into the store from elsewhere', async () => {
    const store = memoryStore(granted(1));
    const { client, asked } = clientOf(() => json({}, { etag: '"one"' }), { store });
    await client.get(velocity, mine);
    store.write(granted(2, 'u-2'));
    await client.get(velocity, mine);
    expect(asked.map(({ headers }) => headers.get('if-none-match'))).toEqual([null, null]);
  });

  it('is another for another question', async () => {
    const { client, asked, login } = clientOf(() => json({}, { etag: '"one"' }));
    await login();
    await client.get(velocity, mine);
    await client.get(velocity, { params: { path: { userId: 'me' }, query: { startDate: '2026-01-01' } } });
    expect(asked.at(-1)?.headers.get('if-none-match')).toBeNull();
  });
});

describe('What goes wrong', () => {
  const table: [string, () => Response, ProblemCode][] = [
    ['what the API refuses', () => refusal(422, 'COHORT_TOO_SMALL'), 'COHORT_TOO_SMALL'],
    ['a page of a proxy', () => new Response('<html>', { status: 502 }), 'UNREADABLE_ANSWER'],
    ['a page where an answer should be', () => new Response('<html>', { status: 200 }), 'UNREADABLE_ANSWER'],
    ['an empty answer', () => new Response(null, { status: 200 }), 'UNREADABLE_ANSWER'],
  ];
  it.each(table)('is told by its code: %s', async (_name, answer, code) => {
    const { client } = clientOf(answer);
    expect((await problemOf(client.get(velocity, mine))).code).toBe(code);
  });

  it('says when to come back', async () => {
    const { client } = clientOf(() => refusal(429, 'RATE_LIMIT_EXCEEDED', { 'retry-after': '7' }));
    const problem = await problemOf(client.get(velocity, mine));
    expect(problem).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', status: 429, retryAfterSeconds: 7 });
    expect(mayPass(problem)).toBe(true);
  });

  it('tells no connection, no answer in time and the own abort apart', async () => {
    const away = clientOf(() => {
      throw new TypeError('fetch failed');
    });
    const silent = clientOf(never);
    const leaving = new AbortController();
    const left = problemOf(silent.client.get(velocity, { ...mine, signal: leaving.signal }));
    leaving.abort();
    expect((await problemOf(away.client.get(velocity, mine))).code).toBe('NETWORK');
    expect((await problemOf(silent.client.get(velocity, { ...mine, timeoutMs: 20 }))).code).toBe('TIMEOUT');
    expect((await left).code).toBe('ABORTED');
  });
});
