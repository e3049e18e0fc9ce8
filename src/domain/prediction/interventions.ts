/** What can be done about a risk: codes, which the frontend puts into words. */
import type { RiskLevel } from './levels.ts';
import type { RuleFactor } from './rules.ts';
import type { SignalName } from './signals.ts';

export const interventionCodes = [
  'agree_on_missing_work',
  'plan_hand_ins',
  'offer_help_with_content',
  'set_next_step',
  'get_in_touch',
] as const;
export type InterventionCode = (typeof interventionCodes)[number];

export const urgencies = ['routine', 'soon', 'now'] as const;

export interface Intervention {
  code: InterventionCode;
  urgency: (typeof urgencies)[number];
  /** By when, in hours from now. */
  dueHours: number;
}

/** Nobody can change how many of a run have left, so nothing is proposed about it. */
const about: Record<Exclude<SignalName, 'run_attrition'> | RuleFactor, InterventionCode> = {
  missed_work: 'agree_on_missing_work',
  lateness: 'plan_hand_ins',
  score: 'offer_help_with_content',
  progress: 'set_next_step',
  activity: 'get_in_touch',
  recent_activity: 'get_in_touch',
  recency: 'get_in_touch',
  low_engagement: 'get_in_touch',
  falling_pace: 'set_next_step',
  inactive_7_days: 'get_in_touch',
};

const timing: Record<Exclude<RiskLevel, 'low'>, Pick<Intervention, 'urgency' | 'dueHours'>> = {
  medium: { urgency: 'routine', dueHours: 168 },
  high: { urgency: 'soon', dueHours: 72 },
  critical: { urgency: 'now', dueHours: 24 },
};

const mostProposed = 3;

const isActionable = (code: string): code is keyof typeof about => code in about;

/**
 * Up to three things to do, each once, about what raises the risk most. None where the risk is low.
 * @param factors what raises (above 0) or lowers the risk, in any order
 */
export function interventionsFor(
  level: RiskLevel,
  factors: readonly { code: string; contribution: number }[],
): Intervention[] {
  if (level === 'low') return [];
  const raising = factors.filter(({ contribution }) => contribution > 0);
  const codes = [...raising]
    .sort((a, b) => b.contribution - a.contribution)
    .flatMap(({ code }) => (isActionable(code) ? about[code] : []));
  return [...new Set(codes)].slice(0, mostProposed).map((code) => ({ code, ...timing[level] }));
}
