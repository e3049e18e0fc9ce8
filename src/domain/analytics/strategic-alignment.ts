import type { Goal } from '../learning/person.ts';
import { peopleWith, type Skills } from '../organization/columns.ts';
import type { People } from '../organization/people.ts';
import type { Roll } from '../organization/roll.ts';
import { tellableCounts, tellableHistogram } from '../privacy/counts.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { clamp, round } from '../statistics/summary.ts';
import { departmentCells, missingNotes, shareOf, toldMeans } from './department-cells.ts';

export const goalStatuses = ['aligned', 'partly_aligned', 'off_track'] as const;
export type GoalStatus = (typeof goalStatuses)[number];
export const alignmentActions = ['train_skill', 'finish_assigned_courses', 'review_goal'] as const;

export interface GoalAlignment {
  goalId: string;
  name: string | null;
  weight: number | null;
  alignmentPercent: number | null;
  parts: { kpi: number | null; skillCoverage: number | null; compliance: number | null };
  /** Pairs of a person and a needed skill that are reached, and all such pairs. */
  aligned: number | null;
  total: number | null;
  status: GoalStatus | null;
}

export interface StrategicAlignment {
  overallPercent: number | null;
  goals: GoalAlignment[] | null;
  criticalGaps: { skillId: string; name: string | null; shortfall: number }[] | null;
  estimatedWeeksToClose: number | null;
  actions:
    | { code: (typeof alignmentActions)[number]; skillId: string | null; people: number | null }[]
    | null;
}

const partWeights = { kpi: 0.5, skillCoverage: 0.3, compliance: 0.2 } as const;
const alignedFrom = 75;
const partlyFrom = 50;
const mostGaps = 5;
/** A gap is critical when people lack this much of a level on average. */
const criticalShortfall = 0.5;

function weighted(parts: readonly { value: number | null; weight: number }[]): number | null {
  const known = parts.filter((part): part is { value: number; weight: number } => part.value !== null);
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? null : known.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
}

/** Value over target, 0–100; null when either is not known, or nothing is aimed at. */
function kpiPercent({ kpi }: Goal): number | null {
  if (kpi === null || kpi.value === null || kpi.target === null || kpi.target <= 0) return null;
  return round(clamp((100 * kpi.value) / kpi.target, 0, 100));
}

const statusOf = (percent: number | null): GoalStatus | null => {
  if (percent === null) return null;
  return percent >= alignedFrom ? 'aligned' : percent >= partlyFrom ? 'partly_aligned' : 'off_track';
};

interface Coverage {
  reached: (skillId: string, level: number) => number;
  learners: number;
}

/** Mean number of levels that people lack of what is needed. */
const shortfallOf = ({ reached, learners }: Coverage, skillId: string, requiredLevel: number): number =>
  Array.from({ length: requiredLevel }, (_, below) => learners - reached(skillId, below + 1)).reduce(
    (sum, lacking) => sum + lacking / learners,
    0,
  );

/** The highest level that any goal asks for, by skill. */
function neededLevels(goals: readonly Goal[]): Map<string, number> {
  const needed = new Map<string, number>();
  for (const { skillId, requiredLevel } of goals.flatMap(({ targetSkills }) => targetSkills))
    needed.set(skillId, Math.max(needed.get(skillId) ?? 0, requiredLevel));
  return needed;
}

/**
 * Skills of which it may be told how many have reached each of the levels that goals ask for. Two goals that differ by a
 * skill, or by the level of one, differ by the people between: so all of these must be tellable, or none is told.
 */
function openSkills(goals: readonly Goal[], coverage: Coverage, { minimumCohort }: Setting): Set<string> {
  const needed = Map.groupBy(
    goals.flatMap(({ targetSkills }) => targetSkills),
    ({ skillId }) => skillId,
  );
  const isOpen = ([skillId, targets]: [string, Goal['targetSkills']]): boolean => {
    const levels = targets.map(({ requiredLevel }) => requiredLevel).sort((a, b) => a - b);
    const reached = levels.map((level) => coverage.reached(skillId, level));
    const between = [coverage.learners, ...reached].map((count, at) => count - (reached[at] ?? 0));
    return tellableHistogram(between, minimumCohort).every((count) => count !== null);
  };
  return new Set([...needed].filter(isOpen).map(([skillId]) => skillId));
}

/** So many of all, as far as it may be told: those who are not among them are a group too. */
const tellable = (part: number, all: number, { minimumCohort }: Setting): number | null =>
  tellableCounts({ part, rest: all - part }, minimumCohort).part;

/**
 * How far what people can do serves what the organization wants. A goal = .5 KPI (value / target, at most 100) + .3
 * skill coverage (reached of all pairs of a person and a needed skill, of the skills that may be told) + .2 compliance (course work that was due and
 * done in time, of the whole organization); parts that are not known give their weight to the others. Overall = mean
 * of the goals by weight (unknown weight counts 1). aligned ≥ 75, partly_aligned ≥ 50. shortfall = mean levels lacking
 * per person; critical from half a level.
 *
 * Unit: percent 0–100; levels; people. Null rule: goals not known: all null; fewer people than the minimum: all
 * suppressed; work of fewer people was due: compliance is. Counts of fewer than the minimum, or all but fewer, are
 * suppressed. estimatedWeeksToClose: no service dates the levels of a whole organization, so it is null. Source:
 * ANALYTICS definition "Strategic alignment", version 1.
 * @param names of skills, where somebody knows them.
 */
