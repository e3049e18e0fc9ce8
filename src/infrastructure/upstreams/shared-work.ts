import type { Clock } from '../../application/ports/clock.ts';
import type { CallScope, Reply } from '../../application/ports/reply.ts';
import { failureOf, UpstreamError } from '../../application/ports/upstream-error.ts';
import { type DataSource, type Service, worstSource } from '../../domain/provenance.ts';
import { ReplyStore } from './reply-store.ts';

export interface SharedWorkSettings {
  /** How long one piece of work may take, ms. */
  budgetMs: number;
  /** How long its result is shared, ms. */
  ttlMs: number;
  /** Share of a caller's remaining time that it waits. */
  waitShare: number;
  /** What all results together may take up. */
  maxBytes: number;
}

type Work<T> = (budgetMs: number) => Promise<Reply<T>>;
interface SharedWork {
  <T>(key: string, services: readonly Service[], scope: CallScope, work: Work<T>): Promise<Reply<T>>;
  /** Results that name an id are made anew, and what is being made of it is not kept. */
  forgetAbout(id: string): void;
  forgetAll(): void;
}

const mostResults = 256;
/** When to ask again for work that goes on. */
const retryAfterMs = 3000;

const named = (service: Service | undefined) => (service === undefined ? {} : { service });
const gone = (service: Service | undefined) =>
  new UpstreamError('cancelled', 'the caller left', named(service));
const goesOn = (service: Service | undefined) =>
  new UpstreamError('timeout', 'the work goes on', { ...named(service), goesOn: true, retryAfterMs });

/** A kept result as it is handed out: never fresher than that, and what is made up stays so. */
function asAtBest<T>(kept: Reply<T>, best: DataSource): Reply<T> {
  const { value, service, asOf } = kept;
  return { value, service, asOf, dataSource: worstSource([best, kept.dataSource]) };
}

/**
 * Long work, once for all who ask: a result younger than its time is handed out; else one run per key is joined
 * or begun. A caller whose time is up, or who leaves, leaves alone; the run goes on and its result is kept.
 * When a run fails, or takes longer than the caller can wait, the last result stands in, marked stale.
 */
export function makeSharedWork(
  settings: SharedWorkSettings,
  clock: Clock,
  lastKnownGoodMs: number,
): SharedWork {
  const results = new ReplyStore({ maxEntries: mostResults, maxBytes: settings.maxBytes });
  const running = new Map<string, Promise<Reply<unknown>>>();

  function join<T>(key: string, work: Work<T>): Promise<Reply<T>> {
    const known = running.get(key);
    if (known !== undefined) return known as Promise<Reply<T>>;
    const run = Promise.resolve().then(() => work(settings.budgetMs));
    running.set(key, run);
    const isCurrent = () => running.get(key) === run;
    run.then(
      (reply) => {
        if (isCurrent()) results.set(key, reply);
        if (isCurrent()) running.delete(key);
      },
      () => {
        if (isCurrent()) running.delete(key);
      },
    );
    return run;
  }

  /** The run's end, or the caller's, whichever comes first. */
  function wait<T>(
    run: Promise<Reply<T>>,
    service: Service | undefined,
    scope: CallScope,
  ): Promise<Reply<T>> {
    const ms = Math.max(0, (scope.deadlineAt - clock.now()) * settings.waitShare);
    return new Promise((resolve, reject) => {
      const leave = (error: UpstreamError) => {
        clearTimeout(timer);
        scope.signal.removeEventListener('abort', onAbort);
        reject(error);
      };
      const onAbort = () => leave(gone(service));
      const timer = setTimeout(() => leave(goesOn(service)), Math.min(ms, 2 ** 31 - 1));
      scope.signal.addEventListener('abort', onAbort, { once: true });
      const done = () => {
        clearTimeout(timer);
        scope.signal.removeEventListener('abort', onAbort);
      };
      run.then(resolve, reject).finally(done);
    });
  }

  /** Keys are words: what is made, and of whom. */
  function forgetAbout(id: string): void {
    const names = (key: string) => key.split(' ').includes(id);
    results.forgetWhere(names);
    for (const key of [...running.keys()]) if (names(key)) running.delete(key);
  }

  function forgetAll(): void {
    results.forgetWhere(() => true);
    running.clear();
  }

  const share = async <T>(key: string, services: readonly Service[], scope: CallScope, work: Work<T>) => {
    const now = clock.now();
    const sinceRequest = scope.startedAt - 1;
    const since = scope.asksAnew ? sinceRequest : Math.min(now - settings.ttlMs, sinceRequest);
    const kept = results.get(key, since) as Reply<T> | undefined;
    if (kept !== undefined) return asAtBest(kept, kept.asOf >= scope.startedAt ? 'realtime' : 'cached');
    // Nobody is there to wait for what would be begun.
    if (scope.signal.aborted) throw gone(services[0]);
    try {
      return await wait(join(key, work), services[0], scope);
    } catch (error) {
      const failure = failureOf(error);
      const old =
        failure === 'cancelled' || failure === 'not_configured'
          ? undefined
          : (results.get(key, now - lastKnownGoodMs) as Reply<T> | undefined);
      if (old === undefined) throw error;
      return asAtBest(old, 'stale');
    }
  };
  return Object.assign(share, { forgetAbout, forgetAll });
}
