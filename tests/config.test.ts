import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, rereadConfig } from '../src/config.ts';
import { environment, mountables } from '../src/environment.ts';

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

  it('reads where traces and defects go, and never prints what opens that', () => {
    const given = {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20secret, x-tenant=one',
      SENTRY_DSN: 'https://key@sentry.example/below/42',
    };
    expect(readConfig(given)).toMatchObject({
      config: {
        OTEL_EXPORTER_OTLP_HEADERS: { 'x-key': 'a secret', 'x-tenant': 'one' },
        OTEL_TRACES_SAMPLER_ARG: 0.01,
        SENTRY_DSN: given.SENTRY_DSN,
      },
    });
    for (const wrong of ['hush', '=hush', 'x=hush%', 'a b=hush'])
      expect(problemsOf({ OTEL_EXPORTER_OTLP_HEADERS: wrong })).toEqual([
        'OTEL_EXPORTER_OTLP_HEADERS: must be name=value pairs, values with percent escapes',
      ]);
    for (const wrong of ['https://sentry.example/42', 'https://hush@sentry.example', 'hush'])
      expect(problemsOf({ SENTRY_DSN: wrong })).toEqual([
        'SENTRY_DSN: must be a DSN of Sentry: https://key@host/project',
      ]);
    expect(problemsOf({ OTEL_TRACES_SAMPLER_ARG: '1.1' })).toHaveLength(1);
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

  it('keeps files of reports where they last: not in a folder of a host that has none', () => {
    const host = { VERCEL: '1', DATABASE_URL: 'postgres://database/analytics' };
    expect(problemsOf(host)).toEqual([
      'REPORTS_STORAGE: a folder of Vercel is neither shared nor kept; set s3 or supabase there',
    ]);
    const bucket = { REPORTS_BUCKET: 'files', S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: strong };
    expect(problemsOf({ ...host, REPORTS_STORAGE: 's3', ...bucket })).toEqual([]);
    // Without a database nothing is kept of reports, and no folder is used.
    expect(problemsOf({ VERCEL: '1' })).toEqual([]);
  });

  it('refuses one issuer for two kinds of tokens', () => {
    expect(problemsOf({ AUTH_JWKS_ISSUER: 'me', JWT_ISSUER: 'me' })).toEqual([
      expect.stringContaining('AUTH_JWKS_ISSUER'),
    ]);
  });
});

