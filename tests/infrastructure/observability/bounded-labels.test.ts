import { readdirSync, readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../../mocks/world/demo-people.ts';
import { makeJobs } from '../../../src/application/jobs/registry.ts';
import { jobOutcomes } from '../../../src/application/jobs/run-job.ts';
import { answerLayers, cacheLayers, purgeOutcomes } from '../../../src/application/ports/cache-figures.ts';
import { reportOutcomes } from '../../../src/application/ports/error-reporter.ts';
import { anomalyKinds, anomalyOutcomes } from '../../../src/application/ports/notices.ts';
import { scoreLevels } from '../../../src/application/ports/predictions.ts';
import { callerRoles, suppressedIn } from '../../../src/application/ports/request-end.ts';
import { rpcErrorCodes } from '../../../src/application/ports/rpc.ts';
import { readConfig } from '../../../src/config.ts';
import { type Container, makeContainer } from '../../../src/container.ts';
import { abuses } from '../../../src/domain/identity/abuse.ts';
import { services, upstreamFailures } from '../../../src/domain/provenance.ts';
import { makeRequestFigures } from '../../../src/infrastructure/observability/request-figures.ts';
import { makeWorkFigures } from '../../../src/infrastructure/observability/work-figures.ts';
import { priorities } from '../../../src/presentation/http/admission.ts';
import { apiPrefix } from '../../../src/presentation/http/route.ts';

const models = ['drop-off-risk', 'rule-v1', 'forecast', 'recommendations'];
const limits = [
  'standard',
  'predictive',
  'auth',
  'auth_address',
  'refresh',
  'report',
  'webhook',
  'organization',
  'address',
];
const everyUseCase = new Proxy({}, { get: () => () => Promise.reject(new Error('not to be run')) });
const jobNames = [
  ...makeJobs({
    organizations: { page: async () => [] },
    runs: { prune: async () => 0 },
    useCases: everyUseCase,
  }).keys(),
];
/** Those that there are, and what the queue does in the embedded database. */
const databaseFolder = new URL('../../../database/', import.meta.url);
const sqlFunctions = [
  'execute_sql',
  ...readdirSync(databaseFolder).flatMap((file) =>
    [...readFileSync(new URL(file, databaseFolder), 'utf8').matchAll(/\bfunction api\.(\w+)\(/g)].map(
      ([, name = '']) => name,
    ),
  ),
];

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Every word that a label may be, by its name. A label that is not here is refused. */
function boundsOf(container: Container): Record<string, (value: string) => boolean> {
  const patterns = new Set([
    ...container.routes.map(({ path }) => apiPrefix + path),
    ...['none', 'shed', '/health', '/ready', '/live', '/started', '/metrics', '/docs', '/openapi.yaml'],
    `${apiPrefix}/cron/:job`,
  ]);
  const among =
    (...words: readonly string[]) =>
    (value: string) =>
      words.includes(value);
  return {
    route: (value) => patterns.has(value),
    method: among('GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'other'),
    role: among(...callerRoles),
    status: among('2xx', '3xx', '4xx', '5xx', 'left'),
    service: among(...services),
    outcome: among(
      ...['ok', ...upstreamFailures, ...rpcErrorCodes, ...jobOutcomes, ...reportOutcomes],
      ...['exported', ...anomalyOutcomes, 'written', 'dropped'],
    ),
    found: among('hit', 'miss'),
    level: among('warn', 'error', ...scoreLevels),
    model: among(...models),
    limit: among(...limits),
    job: among(...jobNames),
    server: among('primary', 'replica'),
    use: among('in_use', 'idle'),
    function: among(...sqlFunctions),
    priority: among(...priorities),
    source: among('realtime', 'cached', 'stale', 'mock', 'none'),
    layer: among(...answerLayers, ...cacheLayers),
    abuse: among(...abuses),
    how: among(...purgeOutcomes),
    dependency: among('database', 'redis'),
    state: among('waiting', 'active', 'failed', 'dead'),
    le: (value) => value === '+Inf' || Number.isFinite(Number(value)),
    quantile: (value) => Number.isFinite(Number(value)),
    // Of Node itself.
    version: (value) => value === process.version,
    major: (value) => /^\d+$/.test(value),
    minor: (value) => /^\d+$/.test(value),
    patch: (value) => /^\d+$/.test(value),
    type: (value) => /^[A-Za-z_]{1,40}$/.test(value),
    kind: among(...anomalyKinds, 'minor', 'major', 'incremental', 'weakcb'),
    space: (value) => /^[a-z_]{1,30}$/.test(value),
  };
}

describe('figures of work', () => {
  it('tell of scores, jobs, limits and the log by words of ours', async () => {
    const registry = new Registry();
    const figures = makeWorkFigures(registry, () => 1_700_000_000_000);
    figures.onScore('drop-off-risk', 'high');
    figures.onJobEnd('retention', 'tried_again', 200);
    figures.onJobEnd('retention', 'done', 2000);
    figures.onRefused('predictive');
    figures.onTrouble('error');
    const lines = (await registry.metrics()).split('\n');
    for (const line of [
      'model_scores_total{model="drop-off-risk",level="high"} 1',
      'jobs_runs_total{job="retention",outcome="tried_again"} 1',
      'jobs_run_seconds_bucket{le="1",job="retention"} 1',
      'jobs_run_seconds_count{job="retention"} 2',
      'jobs_done_timestamp_seconds{job="retention"} 1700000000',
      'rate_limit_refusals_total{limit="predictive"} 1',
      'log_lines_total{level="error"} 1',
      'log_lines_total{level="warn"} 0',
    ])
      expect(lines).toContain(line);
  });
});

describe('figures that are withheld', () => {
  it('are counted by route', async () => {
    const registry = new Registry();
    const tell = makeRequestFigures(registry);
    const missing = (['suppressed', 'suppressed', 'unavailable'] as const).map((reason) => ({
      field: 'x',
      reason,
    }));
    const end = { requestId: 'r', method: 'GET', route: '/a', status: 200, ms: 1 };
    tell({ ...end, suppressed: suppressedIn(missing) });
    tell({ ...end, suppressed: suppressedIn([{ field: 'x', reason: 'unavailable' }]) });
    expect(await registry.getSingleMetricAsString('http_figures_suppressed_total')).toContain(
      '{route="/a"} 2',
    );
  });
});

const labelsIn = (text: string): [string, string][] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => [...line.replace(/ # \{.*/, '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)])
    .map(([, name = '', value = '']) => [name, value]);

describe('after a busy run the figures', () => {
  let container: Container;
  let text: string;
  beforeAll(async () => {
    const result = readConfig({
      LOG_LEVEL: 'silent',
      DATABASE: 'none',
      MOCK_LEARNERS: '50',
      RATE_AUTH_PER_15_MINUTES: '2',
    });
    if (!result.ok) throw new Error(result.problems.join('\n'));
    container = await makeContainer(result.config);
    const { listener } = container;
    const person = demoPeople().find(({ email }) => email.startsWith('thriving@'));
    const login = await request(listener)
      .post('/api/v1/auth/login')
      .send({ email: person?.email, password: person?.password });
    const bearer = `Bearer ${login.body.data.accessToken}`;
    for (const path of ['/learner/velocity/me', '/learner/velocity/me', '/learner/velocity/somebody-else'])
      await request(listener)
        .get(`/api/v1/analytics${path}`)
        .set('authorization', bearer)
        .set('traceparent', `00-${trace}-00f067aa0ba902b7-01`);
    // Whatever strangers make up must not become a label.
    for (let number = 0; number < 20; number += 1)
      await request(listener).get(`/api/v1/made-up/${number}?x=${number}`);
    await request(listener).get('/docs/assets/made-up.js');
    for (let number = 0; number < 4; number += 1)
      await request(listener).post('/api/v1/auth/login').send({ email: 'a@b.example', password: 'wrong' });
    await request(listener).get('/ready');
    await request(listener).get('/health');
    text = (await request(listener).get('/metrics')).text;
  });
  afterAll(() => container.close());

  it('have no label that anybody can make longer', () => {
    const bounds = boundsOf(container);
    const unbounded = labelsIn(text).filter(([name, value]) => bounds[name]?.(value) !== true);
    expect(unbounded).toEqual([]);
    expect(labelsIn(text).length).toBeGreaterThan(100);
  });

  it('tell of requests by route and role, of refusals and of sample data', () => {
    const lines = text.split('\n');
    expect(lines).toContain(
      'http_requests_total{method="GET",route="/api/v1/analytics/learner/velocity/:userId",role="learner",status="2xx"} 2',
    );
    expect(lines).toContain('http_requests_total{method="GET",route="none",role="none",status="4xx"} 20');
    expect(text).toMatch(/http_requests_limited_total\{route="\/api\/v1\/auth\/login"\} [1-9]/);
    expect(text).toMatch(/http_answers_total\{source="mock"\} 2/);
    expect(text).toMatch(/upstream_replies_total\{service="courses",source="mock"\} [1-9]/);
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds /);
    expect(text).toContain('# TYPE nodejs_gc_duration_seconds histogram');
  });

  it('are those that docs/operations.md explains', () => {
    const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split(/<!-- \/?metrics -->/);
    const explained = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    const ofNode = /^(nodejs|process)_/;
    const told = [...text.matchAll(/^# TYPE (\w+)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !ofNode.test(name));
    expect(told.toSorted()).toEqual(explained.toSorted());
  });

  it('name traces where OpenMetrics is asked for, and read the same afterwards', async () => {
    const open = await request(container.listener)
      .get('/metrics')
      .set('accept', 'application/openmetrics-text; version=1.0.0');
    expect(open.headers['content-type']).toContain('application/openmetrics-text');
    expect(open.text).toMatch(
      new RegExp(`http_request_seconds_bucket\\{.*\\} \\d+ # \\{trace_id="${trace}"\\}`),
    );
    expect(open.text.endsWith('# EOF\n')).toBe(true);
    const plain = (await request(container.listener).get('/metrics')).text;
    expect(plain).not.toContain('trace_id');
    expect(plain).toContain('http_requests_total{');
    expect(plain).not.toContain('http_requests{');
  });
});
