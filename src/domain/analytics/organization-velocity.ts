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
  paceRange,
  placesIn,
  type Told,
  toldMean,
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

function onTrackPercent(roll: Roll, places: Iterable<number>, setting: Setting): Told {
  const values = [...places].map((place) => {
    const isIt = isOnTrack(roll, place);
    return isIt === null ? Number.NaN : isIt ? 100 : 0;
  });
  return toldMean(values, 100, setting);
}

function* mapped(places: Iterable<number>, value: (place: number) => number): Generator<number> {
  for (const place of places) yield value(place);
}

const meanPace = (roll: Roll, places: Iterable<number>, setting: Setting): Told =>
  toldMean(
    mapped(places, (place) => paceAt(roll, place)),
    paceRange,
    setting,
  );

/**
 * How fast an organization learns. Pace = topics per week and learner, of the courses that are going on, since
 * enrolment; those who take none count as 0. On track = at least nine tenths of the pace that finishes the courses
 * with a due date in time. Completion weeks by Kaplan–Meier over all enrolments, those going on or withdrawn
 * censored. Months: topics spread evenly between enrolment and the last activity, over those enrolled in the month.
 *
 * Unit: topics per week; percent; weeks. Null rule: `suppressed` for a department under the minimum (and the next
 * smallest ones, so that it is not the total less the others); a quantile that has not been reached is null. Source:
 * ANALYTICS definition "Learning velocity" of organizations, version 1.
 */
export function organizationVelocity(
  people: People,
  roll: Roll,
  setting: Setting,
): Computed<OrganizationVelocity> {
  const { cells, learners, isTotalTellable } = departmentCells(people, setting);
  const { missing, note, take } = missingNotes();
  const total = (field: string, told: () => Told) =>
    take(field, isTotalTellable ? told() : { value: null, reason: 'suppressed' });

  const active = roll.active.reduce((sum, one) => sum + one, 0);
  const counts = tellableCounts({ active, idle: learners - active }, setting.minimumCohort);
  if (counts.active === null) note('active', 'suppressed');
  if (!isTotalTellable) note('learners', 'suppressed');

  const survival = kaplanMeierOfCounts(roll.toCompletion.events, roll.toCompletion.censored);
  const weeks = (share: number) => (isTotalTellable ? survivalQuantile(survival, share) : null);
  const completionWeeks = { median: weeks(0.5), p90: weeks(0.9) };
  for (const [name, value] of Object.entries(completionWeeks))
    if (value === null) note(`completionWeeks.${name}`, isTotalTellable ? 'insufficient_data' : 'suppressed');

  const all = people.departments.map((_, index) => index);
  const monthly = monthlyPace(roll, all, setting);
  if (monthly.some(({ pace }) => pace === null)) note('monthly[].pace', 'suppressed');
  const trend = paceTrend(wholeMonths(monthly));
  if (trend === null) note('trend', 'insufficient_data');

  function department({ index, departmentId, name, people: size, isSuppressed }: DepartmentCell) {
    if (isSuppressed) {
      note('departments[].pace', 'suppressed');
      return { departmentId, name, pace: null, learners: null, onTrackPercent: null, suppressed: true };
    }
    return {
      departmentId,
      name,
      pace: take('departments[].pace', meanPace(roll, placesIn(people, index), setting)),
      learners: size,
      onTrackPercent: take(
        'departments[].onTrackPercent',
        onTrackPercent(roll, placesIn(people, index), setting),
      ),
      suppressed: false,
    };
  }

  return {
    data: {
      overallPace: total('overallPace', () => meanPace(roll, placesIn(people), setting)),
      targetPace: total('targetPace', () => toldMean(roll.target, paceRange, setting)),
      trend,
      onTrackPercent: total('onTrackPercent', () => onTrackPercent(roll, placesIn(people), setting)),
      learners: isTotalTellable ? learners : null,
      active: counts.active,
      completionWeeks,
      departments: cells.map(department),
      monthly,
    },
    missing,
  };
}
