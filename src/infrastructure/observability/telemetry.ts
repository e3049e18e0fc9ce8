import { Gauge, Registry } from 'prom-client';
import type { RelayFigures } from '../../application/events/relay.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { QueueFigures } from '../../application/ports/jobs.ts';
import type { PoolState } from '../database/database.ts';

export interface TelemetrySources {
  /** Per queue how many deliveries stand where. @throws while the database is away. */
  queues: () => Promise<Readonly<Record<string, QueueFigures>>>;
  /** Null = not known. */
  outbox: () => Promise<RelayFigures | null>;
  cache: () => { entries: number; bytes: number; evictions: number };
  /** The database and Redis, as /ready shows them. */
  dependencies: () => Promise<readonly { name: string; state: string }[]>;
  /** Viewers who are told of events as they happen, in this process. */
  liveStreams: () => number;
  /** Connections to the database; none where there is nothing to count. */
  pools: () => readonly PoolState[];
  /** Also of figures that are counted elsewhere. */
  registry: Registry;
  clock: Clock;
}

/** What operators read at /metrics. */
export interface Telemetry {
  /** @param accept what the caller takes; with OpenMetrics there are exemplars, which name traces. */
  render: (accept?: string) => Promise<{ contentType: string; text: string }>;
}

/** prom-client renames counters while it writes OpenMetrics; they get their names back before anybody else reads. */
async function openMetricsOf(registry: Registry): Promise<string> {
  const metrics = registry.getMetricsAsArray() as unknown[] as { name: string }[];
  const names = metrics.map(({ name }) => name);
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  try {
    return await registry.metrics();
  } finally {
    registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
    for (const [at, metric] of metrics.entries()) metric.name = names[at] ?? metric.name;
  }
}

const states = ['waiting', 'active', 'failed', 'dead'] as const;

/**
 * Figures of this process in the text format of Prometheus, read when they are asked for. What is not known at
 * that moment has no line, because a gauge of 0 would say that there is nothing. Labels come from our own lists
 * only: names of jobs, of states and of layers.
 */
export function makeTelemetry({
  queues,
  outbox,
  cache,
  dependencies,
  liveStreams,
  pools,
  registry,
  clock,
}: TelemetrySources): Telemetry {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });

  const deliveries = gauge('jobs_deliveries', 'Deliveries of a queue by state; dead = given up', [
    'job',
    'state',
  ]);
  const dependency = gauge('dependency_up', '1 = it answers; no line = it is not configured', ['dependency']);
  const waiting = gauge('outbox_events_waiting', 'Events that are not published yet');
  const parked = gauge('outbox_events_parked', 'Events that are not tried again by themselves');
  const age = gauge('outbox_oldest_seconds', 'Age of the oldest event that waits; 0 = nothing waits');
  const published = gauge('outbox_published', 'Events that this process has published');
  const failed = gauge('outbox_failed', 'Attempts of this process to publish that failed');
  const entries = gauge('answer_cache_entries', 'Finished answers in memory');
  const bytes = gauge('answer_cache_bytes', 'Bytes of finished answers in memory');
  const streams = gauge('live_streams', 'Event streams that are open in this process');
  const evictions = gauge('answer_cache_evictions', 'Answers that others have pushed out since the start');

  const connections = gauge(
    'database_pool_connections',
    'Connections to a server, by whether they are in use',
    ['server', 'use'],
  );
  const waitingCalls = gauge('database_pool_waiting', 'Calls that wait for a connection', ['server']);

  function readConnections(): void {
    for (const one of [connections, waitingCalls]) one.reset();
    for (const { server, inUse, idle, waiting: calls } of pools()) {
      connections.set({ server, use: 'in_use' }, inUse);
      connections.set({ server, use: 'idle' }, idle);
      waitingCalls.set({ server }, calls);
    }
  }

  async function readQueues(): Promise<void> {
    deliveries.reset();
    const figures = await queues().catch(() => ({}));
    for (const [job, of] of Object.entries<QueueFigures>(figures))
      for (const state of states) deliveries.set({ job, state }, of[state]);
  }

  async function readOutbox(): Promise<void> {
    const all = [waiting, parked, age, published, failed];
    for (const one of all) one.remove();
    const figures = await outbox().catch(() => null);
    if (figures === null) return;
    waiting.set(figures.waiting);
    parked.set(figures.parked);
    age.set(figures.oldestAt === null ? 0 : Math.max(0, clock.now() - figures.oldestAt) / 1000);
    published.set(figures.published);
    failed.set(figures.failed);
  }

  async function readDependencies(): Promise<void> {
    const states = await dependencies();
    dependency.reset();
    for (const { name, state } of states)
      if (state !== 'not_configured') dependency.set({ dependency: name }, state === 'up' ? 1 : 0);
  }

  async function write(isOpenMetrics: boolean): Promise<string> {
    await Promise.all([readQueues(), readOutbox(), readDependencies()]);
    const held = cache();
    entries.set(held.entries);
    bytes.set(held.bytes);
    evictions.set(held.evictions);
    streams.set(liveStreams());
    readConnections();
    return isOpenMetrics ? openMetricsOf(registry) : registry.metrics();
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    render: async (accept = '') => {
      const isOpenMetrics = accept.includes('application/openmetrics-text');
      const text = last.then(() => write(isOpenMetrics));
      last = text.catch(() => undefined);
      const contentType = isOpenMetrics
        ? Registry.OPENMETRICS_CONTENT_TYPE
        : Registry.PROMETHEUS_CONTENT_TYPE;
      return { contentType, text: await text };
    },
  };
}
