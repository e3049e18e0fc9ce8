export const tiers = ['bronze', 'silver', 'gold', 'platinum'] as const;
export type Tier = (typeof tiers)[number];

/** What can be counted of a learner; how each is counted stands in achievement-engine.ts. */
export const countedThings = [
  'courses',
  'topics',
  'skills',
  'assessments_passed',
  'perfect_scores',
  'practice_solved',
  'questions_resolved',
  'points',
  'streak',
  'active_days',
  'content_types',
] as const;
export type Counted = (typeof countedThings)[number];

/** Earned as soon as a count has reached a number. */
export interface AchievementRule {
  counts: Counted;
  /** From 1. */
  atLeast: number;
}

export interface AchievementDefinition {
  /** Never changed once published: what people have earned is stored under it. */
  code: string;
  tier: Tier;
  rule: AchievementRule;
}

const define = (code: string, tier: Tier, counts: Counted, atLeast: number): AchievementDefinition => ({
  code,
  tier,
  rule: { counts, atLeast },
});

/**
 * Every achievement, in the order in which it is shown. A rule is data: a new one needs a line here and
 * nothing else.
 *
 * Unit: counts as `Counted` names them; points and days for `points`, `streak` and `active_days`.
 */
export const achievementCatalogue: readonly AchievementDefinition[] = [
  define('first_course', 'bronze', 'courses', 1),
  define('course_explorer', 'silver', 'courses', 5),
  define('course_champion', 'gold', 'courses', 10),
  define('course_legend', 'platinum', 'courses', 25),
  define('first_topic', 'bronze', 'topics', 1),
  define('topic_collector', 'silver', 'topics', 25),
  define('topic_scholar', 'gold', 'topics', 100),
  define('topic_encyclopedia', 'platinum', 'topics', 500),
  define('first_skill', 'bronze', 'skills', 1),
  define('skill_builder', 'silver', 'skills', 5),
  define('skill_architect', 'gold', 'skills', 10),
  define('polymath', 'platinum', 'skills', 25),
  define('first_pass', 'bronze', 'assessments_passed', 1),
  define('reliable_performer', 'silver', 'assessments_passed', 10),
  define('assessment_veteran', 'gold', 'assessments_passed', 50),
  define('perfect_score', 'bronze', 'perfect_scores', 1),
  define('perfectionist', 'silver', 'perfect_scores', 5),
  define('flawless', 'gold', 'perfect_scores', 20),
  define('first_solution', 'bronze', 'practice_solved', 1),
  define('practised_hand', 'silver', 'practice_solved', 10),
  define('problem_solver', 'gold', 'practice_solved', 50),
  define('practice_master', 'platinum', 'practice_solved', 200),
  define('first_answer_found', 'bronze', 'questions_resolved', 1),
  define('curious_mind', 'silver', 'questions_resolved', 10),
  define('deep_inquirer', 'gold', 'questions_resolved', 50),
  define('hundred_points', 'bronze', 'points', 100),
  define('thousand_points', 'silver', 'points', 1000),
  define('five_thousand_points', 'gold', 'points', 5000),
  define('twenty_thousand_points', 'platinum', 'points', 20_000),
  define('week_streak', 'bronze', 'streak', 7),
  define('month_streak', 'silver', 'streak', 30),
  define('quarter_streak', 'gold', 'streak', 90),
  define('year_streak', 'platinum', 'streak', 365),
  define('ten_active_days', 'bronze', 'active_days', 10),
  define('fifty_active_days', 'silver', 'active_days', 50),
  define('two_hundred_active_days', 'gold', 'active_days', 200),
  define('three_ways_to_learn', 'bronze', 'content_types', 3),
  define('five_ways_to_learn', 'silver', 'content_types', 5),
  define('every_way_to_learn', 'gold', 'content_types', 7),
];
