/** In which state the places of a course are: counted once, however many answers tell of it. */
import type { CourseEnrolment } from '../learning/enrolment.ts';
import { tellableCounts } from '../privacy/counts.ts';
import { type Row, tellableTotals } from '../privacy/totals.ts';
import type { Setting } from '../setting.ts';
import { dayMs } from '../time.ts';
import { type CountedCourse, isActiveSince } from './course-facts.ts';

/** As course-performance and course-health see a place (who is active) and as the distribution does (who has begun). */
const placeStates = ['notStarted', 'active', 'otherInProgress', 'completed', 'withdrawn'] as const;
type PlaceState = (typeof placeStates)[number];
export const progressStates = ['notStarted', 'inProgress', 'completed', 'withdrawn'] as const;
export type ProgressState = (typeof progressStates)[number];

/** How many places are in each state; null where suppressed. */
export type ToldStates = Record<PlaceState, number | null>;

const activeDays = 14;

/** Where finished topics are not known, the status says whether somebody has begun. */
function progressOf({ status, completedTopics, lastActivityAt }: CourseEnrolment): ProgressState {
  if (status === 'completed' || status === 'withdrawn') return status;
  const nothingFinished = completedTopics === 0 || (completedTopics === null && status === 'enrolled');
  return nothingFinished && lastActivityAt === null ? 'notStarted' : 'inProgress';
}

/** Whether somebody was seen within the last 14 days. */
export const isActive = (row: CourseEnrolment, now: number): boolean =>
  isActiveSince(row, now - activeDays * dayMs);

function stateOf(row: CourseEnrolment, now: number): PlaceState {
  const progress = progressOf(row);
  if (progress !== 'inProgress') return progress;
  return isActive(row, now) ? 'active' : 'otherInProgress';
}

const columnOf = (state: PlaceState): ProgressState =>
  state === 'active' || state === 'otherInProgress' ? 'inProgress' : state;

function rowOf(people: readonly CourseEnrolment[], { now, minimumCohort }: Setting): Row<PlaceState> {
  const groups = Map.groupBy(people, (row) => stateOf(row, now));
  const counts = Object.fromEntries(
    placeStates.map((state) => [state, groups.get(state)?.length ?? 0]),
  ) as Record<PlaceState, number>;
  return { counts, told: tellableCounts(counts, minimumCohort) };
}

/**
 * The places of one course by state, as far as they may be told. Suppressed once for all answers: what one tells of the
 * same people would otherwise be what another one hides.
 *
 * Unit: places. Null rule: fewer than the minimum, and those that would give them away: suppressed.
 */
export const toldStates = (people: readonly CourseEnrolment[], setting: Setting): ToldStates =>
  rowOf(people, setting).told;

/**
 * The places of these courses together by how far they are, as far as they may be told beside those of each course. The
 * suppressed courses, of which nothing is told, are one group.
 *
 * Unit: places. Null rule: as `toldStates`, and where a course would be the total less the others.
 */
export function toldProgress(
  courses: readonly CountedCourse[],
  setting: Setting,
): Record<ProgressState, number | null> {
  const hidden = courses.filter(({ isSuppressed }) => isSuppressed);
  const groups = [
    ...courses.filter(({ isSuppressed }) => !isSuppressed).map(({ people }) => people ?? []),
    ...(hidden.length === 0 ? [] : [hidden.flatMap(({ people }) => people ?? [])]),
  ];
  const rows = groups.map((people) => rowOf(people, setting));
  return tellableTotals(rows, progressStates, columnOf, setting.minimumCohort);
}
