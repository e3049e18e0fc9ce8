import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { answerLayers } from '../../../src/application/ports/cache-figures.ts';
import { makeCacheFigures } from '../../../src/infrastructure/observability/cache-figures.ts';
import { makeTelemetry, type TelemetrySources } from '../../../src/infrastructure/observability/telemetry.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const sources = (changes: Partial<TelemetrySources> = {}): TelemetrySources => ({
  queues: async () => ({ retention: { waiting: 1, active: 2, failed: 3, dead: 4 } }),
  outbox: async () => ({ waiting: 5, parked: 6, oldestAt: clock.now() - 7000, published: 8, failed: 9 }),
  cache: () => ({ entries: 10, bytes: 11, evictions: 12 }),
  dependencies: async () => [
    { name: 'database', state: 'up' },
    { name: 'redis', state: 'not_configured' },
  ],
  liveStreams: () => 13,
  pools: () => [{ server: 'primary', inUse: 14, idle: 15, waiting: 16 }],
  registry: new Registry(),
  clock,
  ...changes,
});
const linesOf = async (telemetry: ReturnType<typeof makeTelemetry>) =>
  (await telemetry.render()).text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the figures of the process', () => {
  it('tell of queues, outbox and cache as they are now', async () => {
    expect(await linesOf(makeTelemetry(sources()))).toEqual([
      'jobs_deliveries{job="retention",state="waiting"} 1',
      'jobs_deliveries{job="retention",state="active"} 2',
      'jobs_deliveries{job="retention",state="failed"} 3',
      'jobs_deliveries{job="retention",state="dead"} 4',
      'dependency_up{dependency="database"} 1',
      'outbox_events_waiting 5',
      'outbox_events_parked 6',
      'outbox_oldest_seconds 7',
      'outbox_published 8',
      'outbox_failed 9',
      'answer_cache_entries 10',
      'answer_cache_bytes 11',
      'live_streams 13',
      'answer_cache_evictions 12',
      'database_pool_connections{server="primary",use="in_use"} 14',
      'database_pool_connections{server="primary",use="idle"} 15',
      'database_pool_waiting{server="primary"} 16',
    ]);
  });

  it('tell where answers came from and how old they were, with a line for every layer from the start', async () => {
    const registry = new Registry();
    const figures = makeCacheFigures(registry);
    const telemetry = makeTelemetry(sources({ registry }));
    for (const layer of answerLayers)
      expect(await linesOf(telemetry)).toContain(`answers_served_total{layer="${layer}"} 0`);
    figures.served('l2', 4);
    figures.served('stale', 400);
    figures.coalesced();
    figures.purged('waited');
    const lines = await linesOf(telemetry);
    for (const line of [
      'answers_served_total{layer="l2"} 1',
      'answers_served_total{layer="stale"} 1',
      'answers_served_total{layer="lane"} 0',
      'answers_age_seconds_bucket{le="5"} 1',
      'answers_age_seconds_bucket{le="900"} 2',
      'answers_age_seconds_count 2',
      'answers_coalesced_total 1',
      'purges_acknowledged_total{how="confirmed"} 0',
      'purges_acknowledged_total{how="waited"} 1',
    ])
      expect(lines).toContain(line);
  });

  it('have no line for what is not known, also when it was known before', async () => {
    let isAway = false;
    const away = async () => Promise.reject(new Error('away'));
    const telemetry = makeTelemetry(
      sources({
        queues: () => (isAway ? away() : sources().queues()),
        outbox: () => (isAway ? Promise.resolve(null) : sources().outbox()),
        pools: () => (isAway ? [] : sources().pools()),
        dependencies: () =>
          isAway ? Promise.resolve([{ name: 'database', state: 'down' }]) : sources().dependencies(),
      }),
    );
    expect(await linesOf(telemetry)).toHaveLength(17);
    isAway = true;
    expect(await linesOf(telemetry)).toEqual([
      'dependency_up{dependency="database"} 0',
      'answer_cache_entries 10',
      'answer_cache_bytes 11',
      'live_streams 13',
      'answer_cache_evictions 12',
    ]);
  });

  it('say 0 for an outbox that is empty', async () => {
    const empty = async () => ({ waiting: 0, parked: 0, oldestAt: null, published: 0, failed: 0 });
    const lines = await linesOf(makeTelemetry(sources({ outbox: empty })));
    expect(lines).toContain('outbox_oldest_seconds 0');
  });
});
