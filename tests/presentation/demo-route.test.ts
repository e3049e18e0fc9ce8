import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { makeContainer } from '../../src/container.ts';

const strong = 'x'.repeat(32);

async function peopleWith(environment: Record<string, string>): Promise<{ email: string }[]> {
  const read = readConfig({
    LOG_LEVEL: 'silent',
    DATABASE: 'none',
    JOBS: 'off',
    MOCK_LEARNERS: '240',
    ...environment,
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { app, close } = await makeContainer(read.config);
  const { body } = await request(app).get('/api/v1/demo').expect(200);
  await close();
  return body.data.people;
}

describe('whom one may log in as without an account', () => {
  it('are the sample world’s people where logging in is sample data', async () => {
    expect((await peopleWith({})).map(({ email }) => email)).toContain('thriving@org-1.example');
  });

  it('are those of the demonstration where there is one', async () => {
    const one = { email: 'a@demo.example', password: 'demo', roles: ['learner'] };
    const people = JSON.stringify([{ ...one, note: 'is not told' }]);
    expect(await peopleWith({ DEMO_PEOPLE: people, AUTH_MS_URL: 'http://127.0.0.1:9' })).toEqual([one]);
  });

  it('are nobody where people are real, and in production whatever else is set', async () => {
    expect(await peopleWith({ AUTH_MS_URL: 'http://127.0.0.1:9' })).toEqual([]);
    const production = { NODE_ENV: 'production', JWT_SECRET: strong, SERVICE_TOKEN_SECRET: strong };
    const asMock = { ...production, MOCK_FALLBACK: 'always', ALLOW_MOCK_IN_PRODUCTION: 'true' };
    expect(await peopleWith(asMock)).toEqual([]);
    expect(readConfig({ ...production, DEMO_PEOPLE: '[]' })).toEqual({
      ok: false,
      problems: ['DEMO_PEOPLE: not in production'],
    });
  });

  it('have to be a list that can be read', () => {
    for (const wrong of ['nobody', '[{"email":"a@b.example"}]', '{}'])
      expect(readConfig({ DEMO_PEOPLE: wrong })).toEqual({
        ok: false,
        problems: ['DEMO_PEOPLE: must be a JSON list of {email, password, roles}'],
      });
  });
});
