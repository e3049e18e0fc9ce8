/** The predictive routes of the whole application with a language model that is played by a local server. */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { timed } from '../fixtures/lateness.ts';
import { makeHttpServer } from '../infrastructure/upstreams/http-server.ts';

const routes = ['drop-off-risk', 'forecast', 'recommendations'] as const;
const model = makeHttpServer();
const size = { seed: 1, learners: 300, organizations: 3, departments: 12, staff: 60, courses: 40 };
const fading = demoPeople(size).find(({ email }) => email.startsWith('fading@'));

interface Told {
  narrative: string | null;
  risks: { title: string; narrative: string | null }[];
  recommendations: { title: string; narrative: string | null }[];
}
const narrativesOf = ({ narrative, risks, recommendations }: Told): (string | null)[] =>
  narrative === undefined ? (risks ?? recommendations).map((one) => one.narrative) : [narrative];

describe('A prediction’s words, with a language model', () => {
  let container: Container;
  let accessToken: string;
  let asked: string[] = [];

  /** Answers as the Gemini API does: one text for each item that it is given. */
  const writing = async (incoming: IncomingMessage): Promise<string> => {
    const body = await text(incoming);
    asked.push(body);
    const prompt = JSON.parse(body).contents[0].parts[0].text;
    const texts = JSON.parse(prompt).items.map(
      ({ kind }: { kind: string }) => `The ${kind} in better words.`,
    );
    const parts = [{ text: JSON.stringify({ texts }) }];
    return JSON.stringify({ candidates: [{ content: { parts }, finishReason: 'STOP' }] });
  };

  beforeAll(async () => {
    const result = readConfig({
      ...{ LOG_LEVEL: 'silent', DATABASE: 'none', MOCK_LEARNERS: '300', RATE_PREDICTIVE_PER_HOUR: '100' },
      ...{ GEMINI_API_KEY: 'a-key', GEMINI_MODEL: 'm-1', GEMINI_URL: model.baseUrl() },
    });
    if (!result.ok) throw new Error(result.problems.join('\n'));
    container = await makeContainer(result.config);
    const { email, password } = fading ?? {};
    const { body } = await request(container.app).post('/api/v1/auth/login').send({ email, password });
    accessToken = body.data.accessToken;
  });
  afterAll(() => container.close());

  const get = (path: string) =>
    request(container.app).get(`/api/v1${path}`).set('authorization', `Bearer ${accessToken}`);
  const speak = () => {
    asked = [];
    model.handle((incoming, response) => {
      void writing(incoming).then((answer) => {
        response.setHeader('content-type', 'application/json');
        response.end(answer);
      });
    });
  };

  it.each(routes)('of %s are its own, made of codes and numbers alone', async (route) => {
    speak();
    const { status, body } = await get(`/analytics/predictive/${route}/me`);
    expect(status).toBe(200);
    expect(body.meta.narrative).toEqual({ source: 'model', model: 'm-1' });
    const words = narrativesOf(body.data);
    expect(words.length).toBeGreaterThan(0);
    for (const one of words) expect(one).toMatch(/in better words\.$/);

    expect(asked).toHaveLength(1);
    const { id, fullName, email } = { fullName: 'nobody', ...fading };
    const shown = [...(body.data.risks ?? []), ...(body.data.recommendations ?? [])];
    const secrets = [id, fullName, email, ...shown.flatMap((one) => [one.title, one.courseId])];
    for (const secret of secrets.filter(Boolean)) expect(asked[0]).not.toContain(secret);
    expect(asked[0]).not.toMatch(/u-\d|org-\d|course-|@/);
  });

  it('are the rules’ after a second, of all three, while it hangs', async () => {
    model.handle(() => undefined);
    // Hebrew: none of it has been written before.
    const { value, ownMs } = await timed(() =>
      Promise.all(routes.map((route) => get(`/analytics/predictive/${route}/me?language=he`))),
    );
    expect(ownMs).toBeLessThan(5000);
    for (const { status, body } of value) {
      expect(status).toBe(200);
      expect(body.meta.narrative).toEqual({ source: 'rules', model: null });
      for (const one of narrativesOf(body.data)) expect(one).toMatch(/\p{Script=Hebrew}/u);
    }
  });

  it('are the rules’ at once for whoever wants none of a model, who is then not told to one', async () => {
    await request(container.app)
      .patch('/api/v1/me/preferences')
      .set('authorization', `Bearer ${accessToken}`)
      .send({ aiNarratives: false })
      .expect(200);
    speak();
    for (const route of routes) {
      const { body } = await get(`/analytics/predictive/${route}/me`);
      expect(body.meta.narrative).toEqual({ source: 'rules', model: null });
    }
    expect(asked).toEqual([]);
  });

  it('are asked for in a language that there is', async () => {
    const { status, body } = await get('/analytics/predictive/forecast/me?language=fr');
    expect(status).toBe(400);
    expect(body.error.details).toEqual([{ field: 'query.language', message: 'must be one of en, he, ar' }]);
  });
});
