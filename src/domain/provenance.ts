/** Where a figure comes from, how old it is, and what is missing from it. */

/** The nine upstream services, by the key they have everywhere (config, meta, metrics). */
export const services = [
  'auth',
  'directory',
  'courses',
  'content',
  'assessment',
  'skills',
  'learnerAi',
  'devlab',
  'rag',
] as const;
export type Service = (typeof services)[number];

/** From best to worst: fresh from the service, from a fresh cache, past its time, invented. */
export const dataSources = ['realtime', 'cached', 'stale', 'mock'] as const;
export type DataSource = (typeof dataSources)[number];

/** The worst of several origins: one stale part makes the whole stale, one mock part makes it mock. */
export function worstSource(parts: readonly DataSource[]): DataSource {
  const worst = Math.max(0, ...parts.map((part) => dataSources.indexOf(part)));
  return dataSources[worst] ?? 'realtime';
}

/** What an upstream call ended as when it did not end well. */
export const upstreamFailures = [
  'unavailable',
  'timeout',
  'invalid_response',
  'not_found',
  'rejected',
  'cancelled',
  'not_configured',
] as const;
export type UpstreamFailure = (typeof upstreamFailures)[number];

/** One row of `meta.sources`: one per service, the worst of its calls. */
export interface SourceRow {
  service: Service;
  /** Null when the service gave nothing at all. */
  dataSource: DataSource | null;
  /** ISO instant of the oldest reply used; null when nothing was. */
  asOf: string | null;
  error?: UpstreamFailure;
}

export const missingReasons = ['unavailable', 'insufficient_data', 'suppressed', 'not_configured'] as const;
export type MissingReason = (typeof missingReasons)[number];

/** One row of `meta.missing`: why a figure is null. `field` is a dotted path into `data`. */
export interface Missing {
  field: string;
  reason: MissingReason;
  service?: Service;
}

/** What a pure metric function answers: the figures, and why some of them are null. */
export interface Computed<T> {
  data: T;
  missing: Missing[];
}
