import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Row<C extends string> = Record<C, string>;

/**
 * The named columns of one `<name>.csv.gz`, row by row. For plain fields only: no quotes, no commas inside.
 * @throws Error when a column is not there.
 */
export function* readTable<const C extends string>(
  dir: string,
  name: string,
  columns: readonly C[],
): Generator<Row<C>, void, undefined> {
  const lines = gunzipSync(readFileSync(join(dir, `${name}.csv.gz`)))
    .toString('latin1')
    .split(/\r?\n/);
  const header = (lines[0] ?? '').split(',');
  const places = columns.map((column) => {
    const place = header.indexOf(column);
    if (place < 0) throw new Error(`${name}.csv.gz has no column ${column}`);
    return [column, place] as const;
  });
  for (let line = 1; line < lines.length; line += 1) {
    const fields = lines[line]?.split(',') ?? [];
    if (fields.length < header.length) continue;
    const row = {} as Row<C>;
    for (const [column, place] of places) row[column] = fields[place] ?? '';
    yield row;
  }
}

/** Empty = missing = null, never 0. @throws Error for anything that is neither empty nor a number. */
export function numberOrNull(field: string): number | null {
  if (field === '') return null;
  const value = Number(field);
  if (Number.isNaN(value)) throw new Error(`not a number: ${field}`);
  return value;
}

/** @throws Error when the field is empty or no number. */
export function requiredNumber(field: string): number {
  const value = numberOrNull(field);
  if (value === null) throw new Error('a required number is missing');
  return value;
}
