import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Clock } from '../../application/ports/clock.ts';
import { cacheHeaders } from './cache-headers.ts';
import { pageHeaders } from './security-headers.ts';
import { send } from './send.ts';

/** What one dependency is to us right now. */
export interface DependencyState {
  name: string;
  required: boolean;
  /** One that is not migrated would answer wrongly, not less: nobody is sent to a process that has it. */
  state: 'up' | 'down' | 'not_configured' | 'not_migrated';
}

export interface OperationsDeps {
  clock: Clock;
  /** False as soon as shutting down has begun. */
  isReady: () => boolean;
  /** True once everything beside requests has begun. */
  isStarted: () => boolean;
  /** Asks the dependencies; called at most once a second, however many ask. */
  dependencies: () => Promise<readonly DependencyState[]>;
  openapi: () => Promise<string>;
}

/** The last answer for one second, and one question at a time: probes never amplify. */
function atMostOncePerSecond<T>(clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    const now = clock.now();
    if (last === undefined || now - last.at >= 1000) last = { at: now, answer: ask() };
    return last.answer;
  };
}

const json = (request: Request, response: Response, status: number, body: unknown): void => {
  response.locals.route = request.path;
  send(request, response, status, Buffer.from(JSON.stringify(body)), { cacheControl: 'no-store' });
};

const isGoodEnough = ({ required, state }: DependencyState) =>
  state !== 'not_migrated' && (!required || state === 'up');

/** `ready` while every required dependency is up and none lacks a migration; an optional one that is down only degrades. */
function readiness({ clock, isReady, dependencies }: OperationsDeps): RequestHandler {
  const ask = atMostOncePerSecond(clock, dependencies);
  return async (request, response) => {
    const states = await ask();
    const ready = isReady() && states.every(isGoodEnough);
    const degraded = states.some(({ state }) => state === 'down');
    const status = ready ? (degraded ? 'degraded' : 'ready') : 'not_ready';
    json(request, response, ready ? 200 : 503, { status, dependencies: states });
  };
}

const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Learning analytics API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/init.js"></script>
</body>
</html>
`;

const docsScript = `SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

const asPage: RequestHandler = (_request, response, next) => {
  response.locals.route = '/docs';
  response.locals.headers = [...pageHeaders];
  next();
};

/** Files are not sent by `send`, so they are given the page's headers one by one. */
function setPageHeaders(response: Response): void {
  const headers = [...pageHeaders, ...cacheHeaders('asset')];
  for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
}

function sendText(contentType: string, text: () => string | Promise<string>): RequestHandler {
  // Made once: the contract is a megabyte, and whoever asks for it a thousand times at once must not fill memory.
  let bytes: Promise<Buffer> | undefined;
  return async (request, response) => {
    bytes ??= Promise.resolve(text()).then((whole) => Buffer.from(whole));
    send(request, response, 200, await bytes, { cacheControl: 'no-cache', contentType });
  };
}

/** /health, /live, /started, /ready, /docs and /openapi.yaml: open to all, about nobody. */
export function makeOperations(deps: OperationsDeps): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const health: RequestHandler = (request, response) => json(request, response, 200, { status: 'ok' });
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  router.get('/health', health);
  // What a liveness probe asks: a process that can answer lives, whatever it depends on.
  router.get('/live', health);
  router.get('/started', (request, response) => {
    const started = deps.isStarted();
    json(request, response, started ? 200 : 503, { status: started ? 'started' : 'starting' });
  });
  router.get('/ready', readiness(deps));
  router.get('/openapi.yaml', sendText('application/yaml; charset=utf-8', deps.openapi));
  router.get(
    '/docs',
    asPage,
    sendText('text/html; charset=utf-8', () => docsPage),
  );
  router.get(
    '/docs/init.js',
    asPage,
    sendText('text/javascript; charset=utf-8', () => docsScript),
  );
  router.use(
    '/docs/assets',
    asPage,
    express.static(assets, {
      setHeaders: setPageHeaders,
      index: false,
      redirect: false,
      cacheControl: false,
      fallthrough: true,
    }),
  );
  return router;
}
