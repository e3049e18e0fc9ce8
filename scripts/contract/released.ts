/**
 * `api/released.yaml`: the contract of the last release without words and examples, and since which version each
 * operation has been there (`x-since`).
 */
import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { Contract } from './compare.ts';

export const releasedFile = 'api/released.yaml';

export type Released = Contract & { info: { version: string } };

const words = new Set(['description', 'example', 'examples', 'summary', 'tags']);

/** `isNamed`: the keys are names of ours, not of OpenAPI. */
function withoutWords(value: unknown, isNamed = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutWords(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => isNamed || !words.has(name))
      .map(([name, part]) => [name, withoutWords(part, ['properties', 'schemas', 'paths'].includes(name))]),
  );
}

type Items = Record<string, Record<string, { 'x-since'?: string }>>;

/** Since which version operations are there, by `get /path`. */
export function sinceOf({ paths = {} }: Contract): Map<string, string> {
  return new Map(
    Object.entries(paths as Items).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) =>
        operation['x-since'] === undefined ? [] : [[`${method} ${path}`, operation['x-since']] as const],
      ),
    ),
  );
}

/** The baseline that a release leaves behind. */
export function baselineOf(contract: Contract, version: string, before: Contract): string {
  const since = sinceOf(before);
  const kept = withoutWords(contract) as Omit<Contract, 'paths'> & { paths: Items };
  for (const [path, item] of Object.entries(kept.paths))
    for (const [method, operation] of Object.entries(item))
      operation['x-since'] = since.get(`${method} ${path}`) ?? version;
  const { paths, components } = kept;
  return stringify({ info: { version }, paths, components }, { lineWidth: 0, aliasDuplicateObjects: false });
}

export const readReleased = async (): Promise<Released> =>
  parse(await readFile(releasedFile, 'utf8')) as Released;
