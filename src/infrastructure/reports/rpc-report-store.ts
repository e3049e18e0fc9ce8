/** Reports and weekly reports on the database: each method is one SQL function; what comes back is checked. */
import { z } from 'zod';
import {
  deliveries,
  type ReportSchedules,
  type ReportStore,
  reportStates,
} from '../../application/ports/reports.ts';
import { type Rpc, RpcError } from '../../application/ports/rpc.ts';
import { formats } from '../../application/reports/report.ts';
import { languages } from '../../application/reports/words.ts';
import { policies } from '../../domain/identity/policy.ts';

const report = z.object({
  reportId: z.string(),
  type: z.enum(policies),
  subjectId: z.string(),
  requestedBy: z.string(),
  organizationId: z.string().nullable(),
  format: z.enum(formats),
  parameters: z.object({
    language: z.enum(languages),
    startDate: z.string().nullable(),
    endDate: z.string().nullable(),
    courseId: z.string().nullable(),
    delivery: z.enum(deliveries),
    requestHash: z.string(),
  }),
  status: z.enum(reportStates),
  inputDigest: z.string().nullable(),
  asOf: z.number().nullable(),
  storageKey: z.string().nullable(),
  failure: z.string().nullable(),
  runId: z.string().nullable(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
const keys = z.array(z.string());

/** What the function says of a thing that is not as it should be, as an answer. */
async function unless<T>(codes: readonly RpcError['code'][], call: Promise<unknown>, otherwise: T) {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof RpcError && codes.includes(error.code)) return otherwise;
    throw error;
  }
}

export const makeRpcReportStore = (rpc: Rpc): ReportStore => ({
  create: (order) =>
    unless(
      ['conflict'],
      rpc.call('create_report', {
        ...{ report_id: order.reportId, type: order.type, subject_id: order.subjectId, format: order.format },
        ...{ organization_id: order.organizationId, requested_by: order.requestedBy },
        ...{ parameters: order.parameters, now: order.createdAt, expires_at: order.expiresAt },
      }),
      false,
    ),
  get: async (reportId) => report.nullable().parse(await rpc.call('get_report', { report_id: reportId })),
  update: (reportId, changes) =>
    unless(
      ['conflict', 'not_found', 'gone'],
      rpc.call('update_report', { report_id: reportId, changes }),
      false,
    ),
  remove: async (reportId) => void (await rpc.call('delete_report', { report_id: reportId })),
  grant: (reportId, tokenHash, until) =>
    unless(
      ['not_found'],
      rpc.call('grant_download', { report_id: reportId, token_hash: tokenHash, expires_at: until }),
      false,
    ),
  redeem: async (reportId, tokenHash, now) =>
    report
      .nullable()
      .parse(await rpc.call('redeem_download', { report_id: reportId, token_hash: tokenHash, now })),
  waiting: async (limit) => keys.parse(await rpc.call('waiting_reports', { limit })),
  sweep: async (now, overdueBefore) =>
    z
      .object({ failed: z.number(), expired: z.number() })
      .parse(await rpc.call('sweep_reports', { now, overdue_before: overdueBefore })),
  filesToDelete: async (limit) => keys.parse(await rpc.call('files_to_delete', { limit })),
  filesDeleted: async (storageKeys) => void (await rpc.call('files_deleted', { storage_keys: storageKeys })),
});

const schedule = z.object({
  userId: z.string(),
  organizationId: z.string().nullable(),
  format: z.enum(formats),
  language: z.enum(languages),
  courseId: z.string().nullable(),
  weekday: z.number(),
  hour: z.number(),
  zone: z.string(),
  delivery: z.enum(deliveries),
});

export const makeRpcReportSchedules = (rpc: Rpc): ReportSchedules => ({
  get: async (userId) => schedule.nullable().parse(await rpc.call('report_schedule', { user_id: userId })),
  save: async ({ userId, organizationId, courseId, ...rest }, now) =>
    void (await rpc.call('save_report_schedule', {
      ...{ user_id: userId, organization_id: organizationId, course_id: courseId, now },
      ...rest,
    })),
  remove: async (userId) => z.boolean().parse(await rpc.call('delete_report_schedule', { user_id: userId })),
  page: async (after, limit) => z.array(schedule).parse(await rpc.call('report_schedules', { after, limit })),
  mark: async (userId, day) =>
    z.boolean().parse(await rpc.call('mark_report_schedule', { user_id: userId, day })),
});
