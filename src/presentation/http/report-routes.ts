import { z } from 'zod';
import { deliveries, reportStates, type StoredReport } from '../../application/ports/reports.ts';
import { contentTypeOf } from '../../application/reports/file-of.ts';
import type { OrderReport } from '../../application/reports/order-report.ts';
import type { ReadReports, ShownReport } from '../../application/reports/read-reports.ts';
import { formats } from '../../application/reports/report.ts';
import type { WeeklyReports } from '../../application/reports/weekly-reports.ts';
import { languages } from '../../application/reports/words.ts';
import { policies } from '../../domain/identity/policy.ts';
import { calendarDays } from '../../domain/time.ts';
import { apiPrefix, idSchema, noQuery, type Route } from './route.ts';

const isDayWeKnow = (day: string): boolean => day >= calendarDays.first && day <= calendarDays.last;
const day = (description: string) =>
  z.iso
    .date({ error: 'must be a calendar day, YYYY-MM-DD', abort: true })
    .refine(isDayWeKnow, `must be from ${calendarDays.first} to ${calendarDays.last}`)
    .optional()
    .meta({ description });
const oneOf = <const C extends readonly [string, ...string[]]>(codes: C) =>
  z.enum(codes, `must be one of ${codes.join(', ')}`);
const format = oneOf(formats);
const language = oneOf(languages)
  .default('en')
  .meta({ description: 'of all words; figures and names are what they are' });
const courseId = idSchema
  .optional()
  .meta({ description: 'one of the trainer’s courses; default: all of them' });

const orderBody = z.strictObject({
  type: oneOf(policies).meta({ description: 'whom it is about' }),
  subjectId: idSchema.meta({ description: 'id of the subject; `me` = the caller', example: 'me' }),
  format,
  language,
  courseId,
  startDate: day('first day of the figures that take a period; with endDate'),
  endDate: day('last day, at most 366 days in all'),
});

/** The caller's own name for the order, as in points-routes.ts. */
const headers = z.object({
  'Idempotency-Key': z
    .string('is missing')
    .regex(/^[\x21-\x7e]{8,128}$/, 'must be 8–128 visible ASCII characters')
    .meta({
      description:
        'the caller’s own name for this order; the same one with the same body is answered with the same report for as long as that is kept',
      example: 'a1f5c2d0-report-1',
    }),
});

const ordered = z.object({
  reportId: z.string(),
  status: z.enum(reportStates),
  statusUrl: z.string().meta({ description: 'where to ask how far it is, without the host' }),
});

const instant = (description: string) => z.iso.datetime().nullable().meta({ description });

