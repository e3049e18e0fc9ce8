import type { Registry } from 'prom-client';
import { Counter } from 'prom-client';
import type { Ids } from '../application/ports/ids.ts';
import type { Logger } from '../application/ports/logger.ts';
import { noTracing } from '../application/ports/tracing.ts';
import type { Config } from '../config.ts';
import type { OpenTelemetry } from '../infrastructure/observability/open-telemetry.ts';

const untraced: OpenTelemetry = {
  ...noTracing,
  record: (_request, work) => work(),
  name: () => undefined,
  onRequestEnd: () => undefined,
  close: async () => undefined,
};

/** Counts what is handed over, and says once of an outage that there is one, and once that it is over. */
function makeOnExport(metrics: Registry, logger: Logger) {
  const spans = new Counter({
    name: 'traces_spans_total',
    help: 'Spans by whether the receiver has taken them',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  for (const outcome of ['exported', 'failed']) spans.inc({ outcome }, 0);
  let isAway = false;
  return (isDone: boolean, count: number) => {
    spans.inc({ outcome: isDone ? 'exported' : 'failed' }, count);
    if (isDone === !isAway) return;
    isAway = !isDone;
    if (isAway)
      logger.warn({}, 'spans cannot be handed over; they are dropped until the receiver takes them');
    else logger.info({}, 'spans are handed over again');
  };
}

/** Traces, where there is somebody to hand them to; the library is loaded only then. */
export async function openTracing(
  config: Config,
  deps: { metrics: Registry; logger: Logger; ids: Ids; random: () => number },
): Promise<OpenTelemetry> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  const onExport = makeOnExport(deps.metrics, deps.logger);
  if (endpoint === undefined) return untraced;
  const { openTelemetry } = await import('../infrastructure/observability/open-telemetry.ts');
  return openTelemetry({
    endpoint,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: config.OTEL_SERVICE_NAME,
    environment: config.NODE_ENV,
    instanceId: deps.ids.uuid(),
    share: config.OTEL_TRACES_SAMPLER_ARG,
    random: deps.random,
    onExport,
  });
}
