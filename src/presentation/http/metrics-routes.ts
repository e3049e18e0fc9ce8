import { z } from 'zod';
import { type MetricDefinition, metricDefinition } from '../../application/analytics/dictionary.ts';
import { noQuery, type PublicRoute } from './route.ts';

/** The metric dictionary: about nobody, open to all. */
export function metricsRoute(definitions: () => readonly MetricDefinition[]): PublicRoute {
  return {
    id: 'metrics.definitions',
    method: 'get',
    path: '/metrics/definitions',
    tag: 'metrics',
    summary: 'What every figure means',
    access: 'public',
    query: noQuery,
    data: z.object({ metrics: z.array(metricDefinition) }),
    rate: 'standard',
    errors: [],
    handle: async () => ({ data: { metrics: definitions() } }),
  };
}

/** Also at /health; here for dashboards that only reach /api/v1. */
export const healthRoute: PublicRoute = {
  id: 'health',
  method: 'get',
  path: '/health',
  tag: 'operations',
  summary: 'Whether this process is alive',
  access: 'public',
  query: noQuery,
  data: z.object({ status: z.literal('ok') }),
  rate: 'standard',
  errors: [],
  handle: async () => ({ data: { status: 'ok' } }),
};
