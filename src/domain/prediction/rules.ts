/** The rule that was there before any model, for whom the model has not enough data. Points, not a probability. */
import { dayMs } from '../time.ts';
import type { RiskLevel } from './levels.ts';

/** What the rule looks at; null = not known. */
export interface RuleInputs {
  /** Overall score of learner.engagement, 0–100. */
  engagementScore: number | null;
  /** Change of pace of learner.velocity, percent. */
  paceTrendPercent: number | null;
  /** Epoch ms. */
  lastActiveAt: number | null;
}

export const ruleFactors = ['low_engagement', 'falling_pace', 'inactive_7_days'] as const;
export type RuleFactor = (typeof ruleFactors)[number];

export interface RuleVerdict {
  points: number;
  level: RiskLevel;
  factors: { code: RuleFactor; points: number; value: number }[];
}

const lowEngagement = 50;
const fallenPercent = -20;
const inactiveDays = 7;
const pointsOf: Record<RuleFactor, number> = { low_engagement: 40, falling_pace: 30, inactive_7_days: 30 };

function levelOfPoints(points: number): RiskLevel {
  if (points === 100) return 'critical';
  if (points >= 60) return 'high';
  return points > 0 ? 'medium' : 'low';
}

/**
 * `rule-v1`: +40 for engagement under 50, +30 for a pace that fell by more than 20 %, +30 for nothing in 7 days.
 *
 * Unit: points 0–100. Null rule: engagement or last activity not known: no verdict. A pace that cannot be compared
 * has not fallen.
 */
export function ruleV1(inputs: RuleInputs, now: number): RuleVerdict | null {
  const { engagementScore, paceTrendPercent, lastActiveAt } = inputs;
  if (engagementScore === null || lastActiveAt === null) return null;
  const idleDays = Math.max(0, Math.floor((now - lastActiveAt) / dayMs));
  const values: Record<RuleFactor, number | null> = {
    low_engagement: engagementScore < lowEngagement ? engagementScore : null,
    falling_pace: paceTrendPercent !== null && paceTrendPercent < fallenPercent ? paceTrendPercent : null,
    inactive_7_days: lastActiveAt < now - inactiveDays * dayMs ? idleDays : null,
  };
  const factors = ruleFactors.flatMap((code) => {
    const value = values[code];
    return value === null ? [] : [{ code, points: pointsOf[code], value }];
  });
  const points = factors.reduce((sum, factor) => sum + factor.points, 0);
  return { points, level: levelOfPoints(points), factors };
}
