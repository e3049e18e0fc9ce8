import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../application/ports/clock.ts';
import type { CallScope, Reply } from '../../application/ports/reply.ts';
import type { RequestEnd } from '../../application/ports/request-end.ts';
import { readTraceparent, readTracestate } from '../../application/trace-context.ts';

const requestIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's own id of the request when it is one, else a new one. */
export function requestIdOf({ headers }: IncomingMessage, newId: () => string): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : newId();
}

/** Where a request stands in a trace, for logs and figures. */
export function traceOf({ headers }: IncomingMessage): Pick<RequestEnd, 'traceId' | 'isSampled'> {
  const { traceId, isSampled } = readTraceparent(headers.traceparent) ?? {};
  return { traceId, ...(isSampled ? { isSampled } : {}) };
}

/** One request's identity, budget and cancellation. What a cached answer does not need is made on first use. */
export class RequestScope implements CallScope {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** 32 hex digits; undefined = in no trace. */
  readonly traceId: string | undefined;
  readonly isSampled: boolean;
  readonly startedAt: number;
  readonly deadlineAt: number;
  readonly #response: ServerResponse;
  #signal: AbortSignal | undefined;
  #memo: Map<string, Promise<Reply<unknown>>> | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    clock: Clock,
    budgetMs: number,
    newId: () => string,
  ) {
    this.requestId = requestIdOf(request, newId);
    const parent = readTraceparent(request.headers.traceparent);
    this.traceparent = parent?.text;
    this.tracestate = parent && readTracestate(request.headers.tracestate);
    this.traceId = parent?.traceId;
    this.isSampled = parent?.isSampled ?? false;
    this.startedAt = clock.now();
    this.deadlineAt = this.startedAt + budgetMs;
    this.#response = response;
  }

  /** Aborted when the client hangs up before the answer is complete. */
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const controller = new AbortController();
      const response = this.#response;
      if (response.destroyed && !response.writableEnded) controller.abort();
      response.once('close', () => {
        if (!response.writableEnded) controller.abort();
      });
      this.#signal = controller.signal;
    }
    return this.#signal;
  }

  get memo(): Map<string, Promise<Reply<unknown>>> {
    this.#memo ??= new Map();
    return this.#memo;
  }
}
