/** Skills. Levels run 0 (missing) … 4 (expert); importance 0–100. */
export interface LearnerSkill {
  skillId: string;
  name: string | null;
  category: string | null;
  level: number;
  /** Null = nobody requires this skill of the learner. */
  requiredLevel: number | null;
  importance: { business: number | null; market: number | null; career: number | null };
  /** skillIds that must come first. */
  prerequisites: string[];
  acquiredAt: number | null;
  history: { at: number; level: number }[];
}

export interface OrganizationSkill {
  userId: string;
  skillId: string;
  level: number;
}

export interface SkillDemand {
  skillId: string;
  name: string | null;
  learners: number;
  requiredBy: number;
  openGaps: number;
  enrollments: number;
  monthly: { month: string; enrollments: number }[];
}
