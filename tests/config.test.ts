import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

const strong = 'x'.repeat(32);
const production = { NODE_ENV: 'production', JWT_SECRET: strong, SERVICE_TOKEN_SECRET: strong };
const problemsOf = (environment: Record<string, string>) => {
  const result = readConfig(environment);
  return result.ok ? [] : result.problems;
};

describe('the configuration', () => {
  it('is complete without any variable: mock mode on port 3000 of this machine', () => {
    const result = readConfig({});
    expect(result).toMatchObject({
      ok: true,
      config: { PORT: 3000, HOST: '127.0.0.1', MOCK_FALLBACK: 'always' },
    });
  });

  it('reads secrets of services, of which there may be several, and never prints one', () => {
    const [one, two] = [`${'a'.repeat(31)}=`, 'b'.repeat(32)];
    const result = readConfig({ WEBHOOK_SECRETS: `courses=${one}|${two}, learnerAi=${two}` });
    expect(result).toMatchObject({
      config: { WEBHOOK_SECRETS: { courses: [one, two], learnerAi: [two] } },
    });
    for (const wrong of [`nobody=${one}`, 'courses=hush', `courses=${one}|`, one, `rag=${one},rag=${two}`]) {
      const [problem, ...more] = problemsOf({ WEBHOOK_SECRETS: wrong });
      expect([problem, more]).toEqual([
        expect.stringMatching(/^WEBHOOK_SECRETS: must be service=secret/),
        [],
      ]);
      expect(problem).not.toMatch(/hush|aaaa|bbbb/);
    }
  });

  it('cannot be changed by anyone', () => {
    const result = readConfig({});
    if (!result.ok) throw new Error('it should be valid');
    expect(Object.isFrozen(result.config)).toBe(true);
    expect(Object.isFrozen(result.config.services.courses)).toBe(true);
    expect(Object.isFrozen(result.config.CORS_ORIGINS)).toBe(true);
  });

  it('lists every problem at once, by name, single and joint ones alike', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      PORT: 'eighty',
      COURSE_MS_URL: 'ftp://courses',
      LOG_LEVEL: 'loud',
      CORS_ORIGINS: '*',
      MOCK_FALLBACK: 'always',
    });
    const names = problems.map((problem) => problem.split(':')[0]);
    expect(names.sort()).toEqual([
      'CORS_ORIGINS',
      'COURSE_MS_URL',
      'JWT_SECRET',
      'LOG_LEVEL',
      'MOCK_FALLBACK',
      'PORT',
      'SERVICE_TOKEN_SECRET',
    ]);
  });

  it('takes one Redis or the nodes of a cluster, and nothing else', () => {
    const result = readConfig({ REDIS_URL: 'redis://a:1, rediss://b:2' });
    expect(result).toMatchObject({ ok: true, config: { REDIS_URL: ['redis://a:1', 'rediss://b:2'] } });
    for (const url of ['http://a', 'redis://a,', 'a'])
      expect(problemsOf({ REDIS_URL: url })).toEqual(['REDIS_URL: must be redis URLs, separated by commas']);
  });

  it('never shows the value of a secret', () => {
    expect(
      problemsOf({ NODE_ENV: 'production', JWT_SECRET: 'hunter2', SERVICE_TOKEN_SECRET: 'hunter3' }).join(
        ' ',
      ),
    ).not.toMatch(/hunter/);
  });

  it('counts an empty variable as unset', () => {
    expect(readConfig({ PORT: '', COURSE_MS_URL: '' })).toMatchObject({ ok: true, config: { PORT: 3000 } });
  });

  it.each([
    [{ JWT_SECRET: 'short' }, 'JWT_SECRET'],
    [{ JWT_SECRET: '' }, 'JWT_SECRET'],
    [{ SERVICE_TOKEN_SECRET: '' }, 'SERVICE_TOKEN_SECRET'],
    [{ MOCK_FALLBACK: 'always' }, 'MOCK_FALLBACK'],
    [{ CORS_ORIGINS: 'https://a.example, *' }, 'CORS_ORIGINS'],
  ])('does not start production with %o', (environment, name) => {
    expect(problemsOf({ ...production, ...environment })).toEqual([expect.stringContaining(name)]);
  });

  it('starts production with strong secrets, without sample data', () => {
    expect(readConfig(production)).toMatchObject({ ok: true, config: { MOCK_FALLBACK: 'never' } });
  });

  it('lets production show sample data only with a second switch', () => {
    const environment = { ...production, MOCK_FALLBACK: 'always', ALLOW_MOCK_IN_PRODUCTION: 'true' };
    expect(readConfig(environment)).toMatchObject({ ok: true, config: { MOCK_FALLBACK: 'always' } });
  });

  it('reads a service’s URL without its trailing slash, and its overrides', () => {
    const result = readConfig({ COURSE_MS_URL: 'http://courses:8080/', COURSE_MS_TIMEOUT_MS: '500' });
    expect(result).toMatchObject({
      ok: true,
      config: { services: { courses: { url: 'http://courses:8080', timeoutMs: 500, retries: undefined } } },
    });
  });

  it('refuses one issuer for two kinds of tokens', () => {
    expect(problemsOf({ AUTH_JWKS_ISSUER: 'me', JWT_ISSUER: 'me' })).toEqual([
      expect.stringContaining('AUTH_JWKS_ISSUER'),
    ]);
  });
});
