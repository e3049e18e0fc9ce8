import { ApiError, asApiError, problemOf } from './problem.ts';
import type { paths } from './schema.ts';
import { readEvents, type SilenceGuard, type StreamPlace } from './server-sent-events.ts';

interface DashboardPaths {
  learner: '/api/v1/dashboards/learner/{userId}';
  trainer: '/api/v1/dashboards/trainer/{trainerId}';
  organization: '/api/v1/dashboards/organization/{orgId}';
}
export type DashboardAudience = keyof DashboardPaths;

export type DashboardAnswer<A extends DashboardAudience> =
  paths[DashboardPaths[A]]['get']['responses'][200]['content']['application/json'];
type Sections<A extends DashboardAudience> = Required<DashboardAnswer<A>['data']['sections']>;
export type SectionName<A extends DashboardAudience> = keyof Sections<A>;

/** A part of a dashboard, when it is ready: a section by its name, and at the end what is said of the whole. */
export type DashboardPart<A extends DashboardAudience> =
  | {
      [Name in SectionName<A>]-?: { type: 'section'; name: Name; section: Sections<A>[Name] };
    }[SectionName<A>]
  | { type: 'done'; meta: DashboardAnswer<A>['meta'] };

/** The parts of a dashboard from the body of its event stream. @throws ApiError when it ends before its end. */
export async function* dashboardParts<A extends DashboardAudience>(
  response: Response,
  signal: AbortSignal | undefined,
  guard: SilenceGuard,
): AsyncGenerator<DashboardPart<A>, void, undefined> {
  const place: StreamPlace = { lastId: '', retryMs: null };
  try {
    for await (const { event, data } of readEvents(response.body ?? new ReadableStream(), place, guard)) {
      const told: unknown = JSON.parse(data);
      if (event === 'section')
        yield { type: 'section', ...(told as { name: string; section: unknown }) } as DashboardPart<A>;
      if (event === 'error') throw new ApiError(problemOf(response, told));
      if (event === 'done') {
        yield { type: 'done', ...(told as { meta: DashboardAnswer<A>['meta'] }) };
        return;
      }
    }
  } catch (thrown) {
    throw asApiError(thrown, signal);
  }
  throw new ApiError({ code: 'NETWORK', message: 'The stream broke off.' });
}
