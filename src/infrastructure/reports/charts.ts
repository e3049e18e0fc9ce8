/**
 * Charts as SVG. They hold digits only, which read alike in all languages; words stand beside them, where whoever
 * draws the page can set them. Time runs from left to right.
 */
import type { Chart } from '../../application/reports/report.ts';
import { Markup, markup } from './markup.ts';

export const chartSize = { width: 500, height: 132 };

/** The one place for colours, for pages and charts alike. */
export const colours = {
  ink: '#1c2738',
  muted: '#5a6880',
  line: '#dde4ee',
  soft: '#f3f6fa',
  accent: '#2563a8',
  accentSoft: '#dbe8f6',
  warn: '#8a4b08',
  warnSoft: '#fdf1dd',
};

const edge = { left: 30, right: 10, top: 12, bottom: 20 };
const inner = {
  width: chartSize.width - edge.left - edge.right,
  height: chartSize.height - edge.top - edge.bottom,
};

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
/** Two decimals are finer than any printer. */
const fixed = (value: number): string => String(Math.round(value * 100) / 100);

/** 1, 2 or 5 times a power of ten, not below the value. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

const valuesOf = ({ points }: Chart): (number | null)[] =>
  points.map(({ cell }) => (typeof cell.value === 'number' ? cell.value : null));

const text = (x: number, y: number, anchor: 'start' | 'middle' | 'end', label: string): Markup =>
  markup`<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" font-size="8" fill="${colours.muted}">${label}</text>`;

function axes(max: number): Markup[] {
  return [0, max / 2, max].map((value) => {
    const y = edge.top + inner.height * (1 - value / max);
    const line = markup`<line x1="${edge.left}" y1="${fixed(y)}" x2="${edge.left + inner.width}" y2="${fixed(y)}" stroke="${colours.line}" stroke-width="${value === 0 ? 1 : 0.6}"/>`;
    return markup`${line}${text(edge.left - 5, y + 3, 'end', number.format(value))}`;
  });
}

/** Runs of known points; a gap stays a gap. */
function runsOf(values: readonly (number | null)[]): { at: number; value: number }[][] {
  const runs: { at: number; value: number }[][] = [[]];
  values.forEach((value, at) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push({ at, value });
  });
  return runs.filter((run) => run.length > 0);
}

const mostLabels = 7;

function line(chart: Chart, max: number): Markup[] {
  const values = valuesOf(chart);
  const x = (at: number) =>
    edge.left + (values.length === 1 ? inner.width / 2 : (inner.width * at) / (values.length - 1));
  const y = (value: number) => edge.top + inner.height * (1 - Math.min(value, max) / max);
  const every = Math.ceil(values.length / mostLabels);
  const floor = edge.top + inner.height;
  const drawn = runsOf(values).flatMap((run) => {
    const way = run.map(({ at, value }) => `${fixed(x(at))} ${fixed(y(value))}`).join(' L ');
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return [];
    const area = `M ${fixed(x(first.at))} ${floor} L ${way} L ${fixed(x(last.at))} ${floor} Z`;
    return [
      markup`<path d="${area}" fill="${colours.accentSoft}" stroke="none"/>`,
      markup`<path d="${`M ${way}`}" fill="none" stroke="${colours.accent}" stroke-width="1.8" stroke-linejoin="round"/>`,
      ...run.map(
        ({ at, value }) =>
          markup`<circle cx="${fixed(x(at))}" cy="${fixed(y(value))}" r="2.1" fill="${colours.accent}"/>`,
      ),
    ];
  });
  const labels = chart.points.flatMap(({ label }, at) => {
    if (at % every !== 0 || !('text' in label)) return [];
    const anchor = at === 0 ? 'start' : at === values.length - 1 ? 'end' : 'middle';
    return [text(x(at), floor + 13, values.length === 1 ? 'middle' : anchor, label.text)];
  });
  return [...drawn, ...labels];
}

function columns(chart: Chart, max: number): Markup[] {
  const values = valuesOf(chart);
  const step = inner.width / Math.max(values.length, 1);
  const floor = edge.top + inner.height;
  return values.flatMap((value, at) => {
    const left = edge.left + at * step;
    const label = chart.points[at]?.label;
    const name = label !== undefined && 'text' in label ? label.text : '';
    const under = text(left + step / 2, floor + 13, 'middle', name);
    if (value === null) return [under, text(left + step / 2, floor - 4, 'middle', '?')];
    const height = (inner.height * value) / max;
    const width = step * 0.68;
    return [
      under,
      markup`<rect x="${fixed(left + (step - width) / 2)}" y="${fixed(floor - height)}" width="${fixed(width)}" height="${fixed(height)}" fill="${colours.accent}"/>`,
      text(left + step / 2, floor - height - 3, 'middle', number.format(value)),
    ];
  });
}

/** The highest value that a chart reaches. */
export const topOf = (chart: Chart): number =>
  chart.max ?? niceCeiling(Math.max(0, ...valuesOf(chart).map((value) => value ?? 0)));

/** A line or columns; `bars` are rows of a table and no picture. */
export function chartSvg(chart: Chart): string {
  const max = topOf(chart);
  const drawn = chart.kind === 'line' ? line(chart, max) : columns(chart, max);
  const { width, height } = chartSize;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${axes(max)}${drawn}</svg>`
    .text;
}

/** Share of its row that a bar fills, 0–1; null = its value is not known. */
export function shareOf(chart: Chart, at: number): number | null {
  const value = chart.points[at]?.cell.value;
  const max = topOf(chart);
  return typeof value === 'number' ? Math.max(0, Math.min(1, value / max)) : null;
}

export const svgMarkup = (chart: Chart): Markup => new Markup(chartSvg(chart));
