import { z } from 'zod';
import type { RefreshAnalytics } from '../../application/freshness/refresh-analytics.ts';
import { policies } from '../../domain/identity/policy.ts';
import { idSchema, noQuery, type Route } from './route.ts';

const body = z.strictObject({
  subject: z.strictObject(
    {
      kind: z.enum(policies, `must be one of ${policies.join(', ')}`),
      id: idSchema.meta({ description: 'id of the subject; `me` = the caller', example: 'me' }),
    },
    'must be a subject: kind and id',
  ),
});

const refreshed = z.object({
  subject: z.object({ kind: z.enum(policies), id: z.string() }),
});

export const refreshRoutes = (refresh: RefreshAnalytics): Route[] => [
  {
    id: 'analytics.refresh',
    method: 'post',
    path: '/analytics/refresh',
    tag: 'live',
    summary: 'Have the figures of a subject made anew',
    description:
      'For whoever may read about the subject. What is kept of its answers is forgotten in every process; the next request makes them anew. Followers of the subject’s events hear of it as analytics_refreshed.',
    access: 'signed_in',
    query: noQuery,
    body,
    data: refreshed,
    example: { subject: { kind: 'learner', id: 'u-000000' } },
    accepts: true,
    rate: 'refresh',
    errors: ['FORBIDDEN', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, body: given, scope }) => {
      const { kind, id } = (given as z.output<typeof body>).subject;
      const subject = await refresh(viewer, { kind, id: id === 'me' ? viewer.id : id }, scope);
      return { status: 202, data: { subject } };
    },
  },
];
