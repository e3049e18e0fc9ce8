import type { Service, UpstreamFailure } from '../../domain/provenance.ts';

/** An upstream call that did not end well, classified; the message is for logs and never reaches a client. */
export class UpstreamError extends Error {
  readonly failure: UpstreamFailure;
  /** Filled in by `guarded()`; a client need not know its own name. */
  readonly service: Service | undefined;
  /** The HTTP status behind it, where there was one. */
  readonly status: number | undefined;
  /** What the service asked us to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The work was not given up; only this caller's time was. Asking again later gets its result. */
  readonly goesOn: boolean;

  constructor(
    failure: UpstreamFailure,
    message: string,
    options: {
      service?: Service;
      status?: number;
      retryAfterMs?: number;
      goesOn?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'UpstreamError';
    this.failure = failure;
    this.status = options.status;
    this.service = options.service;
    this.retryAfterMs = options.retryAfterMs;
    this.goesOn = options.goesOn ?? false;
  }
}

/** The class of any error thrown while asking a service; what is not ours is `unavailable`. */
export function failureOf(error: unknown): UpstreamFailure {
  return error instanceof UpstreamError ? error.failure : 'unavailable';
}
