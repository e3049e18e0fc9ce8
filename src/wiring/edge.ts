import type { AxiosAdapter } from 'axios';
import { registry } from '../application/analytics/registry.ts';
import { purgingEdge } from '../application/edge/edge-tags.ts';
import type { AnswerCache } from '../application/ports/answer-cache.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { CallScope } from '../application/ports/reply.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { makeSeal } from '../infrastructure/auth/seal.ts';
import { makeTokenVerifier } from '../infrastructure/auth/tokens.ts';
import { makeClock } from '../infrastructure/clock.ts';
import { openDatabase } from '../infrastructure/database/open.ts';
import { RpcSessions } from '../infrastructure/database/rpc-sessions.ts';
import { VercelPurge } from '../infrastructure/edge/vercel-purge.ts';
import { makeUndiciAdapter } from '../infrastructure/upstreams/undici-adapter.ts';
import { type DecideAtEdge, makeDecideAtEdge } from '../presentation/edge/decide-at-edge.ts';
import { targetsOf } from './outbound.ts';
import { externalTokens, ownTokensOf } from './tokens.ts';

/** The answers' cache; with an edge in front, what is purged is purged there too. */
export function withEdge(
  cache: AnswerCache,
  config: Config,
  adapter: AxiosAdapter,
  logger: Logger,
): AnswerCache {
  const { EDGE_SECRET: secret, EDGE_PURGE_TOKEN: token, EDGE_PURGE_PROJECT: project } = config;
  if (secret === undefined) return cache;
  if (token === undefined || project === undefined) {
    logger.warn(
      {},
      'EDGE_PURGE_TOKEN and EDGE_PURGE_PROJECT are not both set: the edge is not told what to forget',
    );
    return cache;
  }
  const options = { baseUrl: config.EDGE_PURGE_URL, token, project, team: config.EDGE_PURGE_TEAM };
  return purgingEdge(cache, new VercelPurge({ ...options, adapter, logger }), makeSeal(secret));
}

/** How old what is known of revocations may be when a token is looked at; with the reading itself below 5 s. */
const revocationsMs = 3000;

/** Reads on use, for nothing runs between requests there; those who come meanwhile wait for the same reading. */
export function onUse(refresh: () => Promise<void>, clock: Clock): () => Promise<void> {
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  return () => {
    if (clock.now() - readAt <= revocationsMs) return Promise.resolve();
    const startedAt = clock.now();
    reading ??= refresh()
      .then(() => {
        readAt = startedAt;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
}

const budgetMs = 3000;

/** A scope of nobody's request: only the fetching of keys looks at it. */
function edgeScope(clock: Clock): CallScope {
  const now = clock.now();
  return {
    requestId: ids.uuid(),
    traceparent: undefined,
    signal: AbortSignal.timeout(budgetMs),
    startedAt: now,
    deadlineAt: now + budgetMs,
    memo: new Map(),
  };
}

/** Sessions as the edge needs them: what was revoked, and how to hear of it. */
interface Revocations {
  isRevoked: RpcSessions['isRevoked'];
  refresh: () => Promise<void>;
}

/** Null without a database that others share: then nobody at the edge would hear of a log-out. */
async function openRevocations(config: Config, clock: Clock): Promise<Revocations | null> {
  const isShared = config.DATABASE_URL !== undefined || config.SUPABASE_URL !== undefined;
  if (config.DATABASE === 'none' || !isShared) return null;
  const database = await openDatabase({
    url: config.DATABASE_URL,
    replicaUrl: undefined,
    supabaseUrl: config.SUPABASE_URL,
    supabaseKey: config.SUPABASE_SERVICE_ROLE_KEY,
    directory: config.DATA_DIR,
    maxConnections: 1,
    timeoutMs: 1500,
  });
  return new RpcSessions(database, clock);
}

/**
 * The decision at the edge from the same configuration as the origin's. Without EDGE_SECRET or without a database
 * that both share, everything goes on to the origin.
 */
export async function openEdge(config: Config, known?: Revocations): Promise<DecideAtEdge> {
  const clock = makeClock(config.CLOCK_START);
  const secret = config.EDGE_SECRET;
  const revocations = known ?? (await openRevocations(config, clock));
  if (secret === undefined || revocations === null) return async () => null;
  // Nobody reads a log there.
  const { adapter } = makeUndiciAdapter(1, targetsOf(config, { warn: () => undefined }));
  return makeDecideAtEdge({
    registry,
    subjects: config.EDGE_SUBJECTS,
    authenticator: makeTokenVerifier(
      ownTokensOf(config),
      externalTokens(config, clock, adapter),
      revocations,
      clock,
    ),
    hearOfRevocations: onUse(() => revocations.refresh(), clock),
    seal: makeSeal(secret),
    clock,
    scope: () => edgeScope(clock),
  });
}
