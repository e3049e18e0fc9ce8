import { readFile } from 'node:fs/promises';
import type { Router } from 'express';
import type { Clock } from '../application/ports/clock.ts';
import type { Config } from '../config.ts';
import { makeTelemetry } from '../infrastructure/observability/telemetry.ts';
import type { Gate } from '../infrastructure/upstreams/guarded.ts';
import { type DependencyState, makeOperations } from '../presentation/http/operations.ts';
import { makeTelemetryRouter } from '../presentation/http/telemetry-route.ts';
import type { Work } from './jobs.ts';
import type { Live } from './live.ts';
import type { Observing } from './observing.ts';
import type { Own } from './own.ts';
import type { Sharing } from './shared.ts';

export interface OperatingDeps {
  config: Config;
  gate: Gate;
  own: Own;
  sharing: Sharing;
  work: Work;
  live: Pick<Live, 'streams'>;
  observing: Observing;
  isReady: () => boolean;
  isStarted: () => boolean;
  clock: Clock;
}

/** What /ready shows. No service is required to serve unless configuration says so: each has its rungs below it. */
function servicesNow(gate: Gate, { READY_REQUIRES }: Config): DependencyState[] {
  return Object.entries(gate.health()).map(([name, { configured, breaker }]) => ({
    name,
    required: READY_REQUIRES.includes(name),
    state: configured ? (breaker === 'open' ? 'down' : 'up') : 'not_configured',
  }));
}

/** The same of what is ours: without the database reads go on by their rungs, without Redis each process by itself. */
async function ownNow(
  { databaseState }: Pick<Own, 'databaseState'>,
  { link }: Pick<Sharing, 'link'>,
  { READY_REQUIRES }: Config,
): Promise<DependencyState[]> {
  const redis = link?.isUp ? 'up' : 'down';
  return [
    {
      name: 'database',
      required: READY_REQUIRES.includes('database'),
      state: (await databaseState()) ?? 'not_configured',
    },
    {
      name: 'redis',
      required: READY_REQUIRES.includes('redis'),
      state: link === undefined ? 'not_configured' : redis,
    },
  ];
}

/** What operators ask of a process: how it is, and in figures. Null telemetry = nobody may read it. */
export function openOperating(deps: OperatingDeps): { operations: Router; telemetry: Router | null } {
  const { config, gate, own, sharing, work, live, observing, isReady, isStarted, clock } = deps;
  const operations = makeOperations({
    clock,
    isReady,
    isStarted,
    dependencies: async () => [...servicesNow(gate, config), ...(await ownNow(own, sharing, config))],
    openapi: () => readFile(new URL('../../openapi.yaml', import.meta.url), 'utf8').catch(() => ''),
  });
  // In production nobody reads it without a token; elsewhere it is open to whoever tries things out.
  if (config.METRICS_TOKEN === undefined && config.NODE_ENV === 'production')
    return { operations, telemetry: null };
  const telemetry = makeTelemetry({
    ...work.figures,
    cache: () => sharing.cache.size(),
    dependencies: () => ownNow(own, sharing, config),
    liveStreams: live.streams,
    pools: () => own.database?.pools?.() ?? [],
    registry: observing.metrics,
    clock,
  });
  return { operations, telemetry: makeTelemetryRouter({ telemetry, token: config.METRICS_TOKEN }) };
}
