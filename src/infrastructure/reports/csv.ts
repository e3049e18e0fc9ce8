/** A report as CSV (RFC 4180), UTF-8 with a byte order mark, which spreadsheets need to read other scripts. */
import type { Report } from '../../application/reports/report.ts';
import { type Word, wordIn } from '../../application/reports/words.ts';
import { factsOf, noticeOf, titleOfReport } from './about.ts';
import { flatRows, type Plain } from './flat-rows.ts';

/** Where a spreadsheet would begin to compute. Also after blanks and what is not seen, and in wide forms, which some take for the same. */
const dangerous = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/u;

/**
 * A text that nobody takes for a formula: one that could be is led by an apostrophe. Numbers are ours, and stay
 * numbers also when they are below zero.
 */
export const safeText = (text: string): string => (dangerous.test(text) ? `'${text}` : text);

export function csvCell(value: Plain): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = safeText(value);
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const columns = [
  'section',
  'item',
  'row',
  'figure',
  'value',
  'low',
  'high',
  'kind',
  'reason',
] as const satisfies readonly Word[];

export function csvOf(report: Report): Buffer {
  const say = (word: Word) => wordIn(report.language, word);
  const notice = noticeOf(report);
  const about: Plain[][] = [
    [titleOfReport(report)],
    ...(notice === null ? [] : [[notice]]),
    ...factsOf(report).map(([label, text]) => [label, text]),
    [say('inputDigest'), report.inputDigest],
    ...report.summary.text.split('\n').map((line) => [say('summary'), line]),
    [],
    columns.map(say),
  ];
  const rows = flatRows(report).map((row) => columns.map((column) => row[column]));
  const lines = [...about, ...rows].map((cells) => cells.map(csvCell).join(','));
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`);
}
