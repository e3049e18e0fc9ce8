import { z } from 'zod';
import type { SessionUseCases } from '../../application/auth/sessions.ts';
import { AppError } from '../../domain/errors.ts';
import { credentials, session } from './auth-routes.ts';
import { noQuery, type PublicRoute, type Result } from './route.ts';
import { csrfCookie, csrfHeader, refreshCookie, type SessionCookies } from './session-cookies.ts';

const granted = z.object({
  csrfToken: z.string().meta({
    description: `to be sent as ${csrfHeader} with whatever changes something; the cookie ${csrfCookie} has it too`,
  }),
  expiresIn: session.shape.expiresIn,
  user: session.shape.user,
});
const headers = z.object({ [csrfHeader]: z.string('is missing').meta({ description: 'the csrfToken' }) });
const example = {
  csrfToken: 'of-this-session',
  expiresIn: 900,
  user: {
    id: 'u-000000',
    email: 'thriving@org-1.example',
    fullName: 'Maya Levi',
    roles: ['learner' as const],
    organizationId: 'org-1',
  },
};

const common = { tag: 'auth', access: 'public', query: noQuery, example } as const;
const where = 'Only where SESSION_COOKIES is set; elsewhere a 404.';

const switchedOff = () => new AppError('NOT_FOUND', 'Log-ins by cookies are not switched on here.');
const notLoggedIn = () => new AppError('UNAUTHORIZED', 'E-mail, password or token is not valid.');

/** @param cookies null = there are no log-ins by cookies. */
export function sessionRoutes(
  useCases: Pick<SessionUseCases, 'login' | 'refresh'>,
  cookies: SessionCookies | null,
): PublicRoute[] {
  const on = (): SessionCookies => {
    if (cookies === null) throw switchedOff();
    return cookies;
  };
  /** The tokens are in the cookies alone: what no script is given, none can lose. */
  function answer(login: Awaited<ReturnType<SessionUseCases['login']>>): Result {
    const { expiresIn, user } = login;
    const { cookies: lines, csrfToken } = on().grant(login);
    return { data: { csrfToken, expiresIn, user }, cookies: lines };
  }
  return [
    {
      ...common,
      id: 'auth.session',
      method: 'post',
      path: '/auth/session',
      summary: 'Log in by cookies that no script can read',
      description: `For browsers. ${where} The cookies are good for this host only and sent by its own pages only; every request but GET then needs ${csrfHeader}. Log out as with a token.`,
      body: credentials,
      data: granted,
      rate: 'auth',
      errors: ['UNAUTHORIZED', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
      handle: async ({ body, scope }) => {
        on();
        return answer(await useCases.login(body as z.output<typeof credentials>, scope));
      },
    },
    {
      ...common,
      id: 'auth.session.refresh',
      method: 'post',
      path: '/auth/session/refresh',
      summary: 'Renew the cookies of a log-in',
      description: `${where} As with refresh tokens, each set of cookies can be renewed once.`,
      headers,
      readsCookies: true,
      data: granted,
      rate: 'standard',
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'],
      handle: async ({ headers: sent, cookies: shown, scope }) => {
        const { [csrfHeader]: header } = sent as z.output<typeof headers>;
        const refreshToken = shown?.get(refreshCookie);
        const own = on();
        if (refreshToken === undefined) throw notLoggedIn();
        own.checkDouble(shown?.get(csrfCookie), header);
        return answer(await useCases.refresh(refreshToken, scope));
      },
    },
    {
      ...common,
      id: 'auth.session.csrf',
      method: 'get',
      path: '/auth/session',
      summary: 'What a page has to send with whatever changes something',
      description: `${where} For pages of another host of the same site, which cannot read the cookie.`,
      readsCookies: true,
      data: z.object({ csrfToken: z.string().nullable().meta({ description: 'null = not logged in' }) }),
      example: { csrfToken: 'of-this-session' },
      rate: 'standard',
      errors: ['NOT_FOUND'],
      handle: async ({ cookies: shown }) => {
        on();
        return { data: { csrfToken: shown?.get(csrfCookie) ?? null } };
      },
    },
  ];
}
