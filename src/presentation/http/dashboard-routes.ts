import { z } from 'zod';
import { type Audience, audiences, sectionsOf } from '../../application/analytics/registry.ts';
import type { RunAnalytic } from '../../application/analytics/run-analytic.ts';
import {
  dashboard,
  dashboardSections,
  type Section,
  sectionStatuses,
} from '../../application/dashboards/dashboard.ts';
import { dashboardMeta } from '../../application/dashboards/dashboard-meta.ts';
import { dashboardMeta as dashboardMetaSchema, errorSummary, sectionMeta } from '../openapi/schemas.ts';
import { type EventStream, paramNames, type SubjectCall, type SubjectRoute } from './route.ts';

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
      'Each service is read at most once; a section that fails never fails the page. With Accept: text/event-stream each section is sent as soon as it is ready (event `section`, data `{name, section}`), then `done` with the page’s `meta`; put together they are the JSON. `meta` is the worst of all sections.',
    access: audience,
    query: z.strictObject({ include }),
    data: z.object({ sections: z.object(shape) }),
    meta: dashboardMetaSchema,
    rate: 'standard',
    scope: 'analytics:read',
    errors: [],
    handle: async ({ subject, query, scope }) => {
      const data = await dashboard(run, chosen(query), subject, scope);
      // Each section was, as an answer; a test holds the page against its shape.
      return { checked: data, meta: dashboardMeta(data.sections) };
    },
    async *stream({ subject, query, scope }): EventStream {
      const wanted = chosen(query);
      const sent = new Map<string, Section>();
      for await (const [name, section] of dashboardSections(run, wanted, subject, scope)) {
        sent.set(name, section);
        yield { event: 'section', data: { name, section } };
      }
      // In the order of the page, whichever came first.
      const order = [...wanted.keys()];
      return dashboardMeta(
        Object.fromEntries([...sent].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))),
      );
    },
  };
}

export const dashboardRoutes = (run: RunAnalytic): SubjectRoute[] =>
  audiences.map((audience) => dashboardRoute(audience, run));
