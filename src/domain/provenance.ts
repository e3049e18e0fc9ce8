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

/** Which model a prediction comes from and how good it is; null = it does not apply, or was not measured. */
export interface ModelNote {
  id: string;
  version: number;
  /** Of whom it was made, in words: it says nothing of others. */
  population: string;
  horizonDays: number | null;
  /** Area under the ROC curve, Brier score and calibration slope, on people it was not made from. */
  auc: number | null;
  brier: number | null;
  calibrationSlope: number | null;
}

/** What a pure metric function answers: the figures, and why some of them are null. */
export interface Computed<T> {
  data: T;
  missing: Missing[];
  /** Of predictions: who foretells, and all that was looked at. Only a digest of the inputs outlives the answer. */
  prediction?: {
    model: ModelNote;
    inputs: unknown;
    /** By whom each score is given and how high it is, where scores have levels; for operators. */
    scores?: readonly { model: string; level: string | null }[];
  };
}
