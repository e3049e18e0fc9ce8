import { z } from 'zod';
import { type Audience, audiences, sectionsOf } from '../../application/analytics/registry.ts';
import type { RunAnalytic } from '../../application/analytics/run-analytic.ts';
import { dashboard, dashboardSections, sectionStatuses } from '../../application/dashboards/dashboard.ts';
import { errorSummary, sectionMeta } from '../openapi/schemas.ts';
import { paramNames, type StreamEvent, type SubjectCall, type SubjectRoute } from './route.ts';

const longestEcho = 40;

/** Names the section that is not known: a list of many has to be mended by somebody. */
const unknownSection =
  (names: readonly string[]) =>
  ({ input }: { input?: unknown }) =>
    `“${String(input).slice(0, longestEcho)}” is not a section; sections are: ${names.join(', ')}`;

function dashboardRoute(audience: Audience, run: RunAnalytic): SubjectRoute {
  const sections = sectionsOf(audience);
  const names = [...sections.keys()];
  const [subjectParam = 'id'] = [...sections.values()].flatMap(({ path }) => paramNames(path));
  const chosen = (query: SubjectCall['query']) => {
    const wanted = new Set(query.include as string[]);
    return new Map([...sections].filter(([name]) => wanted.has(name)));
  };
  const include = z
    .string()
    .optional()
    .transform((list) => list?.split(',') ?? names)
    .pipe(z.array(z.enum(names, { error: unknownSection(names) })))
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
    path: `/dashboards/${audience}/:${subjectParam}`,
    tag: 'dashboards',
    summary: `All of ${audience === 'organization' ? 'an' : 'a'} ${audience}’s analytics in one call`,
    description:
      'Each service is read at most once; a section that fails never fails the page. With Accept: text/event-stream each section is sent as soon as it is ready (event `section`, data `{name, section}`), then `done`; put together they are the JSON.',
    access: audience,
    query: z.strictObject({ include }),
    data: z.object({ sections: z.object(shape) }),
    rate: 'standard',
    errors: [],
    handle: async ({ subject, query, scope }) => ({
      data: await dashboard(run, chosen(query), subject, scope),
    }),
    async *stream({ subject, query, scope }): AsyncGenerator<StreamEvent> {
      for await (const [name, section] of dashboardSections(run, chosen(query), subject, scope))
        yield { event: 'section', data: { name, section } };
    },
  };
}

export const dashboardRoutes = (run: RunAnalytic): SubjectRoute[] =>
  audiences.map((audience) => dashboardRoute(audience, run));
