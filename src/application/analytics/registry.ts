/** Every analytic there is, in the order in which dashboards show them. Adding one is one line here. */
import { peer } from './comparison/peer.ts';
import { skillDemand } from './comparison/skill-demand.ts';
import { type Analytic, sectionName } from './define.ts';
import { achievements } from './gamification/achievements.ts';
import { leaderboard } from './gamification/leaderboard.ts';
import { stats } from './gamification/stats.ts';
import { streak } from './gamification/streak.ts';
import { contentEffectiveness } from './learner/content-effectiveness.ts';
import { engagement } from './learner/engagement.ts';
import { mastery } from './learner/mastery.ts';
import { performance } from './learner/performance.ts';
import { skillGap } from './learner/skill-gap.ts';
import { velocity } from './learner/velocity.ts';
import { departmentAnalytics } from './organization/department-analytics.ts';
import { learningCulture } from './organization/learning-culture.ts';
import { learningVelocity } from './organization/learning-velocity.ts';
import { strategicAlignment } from './organization/strategic-alignment.ts';
import { dropOffRisk } from './predictive/drop-off-risk.ts';
import { forecast } from './predictive/forecast.ts';
import { recommendations } from './predictive/recommendations.ts';
import { courseHealth } from './trainer/course-health.ts';
import { coursePerformance } from './trainer/course-performance.ts';
import { studentDistribution } from './trainer/student-distribution.ts';
import { teachingEffectiveness } from './trainer/teaching-effectiveness.ts';

export const registry: readonly Analytic[] = [
  velocity,
  skillGap,
  engagement,
  mastery,
  performance,
  contentEffectiveness,
  coursePerformance,
  courseHealth,
  studentDistribution,
  teachingEffectiveness,
  learningVelocity,
  strategicAlignment,
  departmentAnalytics,
  learningCulture,
  peer,
  skillDemand,
  dropOffRisk,
  forecast,
  recommendations,
  stats,
  achievements,
  leaderboard,
  streak,
];

/** Audiences that have a dashboard: the part of an id before its dot. */
export const audiences = ['learner', 'trainer', 'organization'] as const;
export type Audience = (typeof audiences)[number];

/** The analytics of an audience's dashboard by section name, in order. */
export function sectionsOf(audience: Audience): ReadonlyMap<string, Analytic> {
  const own = registry.filter(({ id }) => id.startsWith(`${audience}.`));
  return new Map(own.map((analytic) => [sectionName(analytic), analytic]));
}

/** What is kept of a subject every night: its dashboard, and of a learner what the ledger tells of them alone. */
export const keptNightly = (audience: Audience): readonly Analytic[] => [
  ...sectionsOf(audience).values(),
  ...(audience === 'learner' ? [stats, achievements, streak] : []),
];
