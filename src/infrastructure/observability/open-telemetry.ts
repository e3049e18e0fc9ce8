/** Spans by OpenTelemetry, handed over by OTLP. Loaded only where there is somebody to hand them to. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  RandomIdGenerator,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { OnRequestEnd } from '../../application/ports/request-end.ts';
import { RpcError } from '../../application/ports/rpc.ts';
import { noTracing, type Span, type SpanStart, type Tracing } from '../../application/ports/tracing.ts';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import { readTraceparent, type TraceParent, writeTraceparent } from '../../application/trace-context.ts';
import { AppError } from '../../domain/errors.ts';
import { steadyMs } from '../clock.ts';

export interface OpenTelemetryOptions {
  /** Base address of the receiver; spans go to `/v1/traces` below it. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  environment: string;
  /** Of this process alone. */
  instanceId: string;
  /** 0–1: of the traces that begin here, how many are recorded. Those of callers are as the callers say. */
  share: number;
  random: () => number;
  /** Milliseconds of a clock that nobody sets; for tests. */
  elapsedMs?: () => number;
  /** Told of each attempt to hand spans over. */
  onExport: (isDone: boolean, spans: number) => void;
}

/** A request as far as its trace goes. */
export interface TracedRequest {
  method?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
}

export interface OpenTelemetry extends Tracing {
  /**
   * Does the work of a request, and records it where its caller does or, where a trace begins here, by share. From then
   * on the `traceparent` of a request that is recorded names us, so that logs, errors and calls to services are told.
   */
  record(request: TracedRequest, work: () => void): void;
  /** Gives a request that is in no trace one that nobody records, for the same; a cached answer does without. */
  name(request: TracedRequest): void;
  /** Ends the request's span. */
  onRequestEnd: OnRequestEnd;
  /** Hands over what is left, as far as the time goes. */
  close(): Promise<void>;
}

/** Where something happens: in which span of which request. */
interface Place {
  context: Context;
  request: OtelSpan;
  budget: Budget;
}

/** What may still be made of spans: a walk through a large organization is not to fill the receiver. */
interface Budget {
  left: number;
  /** By `elapsedMs`: what goes on long after the answer, as the reading for all live streams, is no part of it. */
  until: number;
}

const mostSpansPerRequest = 500;
const longestAfterMs = 30_000;
const exportTimeoutMs = 5000;
const closeTimeoutMs = 1500;

/** What went wrong, in a word of ours; never a message, in which anything may stand. */
function kindOf(error: unknown): string {
  if (error instanceof UpstreamError) return error.failure;
  if (error instanceof RpcError || error instanceof AppError) return error.code;
  return 'defect';
}

function traceparentOf(span: OtelSpan): string {
  const { traceId, spanId } = span.spanContext();
  return writeTraceparent(traceId, spanId, true);
}

/** The caller's span, as the parent of ours. */
const contextOf = (parent: TraceParent | undefined): Context =>
  parent === undefined
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, {
        traceId: parent.traceId,
        spanId: parent.spanId,
        traceFlags: TraceFlags.SAMPLED,
        isRemote: true,
      });

function makeExporter({ endpoint, headers, onExport }: OpenTelemetryOptions): SpanExporter {
  const inner = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: exportTimeoutMs,
  });
  return {
    export: (spans, done) =>
      inner.export(spans, (result) => {
        onExport(result.code === 0, spans.length);
        done(result);
      }),
    shutdown: () => inner.shutdown(),
    forceFlush: () => inner.forceFlush(),
  };
}

export function openTelemetry(options: OpenTelemetryOptions): OpenTelemetry {
  const { share, random, serviceName, environment, instanceId, elapsedMs = steadyMs } = options;
  const provider = new TracerProvider({
    // Whether a request is recorded is decided before its first span is made: what is not recorded costs nothing.
    sampler: new AlwaysOnSampler(),
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.instance.id': instanceId,
      'deployment.environment.name': environment,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter: makeExporter(options) })],
  });
  const tracer = provider.getTracer('learning-analytics');
  const newIds = new RandomIdGenerator();
  const places = new AsyncLocalStorage<Place>();

  function name({ headers }: TracedRequest): void {
    if (readTraceparent(headers.traceparent) === undefined)
      headers.traceparent = writeTraceparent(newIds.generateTraceId(), newIds.generateSpanId(), false);
  }

  function record(request: TracedRequest, work: () => void): void {
    const parent = readTraceparent(request.headers.traceparent);
    if (parent === undefined ? random() >= share : !parent.isSampled) {
      work();
      return;
    }
    const context = contextOf(parent);
    const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, context);
    request.headers.traceparent = traceparentOf(span);
    const place = {
      context: trace.setSpan(context, span),
      request: span,
      budget: { left: mostSpansPerRequest, until: Number.POSITIVE_INFINITY },
    };
    places.run(place, work);
  }

  const onRequestEnd: OnRequestEnd = ({ method, route, status, code, form, dataSource }) => {
    const place = places.getStore();
    if (place === undefined) return;
    const { request: span, budget } = place;
    budget.until = elapsedMs() + longestAfterMs;
    span.updateName(`${method} ${route}`);
    span.setAttributes({
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      ...(code === undefined ? {} : { 'error.type': code }),
      ...(form === undefined ? {} : { 'app.answer.form': form }),
      ...(dataSource === undefined ? {} : { 'app.answer.source': dataSource }),
    });
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };

  function fail(span: OtelSpan, error: unknown): never {
    span.setAttribute('error.type', kindOf(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    throw error;
  }

  function within<T>({ name, kind, attributes }: SpanStart, place: Place, work: (span: Span) => T): T {
    place.budget.left -= 1;
    const otelKind = kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const given = { kind: otelKind, attributes: (attributes ?? {}) as Attributes };
    const own = tracer.startSpan(name, given, place.context);
    const span: Span = {
      traceparent: traceparentOf(own),
      set: (more) => void own.setAttributes(more as Attributes),
    };
    let result: T;
    try {
      result = places.run({ ...place, context: trace.setSpan(place.context, own) }, () => work(span));
    } catch (error) {
      return fail(own, error);
    }
    if (!(result instanceof Promise)) {
      own.end();
      return result;
    }
    const ended = result.then(
      (value: unknown) => {
        own.end();
        return value;
      },
      (error: unknown) => fail(own, error),
    );
    return ended as T;
  }

  return {
    record,
    name,
    onRequestEnd,
    span: (start, work) => {
      const place = places.getStore();
      return place === undefined || place.budget.left <= 0 || elapsedMs() > place.budget.until
        ? noTracing.span(start, work)
        : within(start, place, work);
    },
    bind: (work) => (places.getStore() === undefined ? work : AsyncLocalStorage.bind(work)),
    close: async () => {
      const timer = Promise.withResolvers<void>();
      const timeout = setTimeout(timer.resolve, closeTimeoutMs);
      await Promise.race([provider.shutdown().catch(() => undefined), timer.promise]);
      clearTimeout(timeout);
    },
  };
}
