/** Analytics over the sample world, asked in process. */
import { worldServices } from '../../../mocks/services.ts';
import { mockTransport } from '../../../mocks/transport.ts';
import { cachePolicies } from '../../../src/application/analytics/cache-policies.ts';
import { makeRunAnalytic } from '../../../src/application/analytics/run-analytic.ts';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import type { Service } from '../../../src/domain/provenance.ts';
import { MemoryAnswerCache } from '../../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryLeaderboards } from '../../../src/infrastructure/gamification/memory-leaderboards.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { MemoryPreferences } from '../../../src/infrastructure/gamification/memory-preferences.ts';
import { readDropOffModel } from '../../../src/infrastructure/models/drop-off-risk.ts';
import { MemorySnapshots } from '../../../src/infrastructure/snapshots/memory-snapshots.ts';
import { clients } from '../../../src/infrastructure/upstreams/clients.ts';
import { makeGuardedUpstreams } from '../../../src/infrastructure/upstreams/guarded.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';

export const clock = stoppedClock();
export const routes = worldServices({ now: clock.now, learners: 300 });

/** The whole way to the services, which answer in process; those named end as `failure` says. */
export function running(down: readonly Service[] = [], failure: 'unavailable' | 'not_found' = 'unavailable') {
  const gate = makeGuardedUpstreams({
    clients,
    transportFor: (service) => () =>
      down.includes(service)
        ? () => Promise.reject(new UpstreamError(failure, 'not now', { status: 404 }))
        : mockTransport(routes[service]),
    mockTransportFor: null,
    settings: () => ({ retries: 0 }),
    clock,
    random: () => 0.5,
    hooks: { onAsked: () => undefined, onCall: () => undefined, onBreaker: () => undefined },
    replyTtlMs: 60_000,
    lastKnownGoodMs: 0,
    shared: { budgetMs: 60_000, ttlMs: 60_000, waitShare: 1, maxBytes: 1e8 },
  });
  const [ledger, preferences] = [new MemoryLedger(), new MemoryPreferences()];
  const stores = {
    ledger,
    kept: { of: async () => ({ achievements: [], activityDays: [], freezeDays: [] }) },
    leaderboards: new MemoryLeaderboards({ ledger, preferences, tieSecret: 'the same for every run' }),
    preferences,
    snapshots: new MemorySnapshots(),
    models: { dropOffRisk: async () => readDropOffModel() },
  };
  return makeRunAnalytic({
    notePrediction: async () => undefined,
    gate,
    stores: { live: stores, mock: stores },
    cache: new MemoryAnswerCache({ maxEntries: 1000, maxBytes: 1e8 }, clock),
    policies: cachePolicies,
    clock,
    digest,
    logger: silentLogger,
    budgetMs: 60_000,
    minimumCohortOf: () => 10,
  });
}
