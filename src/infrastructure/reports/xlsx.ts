/** A report as a workbook: one sheet about it, one with every figure, and one for each list. */
import { unzipSync, zipSync } from 'fflate';
import type { Row, SheetData } from 'write-excel-file/node';
import writeXlsxFile from 'write-excel-file/node';
import { titleOf } from '../../application/reports/cell-text.ts';
import type { Report } from '../../application/reports/report.ts';
import { directionOf, type Word, wordIn } from '../../application/reports/words.ts';
import { factsOf, noticeOf, titleOfReport } from './about.ts';
import { flatRows, type Plain, plainOf } from './flat-rows.ts';
import { printable } from './markup.ts';

/** A workbook is a ZIP file, which notes when each part was written; that is no part of a report. */
const noDate = new Date(1980, 0, 1);

const bold = { fontWeight: 'bold', backgroundColor: '#f3f6fa' } as const;
const cell = (value: Plain) => {
  if (value === null) return null;
  // As text: a cell of that type is never computed, whatever it begins with.
  return typeof value === 'number' ? { value, type: Number } : { value: legal(value), type: String };
};
const head = (text: string) => ({ value: text, type: String, ...bold });

/** What a cell can hold. */
const longest = 32_767;
const legal = (text: string): string => printable(text).slice(0, longest);

const longestName = 31;

/** Names of sheets are short, without some characters, and each there once. */
function nameIn(taken: Set<string>, text: string): string {
  const plain = text.replaceAll(/[[\]:*?/\\']/g, ' ').slice(0, longestName - 3);
  let name = plain;
  for (let n = 2; taken.has(name); n += 1) name = `${plain} ${n}`;
  taken.add(name);
  return name;
}

const columns = [
  'section',
  'item',
  'row',
  'figure',
  'value',
  'low',
  'high',
  'reason',
] as const satisfies readonly Word[];

export async function xlsxOf(report: Report): Promise<Buffer> {
  const { language } = report;
  const say = (word: Word) => wordIn(language, word);
  const notice = noticeOf(report);
  const taken = new Set<string>();
  const sheet = (title: string, data: SheetData, widths: readonly number[]) => ({
    data,
    sheet: nameIn(taken, title),
    columns: widths.map((width) => ({ width })),
    rightToLeft: directionOf(language) === 'rtl',
  });
  const about: Row[] = [
    [{ value: titleOfReport(report), type: String, fontWeight: 'bold', fontSize: 16 }],
    ...(notice === null ? [] : [[cell(notice)]]),
    ...[...factsOf(report), [say('inputDigest'), report.inputDigest] as const].map(([label, text]) => [
      head(label),
      cell(text),
    ]),
    ...report.summary.text.split('\n').map((line) => [head(say('summary')), cell(line)]),
    [],
    [head(say('service')), head(say('state')), head(say('dataAsOf'))],
    ...report.sources.map(({ service, dataSource, asOf, error }) => [
      cell(say(service)),
      cell(dataSource === null ? (error ?? '') : say(dataSource)),
      cell(asOf),
    ]),
    [],
    [head(say('definitions')), head('Formula'), head('Unit'), head('Population'), head('Null')],
    ...report.sections.map(({ id, version, definition: { formula, unit, population, nullRule } }) =>
      [`${id} v${version}`, formula, unit, population, nullRule].map(cell),
    ),
    ...report.models.map(({ id, version, population, auc, brier }) =>
      [`${id} v${version}`, population, `AUC ${auc}`, `Brier ${brier}`].map(cell),
    ),
  ];
  const figures: Row[] = [
    columns.map((column) => head(say(column))),
    ...flatRows(report).map((row) => columns.map((column) => cell(row[column]))),
  ];
  const lists = report.sections.flatMap((section) =>
    section.tables
      .filter(({ rows }) => rows.length > 0)
      .map((table) => {
        const body = table.rows.map((row) =>
          row.map((one) =>
            cell(one.value === null && one.reason !== undefined ? say(one.reason) : plainOf(language, one)),
          ),
        );
        const title = `${titleOf(language, section.id)} ${say(table.label)}`;
        return {
          ...sheet(
            title,
            [table.columns.map(({ label }) => head(say(label))), ...body],
            table.columns.map(({ kind }) => (kind === 'text' || kind === 'codes' ? 36 : 16)),
          ),
          stickyRowsCount: 1,
        };
      }),
  );
  const sheets = [
    sheet(titleOfReport(report), about, [28, 60, 28, 40, 40]),
    { ...sheet(say('figure'), figures, [26, 26, 30, 30, 16, 12, 12, 26]), stickyRowsCount: 1 },
    ...lists,
  ];
  const bytes = await writeXlsxFile(sheets).toBuffer();
  return Buffer.from(zipSync(unzipSync(bytes), { mtime: noDate }));
}