export function strategicAlignment(
  goals: readonly Goal[] | null,
  people: People,
  roll: Roll | null,
  skills: Skills | null,
  names: ReadonlyMap<string, string | null>,
  setting: Setting,
): Computed<StrategicAlignment> {
  const { missing, note, take } = missingNotes();
  const learners = people.places.size;
  const nothing = {
    overallPercent: null,
    goals: null,
    criticalGaps: null,
    estimatedWeeksToClose: null,
    actions: null,
  };
  if (goals === null) return { data: nothing, missing };
  if (learners < setting.minimumCohort) {
    for (const field of Object.keys(nothing)) note(field, 'suppressed');
    return { data: nothing, missing };
  }
  note('estimatedWeeksToClose', 'insufficient_data');

  const departments = people.departments.length;
  const coverage = skills && {
    learners,
    reached: (skillId: string, level: number) =>
      level <= 0 ? learners : peopleWith(skills, departments, skillId, level),
  };
  const compliance =
    roll &&
    toldMeans(people, departmentCells(people, setting), shareOf(roll.onTime, roll.due), setting).total;

  const open = coverage && openSkills(goals, coverage, setting);

  function goalOf(goal: Goal): GoalAlignment {
    const total = goal.targetSkills.length * learners;
    const told = goal.targetSkills.filter(({ skillId }) => open?.has(skillId));
    const reached =
      coverage &&
      told.reduce((sum, { skillId, requiredLevel }) => sum + coverage.reached(skillId, requiredLevel), 0);
    const isTold = told.length === goal.targetSkills.length;
    const isHidden = coverage !== null && !isTold;
    const parts = {
      kpi: kpiPercent(goal),
      skillCoverage:
        reached === null || told.length === 0
          ? null
          : hideOne((100 * reached) / (told.length * learners), learners),
      compliance: compliance && take('goals[].parts.compliance', compliance),
    };
    if (isHidden) note('goals[].aligned', 'suppressed');
    if (isHidden && told.length === 0) note('goals[].parts.skillCoverage', 'suppressed');
    for (const [name, value] of Object.entries(parts))
      if (value === null) note(`goals[].parts.${name}`, 'insufficient_data');
    const percent = weighted(
      Object.entries(partWeights).map(([name, weight]) => ({
        value: parts[name as keyof typeof parts],
        weight,
      })),
    );
    return {
      goalId: goal.id,
      name: goal.name,
      weight: goal.weight,
      alignmentPercent: percent === null ? null : round(percent),
      parts,
      aligned: isTold ? reached : null,
      total: coverage === null ? null : total,
      status: statusOf(percent),
    };
  }

  const figures = goals.map(goalOf);
  const gaps =
    coverage &&
    [...neededLevels(goals)]
      .map(([skillId, level]) => ({ skillId, level, shortfall: shortfallOf(coverage, skillId, level) }))
      .filter(({ shortfall }) => shortfall >= criticalShortfall)
      .sort((a, b) => b.shortfall - a.shortfall || (a.skillId < b.skillId ? -1 : 1))
      .slice(0, mostGaps);
  const overdue =
    roll?.due.reduce((sum, due, place) => sum + (due > (roll.onTime[place] ?? 0) ? 1 : 0), 0) ?? 0;
  const actions: NonNullable<StrategicAlignment['actions']> = [
    ...(gaps ?? []).map(({ skillId, level }) => ({
      code: 'train_skill' as const,
      skillId,
      people: tellable(learners - (coverage?.reached(skillId, level) ?? 0), learners, setting),
    })),
    ...(overdue === 0
      ? []
      : [
          {
            code: 'finish_assigned_courses' as const,
            skillId: null,
            people: tellable(overdue, learners, setting),
          },
        ]),
    ...(figures.some(({ parts }) => parts.kpi !== null && parts.kpi < partlyFrom)
      ? [{ code: 'review_goal' as const, skillId: null, people: null }]
      : []),
  ];
  if (actions.some(({ code, people: told }) => told === null && code !== 'review_goal'))
    note('actions[].people', 'suppressed');
  const overall = weighted(
    figures.map(({ alignmentPercent, weight }) => ({ value: alignmentPercent, weight: weight ?? 1 })),
  );
  if (overall === null) note('overallPercent', 'insufficient_data');
  return {
    data: {
      overallPercent: overall === null ? null : round(overall),
      goals: figures,
      criticalGaps:
        gaps?.map(({ skillId, shortfall }) => ({
          skillId,
          name: names.get(skillId) ?? null,
          shortfall: hideOne(shortfall, learners, 4),
        })) ?? null,
      estimatedWeeksToClose: null,
      actions,
    },
    missing,
  };
}