describe('flags in the environment', () => {
  it('are read as true, false, a percentage, or these by organization', () => {
    const FLAGS = JSON.stringify({
      predictions: false,
      narratives: 12.5,
      eventStream: { everywhere: 10, organizations: { 'org-1': true } },
    });
    expect(readConfig({ FLAGS })).toMatchObject({
      config: {
        FLAGS: {
          predictions: { everywhere: false, organizations: new Map() },
          narratives: { everywhere: 12.5, organizations: new Map() },
          eventStream: { everywhere: 10, organizations: new Map([['org-1', true]]) },
        },
      },
    });
  });

  it.each([
    ['not JSON', /^FLAGS: must be JSON/],
    ['[]', /^FLAGS: /],
    ['{"predictions": 101}', /^FLAGS: predictions must be true, false, a percentage/],
    ['{"predictions": "yes", "telepathy": true}', /predictions must be .*telepathy/],
    ['{"predictions": {"organisations": {}}}', /^FLAGS: predictions Unrecognized key: "organisations"/],
  ])('are refused when they are %s', (FLAGS, problem) => {
    const problems = problemsOf({ FLAGS });
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});

describe('secrets in files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mounted-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    const at = path.join(folder, name);
    writeFileSync(at, text);
    return at;
  };
  const configOf = (source: Record<string, string>) => {
    const result = readConfig(source);
    if (!result.ok) throw new Error(result.problems.join('\n'));
    return result.config;
  };

  it('are possible for everything that is secret by its name, or can hold a password', () => {
    const secret = Object.keys(environment.shape).filter((name) =>
      /(SECRETS?|_TOKEN|_KEY|_KEY_ID|_SALT|PASSWORD|DSN)$|^(DATABASE.*|REDIS|SMTP)_URL$/.test(name),
    );
    expect(secret.length).toBeGreaterThan(15);
    expect(secret.filter((name) => !mountables.includes(name))).toEqual([]);
  });

  it('are read without the line end of an editor; an empty one is unset', () => {
    const config = configOf({
      JWT_SECRET_FILE: file('jwt', `${strong}\n`),
      JWT_FORMER_SECRET_FILE: file('former', '\n'),
      FLAGS_FILE: file('flags', '{"predictions": false}'),
    });
    expect(config).toMatchObject({
      JWT_SECRET: strong,
      JWT_FORMER_SECRET: undefined,
      FLAGS: { predictions: { everywhere: false } },
      mounted: ['JWT_FORMER_SECRET', 'JWT_SECRET', 'FLAGS'].sort(
        (a, b) => mountables.indexOf(a) - mountables.indexOf(b),
      ),
    });
  });

  it('are named with their file when something is wrong, and never shown', () => {
    const weak = file('weak', 'hunter2');
    const webhooks = file('webhooks', 'courses=hunter2');
    const gone = path.join(folder, 'gone');
    expect(
      problemsOf({
        ...production,
        JWT_SECRET: '',
        JWT_SECRET_FILE: weak,
        WEBHOOK_SECRETS_FILE: webhooks,
        SERVICE_TOKEN_SECRET: strong,
        SERVICE_TOKEN_SECRET_FILE: weak,
        CRON_SECRET_FILE: gone,
        GEMINI_API_KEY_FILE: folder,
        PORT_FILE: weak,
      }).sort(),
    ).toEqual([
      `CRON_SECRET_FILE: ${gone} is not there`,
      `GEMINI_API_KEY_FILE: ${folder} is no file of at most 64 KiB`,
      expect.stringMatching(/^JWT_SECRET: must be set.*\(in .*weak\)$/),
      `PORT_FILE: ${weak} only secrets and FLAGS are read from files`,
      `SERVICE_TOKEN_SECRET_FILE: ${weak} does not go together with SERVICE_TOKEN_SECRET`,
      expect.stringMatching(/^WEBHOOK_SECRETS: must be service=secret pairs.*\(in .*webhooks\)$/),
    ]);
  });

  describe('when they are read again', () => {
    const jwt = file('jwt-now', strong);
    const source = {
      JWT_SECRET_FILE: jwt,
      METRICS_TOKEN_FILE: file('metrics', 'm'.repeat(16)),
      ERASURE_SALT: 's'.repeat(32),
    };

    it('take effect where a process can exchange them, and are named where it cannot', () => {
      writeFileSync(jwt, strong);
      const running = configOf(source);
      expect(rereadConfig(running, source)).toMatchObject({ ok: true, changed: [], waiting: [] });
      writeFileSync(jwt, 'y'.repeat(32));
      file('metrics', 'n'.repeat(16));
      const reread = rereadConfig(running, source);
      expect(reread).toMatchObject({ changed: ['JWT_SECRET'], waiting: ['METRICS_TOKEN'] });
      expect(reread).toMatchObject({
        config: { JWT_SECRET: 'y'.repeat(32), METRICS_TOKEN: running.METRICS_TOKEN },
      });
    });

    it('change nothing when one of them is wrong', () => {
      writeFileSync(jwt, strong);
      const running = configOf({ ...source, NODE_ENV: 'production', SERVICE_TOKEN_SECRET: strong });
      writeFileSync(jwt, 'short');
      expect(
        rereadConfig(running, { ...source, NODE_ENV: 'production', SERVICE_TOKEN_SECRET: strong }),
      ).toEqual({
        ok: false,
        problems: [expect.stringMatching(/^JWT_SECRET: must be set/)],
      });
    });

    it('refuse a JWT_SECRET from which the ids of erased people are hashed', () => {
      const without = { JWT_SECRET_FILE: jwt };
      writeFileSync(jwt, strong);
      const running = configOf(without);
      writeFileSync(jwt, 'y'.repeat(32));
      expect(rereadConfig(running, without)).toMatchObject({
        ok: false,
        problems: [expect.stringContaining('ERASURE_SALT')],
      });
      expect(rereadConfig({ ...running, DATABASE: 'none' }, { ...without, DATABASE: 'none' })).toMatchObject({
        changed: ['JWT_SECRET'],
      });
    });
  });
});
