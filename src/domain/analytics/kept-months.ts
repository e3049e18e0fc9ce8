/**
 * Months that were kept when they were over, for when the services do not tell them any more. What is kept of small
 * groups is nothing; and what was told then is only used while no more is hidden now.
 */
import type { SkillDemand } from '../learning/skill.ts';
import type { People } from '../organization/people.ts';
import { monthsKept, type Roll } from '../organization/roll.ts';
import { hideOne, hidingStep } from '../privacy/rounding.ts';
import type { Setting } from '../setting.ts';
import { addMonths, monthOf } from '../time.ts';
import { departmentCells, type MonthlyPace, monthlyPace, paceRange } from './department-cells.ts';
import { type PaceTrend, paceTrend } from './organization-velocity.ts';

interface KeptMonth {
  /** `YYYY-MM`, the last one that was over. */
  month: string;
  /** The smallest group that might be told about then. */
  minimumCohort: number;
}

/** The pace of an organization's departments in a month. */
export interface KeptPaces extends KeptMonth {
  /** Ids of all departments that were told about then. */
  told: string[];
  /** Of them those with enough people in the month; topics per week and person. */
  departments: { departmentId: string; people: number; pace: number }[];
}

/** Enrolments in a month by skill: none, or at least as many as the smallest group. */
export interface KeptEnrolments extends KeptMonth {
  skills: { skillId: string; enrollments: number }[];
}

/** The parts of a learning culture as they were told on the last day of a month. */
export interface KeptParts<Part extends string> extends KeptMonth {
  parts: Record<Part, number | null>;
}

const lastMonth = ({ now, zone }: Setting): string => addMonths(monthOf(now, zone), -1);

/** Ids of the departments that may be told about. */
const toldDepartments = (people: People, setting: Setting): string[] =>
  departmentCells(people, setting).cells.flatMap(({ departmentId, isSuppressed }) =>
    isSuppressed ? [] : [departmentId],
  );

/** What is kept of the last month that is over: nothing of departments that must not be told about. */
export function keptPaces(people: People, roll: Roll, setting: Setting): KeptPaces {
  const month = lastMonth(setting);
  const index = roll.months.indexOf(month);
  const departments = departmentCells(people, setting).cells.flatMap((cell) => {
    const pace = monthlyPace(roll, [cell.index], setting)[index]?.pace ?? null;
    const size = roll.peopleByMonth[cell.index * monthsKept + index] ?? 0;
    if (cell.isSuppressed || pace === null) return [];
    return [{ departmentId: cell.departmentId, people: size, pace }];
  });
  return { month, minimumCohort: setting.minimumCohort, told: toldDepartments(people, setting), departments };
}

/** What is kept of the last month that is over. Null rule: fewer enrolments than the minimum are left out. */
export function keptEnrolments(demand: readonly SkillDemand[], setting: Setting): KeptEnrolments {
  const month = lastMonth(setting);
  const skills = demand.flatMap(({ skillId, monthly }) => {
    const enrollments = monthly.find((one) => one.month === month)?.enrollments;
    const isTellable = enrollments === 0 || (enrollments ?? 0) >= setting.minimumCohort;
    return enrollments !== undefined && isTellable ? [{ skillId, enrollments }] : [];
  });
  return { month, minimumCohort: setting.minimumCohort, skills };
}

/** Whether as little was told then as would be now. */
const isAsCareful = ({ minimumCohort }: KeptMonth, now: Setting): boolean =>
  minimumCohort >= now.minimumCohort;

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));

/**
 * Months of a department, those in which the rolls know nobody of it any more from what was kept. A department that was
 * hidden in one month and told in another could be had from the others and the total of both, so only months in which
 * exactly the departments of now were told count; and what counts is rounded so that two people who came or went
 * hide in it, as one does in a figure of one day.
 *
 * Unit: topics per week and person. Null rule: neither known nor kept, or not to be told then or now.
 * @param told ids of the departments that are told about now; `departmentId` is one of them
 */
export function withKeptPaces(
  months: readonly MonthlyPace[],
  departmentId: string,
  knows: (month: string) => boolean,
  kept: readonly KeptPaces[],
  told: readonly string[],
  setting: Setting,
): MonthlyPace[] {
  const usable = kept.filter((one) => isAsCareful(one, setting) && areSame(one.told, told));
  return months.map((known) => {
    if (known.pace !== null || knows(known.month)) return known;
    const then = usable
      .find(({ month }) => month === known.month)
      ?.departments.find((one) => one.departmentId === departmentId);
    if (then === undefined || then.people < setting.minimumCohort) return known;
    return { month: known.month, pace: hideOne(then.pace, Math.floor(then.people / 2), paceRange) };
  });
}

/** Enrolments of a skill by month, those that the service does not tell any more from what was kept. */
export function withKeptEnrolments(
  { skillId, monthly }: SkillDemand,
  kept: readonly KeptEnrolments[],
  setting: Setting,
): SkillDemand['monthly'] {
  const known = new Set(monthly.map(({ month }) => month));
  const added = kept
    .filter((one) => isAsCareful(one, setting) && !known.has(one.month))
    .flatMap(({ month, skills }) => {
      const then = skills.find((one) => one.skillId === skillId);
      return then === undefined ? [] : [{ month, enrollments: then.enrollments }];
    });
  return [...monthly, ...added];
}

/**
 * The word for a part over the months that are over. What two people of the smallest group could have moved alone is
 * no movement, so the word says nothing of them.
 *
 * Null rule: fewer than three months in which the part was told, or a part that is not told now.
 */
export function keptTrend<Part extends string>(
  part: Part,
  toldNow: number | null,
  kept: readonly KeptParts<Part>[],
  setting: Setting,
): PaceTrend | null {
  const thisMonth = monthOf(setting.now, setting.zone);
  if (toldNow === null) return null;
  const values = kept
    .filter((one) => isAsCareful(one, setting) && one.month < thisMonth)
    .sort((a, b) => (a.month < b.month ? -1 : 1))
    .flatMap(({ parts }) => parts[part] ?? []);
  const moved = Math.max(...values) - Math.min(...values);
  const word = paceTrend(values);
  const byTwo = hidingStep(Math.floor(setting.minimumCohort / 2));
  return word === null || moved > byTwo ? word : 'steady';
}
