import { peopleWith, type Results, type Skills } from '../organization/columns.ts';
import type { People } from '../organization/people.ts';
import { monthsKept, type Roll } from '../organization/roll.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { trendOf } from '../statistics/trend.ts';
import {
  type DepartmentCell,
  departmentCells,
  missingNotes,
  monthlyPace,
  placesIn,
  shareOf,
  type Told,
  toldMeans,
  wholeMonths,
} from './department-cells.ts';
import { type KeptPaces, withKeptPaces } from './kept-months.ts';
import { type PaceTrend, paceTrend } from './organization-velocity.ts';

export interface DepartmentFigures {
  departmentId: string;
  name: string | null;
  learners: number | null;
  completionPercent: number | null;
  engagementScore: number | null;
  averageScore: number | null;
  skillsCovered: number | null;
  trend: PaceTrend | null;
  suppressed: boolean;
}

export interface DepartmentAnalytics {
  departments: DepartmentFigures[];
  /** Ids of departments. */
  comparison: {
    highestEngagement: string | null;
    lowestEngagement: string | null;
    mostImproved: string | null;
  };
}

/** A skill is covered when enough people have at least this level of it. */
const coveringLevel = 2;
/** How many people the share of all departments that are told is worth when one of them is ranked. */
const shrinkage = 10;

function activeShare({ active }: Roll, places: Iterable<number>): { active: number; people: number } {
  const count = { active: 0, people: 0 };
  for (const place of places) {
    count.people += 1;
    count.active += active[place] ?? 0;
  }
  return count;
}

const skillsCovered = (
  skills: Skills,
  departments: number,
  department: number,
  { minimumCohort }: Setting,
): number =>
  skills.skillIds.filter(
    (skillId) => peopleWith(skills, departments, skillId, coveringLevel, department) >= minimumCohort,
  ).length;

const suppressedFigures = ({ departmentId, name }: DepartmentCell): DepartmentFigures => ({
  departmentId,
  name,
  learners: null,
  completionPercent: null,
  engagementScore: null,
  averageScore: null,
  skillsCovered: null,
  trend: null,
  suppressed: true,
});

/** The first by a number, of equal ones the first in the list. */
const first = <T>(items: readonly T[], by: (item: T) => number): T | undefined =>
  items.reduce<T | undefined>(
    (best, item) => (best === undefined || by(item) > by(best) ? item : best),
    undefined,
  );

/**
 * The departments of an organization side by side. completionPercent = completed of all enrolments that were not
 * withdrawn; engagementScore = share of learners active in the last 14 days; averageScore = mean of the learners' mean
 * scores; skillsCovered = skills of which at least the minimum cohort has level 2; trend of the monthly pace
 * (Mann–Kendall at 0.1). For the comparison shares are pulled towards that of all departments that are told (worth ten
 * people), so that a small department is not first or last by chance. Nothing here depends on what the people of
 * suppressed departments did. Months of which the rolls know nothing are those that were kept when they were over.
 *
 * Unit: percent and scores, 0–100. Null rule: a department under the minimum is `suppressed`, and so are the next
 * smallest ones while they would give it away; averageScore and completionPercent likewise by those who have scores or
 * enrolments. Activity that no enrolment dates is not known. Departments that are all alike are not compared.
 * Source: ANALYTICS "Organization", version 1.
 * @param kept months that were kept; null = they could not be read
 */
export function departmentAnalytics(
  people: People,
  roll: Roll,
  results: Results | null,
  skills: Skills | null,
  setting: Setting,
  kept: readonly KeptPaces[] | null = [],
): Computed<DepartmentAnalytics> {
  const departmentsTold = departmentCells(people, setting);
  const { cells } = departmentsTold;
  const { missing, note, take } = missingNotes();
  const completion = toldMeans(people, departmentsTold, shareOf(roll.completions, roll.enrolments), setting);
  const scores =
    results &&
    toldMeans(
      people,
      departmentsTold,
      { value: (place) => results.meanScore[place] ?? Number.NaN, range: 100 },
      setting,
    );
  const shares = cells
    .filter(({ isSuppressed }) => !isSuppressed)
    .map((cell) => ({ cell, share: activeShare(roll, placesIn(people, cell.index)) }));
  const sum = (of: 'active' | 'people') => shares.reduce((total, { share }) => total + share[of], 0);
  const overall = shares.length === 0 ? 0 : sum('active') / sum('people');

  const toldIds = shares.map(({ cell }) => cell.departmentId);
  const whyUnknown = kept === null ? 'unavailable' : 'insufficient_data';
  const knows = ({ index }: DepartmentCell, month: string) =>
    (roll.peopleByMonth[index * monthsKept + roll.months.indexOf(month)] ?? 0) > 0;
  const told = shares.map(({ cell, share }) => {
    const months = wholeMonths(
      withKeptPaces(
        monthlyPace(roll, [cell.index], setting),
        cell.departmentId,
        (month) => knows(cell, month),
        kept ?? [],
        toldIds,
        setting,
      ),
    );
    return {
      cell,
      share,
      ranked: (share.active + shrinkage * overall) / (share.people + shrinkage),
      slope: trendOf(months).direction === 'up' ? (trendOf(months).slope ?? 0) : 0,
      trend: paceTrend(months),
    };
  });
  const byCell = new Map(told.map((one) => [one.cell.departmentId, one]));

  function figures(cell: DepartmentCell): DepartmentFigures {
    const one = byCell.get(cell.departmentId);
    if (one === undefined) {
      note('departments[].learners', 'suppressed');
      return suppressedFigures(cell);
    }
    if (one.trend === null) note('departments[].trend', whyUnknown);
    const { active, people: size } = one.share;
    const engagement: Told = roll.knowsActivity
      ? { value: hideOne((100 * active) / size, size) }
      : { value: null, reason: 'insufficient_data' };
    return {
      departmentId: cell.departmentId,
      name: cell.name,
      learners: cell.people,
      completionPercent: take('departments[].completionPercent', completion.of(cell)),
      engagementScore: take('departments[].engagementScore', engagement),
      averageScore: scores && take('departments[].averageScore', scores.of(cell)),
      skillsCovered: skills && skillsCovered(skills, people.departments.length, cell.index, setting),
      trend: one.trend,
      suppressed: false,
    };
  }

  const idOf = (one: (typeof told)[number] | undefined) => one?.cell.departmentId ?? null;
  const highest = idOf(first(told, ({ ranked }) => ranked));
  const lowest = idOf(first(told, ({ ranked }) => -ranked));
  const comparable = told.length >= 2;
  const isRanked = comparable && roll.knowsActivity && highest !== lowest;
  if (!isRanked) {
    note('comparison.highestEngagement', 'insufficient_data');
    note('comparison.lowestEngagement', 'insufficient_data');
  }
  const improved = told.filter(({ slope }) => slope > 0);
  const mostImproved = comparable ? idOf(first(improved, ({ slope }) => slope)) : null;
  if (mostImproved === null) note('comparison.mostImproved', 'insufficient_data');
  return {
    data: {
      departments: cells.map(figures),
      comparison: {
        highestEngagement: isRanked ? highest : null,
        lowestEngagement: isRanked ? lowest : null,
        mostImproved,
      },
    },
    missing,
  };
}
