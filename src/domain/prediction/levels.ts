/** Words for a probability: how it stands to what happens to people in general, not how it sounds. */
export const riskLevels = ['low', 'medium', 'high', 'critical'] as const;
export type RiskLevel = (typeof riskLevels)[number];

/** From how many times the base rate on a level begins. */
export type LevelEdges = Readonly<Record<Exclude<RiskLevel, 'low'>, number>>;

/** @param baseRate share of people at the same stage to whom it happens, 0–1, above 0 */
export function levelOf(probability: number, baseRate: number, edges: LevelEdges): RiskLevel {
  const times = probability / baseRate;
  if (times >= edges.critical) return 'critical';
  if (times >= edges.high) return 'high';
  return times >= edges.medium ? 'medium' : 'low';
}
