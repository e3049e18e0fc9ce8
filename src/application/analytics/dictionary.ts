import { z } from 'zod';
import { type Service, services } from '../../domain/provenance.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { Reply, Shared, UpstreamReplies } from '../ports/reply.ts';
import type { Analytic, AnalyticRequest } from './define.ts';

/** One row of the metric dictionary: what a figure means, in words for people. */
export const metricDefinition = z.object({
  id: z.string(),
  version: z.int(),
  summary: z.string(),
  path: z.string(),
  formula: z.string(),
  unit: z.string(),
  population: z.string(),
  nullRule: z.string(),
  sources: z.array(z.enum(services)).meta({ description: 'services that are read' }),
  figures: z.array(
    z.object({
      field: z.string(),
      description: z.string(),
      values: z.array(z.string()).optional().meta({ description: 'the words it can be' }),
    }),
  ),
});
export type MetricDefinition = z.output<typeof metricDefinition>;

/** Ports that note who is called and never answer: the sources of an analytic, without asking anyone. */
function recordingUpstreams(called: Set<Service>): UpstreamReplies {
  const ports = Object.fromEntries(
    services.map((service) => {
      const call = () => {
        called.add(service);
        return new Promise<Reply<never>>(() => undefined);
      };
      return [service, new Proxy({}, { get: () => call })];
    }),
  ) as Omit<UpstreamReplies, 'shared'>;
  const shared: Shared = (_key, asked) => {
    for (const service of asked) called.add(service);
    return new Promise<Reply<never>>(() => undefined);
  };
  return { ...ports, shared };
}

/** Our own stores are no services; here they never answer. */
const silentStores = new Proxy(
  {},
  { get: () => new Proxy({}, { get: () => () => new Promise<never>(() => undefined) }) },
) as OwnStores;

/** The services that an analytic may read. */
export function sourcesOf(analytic: Analytic): Service[] {
  const called = new Set<Service>([...analytic.dependentServices, ...analytic.finishServices]);
  const recording = recordingUpstreams(called);
  const subject = { kind: analytic.subject, id: 'x', organizationId: 'x' } as AnalyticRequest['subject'];
  const request: AnalyticRequest = { subject, query: analytic.query.parse({}), now: 0 };
  analytic.sources(recording, request, silentStores);
  analytic.optional(recording, request, silentStores);
  return services.filter((service) => called.has(service));
}

const isAt = (path: string) => (figure: { field: string }) => figure.field === path;

/** The described fields of a result, with dotted paths; `[]` stands for the items of a list. */
function figuresOf(schema: z.ZodType, path = ''): MetricDefinition['figures'] {
  const description = schema.meta()?.description;
  const words = schema instanceof z.ZodEnum ? { values: schema.options.map(String) } : {};
  const own = path !== '' && description !== undefined ? [{ field: path, description, ...words }] : [];
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) {
    const inner = figuresOf(schema.unwrap() as z.ZodType, path);
    return own.length > 0
      ? [
          ...own.map((one) => ({ ...inner.find(isAt(path)), ...one })),
          ...inner.filter((one) => !isAt(path)(one)),
        ]
      : inner;
  }
  if (schema instanceof z.ZodArray) return [...own, ...figuresOf(schema.element as z.ZodType, `${path}[]`)];
  if (!(schema instanceof z.ZodObject)) return own;
  const nested = Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, field]) =>
    figuresOf(field, path === '' ? name : `${path}.${name}`),
  );
  return [...own, ...nested];
}

/** The metric dictionary, derived from the analytics themselves. */
export function metricDictionary(analytics: readonly Analytic[]): MetricDefinition[] {
  return analytics.map((analytic) => ({
    id: analytic.id,
    version: analytic.version,
    summary: analytic.summary,
    path: analytic.path,
    ...analytic.definition,
    sources: sourcesOf(analytic),
    figures: figuresOf(analytic.result),
  }));
}
