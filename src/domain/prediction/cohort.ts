/** What can be seen of everybody who takes the same run of a course, from lists that one request can read. */
import type { Attempt } from '../learning/attempt.ts';
import type { CourseEnrolment } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Setting } from '../setting.ts';
import { clamp } from '../statistics/summary.ts';
import { dayMs } from '../time.ts';

/** What is measured of each learner of a run. Of `score` and `progress` more is better, of the others less. */
const measures = ['idle', 'missed', 'late', 'score', 'progress'] as const;
export type Measure = (typeof measures)[number];

/** One number per member; NaN = not known of this one. */
type Column = Float64Array;

/** A run of a course at an instant: those who have not left it, and what is measured of them. */
export interface Cohort {
  rows: readonly CourseEnrolment[];
  /** The place of each in the columns, by user id. */
  places: ReadonlyMap<string, number>;
  columns: Readonly<Record<Measure, Column>>;
  /** The known ones of each column, ascending, where somebody has sorted them: it pays from some ten members on. */
  sorted: Readonly<Record<Measure, Column>> | null;
  /** Pieces of work that were due, each counted by the share of the run that has handed it in. */
  dueWork: number;
  /** Of those who were there four weeks ago the share that has left since; null = too few to tell. */
  attrition: number | null;
}

/** What is known of fewer than this share of a run says more about the service than about its people. */
const leastKnownShare = 0.5;
/** Further from the due date than this is as early or as late as can be. */
const farDays = 14;
/** A piece of work that is missing for so long counts in full; one that was due just now may still come. */
const missingDays = 28;
/** Over how many days it is counted who left. */
const attritionDays = 28;

const touchedAt = (row: CourseEnrolment): number =>
  Math.max(row.lastActivityAt ?? 0, row.completedAt ?? 0, row.withdrawnAt ?? 0, row.enrolledAt ?? 0);

/** Of two rows about one person the one touched last, then the further one: never by order of arrival. */
function isLater(a: CourseEnrolment, b: CourseEnrolment): boolean {
  const order = touchedAt(a) - touchedAt(b) || (a.completedTopics ?? -1) - (b.completedTopics ?? -1);
  return order > 0 || (order === 0 && a.status < b.status);
}

/** Each person of an organization once, as `peopleOn` has them, in no order. No organization counts as own. */
export function rowsByPerson(
  roll: readonly CourseEnrolment[],
  organizationId: string | null,
): Map<string, CourseEnrolment> {
  const rows = new Map<string, CourseEnrolment>();
  for (const row of roll) {
    if (row.organizationId !== null && row.organizationId !== organizationId) continue;
    const known = rows.get(row.userId);
    if (known === undefined || isLater(row, known)) rows.set(row.userId, row);
  }
  return rows;
}

/** One piece of assessed work, with the columns of what the members have done of it. */
interface Work {
  /** The latest that is known of anybody; −∞ where it is never due. */
  dueAt: number;
  /** First hand-in, epoch ms. */
  first: Column;
  /** Days after the own due date of the first hand-in. */
  late: Column;
  /** Latest hand-in that was marked, and its score and weight. */
  markedAt: Column;
  score: Column;
  weight: Column;
}

const unknown = (size: number): Column => new Float64Array(size).fill(Number.NaN);

const newWork = (size: number): Work => ({
  dueAt: Number.NEGATIVE_INFINITY,
  first: unknown(size),
  late: unknown(size),
  markedAt: unknown(size),
  score: unknown(size),
  weight: unknown(size),
});

/** The value at a place that is known to be one. */
const at = (column: Column, place: number): number => column[place] ?? Number.NaN;

function handIn(work: Work, place: number, { dueAt, score, weight }: Attempt, submittedAt: number): void {
  if (!(submittedAt >= at(work.first, place))) {
    work.first[place] = submittedAt;
    work.late[place] = dueAt === null ? Number.NaN : clamp((submittedAt - dueAt) / dayMs, -farDays, farDays);
  }
  if (score !== null && !(submittedAt < at(work.markedAt, place))) {
    work.markedAt[place] = submittedAt;
    work.score[place] = score;
    work.weight[place] = weight ?? 1;
  }
}

