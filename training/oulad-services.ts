/** OULAD as the nine services tell it at an instant: the rows of the mock services, as domain types. */
import { loadOuladServices } from '../mocks/oulad.ts';
import type { MockRoutes } from '../mocks/route.ts';
import { makeMockRouter } from '../mocks/router.ts';
import type { Attempt } from '../src/domain/learning/attempt.ts';
import type { CourseEnrolment } from '../src/domain/learning/enrolment.ts';

type Wire<T, K extends keyof T> = Omit<T, K> & Record<K, string | null>;
type WireRow = Wire<
  CourseEnrolment,
  'enrolledAt' | 'dueAt' | 'lastActivityAt' | 'completedAt' | 'withdrawnAt'
>;
type WireAttempt = Wire<Attempt, 'startedAt' | 'submittedAt' | 'dueAt'>;

/** The data hold a few thousand different instants and millions of rows that name them. */
const instants = new Map<string, number>();

function msOf(iso: string | null): number | null {
  if (iso === null) return null;
  const known = instants.get(iso) ?? Date.parse(iso);
  instants.set(iso, known);
  return known;
}

function everyPage<T>(routes: MockRoutes, path: string): T[] {
  const match = makeMockRouter(routes)('GET', path);
  if (match === null) throw new Error(`no route for ${path}`);
  const items: T[] = [];
  let query: Record<string, string> = {};
  for (;;) {
    const page = match.handler({ params: match.params, query, body: undefined }) as {
      items: T[];
      nextCursor: string | null;
    };
    for (const item of page.items) items.push(item);
    if (page.nextCursor === null) return items;
    query = { cursor: page.nextCursor };
  }
}

const rollRow = (row: WireRow): CourseEnrolment => ({
  userId: row.userId,
  organizationId: row.organizationId,
  enrolledAt: msOf(row.enrolledAt),
  dueAt: msOf(row.dueAt),
  status: row.status,
  completedTopics: row.completedTopics,
  totalTopics: row.totalTopics,
  lastActivityAt: msOf(row.lastActivityAt),
  completedAt: msOf(row.completedAt),
  withdrawnAt: msOf(row.withdrawnAt),
});

const attemptRow = (row: WireAttempt): Attempt => ({
  ...row,
  startedAt: msOf(row.startedAt),
  submittedAt: msOf(row.submittedAt),
  dueAt: msOf(row.dueAt),
});

export interface OuladServices {
  roll(courseId: string, now: number): CourseEnrolment[];
  attempts(courseId: string, now: number): Attempt[];
}

/**
 * The wire rows are made by the mock services and only turned into domain types here, without the checks of the
 * clients: a test compares the two row by row.
 */
export function ouladServices(dir: string): OuladServices {
  let instant = 0;
  const services = loadOuladServices({ dir, now: () => instant });
  const at = <T>(now: number, read: () => T): T => {
    instant = now;
    return read();
  };
  return {
    roll: (courseId, now) =>
      at(now, () => everyPage<WireRow>(services.courses, `/courses/${courseId}/enrollments`).map(rollRow)),
    attempts: (courseId, now) =>
      at(now, () =>
        everyPage<WireAttempt>(services.assessment, `/courses/${courseId}/attempts`).map(attemptRow),
      ),
  };
}
