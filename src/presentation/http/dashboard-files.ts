import compression from 'compression';
import express, { type RequestHandler, type Response, type Router } from 'express';
import { type CacheRule, cacheHeaders } from './cache-headers.ts';
import { dashboardHeaders } from './security-headers.ts';

/** Files are not sent by `send`, so their headers are set one by one. */
const setHeaders = (rule: CacheRule) => (response: Response) => {
  const headers = [...dashboardHeaders, ...cacheHeaders(rule)];
  for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
};

const named =
  (route: string): RequestHandler =>
  (_request, response, next) => {
    response.locals.route = route;
    next();
  };

/** The reference dashboard, as `npm run build:dashboard` has put it there; nothing where it has not been built. */
export function makeDashboardFiles(directory: string): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const options = { redirect: false, cacheControl: false, fallthrough: true, dotfiles: 'ignore' } as const;
  const compress = compression();
  router.use(
    '/assets',
    named('/assets'),
    compress,
    express.static(`${directory}/assets`, { ...options, index: false, setHeaders: setHeaders('hashed') }),
  );
  for (const path of ['/', '/icon.svg'])
    router.get(
      path,
      named(path),
      compress,
      express.static(directory, { ...options, setHeaders: setHeaders('no-cache') }),
    );
  return router;
}
