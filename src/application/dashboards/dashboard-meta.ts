import type { ErrorCode } from '../../domain/errors.ts';
import {
  type DataSource,
  type Missing,
  type MissingReason,
  type SourceRow,
  worstSource,
} from '../../domain/provenance.ts';
import type { Section } from './dashboard.ts';

/** What a page says of all its sections together. */
export interface DashboardMeta {
  /** ISO instant of the section that was computed first; null = there are no figures on the page. */
  calculatedAt: string | null;
  /** The worst of all sections. */
  dataSource: DataSource | null;
  /** The oldest of all sections. */
  asOf: string | null;
  /** Until when all of it counts as fresh; null when a section is never stored, or missing. */
  cacheExpiry: string | null;
  complete: boolean;
  /** One row per service. */
  sources: SourceRow[];
  /** Fields begin with the name of their section; a section that is not there is one field. */
  missing: Missing[];
}

const earliest = (instants: readonly string[]): string | null => instants.toSorted()[0] ?? null;

const reasonOf: Partial<Record<ErrorCode, MissingReason>> = {
  INSUFFICIENT_DATA: 'insufficient_data',
  COHORT_TOO_SMALL: 'suppressed',
};

const missingIn = (name: string, { meta, error }: Section): Missing[] =>
  meta === null
    ? [{ field: name, reason: (error && reasonOf[error.code]) ?? 'unavailable' }]
    : meta.missing.map((row) => ({ ...row, field: `${name}.${row.field}` }));

function together(a: SourceRow, b: SourceRow): SourceRow {
  const known = [a.dataSource, b.dataSource].filter((source) => source !== null);
  const error = a.error ?? b.error;
  return {
    service: a.service,
    dataSource: known.length === 0 ? null : worstSource(known),
    asOf: earliest([a.asOf, b.asOf].filter((at) => at !== null)),
    ...(error === undefined ? {} : { error }),
  };
}

function sourcesOf(rows: readonly SourceRow[]): SourceRow[] {
  const byService = new Map<string, SourceRow>();
  for (const row of rows) {
    const known = byService.get(row.service);
    byService.set(row.service, known === undefined ? row : together(known, row));
  }
  return [...byService.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** `meta` of a dashboard from those of its sections: nothing on the page is called better than its worst part. */
export function dashboardMeta(sections: Readonly<Record<string, Section>>): DashboardMeta {
  const all = Object.values(sections);
  const metas = all.flatMap(({ meta }) => meta ?? []);
  const expiries = metas.flatMap(({ cacheExpiry }) => cacheExpiry ?? []);
  return {
    calculatedAt: earliest(metas.map(({ calculatedAt }) => calculatedAt)),
    dataSource: metas.length === 0 ? null : worstSource(metas.map(({ dataSource }) => dataSource)),
    asOf: earliest(metas.map(({ asOf }) => asOf)),
    cacheExpiry: expiries.length === all.length ? earliest(expiries) : null,
    complete: all.every(({ status }) => status === 'ok'),
    sources: sourcesOf(metas.flatMap(({ sources }) => sources)),
    missing: Object.entries(sections).flatMap(([name, section]) => missingIn(name, section)),
  };
}
