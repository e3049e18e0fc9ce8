/** What the platform team can switch off, for everyone, for some organizations or for a share of people. */
export const flags = ['predictions', 'narratives', 'mockFallback', 'eventStream'] as const;
export type Flag = (typeof flags)[number];

/** true = for all, false = for nobody, a number = for that many percent of people, 0–100. */
export type Rollout = boolean | number;

export interface FlagRule {
  /** For every organization that is not named. */
  everywhere: Rollout;
  organizations: ReadonlyMap<string, Rollout>;
}

/** A flag without a rule is on. */
export type FlagRules = Readonly<Partial<Record<Flag, FlagRule>>>;

/** Whom a flag is asked about; null = it is about nobody in particular. */
export interface FlagSubject {
  userId: string | null;
  organizationId: string | null;
}

const percentOf = (rollout: Rollout): number => (typeof rollout === 'number' ? rollout : rollout ? 100 : 0);

/**
 * Whether a rule lets a subject in. Whoever is in at some percentage is in at every greater one.
 * @param place of the subject among all, 0 ≤ place < 100, always the same for the same flag and subject; null = not
 *   known, and then it takes all of them.
 */
export function isLetIn(
  rule: FlagRule | undefined,
  organizationId: string | null,
  place: number | null,
): boolean {
  if (rule === undefined) return true;
  const percent = percentOf(rule.organizations.get(organizationId ?? '') ?? rule.everywhere);
  return percent >= 100 || (place !== null && place < percent);
}