/** Every piece of work that anybody of these has an attempt at. */
function worksOf(attempts: readonly Attempt[], places: ReadonlyMap<string, number>, now: number): Work[] {
  const works = new Map<string, Work>();
  // Services list one person's attempts together, and everybody's in one order: most look-ups are of whom the last one
  // was, and of what came next the last time.
  let last: string | null = null;
  let place: number | undefined;
  const order: { id: string; work: Work }[] = [];
  let next = 0;
  for (const attempt of attempts) {
    const { userId, assessmentId, submittedAt, dueAt } = attempt;
    if (userId !== last) {
      last = userId;
      next = 0;
      place = userId === null ? undefined : places.get(userId);
    }
    if (place === undefined) continue;
    const expected = order[next];
    let work = expected?.id === assessmentId ? expected.work : works.get(assessmentId);
    if (work === undefined) {
      work = newWork(places.size);
      works.set(assessmentId, work);
      order.push({ id: assessmentId, work });
    }
    next += 1;
    if (dueAt !== null && dueAt > work.dueAt) work.dueAt = dueAt;
    if (submittedAt !== null && submittedAt <= now) handIn(work, place, attempt, submittedAt);
  }
  return [...works.values()];
}

/** Share of a run that has handed a piece of work in. */
function shareDone({ first }: Work): number {
  let done = 0;
  for (const value of first) if (!Number.isNaN(value)) done += 1;
  return done / first.length;
}

/** Due work that counts: what nobody hands in (a draft, an exam without records) was not missed. */
interface DueWork {
  work: Work;
  share: number;
}

/**
 * The share of due work that someone has not handed in, each piece counted by the share of the run that has (what
 * nearly all have done counts most) and by how long it has been missing. What was due before the enrolment was not
 * missed.
 */
function missedOf(
  due: readonly DueWork[],
  place: number,
  { enrolledAt }: CourseEnrolment,
  now: number,
): number {
  let [all, missed] = [0, 0];
  for (const { work, share } of due) {
    const isDone = !Number.isNaN(at(work.first, place));
    if (!isDone && enrolledAt !== null && enrolledAt > work.dueAt) continue;
    all += share;
    if (!isDone) missed += share * Math.min(1, (now - work.dueAt) / (missingDays * dayMs));
  }
  return all === 0 ? Number.NaN : missed / all;
}

/** Mean days after the due date; before it is negative. Work by work, as it lies in memory. */
function lateColumn(works: readonly Work[], size: number): Column {
  const [days, count] = [new Float64Array(size), new Float64Array(size)];
  for (const { late } of works) {
    for (let place = 0; place < size; place += 1) {
      const own = at(late, place);
      if (Number.isNaN(own)) continue;
      days[place] = at(days, place) + own;
      count[place] = at(count, place) + 1;
    }
  }
  // 0 / 0 is NaN: nothing is known.
  return days.map((sum, place) => sum / at(count, place));
}

/** Mean of the latest marked hand-ins by weight; all weights 0 count alike. */
function scoreColumn(works: readonly Work[], size: number): Column {
  const [sum, plain, total, count] = [
    new Float64Array(size),
    new Float64Array(size),
    new Float64Array(size),
    new Float64Array(size),
  ];
  for (const { score, weight } of works) {
    for (let place = 0; place < size; place += 1) {
      const own = at(score, place);
      if (Number.isNaN(own)) continue;
      sum[place] = at(sum, place) + own * at(weight, place);
      plain[place] = at(plain, place) + own;
      total[place] = at(total, place) + at(weight, place);
      count[place] = at(count, place) + 1;
    }
  }
  return sum.map((weighted, place) =>
    at(total, place) > 0 ? weighted / at(total, place) : at(plain, place) / at(count, place),
  );
}

const progressOf = ({ completedTopics, totalTopics }: CourseEnrolment): number =>
  completedTopics === null || totalTopics === null || totalTopics === 0
    ? Number.NaN
    : completedTopics / totalTopics;

/** Days since anything was seen, of whoever was seen at all. */
function idleOf(row: CourseEnrolment, lastHandIn: number, now: number): number {
  const last = Math.max(row.lastActivityAt ?? Number.NEGATIVE_INFINITY, lastHandIn);
  return last === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(0, now - last) / dayMs;
}

function lastHandIns(works: readonly Work[], size: number): Column {
  const last = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  for (const { first, markedAt } of works) {
    for (let place = 0; place < size; place += 1) {
      const own = Math.max(at(first, place), Number.isNaN(at(markedAt, place)) ? 0 : at(markedAt, place));
      if (own > at(last, place)) last[place] = own;
    }
  }
  return last;
}

/** A loop, for `Float64Array.from` costs several times as much. */
function columnOf(
  rows: readonly CourseEnrolment[],
  of: (row: CourseEnrolment, place: number) => number,
): Column {
  const column = new Float64Array(rows.length);
  for (const [place, row] of rows.entries()) column[place] = of(row, place);
  return column;
}

/** Who was never seen has been idle longest, where the service knows of most of them when they were. */
function idleColumn(rows: readonly CourseEnrolment[], works: readonly Work[], now: number): Column {
  const known = rows.reduce((count, { lastActivityAt }) => count + Number(lastActivityAt !== null), 0);
  if (known < leastKnownShare * rows.length) return unknown(rows.length);
  const last = lastHandIns(works, rows.length);
  return columnOf(rows, (row, place) => idleOf(row, at(last, place), now));
}

