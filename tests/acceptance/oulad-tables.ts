/** The OULAD files as they lie there: gzipped CSV without quotes. Nothing here knows the product. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

export type Row = Record<string, string>;

const dir = process.env.OULAD_DIR || fileURLToPath(new URL('../../../shared/data/oulad', import.meta.url));

/** True when the files are there; else says in one line what is skipped, and fails where they have to be. */
export function hasOuladFor(what: string): boolean {
  const present = existsSync(join(dir, 'courses.csv.gz'));
  if (!present && process.env.CI === 'true') {
    it('has the OULAD files (set OULAD_DIR)', () => expect(present).toBe(true));
  } else if (!present) {
    process.stderr.write(`Skipped: ${what}, there are no OULAD files in ${dir}; set OULAD_DIR.\n`);
  }
  return present;
}

/** The rows of a file that are wanted, as records of its header; read one by one, the others are not kept. */
export function rowsOf(name: string, isWanted: (row: Row) => boolean = () => true): Row[] {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(dir, `${name}.csv.gz`)))
    .toString()
    .trim()
    .split(/\r?\n/);
  const names = header.split(',');
  const rows: Row[] = [];
  for (const line of lines) {
    const row = Object.fromEntries(line.split(',').map((field, at) => [names[at] ?? '', field]));
    if (isWanted(row)) rows.push(row);
  }
  return rows;
}

/** A field that may be empty, which is "not known". */
export function numberIn(row: Row, column: string): number | null {
  const field = row[column];
  if (field === undefined) throw new Error(`there is no column ${column}`);
  return field === '' ? null : Number(field);
}
