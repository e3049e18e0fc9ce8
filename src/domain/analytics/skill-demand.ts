import type { LearnerSkill, SkillDemand } from '../learning/skill.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { round } from '../statistics/summary.ts';
import { monthOf } from '../time.ts';
import { missingNotes, weeksOf } from './department-cells.ts';

export const demandTrends = ['rising', 'steady', 'falling'] as const;

export interface DemandedSkill {
  skillId: string;
  name: string | null;
  demandScore: number;
  learners: number | null;
  requiredBy: number;
  openGaps: number | null;
  trend: (typeof demandTrends)[number] | null;
  trendPercent: number | null;
}

export interface SkillDemandFigures {
  topSkills: DemandedSkill[] | null;
  emerging: DemandedSkill[] | null;
  yourGaps: { skillId: string; name: string | null; gap: number; demandScore: number }[] | null;
}

const weights = { enrollments: 0.4, openGaps: 0.35, requiredBy: 0.25 } as const;
const mostShown = 20;
const mostEmerging = 10;
const recentMonths = 3;
const earlierMonths = 9;
/** Change of the enrolments from which demand is called rising or falling, percent. */
const notableChange = 20;
/** Fewer enrolments in the year than this make no trend. */
const leastEnrolments = 10;

/**
 * Enrolments a week of the last three months against the nine before, percent; null when there are too few. By the
 * week, as of the month that is going on only some have passed.
 */
function growth({ monthly }: SkillDemand, setting: Setting): number | null {
  const thisMonth = monthOf(setting.now, setting.zone);
  const year = monthly
    .filter(({ month }) => month <= thisMonth)
    .sort((a, b) => (a.month < b.month ? -1 : 1))
    .slice(-(recentMonths + earlierMonths));
  if (year.length < recentMonths + earlierMonths) return null;
  const enrolmentsOf = (months: SkillDemand['monthly']) =>
    months.reduce((sum, { enrollments }) => sum + enrollments, 0);
  const weekly = (months: SkillDemand['monthly']) =>
    enrolmentsOf(months) / months.reduce((sum, { month }) => sum + weeksOf(month, setting), 0);
  const earlier = weekly(year.slice(0, earlierMonths));
  if (earlier === 0 || enrolmentsOf(year) < leastEnrolments) return null;
  return round((100 * (weekly(year.slice(-recentMonths)) - earlier)) / earlier);
}

function trendOf(percent: number | null): DemandedSkill['trend'] {
  if (percent === null) return null;
  return percent > notableChange ? 'rising' : percent < -notableChange ? 'falling' : 'steady';
}

/** How much of the greatest; 0 when there is none at all. */
const share = (value: number, most: number) => (most === 0 ? 0 : value / most);

/**
 * Which skills an organization asks for. demandScore = 100 × (.40 enrolments + .35 open gaps + .25 requirement by goals),
 * each as a share of the greatest of the organization's skills; internal demand only. trendPercent = enrolments
 * a week of the last three months against the nine before; rising or falling beyond 20 %. Emerging: rising, fastest first.
 *
 * Unit: score 0–100; people; percent. Null rule: counts of fewer people than the minimum are suppressed; fewer than
 * ten enrolments in twelve months: no trend. Source: ANALYTICS definition "Skill demand", version 1.
 * @param own skills of the one who asks; null = not known.
 */
export function skillDemand(
  demand: readonly SkillDemand[] | null,
  own: readonly LearnerSkill[] | null,
  setting: Setting,
): Computed<SkillDemandFigures> {
  const { missing, note } = missingNotes();
  if (demand === null) return { data: { topSkills: null, emerging: null, yourGaps: null }, missing };
  const most = (of: (skill: SkillDemand) => number) => Math.max(0, ...demand.map(of));
  const [enrollments, openGaps, requiredBy] = [
    most((skill) => skill.enrollments),
    most((skill) => skill.openGaps),
    most((skill) => skill.requiredBy),
  ];
  const tellable = (field: string, people: number) => {
    if (people === 0 || people >= setting.minimumCohort) return people;
    note(`topSkills[].${field}`, 'suppressed');
    return null;
  };
  const figures = demand
    .map((skill): DemandedSkill => {
      const trendPercent = growth(skill, setting);
      if (trendPercent === null) note('topSkills[].trendPercent', 'insufficient_data');
      const score =
        weights.enrollments * share(skill.enrollments, enrollments) +
        weights.openGaps * share(skill.openGaps, openGaps) +
        weights.requiredBy * share(skill.requiredBy, requiredBy);
      return {
        skillId: skill.skillId,
        name: skill.name,
        demandScore: round(100 * score),
        learners: tellable('learners', skill.learners),
        requiredBy: skill.requiredBy,
        openGaps: tellable('openGaps', skill.openGaps),
        trend: trendOf(trendPercent),
        trendPercent,
      };
    })
    .sort((a, b) => b.demandScore - a.demandScore || (a.skillId < b.skillId ? -1 : 1));
  const scores = new Map(figures.map(({ skillId, demandScore }) => [skillId, demandScore]));
  return {
    data: {
      topSkills: figures.slice(0, mostShown),
      emerging: figures
        .filter(({ trend }) => trend === 'rising')
        .sort((a, b) => (b.trendPercent ?? 0) - (a.trendPercent ?? 0))
        .slice(0, mostEmerging),
      yourGaps:
        own
          ?.map(({ skillId, name, level, requiredLevel }) => ({
            skillId,
            name,
            gap: Math.max(0, (requiredLevel ?? 0) - level),
            demandScore: scores.get(skillId) ?? 0,
          }))
          .filter(({ skillId, gap }) => gap > 0 && scores.has(skillId))
          .sort((a, b) => b.demandScore - a.demandScore || (a.skillId < b.skillId ? -1 : 1)) ?? null,
    },
    missing,
  };
}
