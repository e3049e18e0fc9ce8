export const levelNames = ['beginner', 'learner', 'contributor', 'expert', 'master', 'numbered'] as const;
export type LevelName = (typeof levelNames)[number];

export interface Level {
  /** From 1. */
  level: number;
  /** `numbered` from level 6 on: such a level is called by its number. */
  levelName: LevelName;
  /** Way from this level to the next one, 0–99.9. */
  levelProgressPercent: number;
  /** Total points at which the next level begins. */
  nextLevelPoints: number;
}

/** Points at which the first levels begin; after the last one a level begins every 500 points. */
const thresholds = [0, 100, 300, 600, 1000, 1500] as const;
const lastThreshold = 1500;
const step = 500;

/** Points at which a level (from 1) begins. */
const beginOf = (level: number): number =>
  thresholds[level - 1] ?? lastThreshold + (level - thresholds.length) * step;

function levelAt(points: number): number {
  if (points >= lastThreshold) return thresholds.length + Math.floor((points - lastThreshold) / step);
  return thresholds.filter((threshold) => points >= threshold).length;
}

/**
 * The level that a number of points has reached. Levels begin at 0, 100, 300, 600, 1,000 and 1,500 points,
 * then every 500. Progress is cut, not rounded, to a tenth, so that it never says 100 before the next level
 * is reached.
 *
 * Unit: level ≥ 1; percent 0–99.9; points > 0. Null rule: none; what is below 0 counts as 0. Source:
 * ANALYTICS definition "Points", version 1.
 */
export function levelOf(points: number): Level {
  const own = Math.max(0, points);
  const level = levelAt(own);
  const begin = beginOf(level);
  const nextLevelPoints = beginOf(level + 1);
  return {
    level,
    levelName: levelNames[level - 1] ?? 'numbered',
    levelProgressPercent: Math.floor((1000 * (own - begin)) / (nextLevelPoints - begin)) / 10,
    nextLevelPoints,
  };
}
