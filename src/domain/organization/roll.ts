import type { OrganizationEnrolment } from '../learning/enrolment.ts';
import { addMonths, dayMs, monthOf, startOfDay } from '../time.ts';
import { PairSet } from './pair-set.ts';
import type { People } from './people.ts';

const weekMs = 7 * dayMs;
/** Lifetimes are kept by whole weeks; longer ones count as this long. */
const mostWeeks = 260;
/** Months whose pace is kept, the current one last. */
export const monthsKept = 12;
/** Somebody is active with activity in the last so many days. */
const activeDays = 14;
/** A pace within a tenth of what is asked for is on track. */
const onTrackShare = 0.9;

/** How long enrolments lasted, in whole weeks: how many ended as asked about, and how many were only seen so far. */
export interface LifetimesByWeek {
  events: Uint32Array;
  censored: Uint32Array;
}

/** What the enrolments say of an organization's people. Columns are by place; NaN = not known. */
export interface Roll {
  /** Enrolments that were not withdrawn. */
  enrolments: Uint16Array;
  completions: Uint16Array;
  /** Topics per week over all enrolments that are going on. */
  pace: Float64Array;
  /** Topics per week that would finish in time all of them that still can be. */
  target: Float64Array;
  /** 1 = something that is going on should have been finished by now. */
  overdue: Uint8Array;
  /** 1 = some activity in the last 14 days. */
  active: Uint8Array;
  /** False when no enrolment says when anything was done: nobody is then known to be idle. */
  knowsActivity: boolean;
  /** Course work with a due date that has passed: how much there was, and how much was done by then. */
  due: Uint16Array;
  onTime: Uint16Array;
  toCompletion: LifetimesByWeek;
  toWithdrawal: LifetimesByWeek;
  /** `YYYY-MM`, oldest first. */
  months: readonly string[];
  /** Topics by department and month, and people with an enrolment in it: index = department × months + month. */
  topicsByMonth: Float64Array;
  peopleByMonth: Uint32Array;
  /** Places and withdrawals by course, for comparing courses. */
  courses: ReadonlyMap<string, { enrolments: number; completions: number }>;
}

export interface RollBuilder {
  add(rows: readonly OrganizationEnrolment[]): void;
  done(): Roll;
}

const lifetimes = (): LifetimesByWeek => ({
  events: new Uint32Array(mostWeeks + 1),
  censored: new Uint32Array(mostWeeks + 1),
});

const weeksBetween = (from: number, to: number): number =>
  Math.min(mostWeeks, Math.max(0, Math.floor((to - from) / weekMs)));

function bump(column: Uint16Array | Uint32Array | Float64Array, at: number, by = 1) {
  column[at] = (column[at] ?? 0) + by;
}

/** Adds to a column in which NaN means that nothing is known yet. */
function accumulate(column: Float64Array, at: number, by: number): void {
  const known = column[at] ?? Number.NaN;
  column[at] = Number.isNaN(known) ? by : known + by;
}

/** Topics per week since enrolment; null when it is not known how many or since when. */
function paceOf({ completedTopics, enrolledAt }: OrganizationEnrolment, now: number): number | null {
  if (completedTopics === null || enrolledAt === null || enrolledAt > now) return null;
  return completedTopics / Math.max(1, (now - enrolledAt) / weekMs);
}

/** Topics per week that are still asked for; null when there is no date to keep, or it has passed. */
function targetOf(row: OrganizationEnrolment, now: number): number | null {
  const { completedTopics, totalTopics, dueAt } = row;
  if (completedTopics === null || totalTopics === null || dueAt === null || dueAt <= now) return null;
  return Math.max(0, totalTopics - completedTopics) / Math.max(1, (dueAt - now) / weekMs);
}

/** When the work of an enrolment ended, or stands. */
const endOf = (row: OrganizationEnrolment, now: number): number =>
  Math.min(now, row.completedAt ?? row.withdrawnAt ?? row.lastActivityAt ?? now);

/**
 * Folds the enrolments of an organization, page by page in any order; a person's second row about one course is
 * not counted again. Topics are spread evenly between enrolment and the last activity: the rolls hold no dates of
 * single topics.
 */
