/**
 * The ladder that stands before every service, once for all nine:
 * this request's memo → a fresh reply → one shared call (bulkhead, retry, breaker, time-out) → last known good.
 * Mock replies never come from here; the mock world is a door of its own (`mock`), taken for whole answers only.
 */
import { justLook, type Look } from '../../application/ports/cache-figures.ts';
import type { Clock } from '../../application/ports/clock.ts';
import {
  type CallScope,
  type Reply,
  type Shared,
  scopeWith,
  type UpstreamGate,
  type UpstreamReplies,
} from '../../application/ports/reply.ts';
import { noTracing, type Tracing } from '../../application/ports/tracing.ts';
import { failureOf, UpstreamError } from '../../application/ports/upstream-error.ts';
import type { Upstreams } from '../../application/ports/upstreams.ts';
import { makeSingleFlight } from '../../application/single-flight.ts';
import { type DataSource, type Service, services, type UpstreamFailure } from '../../domain/provenance.ts';
import type { HttpCall } from './http.ts';
import { KeptReplies } from './kept-replies.ts';
import { type BreakerState, makeResilience, type UpstreamSettings, upstreamDefaults } from './resilience.ts';
import { makeSharedWork, type SharedWorkSettings } from './shared-work.ts';
import type { Transport } from './transport.ts';
import { makeWire, type Wire } from './wire.ts';

export type Clients = { [S in Service]: (wire: Wire) => Upstreams[S] };

/** What the service itself was asked, with all its attempts. */
export interface Asked {
  service: Service;
  outcome: 'ok' | UpstreamFailure;
  /** Epoch ms of its end. */
  at: number;
  durationMs: number;
  /** 0 = it was not let through to the service. */
  attempts: number;
}

/** Told of every call's end, of every question to a service and of every breaker's turn; for metrics. */
export interface GuardHooks {
  onAsked(asked: Asked): void;
  onCall(call: {
    service: Service;
    method: string;
    outcome: 'ok' | UpstreamFailure;
    /** What the caller got; null when it got nothing. */
    dataSource: DataSource | null;
    /** Of what the caller got, ms; null when it got nothing. */
    ageMs: number | null;
    durationMs: number;
  }): void;
  onBreaker(change: { service: Service; state: BreakerState }): void;
}

export interface GuardedOptions {
  clients: Clients;
  /** How to reach a service; null when it has no URL. */
  transportFor: (service: Service) => ((call: HttpCall) => Transport) | null;
  /** The mock world; null where mock answers are not allowed. */
  mockTransportFor: ((service: Service) => Transport) | null;
  settings: (service: Service) => Partial<UpstreamSettings>;
  clock: Clock;
  random: () => number;
  hooks: GuardHooks;
  tracing?: Tracing;
  look?: Look;
  /** How long a reply is shared between answers, ms. */
  replyTtlMs: number;
  /** How long an old reply may stand in for a failing service, ms. */
  lastKnownGoodMs: number;
  shared: SharedWorkSettings;
  /** False = what was said may be of before a change that others have made known: each request asks anew, alone. */
  hearsPurges?: () => boolean;
}

export interface ServiceState {
  configured: boolean;
  breaker: BreakerState;
  running: number;
  waiting: number;
  /** Of the retry budget: a retry takes one, a call pays in a fifth. */
  retriesLeft: number;
}

export interface Gate extends UpstreamGate {
  health(): Record<Service, ServiceState>;
  /** Closes a service's breaker at once. */
  resetBreaker(service: Service): void;
  /**
   * What services have said about these ids is asked anew, also by whoever asks while an older call is under way.
   * It still stands in while a service is down.
   */
  forget(ids: readonly string[]): void;
  /** The same of everything, when it is not known what has changed. */
  forgetAll(): void;
}

/** That somebody is unknown is believed this long: he may have been made a moment ago. */
const mostUnknownMs = 10_000;

const storeBounds = { maxEntries: 50_000, maxBytes: 64 * 1024 * 1024 } as const;

