/** The shapes that every answer shares, for openapi.yaml. */
import { z } from 'zod';
import { errorCodes } from '../../domain/errors.ts';
import { narrativeSources } from '../../domain/narrative/narrative.ts';
import { dataSources, missingReasons, services, upstreamFailures } from '../../domain/provenance.ts';

const service = z.enum(services).meta({ id: 'Service', description: 'One of the nine upstream services.' });
const dataSource = z.enum(dataSources).meta({
  id: 'DataSource',
  description: 'From best to worst: fresh from the services, from a fresh cache, past its time, sample data.',
});
const instant = (description: string) => z.iso.datetime().meta({ description });

const sourceRow = z
  .object({
    service,
    dataSource: dataSource.nullable().meta({ description: 'null when the service gave nothing' }),
    asOf: instant('when the service said it; the oldest of its replies').nullable(),
    error: z.enum(upstreamFailures).optional(),
  })
  .meta({ id: 'SourceRow', description: 'One service’s part in an answer.' });

const missingRow = z
  .object({
    field: z.string().meta({ description: 'path into data' }),
    reason: z.enum(missingReasons),
    service: service.optional(),
  })
  .meta({ id: 'MissingRow', description: 'Why a figure is null.' });

/** `meta` of an answer that is not an analytic's. */
export const plainMeta = z.object({ requestId: z.string() }).meta({ id: 'PlainMeta' });

const model = z
  .object({
    id: z.string(),
    version: z.int(),
    population: z.string().meta({ description: 'of whom the model was made; it says nothing of others' }),
    horizonDays: z
      .int()
      .nullable()
      .meta({ description: 'how far ahead it looks; null = at no time to come' }),
    auc: z
      .number()
      .nullable()
      .meta({ description: 'area under the ROC curve, on people it was not made from' }),
    brier: z.number().nullable().meta({ description: 'Brier score, on people it was not made from' }),
    calibrationSlope: z.number().nullable().meta({ description: '1 = as bold as it may be' }),
    inputDigest: z.string().meta({
      description: 'SHA-256 of what the model was told; the audit log has it too, and not the inputs',
    }),
  })
  .meta({ id: 'PredictionModel', description: 'Which model foretells, and how good it is.' });

const narrative = z
  .object({
    source: z
      .enum(narrativeSources)
      .meta({ description: 'model = a language model wrote at least one text' }),
    model: z.string().nullable().meta({ description: 'its name; null = rules wrote all of them' }),
  })
  .meta({ id: 'NarrativeNote', description: 'Who put figures into words.' });

/** `meta` of an analytic's answer without the request id, as dashboard sections carry it. */
const answerMeta = z.object({
  calculatedAt: instant('when the figures were computed'),
  dataSource,
  asOf: instant('oldest input'),
  cacheExpiry: instant('until when the figures count as fresh; null when they are not kept').nullable(),
  complete: z.boolean().meta({ description: 'false when a service’s part is missing' }),
  sources: z.array(sourceRow),
  missing: z.array(missingRow),
  metric: z.object({ id: z.string(), version: z.int() }),
  model: model.optional().meta({ description: 'of predictions' }),
  narrative: narrative.optional().meta({ description: 'of answers that hold a narrative' }),
});

/** `meta` of a page of several answers, without the request id. */
export const dashboardMeta = z.object({
  calculatedAt: instant('when the first of the sections was computed; null without any figures').nullable(),
  dataSource: dataSource
    .nullable()
    .meta({ description: 'the worst of the sections; null without any figures' }),
  asOf: instant('oldest input of all sections').nullable(),
  cacheExpiry: instant('until when all of it counts as fresh; null when a part of it is not kept').nullable(),
  complete: z.boolean().meta({ description: 'whether every section is ok' }),
  sources: z.array(sourceRow).meta({ description: 'one row per service' }),
  missing: z.array(missingRow).meta({ description: 'fields begin with the name of their section' }),
});

export const sectionMeta = answerMeta.meta({ id: 'SectionMeta' });
export const analyticMeta = plainMeta.extend(answerMeta.shape).meta({ id: 'AnalyticMeta' });

export const errorSummary = z
  .object({ code: z.enum(errorCodes), message: z.string() })
  .meta({ id: 'ErrorSummary' });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    success: z.literal(false),
    error: z.object({
      code: z.enum(errorCodes),
      message: z.string(),
      details: z.array(z.object({ field: z.string(), message: z.string() })),
    }),
    meta: z.object({
      requestId: z.string(),
      traceId: z
        .string()
        .optional()
        .meta({ description: 'of the trace that the request is in, where there is one' }),
    }),
  })
  .meta({ id: 'Problem', description: 'Every error: our envelope and RFC 9457 in one body.' });

export const envelope = (data: z.ZodType, meta: z.ZodType) =>
  z.object({ success: z.literal(true), data, meta });
