import { departmentSizes, type People, unassigned } from '../organization/people.ts';
import { monthsKept, type Roll } from '../organization/roll.ts';
import { hideOne } from '../privacy/rounding.ts';
import { suppressedCells, totalIsTellable } from '../privacy/suppression.ts';
import type { Missing } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { clamp } from '../statistics/summary.ts';
import { addMonths, dayNumber, dayOf } from '../time.ts';

/** A department as a cell of the organization: whether it may be told about. */
export interface DepartmentCell {
  /** Index into `people.departments`. */
  index: number;
  departmentId: string;
  /** Null for those who are in none. */
  name: string | null;
  people: number;
  isSuppressed: boolean;
}

export interface DepartmentCells {
  cells: readonly DepartmentCell[];
  learners: number;
  /** Whether figures for the whole organization may be told. */
  isTotalTellable: boolean;
}

/** The departments of an organization in the order of their ids, with what may be told of them. */
export function departmentCells(people: People, { minimumCohort }: Setting): DepartmentCells {
  const sizes = departmentSizes(people);
  const sized = people.departments
    .map(({ departmentId, name }, index) => ({
      index,
      departmentId,
      name: departmentId === unassigned ? null : name,
      people: sizes[index] ?? 0,
      key: departmentId,
    }))
    .sort((a, b) => (a.departmentId < b.departmentId ? -1 : 1));
  const suppressed = suppressedCells(sized, minimumCohort);
  return {
    cells: sized.map(({ key, ...cell }) => ({ ...cell, isSuppressed: suppressed.has(key) })),
    learners: people.places.size,
    isTotalTellable: people.places.size === 0 || totalIsTellable(sized, suppressed, minimumCohort),
  };
}

/** A mean of people's values, as far as it may be told. */
export type Told = { value: number } | { value: null; reason: 'suppressed' | 'insufficient_data' };

/** What the known values of some people add up to. */
interface Tally {
  sum: number;
  weight: number;
  people: number;
  heaviest: number;
}

const emptyTally = (): Tally => ({ sum: 0, weight: 0, people: 0, heaviest: 0 });

/** Values outside 0 to `range` count as its ends: one person beyond it would stand out of any rounding. */
function count(tally: Tally, value: number, range: number, weight = 1): void {
  if (Number.isNaN(value) || weight === 0) return;
  tally.sum += clamp(value, 0, range) * weight;
  tally.weight += weight;
  tally.people += 1;
  tally.heaviest = Math.max(tally.heaviest, weight);
}

/** Somebody with ten times the weight of the others needs ten times the rounding to hide in. */
function meanOf({ sum, weight, people, heaviest }: Tally, range: number, { minimumCohort }: Setting): Told {
  if (people === 0) return { value: null, reason: 'insufficient_data' };
  if (people < minimumCohort) return { value: null, reason: 'suppressed' };
  return { value: hideOne(sum / weight, Math.floor(weight / heaviest), range) };
}

/**
 * Mean of the known values (0 to `range`) of some people, rounded so that no one of them can be had from it.
 * Null rule: nobody's value known: insufficient_data; fewer people than the minimum: suppressed.
 */
export function toldMean(values: Iterable<number>, range: number, setting: Setting): Told {
  const tally = emptyTally();
  for (const value of values) count(tally, value, range);
  return meanOf(tally, range, setting);
}

/** A figure of every person: NaN = not known. */
export interface PersonalFigure {
  value: (place: number) => number;
  /** Greatest value, the least being 0. */
  range: number;
  /** How much the value counts; 1 when left out, 0 = not at all. */
  weight?: (place: number) => number;
}

export interface ToldMeans {
  total: Told;
  /** Of a department that is not suppressed. */
  of: (cell: DepartmentCell) => Told;
}

/**
 * Means of a figure over each department and over all people. Those whose figure is not known are in no mean, so that
 * a large department can be a small one here: departments are suppressed by how many of their people are known too.
 */
export function toldMeans(
  people: People,
  { cells, isTotalTellable }: DepartmentCells,
  { value, range, weight }: PersonalFigure,
  setting: Setting,
): ToldMeans {
  const total = emptyTally();
  const tallies = people.departments.map(emptyTally);
  people.departmentOf.forEach((department, place) => {
    const [own, counts] = [value(place), weight?.(place)];
    const tally = tallies[department];
    count(total, own, range, counts);
    if (tally !== undefined) count(tally, own, range, counts);
  });
  const known = cells.map(({ index, departmentId }) => ({
    key: departmentId,
    people: tallies[index]?.people ?? 0,
  }));
  const hidden = suppressedCells(known, setting.minimumCohort);
  const suppressed: Told = { value: null, reason: 'suppressed' };
  return {
    total: isTotalTellable ? meanOf(total, range, setting) : suppressed,
    of: ({ index, departmentId, isSuppressed }) =>
      isSuppressed || hidden.has(departmentId)
        ? suppressed
        : meanOf(tallies[index] ?? emptyTally(), range, setting),
  };
}

/** `part` of the `whole` that each person has, as percent; the whole is the weight, so that the mean is that of all wholes. */
export const shareOf = (part: ArrayLike<number>, whole: ArrayLike<number>): PersonalFigure => ({
  value: (place) => (100 * (part[place] ?? 0)) / (whole[place] ?? 0),
  weight: (place) => whole[place] ?? 0,
  range: 100,
});

/** Notes why figures are null while they are put together. */
export function missingNotes() {
  const missing: Missing[] = [];
  const note = (field: string, reason: Missing['reason']) => {
    if (!missing.some((row) => row.field === field)) missing.push({ field, reason });
  };
  return {
    missing,
    note,
    /** The value of a told figure; a note when there is none. */
    take: (field: string, told: Told): number | null => {
      if (told.value === null) note(field, told.reason);
      return told.value;
    },
  };
}

/** Places of the people in one department, or of all. */
export function* placesIn(people: People, department?: number): Generator<number> {
  for (let place = 0; place < people.departmentOf.length; place += 1) {
    if (department === undefined || people.departmentOf[place] === department) yield place;
  }
}

export interface MonthlyPace {
  month: string;
  /** Topics per week and person; null for fewer people than the minimum. */
  pace: number | null;
}

/** Greatest pace that counts in means: more topics a week than that are a slip of the pen. */
export const paceRange = 10;

/** Weeks of a month that have passed. */
export function weeksOf(month: string, setting: Setting): number {
  const today = dayNumber(dayOf(setting.now, setting.zone));
  const first = dayNumber(`${month}-01`);
  const next = dayNumber(`${addMonths(month, 1)}-01`);
  return Math.max(1, Math.min(next, today + 1) - first) / 7;
}

/** Topics per week and person by month, of one department or of all, over those who took a course in the month. */
export function monthlyPace(roll: Roll, departments: readonly number[], setting: Setting): MonthlyPace[] {
  const total = (column: ArrayLike<number>, month: number) =>
    departments.reduce((sum, department) => sum + (column[department * monthsKept + month] ?? 0), 0);
  return roll.months.map((month, index) => {
    const people = total(roll.peopleByMonth, index);
    if (people < setting.minimumCohort) return { month, pace: null };
    const pace = total(roll.topicsByMonth, index) / people / weeksOf(month, setting);
    return { month, pace: hideOne(pace, people, paceRange) };
  });
}

/** The paces of the months that are over: a month that has only begun says nothing about a trend. */
export const wholeMonths = (months: readonly MonthlyPace[]): number[] =>
  months.slice(0, -1).flatMap(({ pace }) => pace ?? []);