const shown = z.object({
  reportId: z.string(),
  type: z.enum(policies),
  subjectId: z.string(),
  format: z.enum(formats),
  language: z.enum(languages),
  status: z.enum(reportStates),
  progress: z
    .object({ jobId: z.string(), done: z.int().min(0), total: z.int().min(0).nullable() })
    .nullable()
    .meta({ description: 'parts that are done; null = not begun' }),
  failure: z.string().nullable().meta({ description: 'a code; null = nothing went wrong' }),
  inputDigest: z
    .string()
    .nullable()
    .meta({ description: 'of all that the figures were read from; null = not ready' }),
  asOf: instant('of the oldest input; null = not ready'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().meta({ description: 'then the report and its file are deleted' }),
  download: z
    .object({
      url: z.string().meta({ description: 'without the host; works once' }),
      expiresAt: z.iso.datetime(),
    })
    .nullable()
    .meta({ description: 'a new link with every answer, which ends the one before; null = not ready' }),
});

const iso = (at: number): string => new Date(at).toISOString();
const statusUrl = (reportId: string): string => `${apiPrefix}/reports/${reportId}`;
/** Where a token fetches a report. */
export const downloadPath = (reportId: string, token: string): string =>
  `${statusUrl(reportId)}/download?token=${encodeURIComponent(token)}`;

const answerOf = ({ report, progress, link }: ShownReport): z.output<typeof shown> => ({
  ...(({ reportId, type, subjectId, format: asked, status, failure, inputDigest }: StoredReport) => ({
    ...{ reportId, type, subjectId, format: asked, status, failure, inputDigest },
  }))(report),
  language: report.parameters.language,
  progress: progress && { jobId: report.runId ?? '', ...progress },
  asOf: report.asOf === null ? null : iso(report.asOf),
  createdAt: iso(report.createdAt),
  expiresAt: iso(report.expiresAt),
  download: link && { url: downloadPath(report.reportId, link.token), expiresAt: iso(link.until) },
});

const exampleId = 'mF9qk3uYxT0bZr7Wc2LhVg';

const scheduleBody = z.strictObject({
  format,
  language,
  courseId,
  weekday: z
    .int('must be a whole number')
    .min(1)
    .max(7)
    .meta({ description: 'ISO: 1 = Monday … 7 = Sunday' }),
  hour: z
    .int('must be a whole number')
    .min(0)
    .max(23)
    .meta({ description: 'by the clock where the trainer is' }),
  delivery: oneOf(deliveries).default('none').meta({
    description: 'where it goes; none = it waits to be fetched, and the live event report_ready tells of it',
  }),
});
const schedule = z.object({
  format: z.enum(formats),
  language: z.enum(languages),
  courseId: z.string().nullable(),
  weekday: z.int(),
  hour: z.int(),
  zone: z.string().meta({ description: 'IANA time zone: the trainer’s own choice, else the organization’s' }),
  delivery: z.enum(deliveries),
});
const weekly = z.object({ schedule: schedule.nullable().meta({ description: 'null = there is none' }) });
const weeklyExample = {
  schedule: {
    ...{ format: 'pdf', language: 'he', courseId: null, weekday: 7, hour: 7 },
    ...{ zone: 'Asia/Jerusalem', delivery: 'email' },
  },
};

export interface ReportUseCases {
  order: OrderReport;
  read: ReadReports;
  weekly: WeeklyReports;
}

export const reportRoutes = ({ order, read, weekly: weeklyReports }: ReportUseCases): Route[] => [
  {
    id: 'reports.order',
    method: 'post',
    path: '/reports',
    tag: 'reports',
    summary: 'Order a report',
    description:
      'For whoever may read about the subject. A job makes it from the answers that the same person would get, with the same protection of small groups; statusUrl and the live event report_ready say when it is there. It is kept for 7 days.',
    access: 'signed_in',
    query: noQuery,
    headers,
    body: orderBody,
    data: ordered,
    example: { reportId: exampleId, status: 'queued', statusUrl: statusUrl(exampleId) },
    accepts: true,
    rate: 'report',
    errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, body, headers: given, scope }) => {
      const { subjectId, startDate, endDate, courseId: course, ...rest } = body as z.output<typeof orderBody>;
      const { 'Idempotency-Key': key } = given as z.output<typeof headers>;
      const request = {
        ...rest,
        subjectId: subjectId === 'me' ? viewer.id : subjectId,
        courseId: course ?? null,
        startDate: startDate ?? null,
        endDate: endDate ?? null,
        delivery: 'none' as const,
      };
      const { reportId, status } = await order(viewer, request, key, scope);
      return { status: 202, data: { reportId, status, statusUrl: statusUrl(reportId) } };
    },
  },
  {
    id: 'reports.show',
    method: 'get',
    path: '/reports/:id',
    tag: 'reports',
    summary: 'How far a report is, and a link to it',
    description:
      'For whoever ordered it, as long as that person may read about the subject. The link works once, for five minutes.',
    access: 'signed_in',
    query: noQuery,
    data: shown,
    example: {
      ...{ reportId: exampleId, type: 'trainer', subjectId: 'u-000001', format: 'pdf', language: 'en' },
      ...{ status: 'running', failure: null, inputDigest: null, asOf: null, download: null },
      progress: { jobId: '0d9c3f1e-6a57-4c5e-9a0b-3a1b8f0f6f11', done: 2, total: 5 },
      ...{ createdAt: '2026-03-10T12:00:00.000Z', expiresAt: '2026-03-17T12:00:00.000Z' },
    },
    rate: 'standard',
    errors: ['FORBIDDEN', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, params: { id = '' }, scope }) => ({
      data: answerOf(await read.show(viewer, id, scope)),
    }),
  },
  {
    id: 'reports.download',
    method: 'get',
    path: '/reports/:id/download',
    tag: 'reports',
    summary: 'The file of a report, once per link',
    description: 'The token is all that is needed. One that is unknown, used or late is a 404.',
    access: 'public',
    query: z.strictObject({
      token: z
        .string('is missing')
        .regex(/^[A-Za-z0-9_-]{20,128}$/, 'is not a token')
        .meta({ example: 'works-once-and-for-five-minutes-only-1234567' }),
    }),
    data: z.never(),
    file: { contentTypes: Object.values(contentTypeOf) },
    rate: 'standard',
    errors: ['NOT_FOUND', 'METHOD_NOT_ALLOWED', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ params: { id = '' }, query }) => ({
      file: await read.download(id, String(query.token)),
    }),
  },
  {
    id: 'reports.delete',
    method: 'delete',
    path: '/reports/:id',
    tag: 'reports',
    summary: 'Delete a report and its file',
    description: 'For whoever ordered it. One that is being made is given up.',
    access: 'signed_in',
    query: noQuery,
    data: z.object({ reportId: z.string() }),
    example: { reportId: exampleId },
    rate: 'standard',
    errors: ['NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, params: { id = '' } }) => {
      await read.remove(viewer, id);
      return { data: { reportId: id } };
    },
  },
  {
    id: 'me.weekly-report',
    method: 'get',
    path: '/me/weekly-report',
    tag: 'reports',
    summary: 'The weekly report that the caller gets',
    access: 'signed_in',
    query: noQuery,
    data: weekly,
    example: weeklyExample,
    rate: 'standard',
    errors: ['UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer }) => ({ data: { schedule: await weeklyReports.get(viewer) } }),
  },
  {
    id: 'me.weekly-report.set',
    method: 'post',
    path: '/me/weekly-report',
    tag: 'reports',
    summary: 'Get a report of one’s courses every week',
    description:
      'For trainers; instead of the one before. Mails go to the address that the Auth service knows.',
    access: 'signed_in',
    query: noQuery,
    body: scheduleBody,
    data: weekly,
    example: weeklyExample,
    rate: 'standard',
    errors: ['FORBIDDEN', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, body, scope }) => {
      const { courseId: course, ...choice } = body as z.output<typeof scheduleBody>;
      return {
        data: { schedule: await weeklyReports.set(viewer, { ...choice, courseId: course ?? null }, scope) },
      };
    },
  },
  {
    id: 'me.weekly-report.end',
    method: 'delete',
    path: '/me/weekly-report',
    tag: 'reports',
    summary: 'End the weekly report',
    access: 'signed_in',
    query: noQuery,
    data: weekly,
    example: { schedule: null },
    rate: 'standard',
    errors: ['NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer }) => {
      await weeklyReports.end(viewer);
      return { data: { schedule: null } };
    },
  },
];
