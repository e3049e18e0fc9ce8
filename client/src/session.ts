import { ApiError, problemOf } from './problem.ts';
import type { paths } from './schema.ts';

type LoginAnswer = paths['/api/v1/auth/login']['post']['responses'][200]['content']['application/json'];
type Granted = LoginAnswer['data'];

/** Who is logged in, and by what: by tokens, or by cookies, of which a script knows the CSRF token alone. */
export interface Session extends Partial<Omit<Granted, 'user'>>, Pick<Granted, 'user'> {
  csrfToken?: string;
}

/**
 * Where the session is kept. In memory by default: it ends with the page, and no script that gets into another page
 * can read it. Refresh tokens work once, so a store that several tabs or processes share ends their session.
 */
export interface SessionStore {
  read(): Session | null;
  write(session: Session | null): void;
}

export function memoryStore(initial: Session | null = null): SessionStore {
  let kept = initial;
  return {
    read: () => kept,
    write: (session) => {
      kept = session;
    },
  };
}

export type Fetch = (request: Request) => Promise<Response>;

export interface SessionOptions {
  fetch: Fetch;
  store: SessionStore;
  refreshUrl: string;
  refreshTimeoutMs: number;
  /** The session is over: the refresh token was not taken any more. */
  onEnd: () => void;
}

const withToken = (request: Request, token: string): Request => {
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${token}`);
  return new Request(request, { headers });
};

/**
 * Sends requests with the session's token. A 401 leads to one refresh, which all that are waiting share, and to one
 * more try; a second 401 is the answer. A refresh that could not be made (no connection, 5xx) leaves the session as it
 * is, for later.
 */
export function sessionFetch({ fetch, store, refreshUrl, refreshTimeoutMs, onEnd }: SessionOptions): Fetch {
  let refreshing: Promise<Session | null> | null = null;

  /** The new session; null = it is over. @throws ApiError, or what fetch throws, when it cannot be told. */
  async function refresh(refreshToken: string): Promise<Session | null> {
    const response = await fetch(
      new Request(refreshUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ refreshToken }),
        // Its own: who waits may leave, the others still want the new token.
        signal: AbortSignal.timeout(refreshTimeoutMs),
      }),
    );
    const body: unknown = await response.json().catch(() => null);
    const isStillMine = store.read()?.refreshToken === refreshToken;
    if (response.ok) {
      const session = (body as LoginAnswer).data;
      if (isStillMine) store.write(session);
      return isStillMine ? session : store.read();
    }
    if (response.status !== 401 && response.status !== 400) throw new ApiError(problemOf(response, body));
    if (isStillMine) {
      store.write(null);
      onEnd();
    }
    return null;
  }

  /** A token that is not `used`; null = there is none to be had. */
  async function tokenAfter(used: string): Promise<string | null> {
    const session = store.read();
    if (session?.accessToken === undefined) return null;
    if (session.accessToken !== used) return session.accessToken;
    if (session.refreshToken === undefined) return null;
    refreshing ??= refresh(session.refreshToken).finally(() => {
      refreshing = null;
    });
    return (await refreshing)?.accessToken ?? null;
  }

  return async (request) => {
    const token = store.read()?.accessToken;
    if (token === undefined) return fetch(request);
    const again = request.clone();
    const response = await fetch(withToken(request, token));
    if (response.status !== 401) return response;
    const fresh = await tokenAfter(token);
    if (fresh === null) return response;
    await response.body?.cancel();
    again.signal.throwIfAborted();
    return fetch(withToken(again, fresh));
  };
}
