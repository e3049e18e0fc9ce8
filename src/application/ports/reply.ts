import type { DataSource, Service } from '../../domain/provenance.ts';
import type { Upstreams } from './upstreams.ts';

/** One answer of an upstream service with where it came from. `asOf` = when the service said it, epoch ms. */
export interface Reply<T> {
  value: T;
  service: Service;
  dataSource: DataSource;
  asOf: number;
}

/** A port whose methods answer replies: same names, same arguments, provenance added. */
export type Replying<P> = {
  [K in keyof P]: P[K] extends (...args: infer A) => Promise<infer T>
    ? (...args: A) => Promise<Reply<T>>
    : never;
};

/**
 * Work that reads so much that it may outlast a request, such as a walk through a whole organization. One walk
 * per key at a time, for all who ask; it goes on when they have left, and its result is kept for some minutes.
 * `services` are those it asks. Rejects with `UpstreamError` that `goesOn` when the caller's time is up first.
 */
export type Shared = <T>(
  key: string,
  services: readonly Service[],
  make: (upstreams: UpstreamReplies) => Promise<Reply<T>>,
) => Promise<Reply<T>>;

export type UpstreamReplies = { [S in keyof Upstreams]: Replying<Upstreams[S]> } & { shared: Shared };

/** What one request carries to every upstream call it makes. */
export interface CallScope {
  requestId: string;
  traceparent: string | undefined;
  /** What vendors say beside it, handed on unread. */
  tracestate?: string | undefined;
  /** Aborted when the caller has left. */
  signal: AbortSignal;
  /** Epoch ms; what a service has said since then is as good as asked anew. */
  startedAt: number;
  /** Epoch ms at which the request's whole budget ends. */
  deadlineAt: number;
  /** One promise per distinct call of this request: a dashboard's six sections read each thing once. */
  memo: Map<string, Promise<Reply<unknown>>>;
  /** What was said before this request began is not good enough. */
  asksAnew?: boolean;
}

/** A scope with some members changed; copied by name, because a scope may make its members on first use. */
export function scopeWith(scope: CallScope, changes: Partial<CallScope>): CallScope {
  const { requestId, traceparent, tracestate, startedAt, deadlineAt } = scope;
  return {
    requestId,
    traceparent,
    tracestate,
    startedAt,
    deadlineAt,
    signal: changes.signal ?? scope.signal,
    memo: changes.memo ?? scope.memo,
    ...(scope.asksAnew === undefined ? {} : { asksAnew: scope.asksAnew }),
    ...changes,
  };
}

/** The door to the nine services. */
export interface UpstreamGate {
  /** The live services (fresh → cached → stale); a service without a URL rejects with `not_configured`. */
  live(scope: CallScope): UpstreamReplies;
  /** The mock world, whole; null where mock answers are not allowed. */
  mock(scope: CallScope): UpstreamReplies | null;
  /** False for a service that has no URL. */
  isConfigured(service: Service): boolean;
}
