/** Every route, analytic or hand-written, is one declaration; the router and openapi.yaml are made from the table. */
import { z } from 'zod';
import type { Served } from '../../application/analytics/answer.ts';
import type { CachePolicyName } from '../../application/analytics/cache-policies.ts';
import type { Deprecated, RateClass } from '../../application/analytics/define.ts';
import type { LiveStream } from '../../application/live/hub.ts';
import type { CallScope } from '../../application/ports/reply.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Policy, Subject } from '../../domain/identity/policy.ts';
import type { Scope } from '../../domain/identity/scopes.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';

/** Where every route of the contract lives. */
export const apiPrefix = '/api/v1';

/** Ids are opaque; this is all that is known of them. */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
const idRule = 'must be 1–64 letters, digits, _ or -';
export const idSchema = z.string(idRule).regex(idPattern, idRule);

/** What a handler is given: everything read, validated and authorized. */
export interface Call {
  scope: CallScope;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  /** Those that the route reads, by the names it gives them; none when it reads none. */
  headers?: Readonly<Record<string, unknown>>;
  /** By their names, where the route reads them. */
  cookies?: ReadonlyMap<string, string>;
}
export interface SignedInCall extends Call {
  viewer: Viewer;
  /** The caller is known by a cookie. */
  isByCookie?: boolean;
}
export interface SubjectCall extends SignedInCall {
  subject: Subject;
}

/** One server-sent event. */
export interface StreamEvent {
  event: string;
  data: unknown;
}

/** Events as they come; an object that it returns is said in `meta` of `done`. */
export type EventStream = AsyncGenerator<StreamEvent, unknown, undefined>;

/**
 * What a handler answers: an analytic's answer (with the key under which the same URL finds it again, where
 * there is one), plain data, or events as they come.
 */
export type Result =
  | { served: Served; key?: string }
  | { data: unknown; status?: 200 | 201 | 202; meta?: object; cookies?: readonly string[] }
  /** Data that was held against its shape where it was made. */
  | { checked: unknown; meta: object }
  | { stream: EventStream }
  | { live: LiveStream }
  /** Bytes to be saved under a name. */
  | { file: { bytes: Buffer; contentType: string; fileName: string } };

interface Common {
  id: string;
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Express path below /api/v1. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  query: z.ZodObject;
  body?: z.ZodType;
  /** Request headers that the route reads, by the names by which callers know them. */
  headers?: z.ZodObject;
  /** An example of `data` for the documentation, where the sample world has none to show. */
  example?: unknown;
  /** Shape of `data`. */
  data: z.ZodType;
  /** Shape of what `meta` says of plain data beside the request id. */
  meta?: z.ZodObject;
  /** The answer is 202: what follows from it is seen elsewhere. */
  accepts?: true;
  /** An answer goes on until the caller leaves: events, never JSON. What they look like, with an example of each. */
  live?: string;
  /** The answer is a file, which may be fetched once: HEAD would use it up and give nothing. */
  file?: { contentTypes: readonly string[] };
  /** The answer is 201 when there is something that was not there before; always = each time. */
  creates?: true | 'always';
  /** Set when the answer is an analytic's, with its full `meta`. */
  cache?: CachePolicyName;
  rate: RateClass;
  /** Callers are told of it with every answer. */
  deprecated?: Deprecated;
  /** Also while the caller is refused for what it has done: whoever may be somebody else has to be shut out. */
  isAlwaysOpen?: true;
  /** What a service's key needs to call it; without one no key may. */
  scope?: Scope;
  /** Errors beyond those that every route of its access can answer. */
  errors: readonly ErrorCode[];
}

export interface PublicRoute extends Common {
  access: 'public';
  /** The body as bytes, this many at most: what is signed is read only when its signature is good. */
  bytesUpTo?: number;
  readsCookies?: true;
  handle(call: Call): Promise<Result>;
}
export interface SignedInRoute extends Common {
  access: 'signed_in';
  handle(call: SignedInCall): Promise<Result>;
}
/** The path's one parameter is the id of the subject, or `me`. */
export interface SubjectRoute extends Common {
  access: Policy;
  /** What else has to be asked about a viewer who may see the subject, before anything is counted. @throws AppError */
  admit?(call: SubjectCall): Promise<void>;
  /** Whether the answer is kept and fresh: looked for beside the limits, which wait for it where making is limited more strictly. */
  isAtHand?(call: SubjectCall): boolean | Promise<boolean>;
  /** What a call counts as beside its route's rate, where it asks for more than others. */
  countsAlsoAs?(call: SubjectCall): RateClass | undefined;
  handle(call: SubjectCall): Result | Promise<Result>;
  /** The same answer in pieces, for callers who accept text/event-stream. */
  stream?(call: SubjectCall): EventStream;
}
export type Route = PublicRoute | SignedInRoute | SubjectRoute;

/** Takes no query parameters. */
export const noQuery = z.strictObject({});

/** Names of the `:params` of an Express path. */
export function paramNames(path: string): string[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => name ?? '');
}
