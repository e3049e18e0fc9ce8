import type { IncomingMessage } from 'node:http';
import { cookiesIn, sessionCookie } from './session-cookies.ts';

/** What a request shows of its caller. */
export interface Credential {
  kind: 'token' | 'key';
  text: string;
  isByCookie: boolean;
}

const schemes = { bearer: 'token', apikey: 'key' } as const;
const shape = /^(bearer|apikey) +([^ ]+)$/i;

function byCookie(request: IncomingMessage): Credential | null {
  const text = cookiesIn(request).get(sessionCookie);
  return text === undefined ? null : { kind: 'token', text, isByCookie: true };
}

/**
 * Null for nothing, for what is no credential, and for two at once: nobody has to guess which of them counts. A cookie,
 * which browsers send unasked, counts where there is nothing else.
 * @param takesCookies whether log-ins by cookies are switched on.
 */
export function credentialOf(request: IncomingMessage, takesCookies: boolean): Credential | null {
  const { authorization, 'x-api-key': key } = request.headers;
  const isByCookie = false;
  if (authorization !== undefined && key !== undefined) return null;
  if (authorization === undefined && key === undefined) return takesCookies ? byCookie(request) : null;
  if (key !== undefined)
    return typeof key === 'string' && key !== '' ? { kind: 'key', text: key, isByCookie } : null;
  const [, scheme = '', text = ''] = shape.exec(authorization ?? '') ?? [];
  if (text === '') return null;
  return { kind: schemes[scheme.toLowerCase() as keyof typeof schemes], text, isByCookie };
}
