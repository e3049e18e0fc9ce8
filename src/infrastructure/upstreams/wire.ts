import { z } from 'zod';
import { allItems, type Page } from '../../application/ports/page.ts';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { Window } from '../../application/ports/upstreams.ts';
import type { Transport, WireRequest } from './transport.ts';

/** How many items of a list we ask for at once. */
const pageSize = 1000;

export type Query = Record<string, string>;

/** A service as a client sees it: paths in, validated shapes out. `null` = the service says 404. */
export interface Wire {
  get<S extends z.ZodType>(path: string, schema: S, query?: Query): Promise<z.output<S> | null>;
  post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.output<S>>;
  /** All items of a list, page after page. */
  list<S extends z.ZodType>(path: string, item: S, query?: Query): Promise<z.output<S>[] | null>;
  /** One page of a list; a service that does not know the list has no items. */
  page<S extends z.ZodType>(path: string, item: S, cursor: string | null): Promise<Page<z.output<S>>>;
}

/** A path with its variables encoded: path`/users/${id}/skills`. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

/** The query of a window of time. */
export const windowQuery = ({ from, to }: Window): Query => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

/** What could not be read, by path; never a value, it may be somebody's. */
function whatIsWrong(error: z.ZodError): string {
  const places = error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'reply'}: ${issue.code}`);
  return `the reply does not have the agreed shape (${places.join(', ')})`;
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UpstreamError('invalid_response', whatIsWrong(result.error));
}

const listOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .min(1)
      .nullish()
      .transform((cursor) => cursor ?? null),
  });

async function nullWhenNotFound<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UpstreamError && error.failure === 'not_found') return null;
    throw error;
  }
}

/** @throws UpstreamError as the transport's, and invalid_response for a reply of another shape. */
export function makeWire(transport: Transport): Wire {
  const ask = async <S extends z.ZodType>(schema: S, request: Omit<WireRequest, 'method'>) =>
    parse(schema, await transport({ method: 'GET', ...request }));

  const page = <S extends z.ZodType>(at: string, item: S, cursor: string | null, query: Query = {}) =>
    ask(listOf(item), {
      path: at,
      query: { ...query, limit: String(pageSize), ...(cursor === null ? {} : { cursor }) },
    });

  return {
    get: (at, schema, query = {}) => nullWhenNotFound(ask(schema, { path: at, query })),
    post: async (at, body, schema) =>
      parse(schema, await transport({ method: 'POST', path: at, query: {}, body })),
    list: (at, item, query) => nullWhenNotFound(allItems((cursor) => page(at, item, cursor, query))),
    page: async (at, item, cursor) =>
      (await nullWhenNotFound(page(at, item, cursor))) ?? { items: [], nextCursor: null },
  };
}

/** The first of those that share a key; services send the same thing twice. */
export function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Keeps what lies in a window: services ignore filters. */
export function within<T>(items: readonly T[], { from, to }: Window, atOf: (item: T) => number | null): T[] {
  return items.filter((item) => {
    const at = atOf(item);
    return at === null || (at >= from && at <= to);
  });
}
