import { z } from 'zod';
import { type Freshness, freshnessStatuses } from '../../application/integration/freshness.ts';
import type { Integration } from '../../application/integration/integration.ts';
import { type Timeframe, timeframes } from '../../application/integration/service-book.ts';
import { AppError } from '../../domain/errors.ts';
import { services, upstreamFailures } from '../../domain/provenance.ts';
import { round, roundOrNull } from '../../domain/statistics/summary.ts';
import { noQuery, type PublicRoute, type SignedInRoute } from './route.ts';

const service = z.enum(services);
const breaker = z.enum(['closed', 'half_open', 'open']);
const tested = z.object({
  service,
  outcome: z.enum(['ok', ...upstreamFailures]).meta({ description: 'not_configured = it was not asked' }),
  ms: z.number().nullable().meta({ description: 'null = it was not asked' }),
});
const freshness = z.object({
  service,
  asOf: z.iso.datetime().nullable().meta({ description: 'its last good answer; null = none yet' }),
  ageSeconds: z.number().int().nullable(),
  promiseSeconds: z
    .number()
    .nullable()
    .meta({ description: 'the longest that its figures count as fresh; null = no figure rests on it' }),
  status: z.enum(freshnessStatuses).meta({
    description:
      'idle = older than promised, but nobody has asked since; late = older than promised, and it fails; unknown = never asked',
  }),
});
const figures = z.object({
  service,
  calls: z.number().int(),
  failures: z.number().int().meta({ description: 'no 404s, and none whose caller left' }),
  retries: z.number().int(),
  failurePercent: z.number().nullable().meta({ description: 'null = nobody asked' }),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});

const shown = ({ asOf, ...rest }: Freshness): z.output<typeof freshness> => ({
  ...rest,
  asOf: asOf === null ? null : new Date(asOf).toISOString(),
});

const metricsQuery = z.strictObject({
  timeframe: z.enum(Object.keys(timeframes) as [Timeframe, ...Timeframe[]]).default('1h'),
});
const serviceBody = z.strictObject({ service });

const common = {
  tag: 'operations',
  access: 'signed_in',
  rate: 'standard',
} as const;
const forWhom = 'For trainers, org_admins and admins.';
const forReaders = `${forWhom} Of the process that answers.`;
const freshExample: z.output<typeof freshness> = {
  service: 'courses',
  asOf: '2026-03-10T12:00:00.000Z',
  ageSeconds: 12,
  promiseSeconds: 300,
  status: 'kept',
};

