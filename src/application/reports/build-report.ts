/** From the sections of a dashboard to a report. Pure. */
import { z } from 'zod';
import type { MissingReason } from '../../domain/provenance.ts';
import type { Analytic } from '../analytics/define.ts';
import type { Section } from '../dashboards/dashboard.ts';
import { dashboardMeta } from '../dashboards/dashboard-meta.ts';
import type { Summarize, SummaryFacts } from '../ports/reports.ts';
import type { Cell, CellValue, Chart, ModelNote, Report, ReportSection, Table } from './report.ts';
import {
  type ChartView,
  type FieldView,
  type Kind,
  type NamedBy,
  type TableView,
  type View,
  views,
} from './views.ts';
import { isWord, type Language, type Word } from './words.ts';

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a dotted path; null where there is none. */
const at = (data: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((node, step) => (isNode(node) ? (node[step] ?? null) : null), data) ?? null;

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });
const cellValue: z.ZodType<CellValue> = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  interval,
  z.null(),
]);

/** A path as `meta.missing` has it is this one, or holds it. */
const covers = (field: string, path: string): boolean =>
  path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[]`);

type ReasonOf = (path: string) => MissingReason | undefined;

const reasonsIn =
  ({ meta }: Section): ReasonOf =>
  (path) =>
    meta?.missing.find(({ field }) => covers(field, path))?.reason;

function cellOf(raw: unknown, kind: Kind, reason: MissingReason | undefined): Cell {
  const read = cellValue.safeParse(raw);
  const value = read.success ? read.data : null;
  return value === null && reason !== undefined ? { kind, value, reason } : { kind, value };
}

/** @throws Error for a path whose label is no word: a mistake in the table of views, which a test finds. */
function labelOf([path, , label]: FieldView): Word {
  const name = label ?? path.slice(path.lastIndexOf('.') + 1);
  if (!isWord(name)) throw new Error(`there is no word for ${path}`);
  return name;
}

const figureCell = (data: unknown, [path, kind]: FieldView, reasonOf: ReasonOf): Cell =>
  cellOf(at(data, path), kind, reasonOf(path));

/** Items of a list; null = the list itself is not known. */
function itemsAt(data: unknown, path: string): unknown[] | null {
  const found = at(data, path);
  return Array.isArray(found) ? found : null;
}

/** The name of an id where the result tells it, else the id. */
function named(data: unknown, id: unknown, by: NamedBy | undefined): unknown {
  if (by === undefined) return id;
  const item = itemsAt(data, by.rows)?.find((one) => at(one, by.id) === id);
  return at(item, by.name) ?? id;
}

function tableOf(data: unknown, { label, rows, columns }: TableView, reasonOf: ReasonOf): Table {
  const items = itemsAt(data, rows);
  return {
    label,
    isKnown: items !== null,
    columns: columns.map((column) => ({ label: labelOf(column), kind: column[1] })),
    rows: (items ?? []).map((item) => {
      const isSmall = at(item, 'suppressed') === true;
      return columns.map(([path, kind, , by]) =>
        cellOf(named(data, at(item, path), by), kind, isSmall ? 'suppressed' : reasonOf(`${rows}[].${path}`)),
      );
    }),
  };
}

const binWidth = 10;

function pointsOf(data: unknown, view: ChartView, reasonOf: ReasonOf): Chart['points'] {
  if (view.kind === 'bars')
    return view.of.map((field) => ({
      label: { word: labelOf(field) },
      cell: figureCell(data, field, reasonOf),
    }));
  const items = itemsAt(data, view.rows) ?? [];
  if (view.kind === 'columns')
    return items.map((raw, index) => ({
      label: { text: `${index * binWidth}–${(index + 1) * binWidth}` },
      cell: cellOf(raw, 'count', reasonOf(`${view.rows}[]`)),
    }));
  return items.map((item) => ({
    label: { text: String(at(item, view.x) ?? '').slice(0, 10) },
    cell: cellOf(at(item, view.y), 'decimal', reasonOf(`${view.rows}[].${view.y}`)),
  }));
}

/** A chart of nothing but gaps would look like zeros. */
function chartsOf(data: unknown, view: View, reasonOf: ReasonOf): Chart[] {
  return view.charts.flatMap((chart) => {
    const points = pointsOf(data, chart, reasonOf);
    const known = points.filter(({ cell }) => typeof cell.value === 'number');
    if (known.length === 0) return [];
    const max = chart.kind === 'columns' ? null : (chart.max ?? null);
    return [{ kind: chart.kind, label: chart.label, points, max }];
  });
}

const nothing: View = { figures: [], highlights: [], charts: [], tables: [] };

function sectionOf(analytic: Analytic, section: Section): ReportSection {
  const { id, version, definition } = analytic;
  const view = views[id] ?? nothing;
  const { status, data, meta, error } = section;
  const reasonOf = reasonsIn(section);
  const about = { id, version, status, definition, problem: error?.code ?? null };
  if (meta === null)
    return {
      ...about,
      ...{ dataSource: null, asOf: null, figures: [], charts: [], tables: [], missing: [], sources: [] },
    };
  return {
    ...about,
    dataSource: meta.dataSource,
    asOf: meta.asOf,
    figures: view.figures.map((field) => ({
      label: labelOf(field),
      cell: figureCell(data, field, reasonOf),
    })),
    charts: chartsOf(data, view, reasonOf),
    tables: view.tables.map((table) => tableOf(data, table, reasonOf)),
    missing: meta.missing,
    sources: meta.sources,
  };
}

/** Codes that somebody should look at. */
const worrying = new Set([
  'behind',
  'stalled',
  'decelerating',
  'falling',
  'declining',
  'at_risk',
  'off_track',
]);
/** Counts of which each is a worry. */
const worries: ReadonlySet<Word> = new Set<Word>(['criticalGaps', 'coursesAtRisk']);

/** What a summary may know: codes and numbers, no name and no id. */
function factsOf(report: Omit<Report, 'summary'>): SummaryFacts {
  const highlights = report.sections.flatMap(({ id, figures }) => {
    const { highlights: paths, figures: fields } = views[id] ?? nothing;
    return figures
      .filter((_figure, index) => paths.includes(fields[index]?.[0] ?? ''))
      .flatMap(({ label, cell }) =>
        cell.value === null || cell.kind === 'text' || !isWord(id) ? [] : [{ section: id, label, cell }],
      );
  });
  const isWorry = ({ label, cell }: (typeof highlights)[number]) =>
    worrying.has(String(cell.value)) || (worries.has(label) && Number(cell.value) > 0);
  return {
    language: report.language,
    type: report.type,
    dataSource: report.dataSource,
    highlights,
    attention: highlights.filter(isWorry),
    missing: report.missing.length,
  };
}

const aboutOf = ({ type, subject, organizationId }: Omit<Report, 'summary'>) => ({
  userId: type === 'organization' ? null : subject.id,
  organizationId,
});

const modelNote = z.object({
  id: z.string(),
  version: z.coerce.string(),
  horizonDays: z.number(),
  population: z.string(),
  auc: z.number(),
  brier: z.number(),
});

/** Models that answers name in `meta.model`, each once. */
function modelsOf(sections: readonly Section[]): ModelNote[] {
  const named = sections.flatMap(({ meta }) => {
    const read = modelNote.safeParse(isNode(meta) ? at(meta, 'model') : null);
    return read.success ? [read.data] : [];
  });
  return [...new Map(named.map((model) => [`${model.id} ${model.version}`, model])).values()];
}

export interface ReportInput {
  about: Pick<Report, 'type' | 'subject' | 'organizationId' | 'courseId' | 'period'> & { language: Language };
  /** By section name, in the report's order. */
  analytics: ReadonlyMap<string, Analytic>;
  sections: Readonly<Record<string, Section>>;
}

/** Everything that the figures were read from, without what differs from one reading to the next of the same input. */
export const inputOf = ({ about, sections }: ReportInput): string =>
  JSON.stringify([
    { ...about, language: undefined },
    Object.entries(sections).map(([name, { status, data, meta, error }]) => [
      name,
      status,
      data,
      error?.code,
      meta && [meta.metric, meta.dataSource, meta.asOf, meta.sources, meta.missing],
    ]),
  ]);

/** The report; null when no section has any figure. */
export async function buildReport(
  input: ReportInput,
  inputDigest: string,
  summarize: Summarize,
): Promise<Report | null> {
  const { dataSource, asOf, complete, sources, missing } = dashboardMeta(input.sections);
  if (dataSource === null || asOf === null) return null;
  const sections = [...input.analytics].flatMap(([name, analytic]) => {
    const section = input.sections[name];
    return section === undefined ? [] : [sectionOf(analytic, section)];
  });
  const report = {
    ...{ schema: 1 as const, ...input.about, asOf, dataSource, complete, inputDigest, sections },
    ...{ sources, missing, models: modelsOf(Object.values(input.sections)) },
  };
  return { ...report, summary: await summarize(factsOf(report), aboutOf(report)) };
}

/** Ids of the people whom answers name. */
export function peopleIn(sections: Readonly<Record<string, Section>>): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (isNode(value))
      for (const [key, inner] of Object.entries(value))
        if (key === 'userId' && typeof inner === 'string') found.add(inner);
        else walk(inner);
  };
  for (const { data } of Object.values(sections)) walk(data);
  return [...found].sort();
}