/** Calls that change something or carry a secret: one attempt each, never shared, never kept. */
const oneOff: ReadonlySet<string> = new Set(['auth.login']);
/** Pages of whole organizations pass through; keeping them would fill memory. */
const notKept: ReadonlySet<string> = new Set([
  'directory.members',
  'courses.organizationEnrollments',
  'assessment.organizationResults',
  'skills.organizationSkills',
  'devlab.organizationPractice',
  'rag.organizationQuestions',
]);

/** Every read names what it is about first. */
const subjectOf = ([first]: unknown[]): string | undefined => (typeof first === 'string' ? first : undefined);

/** How many ids are known to have been forgotten; beyond them the calls under way then have long ended. */
const mostForgotten = 10_000;

type Method = (...args: unknown[]) => Promise<unknown>;
const methodOf = (port: object, method: string) => (port as Record<string, Method>)[method] as Method;

type Call = (service: Service, method: string, args: unknown[]) => Promise<Reply<unknown>>;

/** The ports of the nine services over a call; their methods are made once, and every request gets objects of them. */
function makeOpener(shapes: Record<Service, object>): (call: Call, shared: Shared) => UpstreamReplies {
  const kinds = services.map((service) => {
    // From the port's own names: a Proxy would also answer to `.then`.
    const methods = Object.keys(shapes[service]).map((name) => [
      name,
      function (this: { call: Call }, ...args: unknown[]) {
        return this.call(service, name, args);
      },
    ]);
    return { service, methods: Object.fromEntries(methods) as object };
  });
  return (call, shared) => {
    const ports: Record<string, unknown> = { shared };
    for (const { service, methods } of kinds)
      ports[service] = Object.assign(Object.create(methods) as object, { call });
    return ports as UpstreamReplies;
  };
}

const unreachable: Transport = () =>
  Promise.reject(new UpstreamError('not_configured', 'the service has no URL'));

/** The promise that the memo holds for a key, or a new one. */
function once<T>(memo: CallScope['memo'], key: string, make: () => Promise<Reply<T>>): Promise<Reply<T>> {
  const known = (memo.get(key) as Promise<Reply<T>> | undefined) ?? make();
  memo.set(key, known);
  return known;
}

/** A signal that ends with the shared call's own deadline, or when the last caller has left. */
function deadlineSignal(flight: AbortSignal, ms: number): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const late = () => controller.abort(new UpstreamError('timeout', 'the deadline of the request is near'));
  const left = () => controller.abort(new UpstreamError('cancelled', 'every caller left'));
  const timer = setTimeout(late, Math.max(0, ms));
  flight.addEventListener('abort', left, { once: true });
  const done = () => {
    clearTimeout(timer);
    flight.removeEventListener('abort', left);
  };
  return { signal: controller.signal, done };
}

