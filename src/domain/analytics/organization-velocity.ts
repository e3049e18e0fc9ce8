import type { People } from '../organization/people.ts';
import { isOnTrack, type Roll } from '../organization/roll.ts';
import { tellableCounts } from '../privacy/counts.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { kaplanMeierOfCounts, survivalQuantile } from '../statistics/survival.ts';
import { trendOf } from '../statistics/trend.ts';
import {
  type DepartmentCell,
  departmentCells,
  type MonthlyPace,
  missingNotes,
  monthlyPace,
  type PersonalFigure,
  paceRange,
  type Told,
  toldMeans,
  wholeMonths,
} from './department-cells.ts';

export const paceTrends = ['rising', 'steady', 'falling'] as const;
export type PaceTrend = (typeof paceTrends)[number];

const trendWord: Record<'up' | 'flat' | 'down', PaceTrend> = {
  up: 'rising',
  flat: 'steady',
  down: 'falling',
};

/** The word for a series of months; null for fewer than three. */
export const paceTrend = (values: readonly number[]): PaceTrend | null =>
  values.length < 3 ? null : trendWord[trendOf(values).direction];

export interface OrganizationVelocity {
  overallPace: number | null;
  targetPace: number | null;
  trend: PaceTrend | null;
  onTrackPercent: number | null;
  learners: number | null;
  active: number | null;
  completionWeeks: { median: number | null; p90: number | null };
  departments: {
    departmentId: string;
    name: string | null;
    pace: number | null;
    learners: number | null;
    onTrackPercent: number | null;
    suppressed: boolean;
  }[];
  monthly: MonthlyPace[];
}

/** A person's topics per week; 0 for somebody who takes no course now, NaN where it is not known. */
function paceAt({ pace, enrolments, completions }: Roll, place: number): number {
  const isGoingOn = (enrolments[place] ?? 0) > (completions[place] ?? 0);
  return isGoingOn ? (pace[place] ?? Number.NaN) : 0;
}

function onTrackAt(roll: Roll, place: number): number {
  const isIt = isOnTrack(roll, place);
  return isIt === null ? Number.NaN : isIt ? 100 : 0;
}

/** Weeks after which a share of the enrolments is completed; told when as many people as the minimum completed one. */
function completionQuantile({ toCompletion, completions }: Roll, share: number, setting: Setting): Told {
  const people = completions.reduce((sum, completed) => sum + (completed > 0 ? 1 : 0), 0);
  if (people > 0 && people < setting.minimumCohort) return { value: null, reason: 'suppressed' };
  const survival = kaplanMeierOfCounts(toCompletion.events, toCompletion.censored);
  const value = survivalQuantile(survival, share);
  return value === null ? { value, reason: 'insufficient_data' } : { value };
}

/**
 * How fast an organization learns. Pace = topics per week and learner, of the courses that are going on, since
 * enrolment; those who take none count as 0, more than 10 a week (of pace or target) as 10. On track = at least nine
 * tenths of the pace that finishes the courses with a due date in time. Completion weeks by Kaplan–Meier over all
 * enrolments, those going on or withdrawn censored. Months: topics spread evenly between enrolment and the last
 * activity, over those enrolled in the month.
 *
 * Unit: topics per week; percent; weeks. Null rule: `suppressed` for a department under the minimum (and the next
 * smallest ones, so that it is not the total less the others), by all its people and by those whose figure is known;
 * weeks are suppressed when fewer people than it completed anything; a quantile that has not been reached is null.
 * Source: ANALYTICS definition "Learning velocity" of organizations, version 1.
 */
export function organizationVelocity(
  people: People,
  roll: Roll,
  setting: Setting,
): Computed<OrganizationVelocity> {
  const departmentsTold = departmentCells(people, setting);
  const { cells, learners, isTotalTellable } = departmentsTold;
  const { missing, note, take } = missingNotes();
  const means = (figure: PersonalFigure) => toldMeans(people, departmentsTold, figure, setting);
  const pace = means({ value: (place) => paceAt(roll, place), range: paceRange });
  const target = means({ value: (place) => roll.target[place] ?? Number.NaN, range: paceRange });
  const onTrack = means({ value: (place) => onTrackAt(roll, place), range: 100 });

  const active = roll.active.reduce((sum, one) => sum + one, 0);
  const counts = tellableCounts({ active, idle: learners - active }, setting.minimumCohort);
  if (!roll.knowsActivity) note('active', 'insufficient_data');
  else if (counts.active === null) note('active', 'suppressed');
  if (!isTotalTellable) note('learners', 'suppressed');

  const weeks = (name: string, share: number) =>
    take(
      `completionWeeks.${name}`,
      isTotalTellable ? completionQuantile(roll, share, setting) : { value: null, reason: 'suppressed' },
    );
  const completionWeeks = { median: weeks('median', 0.5), p90: weeks('p90', 0.9) };

  const all = people.departments.map((_, index) => index);
  const monthly = monthlyPace(roll, all, setting);
  if (monthly.some(({ pace }) => pace === null)) note('monthly[].pace', 'suppressed');
  const trend = paceTrend(wholeMonths(monthly));
  if (trend === null) note('trend', 'insufficient_data');

  function department(cell: DepartmentCell) {
    const { departmentId, name, people: size, isSuppressed } = cell;
    if (isSuppressed) {
      note('departments[].pace', 'suppressed');
      return { departmentId, name, pace: null, learners: null, onTrackPercent: null, suppressed: true };
    }
    return {
      departmentId,
      name,
      pace: take('departments[].pace', pace.of(cell)),
      learners: size,
      onTrackPercent: take('departments[].onTrackPercent', onTrack.of(cell)),
      suppressed: false,
    };
  }

  return {
    data: {
      overallPace: take('overallPace', pace.total),
      targetPace: take('targetPace', target.total),
      trend,
      onTrackPercent: take('onTrackPercent', onTrack.total),
      learners: isTotalTellable ? learners : null,
      active: roll.knowsActivity ? counts.active : null,
      completionWeeks,
      departments: cells.map(department),
      monthly,
    },
    missing,
  };
}
