/** A report as rows of one list, for formats that are made of cells. */
import { labelText, titleOf } from '../../application/reports/cell-text.ts';
import type { Cell, Report, ReportSection } from '../../application/reports/report.ts';
import { type Language, wordIn, wordOfCode } from '../../application/reports/words.ts';

/** What a spreadsheet can hold; null = not known. */
export type Plain = string | number | null;

export interface FlatRow {
  section: string;
  /** The figure's group: a chart or a table; empty for single figures. */
  item: string;
  /** What of a list the row is about: its first column, or a place on the axis; empty for single figures. */
  row: string;
  figure: string;
  value: Plain;
  low: Plain;
  high: Plain;
  kind: string;
  /** Why the value is not known; empty when it is. */
  reason: string;
}

const codeIn = (language: Language, code: string): string => {
  const word = wordOfCode(code);
  return word === null ? code : wordIn(language, word);
};

/** A value as a spreadsheet takes it: numbers stay numbers, codes become words. */
export function plainOf(language: Language, { kind, value }: Cell): Plain {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'boolean') return wordIn(language, value ? 'yes' : 'no');
  if (typeof value === 'string') return kind === 'code' ? codeIn(language, value) : value;
  if ('low' in value) return value.value;
  return value.map((code) => codeIn(language, code)).join(', ');
}

function rowOf(
  language: Language,
  base: Pick<FlatRow, 'section' | 'item' | 'row' | 'figure'>,
  cell: Cell,
): FlatRow {
  const { value, reason, kind } = cell;
  const ends =
    typeof value === 'object' && value !== null && 'low' in value ? value : { low: null, high: null };
  return {
    ...base,
    value: plainOf(language, cell),
    low: ends.low,
    high: ends.high,
    kind,
    reason: reason === undefined ? '' : wordIn(language, reason),
  };
}

function rowsOf(language: Language, section: ReportSection): FlatRow[] {
  const name = titleOf(language, section.id);
  if (section.problem !== null) {
    const reason = wordIn(language, 'sectionUnavailable');
    const none = { value: null, low: null, high: null, kind: '' };
    return [
      { section: name, item: '', row: '', figure: '', ...none, reason: `${reason} (${section.problem})` },
    ];
  }
  const figures = section.figures.map(({ label, cell }) =>
    rowOf(language, { section: name, item: '', row: '', figure: wordIn(language, label) }, cell),
  );
  const charts = section.charts.flatMap((chart) =>
    chart.points.map(({ label, cell }) => {
      const item = wordIn(language, chart.label);
      return rowOf(language, { section: name, item, row: labelText(language, label), figure: item }, cell);
    }),
  );
  const tables = section.tables.flatMap(({ label, columns, rows }) =>
    rows.flatMap((row) => {
      const first = row[0] === undefined ? null : plainOf(language, row[0]);
      return row.map((cell, at) => {
        const column = columns[at];
        const figure = column === undefined ? '' : wordIn(language, column.label);
        const base = { section: name, item: wordIn(language, label), row: String(first ?? ''), figure };
        return rowOf(language, base, cell);
      });
    }),
  );
  return [...figures, ...charts, ...tables];
}

export const flatRows = ({ language, sections }: Report): FlatRow[] =>
  sections.flatMap((section) => rowsOf(language, section));
