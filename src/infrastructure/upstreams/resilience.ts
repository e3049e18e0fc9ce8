import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IBreaker,
  retry,
  SamplingBreaker,
  wrap,
} from 'cockatiel';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { UpstreamFailure } from '../../domain/provenance.ts';

/** The numbers of the ladder; overridden per service by configuration. Milliseconds where it says so. */
export const upstreamDefaults = {
  /** Share of what is left of the request's budget that one call may use. */
  budgetShare: 0.85,
  attemptTimeoutMs: 3000,
  retries: 2,
  backoffMs: 50,
  longestBackoffMs: 1000,
  /** Retries may add at most this share to the calls, so that a storm is not made worse. */
  retryBudget: 0.2,
  /** Retries that are always there, for services that are seldom called. */
  retryReserve: 3,
  concurrency: 64,
  queue: 256,
  breakerFailureShare: 0.5,
  breakerWindowMs: 10_000,
  breakerConsecutive: 5,
  /** With it, and with the moment for which what stood in is given again, a service that is well again is asked within five seconds. */
  breakerOpenMs: 2500,
  /** Successes in a row that close a half-open breaker. */
  breakerProbes: 3,
} as const;
export type UpstreamSettings = { [K in keyof typeof upstreamDefaults]: number };

export type BreakerState = 'closed' | 'open' | 'half_open';

const transient: ReadonlySet<UpstreamFailure> = new Set(['unavailable', 'timeout']);
/** What says that the service is ill, and not that the question was wrong or the asker has left. */
const illness: ReadonlySet<UpstreamFailure> = new Set(['unavailable', 'timeout', 'invalid_response']);
const isOneOf = (failures: ReadonlySet<UpstreamFailure>) => (error: unknown) =>
  error instanceof UpstreamError && failures.has(error.failure);

/** Each call that reaches the service pays in a part of a retry; a retry takes out a whole one. */
function makeRetryBudget({ retryBudget, retryReserve }: UpstreamSettings) {
  let tokens = retryReserve;
  const most = retryReserve + 10;
  return {
    called: () => {
      tokens = Math.min(most, tokens + retryBudget);
    },
    take: () => {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    left: () => tokens,
  };
}

/** Opens at five failures in a row, or when half of enough recent calls failed. */
function makeBreaker(settings: UpstreamSettings): IBreaker {
  const parts: IBreaker[] = [
    new ConsecutiveBreaker(settings.breakerConsecutive),
    new SamplingBreaker({
      threshold: settings.breakerFailureShare,
      duration: settings.breakerWindowMs,
      minimumRps: 1,
    }),
  ];
  return {
    state: undefined,
    success: (state) => {
      for (const part of parts) part.success(state);
    },
    failure: (state) => parts.map((part) => part.failure(state)).some(Boolean),
  };
}

/** cockatiel's errors in our words. */
function translate(error: unknown): unknown {
  if (error instanceof BrokenCircuitError)
    return new UpstreamError('unavailable', 'the circuit breaker is open');
  if (error instanceof BulkheadRejectedError)
    return new UpstreamError('unavailable', 'too many calls wait already');
  return error;
}

const stateNames: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
};

export interface Resilience {
  /**
   * Runs a call under bulkhead, retry, breaker and time-out. `signal` ends it for good; its reason is what
   * it then fails with. `mayRetry` false = exactly one attempt.
   */
  execute<T>(
    attempt: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    mayRetry: boolean,
  ): Promise<T>;
  breakerState(): BreakerState;
  /** Calls that are under way, and that wait for a place; how many retries there may be now. */
  load(): { running: number; waiting: number; retriesLeft: number };
  /** Closes the breaker and forgets what it has counted. */
  reset(): void;
}

/** Decorrelated jitter, or what the service asked for. */
function makeBackoff({ backoffMs, longestBackoffMs }: UpstreamSettings, random: () => number) {
  return new DelegateBackoff<{ result: unknown }, number>((context, last = backoffMs) => {
    const { error } = context.result as { error?: unknown };
    const asked = error instanceof UpstreamError ? error.retryAfterMs : undefined;
    const jittered = Math.min(longestBackoffMs, backoffMs + random() * (3 * last - backoffMs));
    return { delay: asked ?? jittered, state: jittered };
  });
}

/** Rejects with the signal's reason as soon as it is aborted, even in the pause before a retry. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const done = () => signal.removeEventListener('abort', onAbort);
    work.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}

/**
 * One attempt, bounded; when it runs out of time, or nobody waits any more, its socket is closed through the signal.
 * cockatiel's policy for it makes an emitter, a race and five promises for each attempt.
 */
async function attemptOnce<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  outer: AbortSignal,
  timeoutMs: number,
): Promise<T> {
  const end = new AbortController();
  const left = () => end.abort(outer.reason);
  if (outer.aborted) left();
  outer.addEventListener('abort', left, { once: true });
  const timer = setTimeout(
    () => end.abort(new UpstreamError('timeout', 'the service did not answer in time')),
    timeoutMs,
  );
  try {
    return await untilAborted(attempt(end.signal), end.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', left);
  }
}

/** The guard of one service. */
export function makeResilience(
  settings: UpstreamSettings,
  random: () => number,
  onBreaker: (state: BreakerState) => void,
): Resilience {
  const budget = makeRetryBudget(settings);
  const judge = makeBreaker(settings);
  const breaker: CircuitBreakerPolicy = circuitBreaker(handleWhen(isOneOf(illness)), {
    halfOpenAfter: settings.breakerOpenMs,
    halfOpenSampling: { calls: settings.breakerProbes, threshold: 0 },
    breaker: judge,
  });
  let isResetting = false;
  breaker.onStateChange((state) => {
    if (!isResetting) onBreaker(stateNames[state]);
  });

  const worthRetrying = (error: unknown) =>
    isOneOf(transient)(error) &&
    ((error as UpstreamError).retryAfterMs ?? 0) <= settings.longestBackoffMs &&
    budget.take();
  const retrying = retry(handleWhen(worthRetrying), {
    maxAttempts: settings.retries,
    backoff: makeBackoff(settings, random),
  });
  const slots = bulkhead(settings.concurrency, settings.queue);
  const withRetry = wrap(slots, retrying, breaker);
  const withoutRetry = wrap(slots, breaker);

  return {
    execute: async (attempt, signal, mayRetry) => {
      const policy = mayRetry ? withRetry : withoutRetry;
      let isSent = false;
      const run = () => {
        // What the breaker holds back is no call: paid for, it would be a retry for one that nobody saw.
        if (!isSent) budget.called();
        isSent = true;
        return attemptOnce(attempt, signal, settings.attemptTimeoutMs);
      };
      try {
        return await untilAborted(policy.execute(run, signal), signal);
      } catch (error) {
        throw signal.aborted ? signal.reason : translate(error);
      }
    },
    breakerState: () => stateNames[breaker.state],
    load: () => ({
      running: settings.concurrency - slots.executionSlots,
      waiting: settings.queue - slots.queueSlots,
      retriesLeft: budget.left(),
    }),
    reset: () => {
      const before = breaker.state;
      // A success while half open is what makes both parts forget.
      judge.success(CircuitState.HalfOpen);
      isResetting = true;
      breaker.isolate().dispose();
      isResetting = false;
      if (before !== CircuitState.Closed) onBreaker('closed');
    },
  };
}
