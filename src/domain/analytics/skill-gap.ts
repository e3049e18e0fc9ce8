import type { LearnerSkill } from '../learning/skill.ts';
import type { Computed, Missing } from '../provenance.ts';
import { quantile, round } from '../statistics/summary.ts';
import { dayMs } from '../time.ts';

/** From least to most urgent. */
export const gapPriorities = ['low', 'medium', 'high', 'critical'] as const;
type GapPriority = (typeof gapPriorities)[number];

/** Each 0–100; null = the Skills Engine does not say. */
export interface PriorityParts {
  gap: number;
  business: number | null;
  market: number | null;
  prerequisites: number;
  career: number | null;
}

export interface Gap {
  skillId: string;
  skillName: string | null;
  category: string | null;
  /** 0 missing … 4 expert. */
  currentLevel: number;
  requiredLevel: number;
  gap: number;
  priority: GapPriority;
  priorityScore: number;
  priorityParts: PriorityParts;
  /** Null when neither the learner's nor the organization's pace is known. */
  estimatedWeeksToClose: number | null;
}

export interface SkillGap {
  totalGaps: number | null;
  criticalGaps: number | null;
  /** Share of the required levels that is reached; null when nothing is required. */
  coveragePercent: number | null;
  /** Most urgent first. */
  gaps: Gap[] | null;
  /** skillId of the first gap; null when there is none. */
  topPriority: string | null;
}

interface Required extends LearnerSkill {
  requiredLevel: number;
}

const weights: PriorityParts & Record<keyof PriorityParts, number> = {
  gap: 0.25,
  business: 0.3,
  market: 0.2,
  prerequisites: 0.15,
  career: 0.1,
};
/** Each open skill that waits for this one adds so much urgency. */
const perDependent = 20;
const urgent = { gap: 2, score: 80, business: 75 } as const;
const highScore = 60;
const mediumScore = 40;

const gapOf = ({ level, requiredLevel }: Required) => Math.max(0, requiredLevel - level);

function dependentsOf(skill: Required, open: readonly Required[]): number {
  return open.filter(
    (other) => other.skillId !== skill.skillId && other.prerequisites.includes(skill.skillId),
  ).length;
}

/** Mean of the known parts by weight: what nobody rated neither raises nor lowers the score. */
function scoreOf(parts: PriorityParts): number {
  const known = Object.entries(parts).flatMap(([name, value]: [string, number | null]) =>
    value === null ? [] : [{ value, weight: weights[name as keyof PriorityParts] }],
  );
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  return known.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
}

function priorityOf(gap: number, score: number, business: number | null): GapPriority {
  const critical =
    gap >= urgent.gap || score >= urgent.score || (gap >= 1 && (business ?? 0) >= urgent.business);
  if (critical) return 'critical';
  if (score >= highScore) return 'high';
  return score >= mediumScore ? 'medium' : 'low';
}

/** Weeks per level, from the steps up in the learner's own history; null without a step. */
function weeksPerLevel(skills: readonly LearnerSkill[], now: number): number | null {
  const steps = skills.flatMap(({ history }) => {
    const past = history.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    return past.slice(1).flatMap((step, index) => {
      const before = past[index];
      if (before === undefined || step.level <= before.level) return [];
      return [(step.at - before.at) / (7 * dayMs) / (step.level - before.level)];
    });
  });
  return quantile(steps, 0.5);
}

function describe(skill: Required, open: readonly Required[], weeks: number | null): Gap {
  const gap = gapOf(skill);
  const { business, market, career } = skill.importance;
  const parts: PriorityParts = {
    gap: round((100 * gap) / skill.requiredLevel),
    business,
    market,
    prerequisites: Math.min(100, dependentsOf(skill, open) * perDependent),
    career,
  };
  const score = scoreOf(parts);
  return {
    skillId: skill.skillId,
    skillName: skill.name,
    category: skill.category,
    currentLevel: skill.level,
    requiredLevel: skill.requiredLevel,
    gap,
    priority: priorityOf(gap, score, business),
    priorityScore: round(score),
    priorityParts: parts,
    estimatedWeeksToClose: weeks === null ? null : round(gap * weeks),
  };
}

const byUrgency = (a: Gap, b: Gap) =>
  gapPriorities.indexOf(b.priority) - gapPriorities.indexOf(a.priority) ||
  b.priorityScore - a.priorityScore ||
  a.skillId.localeCompare(b.skillId);

function coverageOf(required: readonly Required[]): number | null {
  const asked = required.reduce((sum, { requiredLevel }) => sum + requiredLevel, 0);
  const reached = required.reduce((sum, { level, requiredLevel }) => sum + Math.min(level, requiredLevel), 0);
  return asked === 0 ? null : round((100 * reached) / asked);
}

const isRequired = (skill: LearnerSkill): skill is Required =>
  skill.requiredLevel !== null && skill.requiredLevel > 0;

/**
 * Where a learner falls short of what the role asks for, most urgent first. Levels run 0 missing … 4 expert;
 * gap = max(0, required − current). priorityScore = .25 gap/required + .30 business + .20 market + .15
 * prerequisites (20 per open skill that waits for this one, at most 100) + .10 career, each 0–100; importance
 * that nobody rated is left out and the other weights share its part. critical: gap ≥ 2, or score ≥ 80, or gap ≥ 1
 * and business ≥ 75; high ≥ 60, medium ≥ 40. Weeks to close: the median weeks per level of the learner's own
 * history, else the organization's, times the gap.
 *
 * Unit: levels; scores 0–100. Null rule: a skill that nobody requires has no gap; nothing required: coverage null.
 * Source: ANALYTICS definition "Skill gap", version 1.
 * @param skills null when they are not known: every figure is then null.
 * @param organizationWeeksPerLevel the organization's median; null = not known.
 */
export function skillGap(
  skills: readonly LearnerSkill[] | null,
  organizationWeeksPerLevel: number | null,
  now: number,
): Computed<SkillGap> {
  if (skills === null) {
    const nothing = {
      totalGaps: null,
      criticalGaps: null,
      coveragePercent: null,
      gaps: null,
      topPriority: null,
    };
    return { data: nothing, missing: [] };
  }
  const required = [...new Map(skills.map((skill) => [skill.skillId, skill])).values()].filter(isRequired);
  const open = required.filter((skill) => gapOf(skill) > 0);
  const weeks = weeksPerLevel(skills, now) ?? organizationWeeksPerLevel;
  const gaps = open.map((skill) => describe(skill, open, weeks)).sort(byUrgency);
  const coveragePercent = coverageOf(required);
  const missing: Missing[] = [];
  if (coveragePercent === null) missing.push({ field: 'coveragePercent', reason: 'insufficient_data' });
  if (weeks === null && gaps.length > 0)
    missing.push({ field: 'gaps[].estimatedWeeksToClose', reason: 'insufficient_data' });
  return {
    data: {
      totalGaps: gaps.length,
      criticalGaps: gaps.filter(({ priority }) => priority === 'critical').length,
      coveragePercent,
      gaps,
      topPriority: gaps[0]?.skillId ?? null,
    },
    missing,
  };
}