/** What operators see of the nine services; no address ever comes from a caller. */
export const integrationRoutes = (integration: Integration): SignedInRoute[] => [
  {
    ...common,
    id: 'integration.health',
    method: 'get',
    path: '/integration/health',
    summary: 'Whether each service answers now',
    description: `${forReaders} Each is asked one harmless question, at most every five seconds.`,
    query: noQuery,
    data: z.object({ healthy: z.boolean(), services: z.array(tested) }),
    example: { healthy: true, services: [{ service: 'courses', outcome: 'ok', ms: 12 }] },
    errors: ['FORBIDDEN'],
    handle: async ({ viewer, scope }) => {
      const all = await integration.health(viewer, scope);
      const healthy = all.every(({ outcome }) => outcome === 'ok' || outcome === 'not_configured');
      return { data: { healthy, services: all } };
    },
  },
  {
    ...common,
    id: 'integration.status',
    method: 'get',
    path: '/integration/status',
    summary: 'How each service stands: breaker, calls under way, age of its last answer',
    description: forReaders,
    query: noQuery,
    data: z.object({
      services: z.array(
        freshness.extend({
          configured: z.boolean(),
          breaker,
          running: z.number().int(),
          waiting: z.number().int(),
        }),
      ),
    }),
    example: {
      services: [{ ...freshExample, configured: true, breaker: 'closed', running: 0, waiting: 0 }],
    },
    errors: ['FORBIDDEN'],
    handle: async ({ viewer }) => {
      const all = integration.status(viewer);
      const services = all.map(({ configured, breaker, running, waiting, ...rest }) => ({
        ...shown(rest),
        ...{ configured, breaker, running, waiting },
      }));
      return { data: { services } };
    },
  },
  {
    ...common,
    id: 'integration.metrics',
    method: 'get',
    path: '/integration/metrics',
    summary: 'What each service did in the last hour, day or week',
    description: `${forWhom} Of all processes that share a Redis, restarts included; without one of the process that answers, since its start.`,
    query: metricsQuery,
    data: z.object({
      timeframe: metricsQuery.shape.timeframe,
      since: z.iso.datetime().meta({
        description:
          'from when on the figures are known: later than the timeframe begins when nobody saw the rest',
      }),
      shared: z.boolean().meta({ description: 'false = of the process that answers alone' }),
      services: z.array(figures),
    }),
    example: {
      timeframe: '1h',
      since: '2026-03-10T11:00:00.000Z',
      shared: true,
      services: [
        {
          service: 'courses',
          calls: 240,
          failures: 3,
          retries: 5,
          failurePercent: 1.3,
          p50Ms: 18,
          p95Ms: 96,
        },
      ],
    },
    errors: ['FORBIDDEN'],
    handle: async ({ viewer, query }) => {
      const { timeframe } = query as z.output<typeof metricsQuery>;
      const seen = await integration.metrics(viewer, timeframe);
      const services = seen.services.map((one) => ({
        ...one,
        failurePercent: roundOrNull(one.failurePercent),
        p50Ms: roundOrNull(one.p50Ms),
        p95Ms: roundOrNull(one.p95Ms),
      }));
      const since = new Date(seen.since).toISOString();
      return { data: { timeframe, since, shared: seen.isShared, services } };
    },
  },
  {
    ...common,
    id: 'integration.mockData',
    method: 'get',
    path: '/integration/mock-data/:service',
    summary: 'What the sample world says in place of a service',
    description: `${forWhom} Where there is sample data; never of anybody real.`,
    query: noQuery,
    data: z.object({
      service,
      dataSource: z.literal('mock'),
      asOf: z.iso.datetime(),
      value: z.unknown().meta({ description: 'of one learner or organization of the sample world' }),
    }),
    example: { service: 'courses', dataSource: 'mock', asOf: '2026-03-10T12:00:00.000Z', value: [] },
    errors: ['FORBIDDEN', 'NOT_FOUND'],
    handle: async ({ viewer, params, scope }) => {
      const asked = service.safeParse(params.service);
      if (!asked.success) throw new AppError('NOT_FOUND', 'There is no such service.');
      const seen = await integration.mockData(viewer, asked.data, scope);
      return { data: { ...seen, asOf: new Date(seen.asOf).toISOString() } };
    },
  },
  {
    ...common,
    id: 'integration.test',
    method: 'post',
    path: '/integration/test',
    summary: 'Asks one service a harmless question',
    description: `${forWhom} At most once a second, for all who ask.`,
    query: noQuery,
    body: serviceBody,
    data: tested,
    example: { service: 'courses', outcome: 'ok', ms: round(12) },
    errors: ['FORBIDDEN'],
    handle: async ({ viewer, body, scope }) => {
      const { service: asked } = body as z.output<typeof serviceBody>;
      return { data: await integration.test(viewer, asked, scope) };
    },
  },
  {
    ...common,
    id: 'integration.resetBreaker',
    method: 'post',
    path: '/integration/circuit-breaker/reset',
    summary: 'Closes the circuit breaker of a service',
    description:
      'For org_admins and admins, and on record. In the process that answers; others close theirs by themselves.',
    query: noQuery,
    body: serviceBody,
    data: z.object({ service, before: breaker, breaker }),
    example: { service: 'courses', before: 'open', breaker: 'closed' },
    errors: ['FORBIDDEN', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, body, scope }) => {
      const { service: asked } = body as z.output<typeof serviceBody>;
      return { data: await integration.resetBreaker(viewer, asked, scope) };
    },
  },
];

/** About services, and so about nobody: open to all, as dashboards show it beside figures. */
export const freshnessRoute = (read: () => readonly Freshness[]): PublicRoute => ({
  id: 'status.freshness',
  method: 'get',
  path: '/status/freshness',
  tag: 'operations',
  summary: 'How old what each service has said is, against what is promised',
  description: 'Of the process that answers.',
  access: 'public',
  query: noQuery,
  data: z.object({ sources: z.array(freshness) }),
  example: { sources: [freshExample] },
  rate: 'standard',
  errors: [],
  handle: async () => ({ data: { sources: read().map(shown) } }),
});
