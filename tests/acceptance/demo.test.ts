import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal, logInAll, sessionWho } from './asking.ts';
import { call, type Demo, logIn, personWho, type Session, setFault, startDemo } from './demo-process.ts';
import { expectForetold, expectSentences } from './foretold.ts';

let demo: Demo;
let sessions: Session[];
const sessionOf = (note: string) => sessionWho(sessions, note);

beforeAll(async () => {
  demo = await startDemo();
  sessions = await logInAll(demo);
});
afterAll(async () => {
  await demo?.stop();
});

describe('the demo', () => {
  it('prints exactly one line of JSON with the API, nine services and the people to log in as', () => {
    expect(demo.stdout).toHaveLength(1);
    expect(Object.keys(demo.services).sort()).toEqual([
      'assessment',
      'auth',
      'content',
      'courses',
      'devlab',
      'directory',
      'learnerAi',
      'rag',
      'skills',
    ]);
    expect(demo.people.length).toBeGreaterThanOrEqual(7);
    const roles = new Set(demo.people.flatMap((person) => person.roles));
    expect([...roles].sort()).toEqual(['admin', 'learner', 'org_admin', 'trainer']);
    expect(new Set(demo.people.map((person) => person.organizationId)).size).toBeGreaterThanOrEqual(2);
  });

  it('runs nine services that are alive, each a process of its own', async () => {
    const answers = await Promise.all(Object.values(demo.services).map(({ url }) => fetch(`${url}/health`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(Object.values(demo.services).map(({ url }) => url)).size).toBe(9);
  });

  it('answers realtime, then cached, with the same figures and a new request id', async () => {
    const { get } = sessionOf('thriving');
    const first = await get('/analytics/learner/velocity/me');
    const second = await get('/analytics/learner/velocity/me');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body.meta.dataSource).toBe('realtime');
    expect(second.body.meta.dataSource).toBe('cached');
    expect(second.body.data).toEqual(first.body.data);
    expect(second.body.meta.requestId).not.toBe(first.body.meta.requestId);
    expect(second.headers.get('cache-status')).toMatch(/hit/);
  });

  it('says 304 to whoever holds the answer already', async () => {
    const { get } = sessionOf('thriving');
    const { headers } = await get('/analytics/learner/velocity/me');
    const again = await get('/analytics/learner/velocity/me', { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });
});

describe('predictions', () => {
  const foretold = (path: string) => sessionOf('fading').get(`/analytics/predictive/${path}/me`);

  it('of leaving say of whom they were made, how far ahead they look, and why, in words too', async () => {
    const answer = await foretold('drop-off-risk');
    expectForetold(answer, { id: 'drop-off-risk', horizonDays: 28 });
    const { risks, overall } = answer.body.data;
    expect(risks.length).toBeGreaterThan(0);
    for (const risk of risks) {
      expect(risk).toMatchObject({ status: 'ok', model: 'drop-off-risk', horizonDays: 28 });
      expectSentences(risk.narrative);
      expect(risk.narrative).toContain(`(${Math.round(1000 * risk.riskProbability) / 10}%)`);
    }
    expect(['medium', 'high', 'critical']).toContain(overall);
  });

  it('of what comes give a span and not a day, in words too', async () => {
    const answer = await foretold('forecast');
    expectForetold(answer, { id: 'forecast', horizonDays: expect.any(Number) });
    const { completion, outlook, currentPercent, narrative } = answer.body.data;
    expect(completion.p10 < completion.p50).toBe(true);
    expect(outlook[0].percent.p90).toBeGreaterThanOrEqual(outlook[0].percent.p10);
    expectSentences(narrative);
    expect(narrative).toContain(`${currentPercent}% is done.`);
  });

  it('of what to take next are ranked with reasons, in words too', async () => {
    const answer = await foretold('recommendations');
    expectForetold(answer, { id: 'recommendations', horizonDays: null });
    const { recommendations } = answer.body.data;
    expect(recommendations.length).toBeGreaterThan(2);
    recommendations.forEach((one: { rank: number; reasons: unknown[]; narrative: string }, place: number) => {
      expect(one.rank).toBe(place + 1);
      expect(one.reasons.length).toBeGreaterThan(0);
      expectSentences(one.narrative);
    });
  });

  it('and what is mastered come from the live services', async () => {
    const { status, body } = await sessionOf('fading').get('/analytics/learner/mastery/me');
    expect(status).toBe(200);
    expect(['realtime', 'cached']).toContain(body.meta.dataSource);
    const attempted = body.data.skills.filter(({ evidence }: { evidence: number }) => evidence > 0);
    expect(attempted.length).toBeGreaterThan(0);
    for (const { successProbability, masteryPercent } of attempted) {
      expect(successProbability).toBeGreaterThan(0);
      expect(successProbability).toBeLessThan(1);
      expect(masteryPercent).toBeLessThanOrEqual(100);
    }
  });
});

describe('the session', () => {
  it('gives a new pair for a refresh token once, and ends the session when it is used twice', async () => {
    const person = personWho(demo, ({ roles }) => roles.includes('learner'));
    const { refreshToken } = await logIn(demo, person);
    const refresh = (token: string) =>
      call(`${demo.api}/api/v1/auth/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken: token }),
      });
    const all = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    const next = all.find(({ status }) => status === 200)?.body.data.refreshToken as string;
    isRefusal(await refresh(next), 401, 'UNAUTHORIZED');
  });

  it('stops working at once after log-out', async () => {
    const person = personWho(demo, ({ roles }) => roles.includes('learner'));
    const { accessToken, get } = await logIn(demo, person);
    expect((await get('/auth/me')).body.data.user).toMatchObject({ id: person.id, email: person.email });
    const out = await call(`${demo.api}/api/v1/auth/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(out.status).toBe(200);
    isRefusal(await get('/auth/me'), 401, 'UNAUTHORIZED');
  });

  it('tells a wrong password and an unknown person apart from nothing', async () => {
    const [person] = demo.people;
    const tryIt = (email: string) =>
      call(`${demo.api}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: 'wrong' }),
      });
    const [wrong, unknown] = await Promise.all([tryIt(person?.email ?? ''), tryIt('nobody@example.org')]);
    isRefusal(wrong, 401, 'UNAUTHORIZED');
    expect({ ...unknown.body, meta: 0 }).toEqual({ ...wrong.body, meta: 0 });
  });
});

describe('bad requests', () => {
  const at = '/analytics/learner/velocity/me';

  it('names every bad field at once', async () => {
    const answer = await sessionOf('thriving').get(`${at}?startDate=yesterday&endDate=2026-02-30&colour=red`);
    isRefusal(answer, 400, 'VALIDATION_ERROR');
    expect(answer.body.error.details.map(({ field }) => field).sort()).toEqual([
      'query.colour',
      'query.endDate',
      'query.startDate',
    ]);
  });

  it('refuses a range that ends before it starts, or is too long', async () => {
    const { get } = sessionOf('thriving');
    isRefusal(await get(`${at}?startDate=2026-02-02&endDate=2026-02-01`), 400, 'VALIDATION_ERROR');
    isRefusal(await get(`${at}?startDate=2020-01-01&endDate=2026-02-01`), 400, 'VALIDATION_ERROR');
  });

  it('refuses a bad id, an unknown route and a wrong method, each with its own status', async () => {
    const { get, accessToken } = sessionOf('thriving');
    isRefusal(await get(`/analytics/learner/velocity/${'x'.repeat(65)}`), 400, 'VALIDATION_ERROR');
    isRefusal(await get('/analytics/learner/velocity/%2e%2e%2fetc'), 400, 'VALIDATION_ERROR');
    isRefusal(await get('/analytics/nothing'), 404, 'NOT_FOUND');
    const wrongMethod = await call(`${demo.api}/api/v1${at}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    isRefusal(wrongMethod, 405, 'METHOD_NOT_ALLOWED');
    expect(wrongMethod.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('refuses a body that is no JSON, of another type, or too large', async () => {
    const post = (body: string, type = 'application/json') =>
      call(`${demo.api}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': type }, body });
    isRefusal(await post('{"email":'), 400, 'VALIDATION_ERROR');
    isRefusal(await post('email=a', 'application/x-www-form-urlencoded'), 415, 'UNSUPPORTED_MEDIA_TYPE');
    isRefusal(await post(JSON.stringify({ email: 'x'.repeat(120_000) })), 413, 'PAYLOAD_TOO_LARGE');
    const empty = await post('{}');
    isRefusal(empty, 400, 'VALIDATION_ERROR');
    expect(empty.body.error.details.map(({ field }) => field)).toEqual(['body.email', 'body.password']);
  });
});

describe('operations', () => {
  it('says that it is alive and ready, and shows each dependency', async () => {
    expect((await call(`${demo.api}/health`)).status).toBe(200);
    const ready = await call(`${demo.api}/ready`);
    expect(ready.status).toBe(200);
    expect((ready.body as unknown as { dependencies: unknown[] }).dependencies).toHaveLength(11);
  });

  it('serves its documentation without a request to anywhere else', async () => {
    const page = await (await fetch(`${demo.api}/docs`)).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link).toMatch(/^\//);
      expect((await fetch(`${demo.api}${link}`)).status, link).toBe(200);
    }
    expect(await (await fetch(`${demo.api}/openapi.yaml`)).text()).toContain('openapi: 3.1.0');
  });
});

describe('stopping', () => {
  it('lets every request that is under way finish', async () => {
    const another = await startDemo();
    const person = personWho(another, ({ note }) => /thriving/i.test(note));
    const { get } = await logIn(another, person);
    await Promise.all(
      Object.keys(another.services).map((service) => setFault(another, service, { latencyMs: 700 })),
    );
    const days = Array.from({ length: 20 }, (_, index) => `2026-01-${String(index + 1).padStart(2, '0')}`);
    // Each is another question, so each has to wait for the services.
    const waiting = days.map((endDate) => get(`/analytics/learner/velocity/me?endDate=${endDate}`));
    await new Promise((resolve) => setTimeout(resolve, 250));
    const stopped = another.stop();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(days.map(() => 200));
    expect(await stopped).toBe(0);
  });

  it('ends everything on Ctrl-C with code 0, leaves no port open and logs no error', async () => {
    const code = await demo.stop();
    expect(code).toBe(0);
    const urls = [demo.api, ...Object.values(demo.services).map(({ url }) => url)];
    const results = await Promise.allSettled(urls.map((url) => fetch(`${url}/health`)));
    expect(results.map(({ status }) => status)).toEqual(urls.map(() => 'rejected'));
    expect(demo.stderr()).not.toMatch(/"level":(50|60)/);
  });
});
