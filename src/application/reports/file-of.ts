import type { StoredReport } from '../ports/reports.ts';
import type { Format } from './report.ts';

export const contentTypeOf: Readonly<Record<Format, string>> = {
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
};

/** `trainer-report-2026-03-10.pdf`: nothing about anyone. */
export function fileNameOf({ type, asOf, createdAt, format }: StoredReport): string {
  return `${type}-report-${new Date(asOf ?? createdAt).toISOString().slice(0, 10)}.${format}`;
}
