/** Which courses to take next, and why; ranked by figures alone. */

import { skillDemand } from '../analytics/skill-demand.ts';
import { skillGap } from '../analytics/skill-gap.ts';
import type { Course, CourseEnrolment, Enrolment } from '../learning/enrolment.ts';
import type { CourseRecommendation } from '../learning/recommendation.ts';
import type { LearnerSkill, SkillDemand } from '../learning/skill.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Computed, Missing, ModelNote } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { clamp, median, round } from '../statistics/summary.ts';
import { dayMs } from '../time.ts';
import { rowsByPerson } from './cohort.ts';

export const recommendationContexts = ['skill_gap', 'velocity', 'general'] as const;
export type RecommendationContext = (typeof recommendationContexts)[number];
export const reasonCodes = ['closes_gap', 'ready', 'in_demand', 'works_for_peers', 'proposed'] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** A course that could be taken. */
export interface Candidate {
  courseId: string;
  title: string | null;
  skillIds: readonly string[];
  totalTopics: number | null;
  isProposed: boolean;
}

export interface Recommendation {
  id: string;
  type: 'course';
  courseId: string;
  title: string | null;
  rank: number;
  /** 0–100. */
  score: number;
  reasons: { code: ReasonCode; value: number | null }[];
  closes: { skillId: string; gap: number }[];
  estimatedWeeks: number | null;
  /** Filled in by whoever writes; null = there is nothing to tell. */
  narrative: string | null;
}

export interface RecommendationSources {
  progress: readonly Enrolment[];
  proposals: readonly CourseRecommendation[] | null;
  /** Courses of the learner’s own trainers. */
  catalogue: readonly Course[];
  skills: readonly LearnerSkill[] | null;
  demand: readonly SkillDemand[] | null;
  /** Roll of each candidate by courseId; null = not known. */
  rolls: ReadonlyMap<string, readonly CourseEnrolment[] | null>;
}

type Part = 'gap' | 'readiness' | 'demand' | 'effectiveness';
type Parts = Record<Part, number | null>;

const weights: Record<Part, number> = { gap: 0.45, readiness: 0.25, demand: 0.15, effectiveness: 0.15 };

export const recommendationModel: ModelNote = {
  id: 'recommendations',
  version: 1,
  population:
    'courses that Learner AI proposes or the learner’s trainers teach; ranked by figures, nothing is fitted',
  horizonDays: null,
  auc: null,
  brier: null,
  calibrationSlope: null,
};

/** At most so many of one skill among the first. */
const most = { perSkill: 2, first: 5 } as const;
/** A prerequisite is met from this level on, unless the role asks for less. */
const metLevel = 2;
/** People that the common completion is worth against a course’s own. */
const commonWorth = 20;
const commonCompletion = 0.5;
const recentDays = 84;
/** Rolls are read of so many candidates, the closest first. */
export const mostCandidates = 12;

/** Courses that are or were the learner’s, those left excepted: someone may come back. */
const metBefore = (progress: readonly Enrolment[]): ReadonlySet<string> =>
  new Set(progress.filter(({ status }) => status !== 'withdrawn').map(({ courseId }) => courseId));

type Levels = ReadonlyMap<string, LearnerSkill>;

const levelsOf = (skills: readonly LearnerSkill[] | null): Levels =>
  new Map((skills ?? []).map((skill) => [skill.skillId, skill]));

function isMet(skillId: string, levels: Levels): boolean {
  const skill = levels.get(skillId);
  return skill !== undefined && skill.level >= Math.min(metLevel, skill.requiredLevel ?? metLevel);
}

/** Prerequisites of a course’s skills that the course does not teach itself. */
const prerequisitesOf = ({ skillIds }: Pick<Candidate, 'skillIds'>, levels: Levels): string[] => [
  ...new Set(
    skillIds
      .flatMap((skillId) => levels.get(skillId)?.prerequisites ?? [])
      .filter((skillId) => !skillIds.includes(skillId)),
  ),
];

/**
 * Courses that could be taken now: proposed by Learner AI or taught by the learner’s trainers; neither under way nor
 * completed, and none whose prerequisites are not met. Those that close most come first, ties by id.
 */
