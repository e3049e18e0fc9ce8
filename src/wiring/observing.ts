import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CachePolicies } from '../application/analytics/cache-policies.ts';
import { sourcesOf } from '../application/analytics/dictionary.ts';
import { registry as analytics } from '../application/analytics/registry.ts';
import { type Freshness, freshnessOf } from '../application/integration/freshness.ts';
import { ServiceBook } from '../application/integration/service-book.ts';
import type { OnRequestEnd } from '../application/ports/request-end.ts';
import { once } from '../domain/once.ts';
import { type Service, services } from '../domain/provenance.ts';
import { leastLatencyMs } from '../domain/statistics/anomaly.ts';
import { robustZ } from '../domain/statistics/robust-z.ts';
import { makeRequestFigures } from '../infrastructure/observability/request-figures.ts';
import { makeUpstreamFigures } from '../infrastructure/observability/upstream-figures.ts';
import { makeWorkFigures, type WorkFigures } from '../infrastructure/observability/work-figures.ts';
import type { Gate, GuardHooks } from '../infrastructure/upstreams/guarded.ts';

/** Fewer minutes before it, and no minute can be called unusual. */
const leastMinutes = 10;

/** What a process sees of itself. */
export interface Observing extends WorkFigures {
  metrics: Registry;
  book: ServiceBook;
  onRequestEnd: OnRequestEnd;
  hooks: Pick<GuardHooks, 'onAsked' | 'onCall'>;
  freshness: (now: number) => Freshness[];
  /** Tells whom to read; until then there is nothing to read. */
  watch: (gate: Gate) => void;
}

/** The shortest time for which figures that rest on a service count as fresh; null = none rests on it. */
function promisesBy(policies: CachePolicies): (service: Service) => number | null {
  const promises = once(() => {
    const lives = analytics.map((one) => ({
      sources: sourcesOf(one),
      seconds: policies[one.cache].ttlSeconds,
    }));
    return new Map(
      services.map((service) => {
        const own = lives.filter(({ sources }) => sources.includes(service)).map(({ seconds }) => seconds);
        return [service, own.length === 0 ? null : Math.min(...own)];
      }),
    );
  });
  return (service) => promises().get(service) ?? null;
}

/** @param isShared other processes are to be told what this one sees. */
export function openObserving(policies: CachePolicies, now: () => number, isShared: boolean): Observing {
  const metrics = new Registry();
  const book = new ServiceBook(isShared);
  const promiseOf = promisesBy(policies);
  let gate: Gate | undefined;
  const freshness = (at: number) =>
    freshnessOf(
      {
        isConfigured: (service) => gate?.isConfigured(service) ?? false,
        lastWordOf: (service) => book.lastWordOf(service),
        promiseOf,
      },
      at,
    );
  const nothing = { configured: false, breaker: 'closed', running: 0, waiting: 0, retriesLeft: 0 } as const;
  const health = () =>
    gate?.health() ??
    (Object.fromEntries(services.map((service) => [service, nothing])) as ReturnType<Gate['health']>);
  const upstreams = makeUpstreamFigures(metrics, { health, freshness: () => freshness(now()) });
  new Gauge({
    name: 'upstream_latency_robust_z',
    help: 'How far the latency of the last full minute is from those of the hour before it; above 3.5 = unusual',
    labelNames: ['service'],
    registers: [metrics],
    collect() {
      this.reset();
      for (const service of services) {
        const medians = book.minuteMedians(service, now());
        const z = robustZ(medians.at(-1) ?? 0, medians.slice(0, -1), leastLatencyMs);
        if (medians.length > leastMinutes && z !== null) this.set({ service }, z);
      }
    },
  });
  // Event-loop delay, garbage collection, memory, processor, handles.
  collectDefaultMetrics({ register: metrics });
  return {
    ...makeWorkFigures(metrics, now),
    metrics,
    book,
    onRequestEnd: makeRequestFigures(metrics),
    hooks: {
      onAsked: (asked) => {
        book.note(asked);
        upstreams.onAsked(asked);
      },
      onCall: upstreams.onCall,
    },
    freshness,
    watch: (opened) => {
      gate = opened;
    },
  };
}
