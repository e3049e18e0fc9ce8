import type { z } from 'zod';
import { allItems, type Page } from '../../application/ports/page.ts';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { Transport } from './transport.ts';
import { canonicalId, manyOf, row, wireCursor, wireItems } from './wire-types.ts';

/** How many items of a list we ask for at once. */
const pageSize = 1000;

export type Query = Record<string, string>;

/**
 * Whom we asked about, by the members that an item may name them with. Services ignore filters, so items
 * that name someone else are left out; an item that names nobody is taken at the service's word.
 */
export type About = Partial<Record<'userId' | 'courseId' | 'trainerId' | 'organizationId', string>>;

/**
 * A service as a client sees it: paths in, validated shapes out.
 * @throws UpstreamError (every method) as the transport's, and invalid_response for a reply of another shape.
 */
export interface Wire {
  get<S extends z.ZodType>(path: string, schema: S, query?: Query): Promise<z.output<S>>;
  /** Null = the service says 404. */
  getOrNull<S extends z.ZodType>(path: string, schema: S, query?: Query): Promise<z.output<S> | null>;
  post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.output<S>>;
  /** One page of a list. 404 is not_found on the first page and invalid_response on a later one. */
  page<S extends z.ZodType>(
    path: string,
    item: S,
    cursor: string | null,
    query?: Query,
    about?: About,
  ): Promise<Page<z.output<S>>>;
  /** All items of a list, page after page; null = the service says 404. */
  list<S extends z.ZodType>(
    path: string,
    item: S,
    query?: Query,
    about?: About,
  ): Promise<z.output<S>[] | null>;
  /** All items of a reply that is not paged: `{items}`, or the bare array; null = the service says 404. */
  collection<S extends z.ZodType>(
    path: string,
    item: S,
    query?: Query,
    about?: About,
  ): Promise<z.output<S>[] | null>;
}

/** A path with its variables encoded: path`/users/${id}/skills`. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((soFar, part, index) => soFar + encodeURIComponent(values[index - 1] ?? '') + part);
}

const envelope = row({ items: wireItems, nextCursor: wireCursor });

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

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

function isAbout(about: About): (item: unknown) => boolean {
  const wanted = Object.entries(about).map(([name, id]) => ({ name, id: canonicalId(id) }));
  return (item) =>
    wanted.every(({ name, id }) => {
      const named = memberOf(item, name) ?? null;
      return named === null || named === id || canonicalId(String(named)) === id;
    });
}

function itemsOf<S extends z.ZodType>(reply: unknown, item: S, about: About): Page<z.output<S>> {
  const { items, nextCursor } = parse(envelope, reply);
  return { items: parse(manyOf(item), items.filter(isAbout(about))), nextCursor };
}

const isNotFound = (error: unknown) => error instanceof UpstreamError && error.failure === 'not_found';

async function nullWhenNotFound<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

async function invalidWhenNotFound<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new UpstreamError('invalid_response', 'the list breaks off: a later page was not found');
  }
}

export function makeWire(transport: Transport): Wire {
  /** The body of a 2xx answer; `{error}` is a failure, whatever else it holds. */
  async function ask(at: string, query: Query): Promise<unknown> {
    const reply = await transport({ method: 'GET', path: at, query });
    if ((memberOf(reply, 'error') ?? null) === null) return reply;
    throw new UpstreamError('invalid_response', 'the service sent an error with a status of success');
  }

  const get: Wire['get'] = async (at, schema, query = {}) => parse(schema, await ask(at, query));

  const page: Wire['page'] = async (at, item, cursor, query = {}, about = {}) => {
    const limited = { ...query, limit: String(pageSize) };
    if (cursor === null) return itemsOf(await ask(at, limited), item, about);
    return itemsOf(await invalidWhenNotFound(ask(at, { ...limited, cursor })), item, about);
  };

  const unpaged: Wire['page'] = async (at, item, cursor, query = {}, about = {}) => {
    if (cursor !== null) return page(at, item, cursor, query, about);
    const reply = await ask(at, query);
    return itemsOf(Array.isArray(reply) ? { items: reply } : reply, item, about);
  };

  return {
    get,
    getOrNull: (at, schema, query) => nullWhenNotFound(get(at, schema, query)),
    post: async (at, body, schema) =>
      parse(schema, await transport({ method: 'POST', path: at, query: {}, body })),
    page,
    list: (at, item, query, about) =>
      nullWhenNotFound(allItems((cursor) => page(at, item, cursor, query, about))),
    collection: (at, item, query, about) =>
      nullWhenNotFound(allItems((cursor) => unpaged(at, item, cursor, query, about))),
  };
}
