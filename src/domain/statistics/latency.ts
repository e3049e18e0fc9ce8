/** Upper bounds of latency buckets, ms; what took longer counts in one more. */
export const latencyBounds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

/** In which bucket a duration counts: the first whose bound is not below it. */
export function latencyBucket(ms: number): number {
  const at = latencyBounds.findIndex((bound) => ms <= bound);
  return at < 0 ? latencyBounds.length : at;
}

/**
 * Quantile of counts per bucket, interpolated linearly within its bucket, as Prometheus' `histogram_quantile` does; what
 * lies above the highest bound is told as that bound.
 * @param share 0–1
 * @returns ms; null for no values.
 */
export function latencyQuantile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [at, bound] of latencyBounds.entries()) {
    const count = counts[at] ?? 0;
    if (count > 0 && below + count >= rank) {
      const from = latencyBounds[at - 1] ?? 0;
      return from + ((bound - from) * Math.max(0, rank - below)) / count;
    }
    below += count;
  }
  return latencyBounds[latencyBounds.length - 1] ?? null;
}
