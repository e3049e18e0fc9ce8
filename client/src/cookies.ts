import { ApiError, problemOf } from './problem.ts';
import type { paths } from './schema.ts';
import type { Fetch, Session, SessionStore } from './session.ts';

type Granted = paths['/api/v1/auth/session']['post']['responses'][200]['content']['application/json']['data'];
type Me = paths['/api/v1/auth/me']['get']['responses'][200]['content']['application/json']['data'];

export interface CookieOptions {
  fetch: Fetch;
  store: SessionStore;
  baseUrl: string;
  timeoutMs: number;
  /** The session is over: its cookies cannot be renewed any more. */
  onEnd: () => void;
}

const csrfHeader = 'x-csrf-token';
const changesNothing: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const sessionPath = '/api/v1/auth/session';
/** Tabs of one browser have one set of cookies, which can be renewed once. */
const lockName = 'learning-analytics-session';

/** Missing where there is no page, and on pages without HTTPS. */
const tabLocks = (): Pick<LockManager, 'request'> | undefined =>
  (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;

/**
 * Sends requests with the browser's cookies, which no script can read, and with the CSRF token whatever changes
 * something. A 401 leads to one renewal of the cookies, in one tab at a time, and to one more try. Whoever has logged in
 * as somebody else in another tab has ended the session of this one.
 */
export function cookieFetch({ fetch, store, baseUrl, timeoutMs, onEnd }: CookieOptions): Fetch {
  let renewing: Promise<boolean> | null = null;

  function send(request: Request, csrfToken: string | null): Promise<Response> {
    const headers = new Headers(request.headers);
    if (csrfToken !== null) headers.set(csrfHeader, csrfToken);
    return fetch(new Request(request, { headers, credentials: 'include' }));
  }

  /** A request of our own; its time is its own too, for others wait for it. */
  async function ask<T>(method: string, path: string, csrfToken: string | null = null) {
    const request = new Request(`${baseUrl}${path}`, {
      ...{ method, headers: { accept: 'application/json' }, signal: AbortSignal.timeout(timeoutMs) },
    });
    const response = await send(request, csrfToken);
    const body: unknown = await response.json().catch(() => null);
    return { response, body, data: response.ok ? (body as { data: T }).data : null };
  }

  /** Null = nobody is logged in. @throws ApiError, or what fetch throws, when it cannot be told. */
  async function csrfToken(): Promise<string | null> {
    const known = store.read()?.csrfToken;
    if (known !== undefined) return known;
    const { response, body, data } = await ask<{ csrfToken: string | null }>('GET', sessionPath);
    if (data === null) throw new ApiError(problemOf(response, body));
    return data.csrfToken;
  }

  /** Unless another session has begun, or this one was ended, since. */
  function become(session: Session | null, before: Session | null): void {
    if (store.read()?.csrfToken !== before?.csrfToken) return;
    store.write(session);
    if (session === null && before !== null) onEnd();
  }

  /** @returns whether there is a session. @throws ApiError, or what fetch throws, when it cannot be told. */
  async function renew(): Promise<boolean> {
    const before = store.read();
    const token = await csrfToken();
    const refusals = [400, 401, 403];
    if (token !== null) {
      const { response, body, data } = await ask<Granted>('POST', `${sessionPath}/refresh`, token);
      if (data !== null) {
        become(data, before);
        return true;
      }
      if (!refusals.includes(response.status)) throw new ApiError(problemOf(response, body));
    }
    become(null, before);
    return false;
  }

  /** Another tab may have renewed them while this one waited. */
  async function renewUnlessDone(): Promise<boolean> {
    const { data } = await ask<Me>('GET', '/api/v1/auth/me');
    if (data === null) return renew();
    const before = store.read();
    const isSame = before === null || before.user.id === data.user.id;
    if (!isSame) become(null, before);
    return isSame;
  }

  function renewOnce(): Promise<boolean> {
    const locks = tabLocks();
    renewing ??= (locks === undefined ? renew() : locks.request(lockName, renewUnlessDone)).finally(() => {
      renewing = null;
    });
    return renewing;
  }

  return async (request) => {
    // The log-in itself: a 401 is about the password.
    if (new URL(request.url).pathname === sessionPath) return send(request, null);
    const again = request.clone();
    const changes = !changesNothing.has(request.method);
    const response = await send(request, changes ? await csrfToken() : null);
    if (response.status !== 401 || !(await renewOnce())) return response;
    await response.body?.cancel();
    again.signal.throwIfAborted();
    return send(again, changes ? await csrfToken() : null);
  };
}
