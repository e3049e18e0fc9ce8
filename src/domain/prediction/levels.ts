/** Words for a probability: how it stands to what happens to people in general, not how it sounds. */
export const riskLevels = ['low', 'medium', 'high', 'critical'] as const;
export type RiskLevel = (typeof riskLevels)[number];

/**
 * From how many times the base rate on a level begins. Multiples, not probabilities: leaving within four weeks is rare
 * (about 3 %), so that 9 % is a lot and sounds like little.
 *
 * - medium, 1: more likely than people at this stage in general. About a fifth of a run; a look is enough.
 * - high, 2: under a tenth of a run, of whom about one in eight leaves: as many as a trainer can talk to.
 * - critical, 3: the very few; most of them stay too, so it is never more than a reason to ask today.
 *
 * The card has precision and recall at each (`Alerts`). `rule-v1` has levels of its own, by points (`rules.ts`): they
 * are no multiples of anything, and are never put together with these. The training writes these edges into the model,
 * so that a served level is of the model's version.
 */
export const levelEdges = { medium: 1, high: 2, critical: 3 } as const;

export type LevelEdges = Readonly<Record<Exclude<RiskLevel, 'low'>, number>>;

/** @param baseRate share of people at the same stage to whom it happens, 0–1, above 0 */
export function levelOf(probability: number, baseRate: number, edges: LevelEdges): RiskLevel {
  const times = probability / baseRate;
  if (times >= edges.critical) return 'critical';
  if (times >= edges.high) return 'high';
  return times >= edges.medium ? 'medium' : 'low';
}
