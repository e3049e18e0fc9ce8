import { type Course, courseAt } from './courses.ts';
import type { History } from './history.ts';
import type { Learner } from './people.ts';
import { countIn, indexAt } from './shares.ts';
import { dayMs, type WorldDay } from './world.ts';

export interface Proposal {
  course: Course;
  reason: 'closes_gap' | 'builds_on_skills';
  /** 0–100. */
  score: number;
}

export interface Path {
  pathId: string;
  title: string;
  steps: {
    order: number;
    courseId: string;
    topicId: string | null;
    status: 'completed' | 'in_progress' | 'not_started';
    estimatedHours: number;
  }[];
  targetDate: number;
}

const mostProposals = 10;
const mostLookedAt = 60;
const hoursPerTopic = 1.5;
const stepsAhead = 2;

/** Courses of the own organization that the learner has not met, the one that closes most first. */
export function proposalsFor(day: WorldDay, learner: Learner, { studies, skills }: History): Proposal[] {
  const { organization } = learner;
  const met = new Set(studies.map(({ course }) => course.index));
  const levels = new Map(skills.map((one) => [one.skill.skillId, one]));
  const total = countIn(day.organizations, organization, day.courses);
  const proposals: Proposal[] = [];
  for (let rank = 0; rank < Math.min(total, mostLookedAt); rank += 1) {
    const index = indexAt(day.organizations, { organization, rank });
    if (met.has(index)) continue;
    const course = courseAt(day, index);
    const known = course.skills.flatMap(({ skillId }) => levels.get(skillId) ?? []);
    const gap = known.reduce(
      (sum, { level, requiredLevel }) => sum + Math.max(0, (requiredLevel ?? 0) - level),
      0,
    );
    if (known.length === 0) continue;
    const reason = gap > 0 ? 'closes_gap' : 'builds_on_skills';
    proposals.push({ course, reason, score: Math.min(100, 30 + 15 * gap + 5 * known.length) });
  }
  return proposals
    .sort((a, b) => b.score - a.score || a.course.index - b.course.index)
    .slice(0, mostProposals);
}

/** What has been done, what is being done, and the two courses proposed next; null for those who have none of it. */
export function pathOf(day: WorldDay, learner: Learner, history: History): Path | null {
  const kept = history.studies.filter(({ status }) => status !== 'withdrawn');
  const next = proposalsFor(day, learner, history).slice(0, stepsAhead);
  const courses = [...new Map(kept.map((study) => [study.course, study])).values()];
  if (courses.length + next.length === 0) return null;
  const done = courses.map(({ course, status, completions }) => ({
    course,
    status:
      status === 'completed'
        ? ('completed' as const)
        : completions.length > 0
          ? ('in_progress' as const)
          : ('not_started' as const),
    topicId: status === 'completed' ? null : (course.topics[completions.length]?.topicId ?? null),
  }));
  const ahead = next.map(({ course }) => ({ course, status: 'not_started' as const, topicId: null }));
  return {
    pathId: `path-${learner.index}`,
    title: `${learner.position}: next steps`,
    steps: [...done, ...ahead].map(({ course, status, topicId }, place) => ({
      order: place + 1,
      courseId: course.courseId,
      topicId,
      status,
      estimatedHours: course.topics.length * hoursPerTopic,
    })),
    targetDate: (day.today + 90) * dayMs,
  };
}
