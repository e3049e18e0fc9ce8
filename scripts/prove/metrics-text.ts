/** Reads what /metrics says. */

/** Requests up to each bound, in order of the bounds; seconds. */
export type Histogram = readonly { upTo: number; count: number }[];

/** The buckets of one route. */
export function readHistogram(text: string, name: string, route: string): Histogram {
  const lines = text.matchAll(new RegExp(`^${name}_bucket\\{([^}]*)\\} (\\S+)`, 'gm'));
  return [...lines]
    .filter(([, labels = '']) => labels.includes(`route="${route}"`))
    .map(([, labels = '', count]) => {
      const [, bound = ''] = /le="([^"]+)"/.exec(labels) ?? [];
      return { upTo: bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), count: Number(count) };
    });
}

/** NaN when there is none. */
export function readGauge(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

/** A counter over all its labels. */
export function readTotal(text: string, name: string): number {
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'));
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * A quantile of what came between two readings, linear within its bucket as Prometheus' histogram_quantile has it;
 * NaN when nothing came.
 */
export function quantileBetween(before: Histogram, after: Histogram, quantile: number): number {
  const counts = after.map(({ upTo, count }, index) => ({
    upTo,
    count: count - (before[index]?.count ?? 0),
  }));
  const rank = quantile * (counts.at(-1)?.count ?? 0);
  const at = counts.findIndex(({ count }) => count > 0 && count >= rank);
  const [bucket, below] = [counts[at], counts[at - 1] ?? { upTo: 0, count: 0 }];
  if (bucket === undefined) return Number.NaN;
  if (bucket.upTo === Number.POSITIVE_INFINITY) return below.upTo;
  const part = (rank - below.count) / (bucket.count - below.count);
  return below.upTo + part * (bucket.upTo - below.upTo);
}