/**
 * How many of a run that were there four weeks ago have left since. Who left at an unknown time is in neither
 * number; rounded so that no single leaver shows.
 */
function attritionOf(
  people: ReadonlyMap<string, CourseEnrolment>,
  run: Pick<CourseEnrolment, 'dueAt'>,
  now: number,
  minimum: number,
): number | null {
  const since = now - attritionDays * dayMs;
  let [there, left] = [0, 0];
  for (const { status, dueAt, enrolledAt, withdrawnAt } of people.values()) {
    if (dueAt !== run.dueAt || (enrolledAt ?? since) > since) continue;
    if (status === 'withdrawn' && (withdrawnAt === null || withdrawnAt <= since)) continue;
    there += 1;
    if (status === 'withdrawn') left += 1;
  }
  return there < minimum ? null : hideOne((100 * left) / there, there) / 100;
}

function ascending(column: Column): Column {
  const known = new Float64Array(column.length);
  let count = 0;
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    known[count] = value;
    count += 1;
  }
  return known.subarray(0, count).sort();
}

/**
 * Those of one organization in the same run as one of them (same due date, not withdrawn; people who have left are
 * never peers), with what is measured of each. `attempts` null = not known: what is made of them is not known either.
 *
 * Units: idle, late in days; missed, progress, attrition as shares 0–1; score 0–100.
 */
export function runCohort(
  people: ReadonlyMap<string, CourseEnrolment>,
  run: Pick<CourseEnrolment, 'dueAt'>,
  attempts: readonly Attempt[] | null,
  { now, minimumCohort }: Pick<Setting, 'now' | 'minimumCohort'>,
): Cohort {
  const rows = [...people.values()].filter(
    ({ status, dueAt }) => status !== 'withdrawn' && dueAt === run.dueAt,
  );
  const places = new Map(rows.map(({ userId }, place) => [userId, place]));
  const works = worksOf(attempts ?? [], places, now);
  const due = works
    .filter(({ dueAt }) => dueAt > Number.NEGATIVE_INFINITY && dueAt < now)
    .map((work) => ({ work, share: shareDone(work) }));
  const columns = {
    idle: idleColumn(rows, works, now),
    missed: columnOf(rows, (row, place) => missedOf(due, place, row, now)),
    late: lateColumn(works, rows.length),
    score: scoreColumn(works, rows.length),
    progress: columnOf(rows, progressOf),
  };
  return {
    rows,
    places,
    columns,
    sorted: null,
    dueWork: due.reduce((sum, { share }) => sum + share, 0),
    attrition: attritionOf(people, run, now, minimumCohort),
  };
}

/** The same cohort, made ready to be asked about all its members. */
export const withSortedColumns = (cohort: Cohort): Cohort => ({
  ...cohort,
  sorted: Object.fromEntries(
    measures.map((measure) => [measure, ascending(cohort.columns[measure])]),
  ) as Record<Measure, Column>,
});

/** How many of an ascending column are below a value (or, with `orEqual`, not above it). */
function countBelow(sorted: Column, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = at(sorted, middle);
    if (other < value || (orEqual && other === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of a column are known, and how many of them are below a value and equal to it. */
interface Standing {
  known: number;
  below: number;
  equal: number;
}

function standingIn(column: Column, value: number): Standing {
  let [known, below, equal] = [0, 0, 0];
  for (const other of column) {
    if (Number.isNaN(other)) continue;
    known += 1;
    if (other < value) below += 1;
    else if (other === value) equal += 1;
  }
  return { known, below, equal };
}

function standingInSorted(sorted: Column, value: number): Standing {
  const below = countBelow(sorted, value, false);
  return { known: sorted.length, below, equal: countBelow(sorted, value, true) - below };
}

/** What is measured of a member; null = not known. */
export function measured({ columns }: Cohort, measure: Measure, place: number): number | null {
  const value = at(columns[measure], place);
  return Number.isNaN(value) ? null : value;
}

/**
 * The mid-rank percentile of a member among those of whom a measure is known, rounded so that no single one of them
 * can be had from it.
 *
 * Unit: 0–100. Null rule: not known of the member, or of fewer than `minimum`.
 */
export function percentileIn(
  { columns, sorted }: Cohort,
  measure: Measure,
  place: number,
  minimum: number,
): number | null {
  const value = at(columns[measure], place);
  if (Number.isNaN(value)) return null;
  const { known, below, equal } =
    sorted === null ? standingIn(columns[measure], value) : standingInSorted(sorted[measure], value);
  return known < minimum ? null : hideOne((100 * (below + equal / 2)) / known, known);
}
