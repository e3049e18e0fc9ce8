import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Freshness } from '../../application/integration/freshness.ts';
import { type DataSource, type Service, services } from '../../domain/provenance.ts';
import type { Gate, GuardHooks } from '../upstreams/guarded.ts';
import { type Tally, tallies } from './tally.ts';

/** Seconds; the longest call is bounded by the request's budget. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds, to the longest that an old reply may stand in. */
const ageBuckets = [15, 60, 300, 900, 3600, 14_400, 86_400];

const breakerValue = { closed: 0, half_open: 1, open: 2 } as const;

/** Of the nine services. What is a state is read when it is asked for. */
export function makeUpstreamFigures(
  registry: Registry,
  read: { health: () => ReturnType<Gate['health']>; freshness: () => readonly Freshness[] },
): Pick<GuardHooks, 'onAsked' | 'onCall'> {
  const registers = [registry];
  const asked = new Histogram({
    name: 'upstream_request_seconds',
    help: 'How long questions to a service took, with all attempts, by how they ended',
    labelNames: ['service', 'outcome'],
    buckets: durationBuckets,
    registers,
  });
  const retries = new Counter({
    name: 'upstream_retries_total',
    help: 'Attempts after the first',
    labelNames: ['service'],
    registers,
  });
  const replies = tallies({
    name: 'upstream_replies_total',
    help: 'What callers got: realtime, cached, stale (last known good), mock, or none',
    labelNames: ['service', 'source'],
    registers,
  });
  const tallyOf = (service: Service) => {
    const known = new Map<DataSource | null, Tally>();
    return (source: DataSource | null) => {
      const tally = known.get(source) ?? replies({ service, source: source ?? 'none' });
      known.set(source, tally);
      tally();
    };
  };
  const countReply = Object.fromEntries(services.map((service) => [service, tallyOf(service)])) as Record<
    Service,
    ReturnType<typeof tallyOf>
  >;
  const ages = new Histogram({
    name: 'upstream_last_known_good_age_seconds',
    help: 'How old replies were that stood in for a failing service',
    labelNames: ['service'],
    buckets: ageBuckets,
    registers,
  });
  const state = (
    name: string,
    help: string,
    collect: (set: (service: string, value: number) => void) => void,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['service'],
      registers,
      collect() {
        this.reset();
        collect((service, value) => this.set({ service }, value));
      },
    });
  const ofHealth =
    (figureOf: (one: ReturnType<Gate['health']>['auth']) => number) =>
    (set: (service: string, value: number) => void) => {
      const health = read.health();
      for (const service of services) if (health[service].configured) set(service, figureOf(health[service]));
    };
  state(
    'upstream_breaker_state',
    'Circuit breaker: 0 closed, 1 half open, 2 open; no line = not configured',
    ofHealth(({ breaker }) => breakerValue[breaker]),
  );
  state(
    'upstream_running',
    'Calls that are under way',
    ofHealth(({ running }) => running),
  );
  state(
    'upstream_waiting',
    'Calls that wait for a place in the bulkhead',
    ofHealth(({ waiting }) => waiting),
  );
  state(
    'upstream_retry_budget',
    'Retries that there may be now; a call pays in a fifth of one',
    ofHealth(({ retriesLeft }) => retriesLeft),
  );
  state('source_age_seconds', 'Since a service answered last; no line = it never has', (set) => {
    for (const { service, ageSeconds } of read.freshness()) if (ageSeconds !== null) set(service, ageSeconds);
  });
  state('source_promise_seconds', 'How old figures of a service may be by promise', (set) => {
    for (const { service, promiseSeconds } of read.freshness())
      if (promiseSeconds !== null) set(service, promiseSeconds);
  });
  state('source_late', '1 = the service fails and its promise is broken', (set) => {
    for (const { service, status } of read.freshness())
      if (status !== 'not_configured') set(service, status === 'late' ? 1 : 0);
  });
  return {
    onAsked: ({ service, outcome, durationMs, attempts }) => {
      asked.observe({ service, outcome }, durationMs / 1000);
      if (attempts > 1) retries.inc({ service }, attempts - 1);
    },
    onCall: ({ service, dataSource, ageMs }) => {
      countReply[service](dataSource);
      if (dataSource === 'stale' && ageMs !== null) ages.observe({ service }, ageMs / 1000);
    },
  };
}
