import type { IncomingMessage } from 'node:http';
import type { Csrf } from '../../application/ports/csrf.ts';
import { AppError } from '../../domain/errors.ts';

/** By which a browser is known that has logged in at /auth/session. */
export const sessionCookie = '__Host-session';
export const refreshCookie = '__Host-refresh';
/** The only one that the page's own scripts can read, to send it back in a header. */
export const csrfCookie = '__Host-csrf';
export const csrfHeader = 'X-CSRF-Token';

/** With `__Host-` a browser takes it from this host alone, over HTTPS, for all of its paths. */
const attributes = 'Path=/; Secure; SameSite=Strict';
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The values of cookies by their names; one that comes twice is none, as nobody can say which of them is ours. */
export function cookiesIn({ headers: { cookie = '' } }: IncomingMessage): ReadonlyMap<string, string> {
  const found = new Map<string, string | null>();
  for (const part of cookie.split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    found.set(name, found.has(name) ? null : part.slice(at + 1).trim());
  }
  return new Map([...found].flatMap(([name, value]) => (value ? [[name, value] as const] : [])));
}

const refused = () =>
  new AppError('FORBIDDEN', 'The request does not show that it comes from the page that logged in.', {
    details: [{ field: `headers.${csrfHeader}`, message: 'must be the csrfToken of the session' }],
  });

export interface SessionGrant {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  sessionId: string;
}

/** Log-ins of browsers by cookies that no script can read, and what keeps other pages from using them. */
export interface SessionCookies {
  /** Set-Cookie lines of a log-in, and what its page has to send with whatever changes something. */
  grant(login: SessionGrant): { cookies: string[]; csrfToken: string };
  /** Set-Cookie lines that end it in the browser. */
  readonly ended: readonly string[];
  /** @throws AppError FORBIDDEN for what may come from another page; whatever only reads is let through. */
  check(request: IncomingMessage, sessionId: string | null): void;
  /** Where no session is known yet: the page has read its own cookie. @throws AppError FORBIDDEN. */
  checkDouble(cookie: string | undefined, header: string | undefined): void;
}

export function makeSessionCookies(csrf: Csrf, refreshSeconds: number): SessionCookies {
  const line = (name: string, value: string, seconds: number, isReadable = false) =>
    `${name}=${value}; Max-Age=${seconds}; ${attributes}${isReadable ? '' : '; HttpOnly'}`;
  return {
    grant: ({ accessToken, expiresIn, refreshToken, sessionId }) => {
      const csrfToken = csrf.tokenOf(sessionId);
      const cookies = [
        line(sessionCookie, accessToken, expiresIn),
        line(refreshCookie, refreshToken, refreshSeconds),
        line(csrfCookie, csrfToken, refreshSeconds, true),
      ];
      return { cookies, csrfToken };
    },
    ended: [line(sessionCookie, '', 0), line(refreshCookie, '', 0), line(csrfCookie, '', 0, true)],
    check: ({ method = '', headers }, sessionId) => {
      if (safe.has(method)) return;
      const given = headers[csrfHeader.toLowerCase()];
      if (sessionId === null || typeof given !== 'string' || !csrf.isOf(sessionId, given)) throw refused();
    },
    checkDouble: (cookie, header) => {
      if (cookie === undefined || header === undefined || !csrf.isSame(cookie, header)) throw refused();
    },
  };
}
