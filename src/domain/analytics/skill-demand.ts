import type { LearnerSkill, SkillDemand } from '../learning/skill.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { round } from '../statistics/summary.ts';
import { monthOf } from '../time.ts';
import { missingNotes, weeksOf } from './department-cells.ts';
import { type KeptEnrolments, withKeptEnrolments } from './kept-months.ts';

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
function growth(monthly: SkillDemand['monthly'], setting: Setting): number | null {
  const thisMonth = monthOf(setting.now, setting.zone);
  const year = monthly
    .filter(({ month }) => month <= thisMonth)
    .sort((a, b) => (a.month < b.month ? -1 : 1))
    .slice(-(recentMonths + earlierMonths));
  if (year.length < recentMonths + earlierMonths) return null;
  const enrolmentsOf = (months: SkillDemand['monthly']) =>
    months.reduce((sum, { enrollments }) => sum + enrollments, 0);
  const weeksIn = (months: SkillDemand['monthly']) =>
    months.reduce((sum, { month }) => sum + weeksOf(month, setting), 0);
  const [before, last] = [year.slice(0, earlierMonths), year.slice(-recentMonths)];
  // As many as would have come in the last months at the earlier pace: one of them more or fewer must not show.
  const usual = (enrolmentsOf(before) / weeksIn(before)) * weeksIn(last);
  if (usual === 0 || enrolmentsOf(year) < leastEnrolments) return null;
  return hideOne((100 * (enrolmentsOf(last) - usual)) / usual, Math.floor(usual));
}

function trendOf(percent: number | null): DemandedSkill['trend'] {
  if (percent === null) return null;
  return percent > notableChange ? 'rising' : percent < -notableChange ? 'falling' : 'steady';
}

type Part = keyof typeof weights;
const partNames = Object.keys(weights) as Part[];

/** How much of the greatest; 0 when there is none at all. */
const share = (value: number, most: number) => (most === 0 ? 0 : value / most);

/** 0–100, of the parts that may be told, by their weights: the others could be worked out from it. */
function scoreOf(parts: Record<Part, number | null>, most: Record<Part, number>): number {
  const told = partNames.flatMap((name) => {
    const value = parts[name];
    return value === null ? [] : [{ weight: weights[name], share: share(value, most[name]) }];
  });
  const whole = told.reduce((sum, { weight }) => sum + weight, 0);
  return round((100 * told.reduce((sum, { weight, share: own }) => sum + weight * own, 0)) / whole);
}

/**
 * Which skills an organization asks for. demandScore = 100 × (.40 enrolments + .35 open gaps + .25 requirement by goals),
 * each as a share of the greatest of the organization's skills; internal demand only. trendPercent = enrolments
 * a week of the last three months against the nine before; rising or falling beyond 20 %. Emerging: rising, fastest first.
 * Months that the service does not tell are those that were kept when they were over.
 *
 * Unit: score 0–100; people; percent. Null rule: counts of fewer people than the minimum are suppressed, and left out of
 * the score, of which the other parts make the whole (so are fewer enrolments than that); fewer than
 * ten enrolments in twelve months: no trend. Source: ANALYTICS definition "Skill demand", version 1.
 * @param own skills of the one who asks; null = not known.
 * @param kept months that were kept; null = they could not be read
 */
export function skillDemand(
  demand: readonly SkillDemand[] | null,
  own: readonly LearnerSkill[] | null,
  setting: Setting,
  kept: readonly KeptEnrolments[] | null = [],
): Computed<SkillDemandFigures> {
  const { missing, note } = missingNotes();
  if (demand === null) return { data: { topSkills: null, emerging: null, yourGaps: null }, missing };
  const tellable = (people: number) => (people === 0 || people >= setting.minimumCohort ? people : null);
  const partsOf = ({ enrollments, openGaps, requiredBy }: SkillDemand) => ({
    enrollments: tellable(enrollments),
    openGaps: tellable(openGaps),
    requiredBy,
  });
  const mostOf = (name: Part) => Math.max(0, ...demand.map((skill) => partsOf(skill)[name] ?? 0));
  const most = {
    enrollments: mostOf('enrollments'),
    openGaps: mostOf('openGaps'),
    requiredBy: mostOf('requiredBy'),
  };
  const figures = demand
    .map((skill): DemandedSkill => {
      const trendPercent = growth(withKeptEnrolments(skill, kept ?? [], setting), setting);
      const parts = partsOf(skill);
      return {
        skillId: skill.skillId,
        name: skill.name,
        demandScore: scoreOf(parts, most),
        learners: tellable(skill.learners),
        requiredBy: skill.requiredBy,
        openGaps: parts.openGaps,
        trend: trendOf(trendPercent),
        trendPercent,
      };
    })
    .sort((a, b) => b.demandScore - a.demandScore || (a.skillId < b.skillId ? -1 : 1));
  const topSkills = figures.slice(0, mostShown);
  const emerging = figures
    .filter(({ trend }) => trend === 'rising')
    .sort((a, b) => (b.trendPercent ?? 0) - (a.trendPercent ?? 0))
    .slice(0, mostEmerging);
  // Only of what is shown: a reason without a null would say that there is more.
  for (const [list, skills] of Object.entries({ topSkills, emerging }))
    for (const { learners, openGaps, trendPercent } of skills) {
      if (trendPercent === null)
        note(`${list}[].trendPercent`, kept === null ? 'unavailable' : 'insufficient_data');
      if (learners === null) note(`${list}[].learners`, 'suppressed');
      if (openGaps === null) note(`${list}[].openGaps`, 'suppressed');
    }
  const scores = new Map(figures.map(({ skillId, demandScore }) => [skillId, demandScore]));
  return {
    data: {
      topSkills,
      emerging,
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
