/**
 * What may stand in a span. A closed list of names, whose values are words and numbers of ours: no path, no query, no
 * address, no id of a person, so that nobody can be found in a trace.
 */
export interface SpanAttributes {
  'http.request.method'?: string;
  /** A pattern, never a path. */
  'http.route'?: string;
  'http.response.status_code'?: number;
  /** A code or class of ours. */
  'error.type'?: string;
  /** Which of the nine services. */
  'peer.service'?: string;
  'db.system.name'?: 'postgresql';
  /** An SQL function of schema `api`. */
  'db.stored_procedure.name'?: string;
  'app.cache.layer'?: string;
  'app.cache.hit'?: boolean;
  'app.upstream.attempts'?: number;
  'app.answer.form'?: string;
  'app.answer.source'?: string;
}

export interface SpanStart {
  /** From our own words: it is what traces are searched by. */
  name: string;
  /** `client`: something outside this process is asked. */
  kind?: 'internal' | 'client';
  attributes?: SpanAttributes;
}

export interface Span {
  /** W3C `traceparent` that names this span as the parent; undefined = nothing is recorded. */
  readonly traceparent: string | undefined;
  set(attributes: SpanAttributes): void;
}

/** Tells where the time of a request goes. Without a request that is recorded it costs next to nothing. */
export interface Tracing {
  /**
   * Does work as a span of the request that is recorded here. The span ends with the work, or with the promise that
   * the work answers; what it throws is told by its class.
   */
  span<T>(start: SpanStart, work: (span: Span) => T): T;
  /** The same function, for later: what it does then still belongs to the request of now. */
  bind<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R;
}

const nobodysSpan: Span = { traceparent: undefined, set: () => undefined };

/** Where nothing is traced. */
export const noTracing: Tracing = {
  span: (_start, work) => work(nobodysSpan),
  bind: (work) => work,
};
