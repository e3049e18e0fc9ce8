import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { isTimeZone } from '../../domain/time.ts';
import { lastDue } from '../../domain/weekly.ts';
import type { Authorizer } from '../auth/authorize.ts';
import { liveOrUnconfiguredMock } from '../auth/mock-or-live.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { Preferences } from '../ports/gamification.ts';
import type { Figures } from '../ports/jobs.ts';
import type { CallScope, UpstreamGate } from '../ports/reply.ts';
import type { Delivery, ReportSchedule, ReportSchedules, ReportStore } from '../ports/reports.ts';
import { asNotFound, type BeginReport, reportLifeMs } from './order-report.ts';

/** What a trainer chooses; the rest of a schedule is known. */
export type WeeklyChoice = Omit<ReportSchedule, 'userId' | 'organizationId' | 'zone'>;

export interface WeeklyReportsDeps {
  authorizer: Pick<Authorizer, 'authorize'>;
  schedules: ReportSchedules;
  preferences: Pick<Preferences, 'of'>;
  gate: UpstreamGate;
  /** Ways out that are set up here. */
  ways: ReadonlySet<Delivery>;
  clock: Clock;
}

/** The weekly report that a trainer wants of the own courses. */
export function makeWeeklyReports(deps: WeeklyReportsDeps) {
  const { authorizer, schedules, preferences, gate, ways, clock } = deps;

  /** The person's own, else the organization's; UTC when neither is known. */
  async function zoneOf(viewer: Viewer, scope: CallScope): Promise<string> {
    const own = (await preferences.of(viewer.id)).timeZone;
    if (own && isTimeZone(own)) return own;
    const { organizationId } = viewer;
    if (organizationId === null) return 'UTC';
    const organization = await liveOrUnconfiguredMock(gate, scope, ({ directory }) =>
      directory.organization(organizationId),
    ).catch(() => null);
    const zone = organization?.value?.timeZone;
    return zone && isTimeZone(zone) ? zone : 'UTC';
  }

  return {
    /** @throws RpcError. */
    get: (viewer: Viewer): Promise<ReportSchedule | null> => schedules.get(viewer.id),

    /** @throws AppError VALIDATION_ERROR, FORBIDDEN, NOT_FOUND (no trainer), UPSTREAM_UNAVAILABLE; RpcError. */
    set: async (viewer: Viewer, choice: WeeklyChoice, scope: CallScope): Promise<ReportSchedule> => {
      if (!ways.has(choice.delivery))
        throw new AppError('VALIDATION_ERROR', 'Some fields are not valid.', {
          details: [{ field: 'body.delivery', message: `must be one of ${[...ways].join(', ')} here` }],
        });
      const { organizationId } = await authorizer.authorize(
        viewer,
        { kind: 'trainer', id: viewer.id },
        scope,
      );
      const zone = await zoneOf(viewer, scope);
      const schedule = { ...choice, userId: viewer.id, organizationId, zone };
      await schedules.save(schedule, clock.now()).catch(asNotFound);
      return schedule;
    },

    /** @throws AppError NOT_FOUND; RpcError. */
    end: async (viewer: Viewer): Promise<void> => {
      if (!(await schedules.remove(viewer.id))) throw new AppError('NOT_FOUND', 'There is no weekly report.');
    },
  };
}

export type WeeklyReports = ReturnType<typeof makeWeeklyReports>;

export interface OrderWeeklyDeps {
  schedules: Pick<ReportSchedules, 'page' | 'mark'>;
  store: Pick<ReportStore, 'create'>;
  digest: Digest;
}

const pageSize = 200;
/** A day that was missed for longer is not made up for: the next one is near. */
const catchUpMs = 24 * 3_600_000;

/**
 * Orders every weekly report whose hour has come where its trainer is; each once, however often it is called.
 * Whether the trainer may still see the own courses is found out when it is made.
 * @throws RpcError; the signal's reason.
 */
export const makeOrderWeekly =
  ({ schedules, store, digest }: OrderWeeklyDeps) =>
  async (begin: BeginReport, now: number, signal: AbortSignal): Promise<Figures> => {
    let ordered = 0;
    for (let after: string | null = null; ; ) {
      const page: readonly ReportSchedule[] = await schedules.page(after, pageSize);
      if (page.length === 0) return { ordered };
      for (const schedule of page) {
        signal.throwIfAborted();
        after = schedule.userId;
        const due = lastDue(schedule, now);
        if (now - due.at >= catchUpMs) continue;
        const { userId, organizationId, format, language, courseId, delivery } = schedule;
        const reportId = digest(JSON.stringify(['weekly report', userId, due.day]));
        const isNew = await store.create({
          ...{ reportId, type: 'trainer', subjectId: userId, requestedBy: userId, organizationId, format },
          parameters: {
            ...{ language, courseId, delivery, startDate: null, endDate: null },
            requestHash: digest(JSON.stringify(['weekly', due.day])),
          },
          createdAt: now,
          expiresAt: now + reportLifeMs,
        });
        // Noted last: whoever dies in between orders it again, under the same id.
        const isFirst = await schedules.mark(userId, due.day);
        if (!isNew || !isFirst) continue;
        await begin({ reportId, organizationId });
        ordered += 1;
      }
    }
  };
