import { z } from 'zod';
import { type Audience, audiences, sectionsOf } from '../../application/analytics/registry.ts';
import type { RunAnalytic } from '../../application/analytics/run-analytic.ts';
import { dashboard, sectionStatuses } from '../../application/dashboards/dashboard.ts';
import { errorSummary, sectionMeta } from '../openapi/schemas.ts';
import type { SubjectRoute } from './route.ts';

const subjectParam: Record<Audience, string> = { learner: 'userId' };

function dashboardRoute(audience: Audience, run: RunAnalytic): SubjectRoute {
  const sections = sectionsOf(audience);
  const names = [...sections.keys()];
  const include = z
    .string()
    .optional()
    .transform((list) => list?.split(',') ?? names)
    .pipe(z.array(z.enum(names, `must be a comma-separated list of: ${names.join(', ')}`)))
    .meta({
      override: { type: 'string' },
      description: `comma-separated sections, default all: ${names.join(', ')}`,
      example: names.slice(0, 2).join(','),
    });
  const section = (data: z.ZodType) =>
    z.object({
      status: z.enum(sectionStatuses),
      data: data.nullable(),
      meta: sectionMeta.nullable(),
      error: errorSummary.optional(),
    });
  const shape = Object.fromEntries(
    [...sections].map(([name, { result }]) => [name, section(result).optional()]),
  );
  return {
    id: `dashboards.${audience}`,
    method: 'get',
    path: `/dashboards/${audience}/:${subjectParam[audience]}`,
    tag: 'dashboards',
    summary: `All of a ${audience}’s analytics in one call`,
    description: 'Each service is read at most once; a section that fails never fails the page.',
    access: audience,
    query: z.strictObject({ include }),
    data: z.object({ sections: z.object(shape) }),
    rate: 'standard',
    errors: [],
    handle: async ({ subject, query, scope }) => {
      const wanted = new Set(query.include as string[]);
      const chosen = new Map([...sections].filter(([name]) => wanted.has(name)));
      return { data: await dashboard(run, chosen, subject, scope) };
    },
  };
}

export const dashboardRoutes = (run: RunAnalytic): SubjectRoute[] =>
  audiences.map((audience) => dashboardRoute(audience, run));
