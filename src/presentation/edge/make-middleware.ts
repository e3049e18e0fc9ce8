import { next, rewrite } from '@vercel/functions/middleware';
import type { DecideAtEdge } from './decide-at-edge.ts';

/** What says who asks: neither may reach an answer that is shared. */
const credentials = ['authorization', 'cookie'];

/**
 * Vercel's routing middleware, which runs before its cache: a request whose answer may be shared is asked for at
 * its sealed address and without credentials; every other one goes on as it came.
 */
export const makeMiddleware =
  (decide: DecideAtEdge) =>
  async (request: Request): Promise<Response> => {
    const { method, url } = request;
    const { pathname, search, origin } = new URL(url);
    const path = await decide({
      method,
      url: pathname + search,
      header: (name) => request.headers.get(name),
    });
    if (path === null) return next();
    const headers = new Headers(request.headers);
    for (const name of credentials) headers.delete(name);
    return rewrite(new URL(path, origin), { request: { headers } });
  };