export function candidatesOf({
  progress,
  proposals,
  catalogue,
  skills,
}: Omit<RecommendationSources, 'rolls' | 'demand'>): Candidate[] {
  const met = metBefore(progress);
  const levels = levelsOf(skills);
  const courses = new Map<string, Candidate>();
  for (const { courseId, title, skillIds, totalTopics } of catalogue)
    courses.set(courseId, { courseId, title, skillIds, totalTopics, isProposed: false });
  for (const { courseId, title, skillIds } of proposals ?? []) {
    const known = courses.get(courseId);
    courses.set(courseId, {
      courseId,
      title: title ?? known?.title ?? null,
      skillIds: skillIds.length > 0 ? skillIds : (known?.skillIds ?? []),
      totalTopics: known?.totalTopics ?? null,
      isProposed: true,
    });
  }
  const gapOf = (candidate: Candidate) => closesOf(candidate, levels).reduce((sum, { gap }) => sum + gap, 0);
  return [...courses.values()]
    .filter(({ courseId }) => !met.has(courseId))
    .filter((candidate) => prerequisitesOf(candidate, levels).every((skillId) => isMet(skillId, levels)))
    .map((candidate) => ({ candidate, gap: gapOf(candidate) }))
    .sort(
      (a, b) =>
        b.gap - a.gap ||
        Number(b.candidate.isProposed) - Number(a.candidate.isProposed) ||
        (a.candidate.courseId < b.candidate.courseId ? -1 : 1),
    )
    .slice(0, mostCandidates)
    .map(({ candidate }) => candidate);
}

function closesOf({ skillIds }: Pick<Candidate, 'skillIds'>, levels: Levels): Recommendation['closes'] {
  return [...new Set(skillIds)].sort().flatMap((skillId) => {
    const skill = levels.get(skillId);
    const gap = Math.max(0, (skill?.requiredLevel ?? 0) - (skill?.level ?? 0));
    return gap > 0 ? [{ skillId, gap }] : [];
  });
}

/** Mean of the known parts by weight, 0–100: what is not known neither raises nor lowers it. */
function scoreOf(parts: Parts): number {
  const known = Object.entries(parts).flatMap(([name, value]: [string, number | null]) =>
    value === null ? [] : [{ value, weight: weights[name as Part] }],
  );
  const whole = known.reduce((sum, { weight }) => sum + weight, 0);
  return whole === 0 ? 0 : known.reduce((sum, { value, weight }) => sum + value * weight, 0) / whole;
}

/** How much above the least level the learner is in what the course builds on, 0–100; all met is 50 at least. */
function readinessOf(candidate: Candidate, levels: Levels): number {
  const needed = prerequisitesOf(candidate, levels);
  if (needed.length === 0) return 100;
  const levelSum = needed.reduce((sum, skillId) => sum + (levels.get(skillId)?.level ?? 0), 0);
  return clamp(100 * (levelSum / needed.length / (2 * metLevel)), 50, 100);
}

/**
 * Share of the own organization that has completed a course, among those who have completed or left it, shrunk to
 * one half; null for fewer people than the minimum.
 */
function effectivenessOf(
  roll: readonly CourseEnrolment[] | null | undefined,
  organizationId: string | null,
  minimum: number,
): number | null {
  if (!roll) return null;
  const rows = [...rowsByPerson(roll, organizationId).values()];
  const completed = rows.filter(({ status }) => status === 'completed').length;
  const left = rows.filter(({ status }) => status === 'withdrawn').length;
  const ended = completed + left;
  if (ended < minimum) return null;
  const share = (completed + commonWorth * commonCompletion) / (ended + commonWorth);
  return hideOne(100 * share, ended);
}

/** Topics a week over the last twelve; null when none was finished. */
function paceOf(progress: readonly Enrolment[], now: number): number | null {
  const since = now - recentDays * dayMs;
  const finished = progress.flatMap(({ completions }) =>
    completions.filter(({ completedAt }) => completedAt > since && completedAt <= now),
  );
  return finished.length === 0 ? null : finished.length / (recentDays / 7);
}

/** A course’s length: as the catalogue has it, else as its roll has. */
function topicsOf(
  { totalTopics }: Candidate,
  roll: readonly CourseEnrolment[] | null | undefined,
): number | null {
  if (totalTopics !== null) return totalTopics;
  return median((roll ?? []).flatMap((row) => row.totalTopics ?? []));
}

/**
 * The same order, with no more than two of one skill among the first five; whoever must wait comes right after. Where
 * there is nothing else, fewer than five are first.
 */
function diversified<T extends { candidate: Candidate }>(ranked: readonly T[]): T[] {
  const first: T[] = [];
  const later: T[] = [];
  const taken = new Map<string, number>();
  for (const one of ranked) {
    const { skillIds } = one.candidate;
    const isFull = skillIds.some((skillId) => (taken.get(skillId) ?? 0) >= most.perSkill);
    if (first.length >= most.first || isFull) later.push(one);
    else {
      first.push(one);
      for (const skillId of new Set(skillIds)) taken.set(skillId, (taken.get(skillId) ?? 0) + 1);
    }
  }
  // A list that would break the rule further down is cut: better four courses than a third of one skill.
  return first.length < most.first ? first : [...first, ...later];
}

