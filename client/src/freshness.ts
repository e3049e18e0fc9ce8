/** Whose figures an answer holds; each kind has its own times. */
export type Audience =
  | 'learner'
  | 'trainer'
  | 'organization'
  | 'comparison'
  | 'demand'
  | 'gamification'
  | 'predictive';

export interface Freshness {
  /** How long what was shown may be shown again while it is asked for anew. */
  revalidateSeconds: number;
}

const hour = 3600;

/**
 * The contract's stale-while-revalidate times. There is no time in which asking is superfluous: asking costs a 304 when
 * nothing has changed.
 */
export const freshness: Readonly<Record<Audience, Freshness>> = {
  learner: { revalidateSeconds: 4 * hour },
  trainer: { revalidateSeconds: 2 * hour },
  organization: { revalidateSeconds: 6 * hour },
  comparison: { revalidateSeconds: 4 * hour },
  demand: { revalidateSeconds: 24 * hour },
  gamification: { revalidateSeconds: hour },
  predictive: { revalidateSeconds: 48 * hour },
};

const isAudience = (word: string | undefined): word is Audience => word !== undefined && word in freshness;

/** Whose figures a path answers; null = it answers none, and nothing of it should be shown again. */
export function audienceOf(path: string): Audience | null {
  if (path.endsWith('/comparison/skill-demand')) return 'demand';
  const [, kind] = /^\/api\/v1\/(?:analytics\/|dashboards\/)?(\w+)/.exec(path) ?? [];
  return isAudience(kind) ? kind : null;
}

/** The times of a path; zero where it answers no figures. */
export function freshnessOf(path: string): Freshness {
  const audience = audienceOf(path);
  return audience === null ? { revalidateSeconds: 0 } : freshness[audience];
}
