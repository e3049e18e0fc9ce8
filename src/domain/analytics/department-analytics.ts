import { peopleWith, type Results, type Skills } from '../organization/columns.ts';
import type { People } from '../organization/people.ts';
import type { Roll } from '../organization/roll.ts';
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
  toldMean,
  wholeMonths,
} from './department-cells.ts';
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
/** How many people the organization's own share is worth when a department is ranked. */
const shrinkage = 10;

function completionPercent(
  { enrolments, completions }: Roll,
  places: Iterable<number>,
  size: number,
): number | null {
  let [all, done] = [0, 0];
  for (const place of places) {
    all += enrolments[place] ?? 0;
    done += completions[place] ?? 0;
  }
  return all === 0 ? null : hideOne((100 * done) / all, size);
}

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
 * (Mann–Kendall at 0.1). For the comparison shares are pulled towards the organization's (worth ten people), so that
 * a small department is not first or last by chance.
 *
 * Unit: percent and scores, 0–100. Null rule: a department under the minimum is `suppressed`, and so are the next
 * smallest ones while they would give it away; fewer people with scores than the minimum: averageScore suppressed.
 * Source: ANALYTICS "Organization", version 1.
 */
export function departmentAnalytics(
  people: People,
  roll: Roll,
  results: Results | null,
  skills: Skills | null,
  setting: Setting,
): Computed<DepartmentAnalytics> {
  const { cells } = departmentCells(people, setting);
  const { missing, note, take } = missingNotes();
  const whole = activeShare(roll, placesIn(people));
  const overall = whole.people === 0 ? 0 : whole.active / whole.people;

  const told = cells
    .filter(({ isSuppressed }) => !isSuppressed)
    .map((cell) => {
      const share = activeShare(roll, placesIn(people, cell.index));
      const months = wholeMonths(monthlyPace(roll, [cell.index], setting));
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
    if (one === undefined || cell.people === 0) {
      note('departments[].learners', 'suppressed');
      return suppressedFigures(cell);
    }
    const completion = completionPercent(roll, placesIn(people, cell.index), cell.people);
    if (completion === null) note('departments[].completionPercent', 'insufficient_data');
    if (one.trend === null) note('departments[].trend', 'insufficient_data');
    const scores =
      results && [...placesIn(people, cell.index)].map((place) => results.meanScore[place] ?? Number.NaN);
    return {
      departmentId: cell.departmentId,
      name: cell.name,
      learners: cell.people,
      completionPercent: completion,
      engagementScore: hideOne((100 * one.share.active) / one.share.people, one.share.people),
      averageScore: scores && take('departments[].averageScore', toldMean(scores, 100, setting)),
      skillsCovered: skills && skillsCovered(skills, people.departments.length, cell.index, setting),
      trend: one.trend,
      suppressed: false,
    };
  }

  const comparable = told.length >= 2;
  if (!comparable) note('comparison', 'insufficient_data');
  const improved = told.filter(({ slope }) => slope > 0);
  return {
    data: {
      departments: cells.map(figures),
      comparison: {
        highestEngagement: comparable
          ? (first(told, ({ ranked }) => ranked)?.cell.departmentId ?? null)
          : null,
        lowestEngagement: comparable
          ? (first(told, ({ ranked }) => -ranked)?.cell.departmentId ?? null)
          : null,
        mostImproved: comparable ? (first(improved, ({ slope }) => slope)?.cell.departmentId ?? null) : null,
      },
    },
    missing,
  };
}
