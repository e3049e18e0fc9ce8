import type { Policy } from '../../domain/identity/policy.ts';
import type { DataSource, Missing, MissingReason, SourceRow } from '../../domain/provenance.ts';
import type { Definition } from '../analytics/define.ts';
import type { SectionStatus } from '../dashboards/dashboard.ts';
import type { Kind } from './views.ts';
import type { Language, Word } from './words.ts';

export const formats = ['html', 'pdf', 'csv', 'xlsx', 'json'] as const;
export type Format = (typeof formats)[number];

/** A value with the ends of its interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

export type CellValue = string | number | boolean | readonly string[] | Interval | null;

/** One value of a report, as data: writers turn it into words of a language. */
export interface Cell {
  kind: Kind;
  value: CellValue;
  /** Why the value is null; absent for a null that says nothing is missing, such as a date that is not set. */
  reason?: MissingReason;
}

export interface Figure {
  label: Word;
  cell: Cell;
}

export interface Table {
  /** False = the list itself is not known; then it has no rows. */
  isKnown: boolean;
  label: Word;
  columns: readonly { label: Word; kind: Kind }[];
  rows: readonly (readonly Cell[])[];
}

/** One point of a chart; a null value is a gap, never zero. */
export interface Point {
  /** A word of ours, or a text that is the same in every language: a day, a month, a bin. */
  label: { word: Word } | { text: string };
  cell: Cell;
}

export interface Chart {
  /** `line` = over time; `columns` = a distribution; `bars` = parts beside each other. */
  kind: 'line' | 'columns' | 'bars';
  label: Word;
  points: readonly Point[];
  /** Upper end of the axis; null = as high as the highest. */
  max: number | null;
}

export interface ReportSection {
  /** `<audience>.<kebab-name>` of the analytic. */
  id: string;
  version: number;
  status: SectionStatus;
  /** Why there are no figures; null = there are. */
  problem: string | null;
  dataSource: DataSource | null;
  /** ISO instant of the oldest input; null = there are no figures. */
  asOf: string | null;
  figures: readonly Figure[];
  charts: readonly Chart[];
  tables: readonly Table[];
  missing: readonly Missing[];
  sources: readonly SourceRow[];
  definition: Definition;
}

export interface Narrative {
  /** Plain sentences in the report's language. */
  text: string;
  source: 'rules' | 'model';
  /** Id of the language model; null = none was asked. */
  model: string | null;
}

/** What a model that is behind some of the figures is, and how good it was when it was judged. */
export interface ModelNote {
  id: string;
  version: string;
  horizonDays: number;
  population: string;
  auc: number;
  brier: number;
}

/**
 * A report as plain data: what all formats are written from. It holds nothing that would differ between two that
 * are made of the same input: no id of its own, no instant of its making.
 */
export interface Report {
  schema: 1;
  type: Policy;
  subject: { id: string; name: string | null };
  organizationId: string | null;
  /** Null = all of a trainer's courses. */
  courseId: string | null;
  language: Language;
  /** Calendar days that were asked for; null = each figure's usual span. */
  period: { startDate: string; endDate: string } | null;
  /** ISO instant of the oldest input. */
  asOf: string;
  dataSource: DataSource;
  complete: boolean;
  /** Digest of all that the figures were read from. */
  inputDigest: string;
  summary: Narrative;
  sections: readonly ReportSection[];
  sources: readonly SourceRow[];
  missing: readonly Missing[];
  models: readonly ModelNote[];
}
