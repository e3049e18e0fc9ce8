import type { AxiosAdapter } from 'axios';
import type { Look } from '../application/ports/cache-figures.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { Tracing } from '../application/ports/tracing.ts';
import type { JsonWebKey } from '../application/ports/upstreams.ts';
import type { Config } from '../config.ts';
import type { Service } from '../domain/provenance.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { makeAuthClient } from '../infrastructure/upstreams/auth.ts';
import { clients } from '../infrastructure/upstreams/clients.ts';
import { type Gate, makeGuardedUpstreams } from '../infrastructure/upstreams/guarded.ts';
import { type HttpCall, makeHttpTransport } from '../infrastructure/upstreams/http.ts';
import { upstreamDefaults } from '../infrastructure/upstreams/resilience.ts';
import { makeServiceTokens } from '../infrastructure/upstreams/service-tokens.ts';
import type { Transport } from '../infrastructure/upstreams/transport.ts';
import { makeWire } from '../infrastructure/upstreams/wire.ts';
import type { Observing } from './observing.ts';

export interface UpstreamsDeps {
  config: Config;
  adapter: AxiosAdapter;
  /** The mock world; null where mock answers are not allowed. */
  mockTransportFor: ((service: Service) => Transport) | null;
  /** False = others may have made changes known that this process has not heard of. */
  hearsPurges: () => boolean;
  observing: Observing;
  look: Look;
  tracing: Tracing;
  clock: Clock;
  logger: Logger;
}

/** The nine services. */
export interface Upstreams {
  gate: Gate;
  /** Asks the Auth service for the keys of its tokens; undefined when there is none. */
  askForKeys: (() => Promise<JsonWebKey[]>) | undefined;
  /** From now on services are shown tokens that are signed with it. */
  useTokenSecret: (secret: string) => void;
}

const keysTimeoutMs = 3000;

/** Leaves out what configuration does not say, so that the defaults of the table stand. */
const overridesOf = (config: Config) => (service: Service) => {
  const { timeoutMs, retries, concurrency } = config.services[service];
  return {
    ...(timeoutMs === undefined ? {} : { attemptTimeoutMs: timeoutMs }),
    ...(retries === undefined ? {} : { retries }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
};

export function openUpstreams(deps: UpstreamsDeps): Upstreams {
  const { config, adapter, observing, tracing, clock, logger } = deps;
  const tokens = makeServiceTokens({
    secret: config.SERVICE_TOKEN_SECRET,
    issuer: config.JWT_ISSUER,
    clock,
  });
  const transportFor = (service: Service) => {
    const baseUrl = config.services[service].url;
    return baseUrl ? makeHttpTransport({ service, baseUrl, tokens, adapter, tracing }) : null;
  };
  const gate = makeGuardedUpstreams({
    clients,
    transportFor,
    mockTransportFor: deps.mockTransportFor,
    hearsPurges: deps.hearsPurges,
    settings: overridesOf(config),
    clock,
    random: Math.random,
    hooks: {
      ...observing.hooks,
      onBreaker: ({ service, state }) => logger.warn({ service, state }, 'breaker'),
    },
    tracing,
    look: deps.look,
    replyTtlMs: config.UPSTREAM_REPLY_SECONDS * 1000,
    lastKnownGoodMs: config.CACHE_LAST_KNOWN_GOOD_SECONDS * 1000,
    shared: {
      budgetMs: config.ORGANIZATION_WALK_SECONDS * 1000,
      ttlMs: config.ORGANIZATION_REPLY_SECONDS * 1000,
      waitShare: upstreamDefaults.budgetShare,
      maxBytes: config.CACHE_MAX_MB * 1024 * 1024,
    },
  });
  observing.watch(gate);
  const auth = transportFor('auth');
  return {
    gate,
    askForKeys: auth === null ? undefined : () => askForKeys(auth),
    useTokenSecret: tokens.useSecret,
  };
}

function askForKeys(transport: (call: HttpCall) => Transport): Promise<JsonWebKey[]> {
  const call: HttpCall = {
    signal: AbortSignal.timeout(keysTimeoutMs),
    requestId: ids.uuid(),
    traceparent: undefined,
  };
  return makeAuthClient(makeWire(transport(call))).jwks();
}