export interface RecommendationsAsked {
  userId: string;
  organizationId: string | null;
  context: RecommendationContext;
  limit: number;
}

/**
 * Courses to take next: score = .45 gap closed (levels weighted by their priority, against the most that a candidate
 * closes) + .25 readiness + .15 demand + .15 effectiveness, each 0–100; parts that are not known are left out and the others
 * make the whole. `skill_gap` keeps those that close a gap; `velocity` puts shorter courses first among equals.
 *
 * Unit: score 0–100; weeks. Null rule: no pace or length: no weeks. Source: ANALYTICS definition "Recommendations",
 * version 1.
 */
export function recommendations(
  asked: RecommendationsAsked,
  sources: RecommendationSources,
  setting: Setting,
): Computed<{ recommendations: Recommendation[] | null }> {
  const { context, limit, organizationId } = asked;
  const levels = levelsOf(sources.skills);
  const priorities = new Map(
    (skillGap(sources.skills, null, setting.now).data.gaps ?? []).map((gap) => [
      gap.skillId,
      gap.priorityScore,
    ]),
  );
  const demanded = new Map(
    (skillDemand(sources.demand, null, setting).data.topSkills ?? []).map((skill) => [
      skill.skillId,
      skill.demandScore,
    ]),
  );
  const pace = paceOf(sources.progress, setting.now);
  const found = candidatesOf(sources).map((candidate) => {
    const closes = closesOf(candidate, levels);
    const roll = sources.rolls.get(candidate.courseId);
    const topics = topicsOf(candidate, roll);
    return {
      candidate,
      closes,
      closed: closes.reduce((sum, { skillId, gap }) => sum + gap * (priorities.get(skillId) ?? 0), 0),
      weeks: pace === null || topics === null ? null : round(topics / pace),
      effectiveness: effectivenessOf(roll, organizationId, setting.minimumCohort),
    };
  });
  const mostClosed = Math.max(0, ...found.map(({ closed }) => closed));
  const scored = found
    .filter(({ closes }) => context !== 'skill_gap' || closes.length > 0)
    .map((one) => {
      const parts: Parts = {
        gap: sources.skills === null ? null : mostClosed === 0 ? 0 : (100 * one.closed) / mostClosed,
        readiness: sources.skills === null ? null : readinessOf(one.candidate, levels),
        demand:
          sources.demand === null
            ? null
            : Math.max(0, ...one.candidate.skillIds.map((skillId) => demanded.get(skillId) ?? 0)),
        effectiveness: one.effectiveness,
      };
      return { ...one, parts, score: round(scoreOf(parts)) };
    });
  const shorter = (a: number | null, b: number | null) =>
    context === 'velocity' ? (a ?? Number.MAX_SAFE_INTEGER) - (b ?? Number.MAX_SAFE_INTEGER) : 0;
  scored.sort(
    (a, b) =>
      b.score - a.score ||
      shorter(a.weeks, b.weeks) ||
      (a.candidate.courseId < b.candidate.courseId ? -1 : 1),
  );
  const list = diversified(scored)
    .slice(0, limit)
    .map(({ candidate, closes, parts, score, weeks }, index): Recommendation => {
      const reasons: Recommendation['reasons'] = [
        ...(closes.length > 0 ? [{ code: 'closes_gap' as const, value: parts.gap }] : []),
        ...(parts.readiness !== null ? [{ code: 'ready' as const, value: parts.readiness }] : []),
        ...((parts.demand ?? 0) > 0 ? [{ code: 'in_demand' as const, value: parts.demand }] : []),
        ...(parts.effectiveness !== null && parts.effectiveness > 100 * commonCompletion
          ? [{ code: 'works_for_peers' as const, value: parts.effectiveness }]
          : []),
        ...(candidate.isProposed ? [{ code: 'proposed' as const, value: null }] : []),
      ];
      return {
        id: `course-${candidate.courseId}`.slice(0, 80),
        type: 'course',
        courseId: candidate.courseId,
        title: candidate.title,
        rank: index + 1,
        score,
        reasons: reasons.map(({ code, value }) => ({ code, value: value === null ? null : round(value) })),
        closes,
        estimatedWeeks: weeks,
        narrative: null,
      };
    });
  const missing: Missing[] = [];
  if (list.some(({ estimatedWeeks }) => estimatedWeeks === null))
    missing.push({ field: 'recommendations[].estimatedWeeks', reason: 'insufficient_data' });
  return {
    data: { recommendations: list },
    missing,
    prediction: {
      model: recommendationModel,
      inputs: scored.map(({ candidate, parts, weeks }) => ({ courseId: candidate.courseId, parts, weeks })),
    },
  };
}