function named(error: unknown, service: Service): UpstreamError {
  const { failure, retryAfterMs } =
    error instanceof UpstreamError ? error : { failure: failureOf(error), retryAfterMs: undefined };
  const message = error instanceof Error ? error.message : 'the call failed';
  return new UpstreamError(failure, message, {
    service,
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

export function makeGuardedUpstreams(options: GuardedOptions): Gate {
  const { clients, clock, hooks, hearsPurges = () => true, tracing = noTracing, look = justLook } = options;
  const flights = makeSingleFlight<Reply<unknown>>();
  const kept = new KeptReplies(storeBounds);
  /** Id → which time of forgetting was its last. */
  const forgotten = new Map<string, number>();
  let times = 0;
  /** Up to which time ids have been left out of `forgotten`. */
  let leftOut = 0;
  /** Calls that nobody may join. */
  let alone = 0;
  /** Which time everything was. */
  let allForgotten = 0;
  /** When what is said of a subject was forgotten last. */
  const timeOf = (subject: string | undefined) => Math.max(forgotten.get(subject ?? '') ?? 0, allForgotten);
  /** What was asked for at an earlier time may be of before a change. */
  const goodSince = (subject: string | undefined) =>
    Math.max(forgotten.get(subject ?? '') ?? leftOut, allForgotten);
  const settings = Object.fromEntries(
    services.map((service) => [service, { ...upstreamDefaults, ...options.settings(service) }]),
  ) as Record<Service, UpstreamSettings>;
  const guards = Object.fromEntries(
    services.map((service) => [
      service,
      makeResilience(settings[service], options.random, (state) => hooks.onBreaker({ service, state })),
    ]),
  ) as Record<Service, ReturnType<typeof makeResilience>>;
  const transports = Object.fromEntries(
    services.map((service) => [service, options.transportFor(service)]),
  ) as Record<Service, ((call: HttpCall) => Transport) | null>;
  const shapes = Object.fromEntries(
    services.map((service) => [service, clients[service](makeWire(unreachable))]),
  ) as Record<Service, object>;

  /** Asks the service itself, within what is left of the budget. */
  async function ask(
    service: Service,
    method: string,
    args: unknown[],
    scope: CallScope,
    flight: AbortSignal,
  ) {
    const transport = transports[service];
    if (transport === null) throw new UpstreamError('not_configured', 'the service has no URL');
    const left = scope.deadlineAt - clock.now();
    const { signal, done } = deadlineSignal(flight, left * settings[service].budgetShare);
    const { requestId, traceparent, tracestate } = scope;
    const startedAt = clock.now();
    let attempts = 0;
    const attempt = (ofAttempt: AbortSignal) => {
      attempts += 1;
      return methodOf(
        clients[service](makeWire(transport({ signal: ofAttempt, requestId, traceparent, tracestate }))),
        method,
      )(...args);
    };
    const told = (outcome: Asked['outcome']) => {
      const at = clock.now();
      hooks.onAsked({ service, outcome, at, durationMs: at - startedAt, attempts });
    };
    const name = `${service}.${method}`;
    return tracing.span({ name, attributes: { 'peer.service': service } }, async (span) => {
      try {
        const value = await guards[service].execute(attempt, signal, !oneOff.has(name));
        told('ok');
        return value;
      } catch (error) {
        told(failureOf(error));
        throw error;
      } finally {
        span.set({ 'app.upstream.attempts': attempts });
        done();
      }
    });
  }

  async function askAndKeep(
    service: Service,
    method: string,
    args: unknown[],
    key: string,
    scope: CallScope,
    flight: AbortSignal,
  ): Promise<Reply<unknown>> {
    const askedAt = times;
    const value = await ask(service, method, args, scope, flight);
    const asOf = clock.now();
    const name = `${service}.${method}`;
    if (!oneOff.has(name) && !notKept.has(name)) kept.set(key, { value, asOf }, askedAt);
    return { value, service, dataSource: 'realtime', asOf };
  }

  function lastKnownGood(service: Service, key: string, error: unknown): Reply<unknown> {
    const failure = failureOf(error);
    const old =
      failure === 'cancelled' || failure === 'not_configured'
        ? undefined
        : kept.lastKnown(key, clock.now() - options.lastKnownGoodMs);
    if (old === undefined) throw named(error, service);
    return { value: old.value, asOf: old.asOf, service, dataSource: 'stale' };
  }

  async function climb(
    service: Service,
    method: string,
    args: unknown[],
    key: string,
    scope: CallScope,
  ): Promise<Reply<unknown>> {
    const name = `${service}.${method}`;
    const startedAt = clock.now();
    const report = (
      outcome: 'ok' | UpstreamFailure,
      reply: Pick<Reply<unknown>, 'dataSource' | 'asOf'> | null,
    ) => {
      const now = clock.now();
      const dataSource = reply?.dataSource ?? null;
      const ageMs = reply && Math.max(0, now - reply.asOf);
      hooks.onCall({ service, method, outcome, dataSource, ageMs, durationMs: now - startedAt });
    };

    const sinceRequest = scope.startedAt - 1;
    const isTold = hearsPurges();
    const since =
      scope.asksAnew || !isTold ? sinceRequest : Math.min(startedAt - options.replyTtlMs, sinceRequest);
    const subject = subjectOf(args);
    const latest = look('replies', () => kept.latest(key, since, goodSince(subject)));
    const isTooOld =
      latest?.value === null && latest.asOf < startedAt - mostUnknownMs && latest.asOf < scope.startedAt;
    if (latest !== undefined && !isTooOld) {
      const { value, asOf } = latest;
      const dataSource = asOf >= scope.startedAt ? 'realtime' : 'cached';
      report('ok', { dataSource, asOf });
      return { value, asOf, service, dataSource };
    }
    if (!isTold) alone += 1;
    const flight = `${key} ${timeOf(subject)}${isTold ? '' : ` alone ${alone}`}`;
    try {
      const reply = oneOff.has(name)
        ? await askAndKeep(service, method, args, key, scope, scope.signal)
        : await flights.run(flight, scope.signal, (signal) =>
            askAndKeep(service, method, args, key, scope, signal),
          );
      report('ok', reply);
      return reply;
    } catch (error) {
      try {
        const reply = lastKnownGood(service, key, error);
        report(failureOf(error), reply);
        return reply;
      } catch (final) {
        report(failureOf(final), null);
        throw final;
      }
    }
  }

  /** The same question of one request is one promise, so that all its sections see the same reply. */
  function remembered(
    service: Service,
    method: string,
    args: unknown[],
    scope: CallScope,
  ): Promise<Reply<unknown>> {
    const name = `${service}.${method}`;
    const key = `${name} ${JSON.stringify(args)}`;
    // Pages of whole organizations would fill the memory of the walk that reads them.
    if (oneOff.has(name) || notKept.has(name)) return climb(service, method, args, key, scope);
    return once(scope.memo, key, () => climb(service, method, args, key, scope));
  }

  const open = makeOpener(shapes);

  const { mockTransportFor } = options;
  const mockPorts =
    mockTransportFor === null
      ? null
      : (Object.fromEntries(
          services.map((service) => [service, clients[service](makeWire(mockTransportFor(service)))]),
        ) as Record<Service, object>);

  const sharedWork = makeSharedWork(options.shared, clock, options.lastKnownGoodMs);
  const live = (scope: CallScope): UpstreamReplies =>
    open(
      (service, method, args) => remembered(service, method, args, scope),
      (key, asked, make) =>
        sharedWork(key, asked, hearsPurges() ? scope : scopeWith(scope, { asksAnew: true }), (budgetMs) => {
          const signal = new AbortController().signal;
          return make(
            live(scopeWith(scope, { signal, deadlineAt: clock.now() + budgetMs, memo: new Map() })),
          );
        }),
    );

  function mock(scope: CallScope): UpstreamReplies | null {
    if (mockPorts === null) return null;
    const upstreams: UpstreamReplies = open(
      async (service, method, args) => {
        const startedAt = clock.now();
        const value = await methodOf(mockPorts[service], method)(...args);
        const asOf = clock.now();
        const durationMs = asOf - startedAt;
        hooks.onCall({ service, method, outcome: 'ok', dataSource: 'mock', ageMs: 0, durationMs });
        return { value, service, dataSource: 'mock', asOf };
      },
      (key, _asked, make) => once(scope.memo, `mock ${key}`, () => make(upstreams)),
    );
    return upstreams;
  }

  function forget(ids: readonly string[]): void {
    times += 1;
    for (const id of ids) {
      forgotten.delete(id);
      forgotten.set(id, times);
      sharedWork.forgetAbout(id);
    }
    for (const [oldest, time] of forgotten) {
      if (forgotten.size <= mostForgotten) return;
      forgotten.delete(oldest);
      leftOut = time;
    }
  }

  function forgetAll(): void {
    times += 1;
    allForgotten = times;
    sharedWork.forgetAll();
  }

  return {
    live,
    mock,
    forget,
    forgetAll,
    isConfigured: (service) => transports[service] !== null,
    health: () =>
      Object.fromEntries(
        services.map((service) => [
          service,
          {
            configured: transports[service] !== null,
            breaker: guards[service].breakerState(),
            ...guards[service].load(),
          },
        ]),
      ) as ReturnType<Gate['health']>,
    resetBreaker: (service) => guards[service].reset(),
  };
}
