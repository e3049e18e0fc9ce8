import { z } from 'zod';
import type { SessionUseCases } from '../../application/auth/sessions.ts';
import { longestEmail, normaliseEmail } from '../../domain/identity/email.ts';
import { allPolicies, relations } from '../../domain/identity/policy.ts';
import { roles } from '../../domain/identity/roles.ts';
import { preferences } from './preference-routes.ts';
import { noQuery, type Route } from './route.ts';
import type { SessionCookies } from './session-cookies.ts';

const user = z.object({
  id: z.string(),
  email: z.string().nullable(),
  fullName: z.string().nullable(),
  roles: z.array(z.enum(roles)),
  organizationId: z.string().nullable(),
});

export const session = z.object({
  accessToken: z.string(),
  expiresIn: z.int().meta({ description: 'seconds' }),
  refreshToken: z.string().optional().meta({ description: 'works once; keep it as you would a password' }),
  user,
});

export const credentials = z.strictObject({
  email: z
    .string('must be text')
    .transform(normaliseEmail)
    .pipe(
      z.email('must be an e-mail address').max(longestEmail, `must have at most ${longestEmail} characters`),
    )
    .meta({ format: 'email', maxLength: longestEmail, example: 'ada@example.org' }),
  password: z.string('must be text').min(1, 'must not be empty').max(1024).meta({ example: 'demo' }),
});

const refreshBody = z.strictObject({
  refreshToken: z.string('must be text').min(1, 'must not be empty').max(512),
});

const me = z.object({
  user,
  preferences: preferences.nullable().meta({ description: 'null when they cannot be read now' }),
  capabilities: z.array(z.object({ subject: z.enum(allPolicies), of: z.array(z.enum(relations)) })).meta({
    description:
      'about which subjects this caller may ask: itself, those it teaches, its organization, anyone; person = all that is kept of somebody, to export or to erase it',
  }),
});

const common = { tag: 'auth', query: noQuery } as const;

/** @param cookies null = there are no log-ins by cookies. */
export const authRoutes = (
  useCases: SessionUseCases,
  cookies: Pick<SessionCookies, 'ended'> | null = null,
): Route[] => [
  {
    ...common,
    id: 'auth.login',
    method: 'post',
    path: '/auth/login',
    summary: 'Log in',
    access: 'public',
    body: credentials,
    data: session,
    rate: 'auth',
    errors: ['UNAUTHORIZED', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ body, scope }) => ({
      data: await useCases.login(body as z.output<typeof credentials>, scope),
    }),
  },
  {
    ...common,
    id: 'auth.refresh',
    method: 'post',
    path: '/auth/refresh',
    summary: 'Exchange a refresh token for a new pair',
    description: 'Each refresh token works once. Using one twice ends the whole session.',
    access: 'public',
    body: refreshBody,
    data: session,
    rate: 'standard',
    errors: ['UNAUTHORIZED'],
    handle: async ({ body, scope }) => ({
      data: await useCases.refresh((body as z.output<typeof refreshBody>).refreshToken, scope),
    }),
  },
  {
    ...common,
    id: 'auth.logout',
    method: 'post',
    path: '/auth/logout',
    summary: 'End this session at once',
    isAlwaysOpen: true,
    access: 'signed_in',
    data: z.object({ loggedOut: z.literal(true) }),
    rate: 'standard',
    errors: [],
    handle: async ({ viewer, isByCookie }) => {
      await useCases.logout(viewer);
      const clears = isByCookie === true && cookies !== null;
      return { data: { loggedOut: true }, ...(clears ? { cookies: cookies.ended } : {}) };
    },
  },
  {
    ...common,
    id: 'auth.me',
    method: 'get',
    path: '/auth/me',
    summary: 'Who the caller is and what it may ask',
    access: 'signed_in',
    data: me,
    rate: 'standard',
    errors: [],
    handle: async ({ viewer, scope }) => ({ data: await useCases.me(viewer, scope) }),
  },
];
