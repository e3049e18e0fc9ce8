import type { WriteReport } from '../../application/ports/reports.ts';
import type { Format, Report } from '../../application/reports/report.ts';
import { csvOf } from './csv.ts';
import { htmlOf } from './html.ts';

/** For machines: the report itself, with codes for words. */
const jsonOf = (report: Report): Buffer => Buffer.from(`${JSON.stringify(report, null, 2)}\n`);

/** What is heavy is loaded when it is first asked for. */
const writers: Readonly<Record<Format, (report: Report) => Buffer | Promise<Buffer>>> = {
  json: jsonOf,
  csv: csvOf,
  html: htmlOf,
  pdf: async (report) => (await import('./pdf.ts')).pdfOf(report),
  xlsx: async (report) => (await import('./xlsx.ts')).xlsxOf(report),
};

export const writeReport: WriteReport = async (report, format) => writers[format](report);
