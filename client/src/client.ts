import createFetchClient from 'openapi-fetch';
import type { AnswerOf, Api, CallArgs, CallInit, Method, PathOf } from './contract.ts';
import { cookieFetch } from './cookies.ts';
import {
  type DashboardAudience,
  type DashboardPart,
  dashboardParts,
  type SectionName,
} from './dashboards.ts';
import { etagCache } from './etags.ts';
import { type LiveEvent, type LiveOptions, liveEvents } from './live-events.ts';
import { ApiError, asApiError, isApiError, problemOf } from './problem.ts';
import { silenceGuard } from './server-sent-events.ts';
import { type Fetch, memoryStore, type Session, type SessionStore, sessionFetch } from './session.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface ClientOptions {
  /** Where the API is, without `/api/v1`: `https://analytics.example`; in a browser by default the page's own origin. */
  baseUrl?: string;
  /** Milliseconds for a whole call. The API itself answers within 8 s. */
  timeoutMs?: number;
  /**
   * Log in by cookies that no script can read, where the API has SESSION_COOKIES=true, instead of tokens. For pages of
   * the API's own site; pages of another host of it have to be in its CORS_ORIGINS.
   */
  cookies?: boolean;
  store?: SessionStore;
  /** The session ended without a log-out: show the log-in page. */
  onSessionEnd?: () => void;
  fetch?: Fetch;
}

type Call<M extends Method> = <P extends PathOf<M>>(
  path: P,
  ...init: CallArgs<M, P>
) => Promise<AnswerOf<M, P>>;

/** All calls give the envelope (`data`, `meta`) and throw an ApiError, whatever goes wrong. */
export interface AnalyticsClient {
  get: Call<'get'>;
  post: Call<'post'>;
  patch: Call<'patch'>;
  delete: Call<'delete'>;
  login(credentials: { email: string; password: string }): Promise<Session>;
  /** After a reload: the session that the browser still has the cookies of. Without `cookies` what the store has. */
  resume(): Promise<Session | null>;
  /** Ends the session here in any case, and there if it can be reached. */
  logout(): Promise<void>;
  session(): Session | null;
  /** The sections of a dashboard as each is ready. */
  dashboard<A extends DashboardAudience>(
    audience: A,
    id: string,
    options?: { include?: readonly SectionName<A>[]; signal?: AbortSignal },
  ): AsyncGenerator<DashboardPart<A>, void, undefined>;
  /** What happens to the viewer, as it happens. */
  events(options?: LiveOptions): AsyncGenerator<LiveEvent, void, undefined>;
}

const defaultTimeoutMs = 15_000;

/** The page's own origin; empty where there is no page. */
const pageOrigin = (): string => (globalThis as { location?: { origin: string } }).location?.origin ?? '';

export function createClient(options: ClientOptions = {}): AnalyticsClient {
  const { timeoutMs = defaultTimeoutMs, store = memoryStore(), onSessionEnd = () => undefined } = options;
  const byCookies = options.cookies === true;
  const baseUrl = (options.baseUrl ?? pageOrigin()).replace(/\/+$/, '');
  const plainFetch: Fetch = options.fetch ?? ((request) => globalThis.fetch(request));
  const etags = etagCache(plainFetch, () => store.read()?.user.id ?? '');
  const over = (sessions: SessionStore, onEnd: () => void) => {
    const common = { fetch: etags.fetch, store: sessions, onEnd };
    if (byCookies) return cookieFetch({ ...common, baseUrl, timeoutMs });
    return sessionFetch({
      ...common,
      refreshUrl: `${baseUrl}/api/v1/auth/refresh`,
      refreshTimeoutMs: timeoutMs,
    });
  };
  const withSession = over(store, () => {
    etags.clear();
    onSessionEnd();
  });
  const api: Api = createFetchClient({ baseUrl, fetch: withSession });

  async function call<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    init: CallInit<M, P> | undefined,
  ): Promise<AnswerOf<M, P>> {
    const { signal: outer, timeoutMs: ms = timeoutMs, ...asked } = init ?? {};
    const inTime = AbortSignal.timeout(ms);
    const signal = outer === undefined ? inTime : AbortSignal.any([outer, inTime]);
    try {
      // The types of `call` say which init fits which path; openapi-fetch cannot be told that for a method unknown here.
      const { data, error, response } = await api.request(
        method,
        path as never,
        { ...asked, signal } as never,
      );
      if (!response.ok || data === undefined) throw new ApiError(problemOf(response, error));
      return data as AnswerOf<M, P>;
    } catch (thrown) {
      throw asApiError(thrown, outer);
    }
  }

  /** A connection whose head must come in time, and whose body may take its time. */
  async function openStream(path: string, headers: Record<string, string>, signal: AbortSignal) {
    const request = new Request(`${baseUrl}${path}`, {
      headers: { ...headers, accept: 'text/event-stream' },
      signal,
    });
    return unlessAborted(signal, withSession(request));
  }

  async function* dashboard<A extends DashboardAudience>(
    audience: A,
    id: string,
    { include, signal }: { include?: readonly SectionName<A>[]; signal?: AbortSignal } = {},
  ): AsyncGenerator<DashboardPart<A>, void, undefined> {
    const query = include === undefined ? '' : `?include=${include.join(',')}`;
    const left = new AbortController();
    const guard = silenceGuard(
      timeoutMs,
      signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]),
    );
    try {
      const path = `/api/v1/dashboards/${audience}/${encodeURIComponent(id)}${query}`;
      const response = await openStream(path, {}, guard.signal).catch((thrown: unknown) => {
        throw asApiError(thrown, signal);
      });
      if (!response.ok) throw new ApiError(problemOf(response, await response.json().catch(() => null)));
      yield* dashboardParts<A>(response, signal, guard);
    } finally {
      guard.stop();
      left.abort();
    }
  }

  return {
    get: (path, ...[init]) => call('get', path, init),
    post: (path, ...[init]) => call('post', path, init),
    patch: (path, ...[init]) => call('patch', path, init),
    delete: (path, ...[init]) => call('delete', path, init),
    login: async (credentials) => {
      store.write(null);
      etags.clear();
      const path = byCookies ? '/api/v1/auth/session' : '/api/v1/auth/login';
      const { data } = await call('post', path, { body: credentials });
      store.write(data);
      return data;
    },
    resume: async () => {
      if (!byCookies || store.read() !== null) return store.read();
      const { csrfToken } = (await call('get', '/api/v1/auth/session', undefined)).data;
      if (csrfToken === null) return null;
      try {
        const { user } = (await call('get', '/api/v1/auth/me', undefined)).data;
        store.write({ csrfToken, ...store.read(), user });
      } catch (error) {
        if (!isApiError(error) || error.problem.code !== 'UNAUTHORIZED') throw error;
      }
      return store.read();
    },
    logout: async () => {
      const ending = store.read();
      store.write(null);
      etags.clear();
      // The browser may have cookies of which this page has not heard.
      if (ending === null && !byCookies) return;
      // By itself: it neither waits for a refresh that is under way nor leaves its session behind.
      const own = memoryStore(ending);
      const request = new Request(`${baseUrl}/api/v1/auth/logout`, {
        method: 'POST',
        signal: AbortSignal.timeout(timeoutMs),
      });
      // What cannot be ended now ends by its time; here it is over.
      await over(own, () => undefined)(request).catch(() => undefined);
    },
    session: () => store.read(),
    dashboard,
    events: (live = {}) =>
      liveEvents((headers, signal) => openStream('/api/v1/events', headers, signal), live),
  };
}
