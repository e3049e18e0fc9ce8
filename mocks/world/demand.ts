import { enrolmentsOf } from './enrolments.ts';
import { goalsOf } from './goals.ts';
import { learnerOf, learnersIn } from './people.ts';
import { skills } from './skill-catalogue.ts';
import { skillsOf } from './skill-levels.ts';
import { studyOf } from './study.ts';
import { dayMs, type WorldDay } from './world.ts';

export interface Demand {
  skillId: string;
  name: string;
  /** People who have at least the first level. */
  learners: number;
  /** The organization's goals that name it. */
  requiredBy: number;
  /** People who have less of it than is required of them. */
  openGaps: number;
  /** Enrolments ever in courses that teach it. */
  enrollments: number;
  /** The last twelve calendar months (UTC), oldest first. */
  monthly: { month: string; enrollments: number }[];
}

const monthsShown = 12;
const monthOf = (at: number) => new Date(at).toISOString().slice(0, 7);

function lastMonths(today: number): string[] {
  const date = new Date(today * dayMs);
  return Array.from({ length: monthsShown }, (_, place) =>
    monthOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsShown + 1 + place, 1)),
  );
}

/** What is asked for in an organization. Goes through all of its learners once. */
export function demandOf(day: WorldDay, organization: number): Demand[] {
  const goals = goalsOf(day, organization);
  const months = lastMonths(day.today);
  const rows = new Map(
    skills.map(({ skillId, name }) => {
      const requiredBy = goals.filter(({ targetSkills }) =>
        targetSkills.some((one) => one.skillId === skillId),
      ).length;
      const byMonth = new Map(months.map((month) => [month, 0]));
      return [skillId, { skillId, name, learners: 0, requiredBy, openGaps: 0, enrollments: 0, byMonth }];
    }),
  );
  for (let rank = 0; rank < learnersIn(day, organization); rank += 1) {
    const learner = learnerOf(day, { organization, rank });
    const studies = enrolmentsOf(day, learner).map((enrolment) => studyOf(day, enrolment));
    for (const { skill, level, requiredLevel } of skillsOf(day, learner, studies)) {
      const row = rows.get(skill.skillId);
      if (row === undefined) continue;
      if (level > 0) row.learners += 1;
      if (level < (requiredLevel ?? 0)) row.openGaps += 1;
    }
    for (const { course, enrolledAt } of studies) {
      const month = monthOf(enrolledAt);
      for (const { skillId } of course.skills) {
        const row = rows.get(skillId);
        if (row === undefined) continue;
        row.enrollments += 1;
        const known = row.byMonth.get(month);
        if (known !== undefined) row.byMonth.set(month, known + 1);
      }
    }
  }
  return [...rows.values()].map(({ byMonth, ...row }) => ({
    ...row,
    monthly: [...byMonth].map(([month, enrollments]) => ({ month, enrollments })),
  }));
}