export function rollBuilder(people: People, now: number): RollBuilder {
  const size = people.places.size;
  const thisMonth = monthOf(now, people.zone);
  const months = Array.from({ length: monthsKept }, (_, index) =>
    addMonths(thisMonth, index - monthsKept + 1),
  );
  const starts = [...months, addMonths(thisMonth, 1)].map((month) => startOfDay(`${month}-01`, people.zone));
  const cells = people.departments.length * monthsKept;
  const courseNumbers = new Map<string, number>();
  const courses = new Map<string, { enrolments: number; completions: number }>();
  const seen = new PairSet();
  let dated = 0;
  /** One bit a month: people are counted once in each, however many courses they take. */
  const monthsOfPerson = new Uint16Array(size);
  const roll = {
    enrolments: new Uint16Array(size),
    completions: new Uint16Array(size),
    pace: new Float64Array(size).fill(Number.NaN),
    target: new Float64Array(size).fill(Number.NaN),
    overdue: new Uint8Array(size),
    active: new Uint8Array(size),
    due: new Uint16Array(size),
    onTime: new Uint16Array(size),
    toCompletion: lifetimes(),
    toWithdrawal: lifetimes(),
    months,
    topicsByMonth: new Float64Array(cells),
    peopleByMonth: new Uint32Array(cells),
    courses,
  };

  /** True for the first row about a person and course. */
  function isNew(place: number, courseId: string): boolean {
    const course = courseNumbers.get(courseId) ?? courseNumbers.size;
    courseNumbers.set(courseId, course);
    return seen.add(place, course);
  }

  function countCourse({ courseId, status }: OrganizationEnrolment): void {
    const course = courses.get(courseId) ?? { enrolments: 0, completions: 0 };
    course.enrolments += 1;
    if (status === 'completed') course.completions += 1;
    courses.set(courseId, course);
  }

  function addLifetimes(row: OrganizationEnrolment): void {
    if (row.enrolledAt === null) return;
    const week = weeksBetween(
      row.enrolledAt,
      row.status === 'enrolled' || row.status === 'in_progress' ? now : endOf(row, now),
    );
    bump(row.status === 'completed' ? roll.toCompletion.events : roll.toCompletion.censored, week);
    bump(row.status === 'withdrawn' ? roll.toWithdrawal.events : roll.toWithdrawal.censored, week);
  }

  /** Spreads the topics of an enrolment over the months that are kept. */
  function addMonthsOf(place: number, row: OrganizationEnrolment): void {
    const { completedTopics, enrolledAt } = row;
    if (completedTopics === null || enrolledAt === null || enrolledAt > now) return;
    // At least an instant, so that what was finished at once is finished in some month.
    const end = Math.max(enrolledAt + 1, endOf(row, now));
    const department = (people.departmentOf[place] ?? 0) * monthsKept;
    for (let month = 0; month < monthsKept; month += 1) {
      const [start = 0, next = 0] = [starts[month], starts[month + 1]];
      const overlap = Math.min(end, next) - Math.max(enrolledAt, start);
      if (overlap <= 0) continue;
      bump(roll.topicsByMonth, department + month, (completedTopics * overlap) / (end - enrolledAt));
      const known = monthsOfPerson[place] ?? 0;
      if ((known & (1 << month)) === 0) bump(roll.peopleByMonth, department + month);
      monthsOfPerson[place] = known | (1 << month);
    }
  }

  function addGoingOn(place: number, row: OrganizationEnrolment): void {
    const pace = paceOf(row, now);
    const target = targetOf(row, now);
    if (pace !== null) accumulate(roll.pace, place, pace);
    if (target !== null) accumulate(roll.target, place, target);
    if (row.dueAt !== null && row.dueAt <= now) roll.overdue[place] = 1;
  }

  function addDue(place: number, { dueAt, completedAt, status }: OrganizationEnrolment): void {
    if (dueAt === null || dueAt > now) return;
    // Nobody knows whether that was in time.
    if (status === 'completed' && completedAt === null) return;
    bump(roll.due, place);
    if (completedAt !== null && completedAt <= dueAt) bump(roll.onTime, place);
  }

  function addRow(row: OrganizationEnrolment): void {
    const place = people.places.get(row.userId);
    if (place === undefined || !isNew(place, row.courseId)) return;
    countCourse(row);
    addLifetimes(row);
    addMonthsOf(place, row);
    if (row.lastActivityAt !== null) dated += 1;
    if (row.lastActivityAt !== null && row.lastActivityAt > now - activeDays * dayMs) roll.active[place] = 1;
    if (row.status === 'withdrawn') return;
    bump(roll.enrolments, place);
    if (row.status === 'completed') bump(roll.completions, place);
    else addGoingOn(place, row);
    addDue(place, row);
  }

  return {
    add: (rows) => rows.forEach(addRow),
    done: () => ({ ...roll, knowsActivity: dated > 0 || courseNumbers.size === 0 }),
  };
}

/** Whether the place's pace keeps up with what is asked; nobody does with work overdue. Null without a target or a pace. */
export function isOnTrack({ pace, target, overdue }: Roll, place: number): boolean | null {
  if (overdue[place] === 1) return false;
  const [own, asked] = [pace[place] ?? Number.NaN, target[place] ?? Number.NaN];
  return Number.isNaN(own) || Number.isNaN(asked) ? null : own >= asked * onTrackShare;
}
