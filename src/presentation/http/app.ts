import cors from 'cors';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Served } from '../../application/analytics/answer.ts';
import type { Watch } from '../../application/auth/watch.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { Logger } from '../../application/ports/logger.ts';
import type { ReadLog } from '../../application/ports/read-log.ts';
import { type OnRequestEnd, suppressedIn } from '../../application/ports/request-end.ts';
import { noTracing, type Tracing } from '../../application/ports/tracing.ts';
import { AppError, RefusedError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { edgePrefix } from '../edge/question.ts';
import { cacheHeaders } from './cache-headers.ts';
import { onceOver } from './once-over.ts';
import { makeHandler, type PipelineDeps } from './pipeline.ts';
import { asAppError, problemBody, statusOf } from './problem.ts';
import { RequestScope } from './request-scope.ts';
import { apiPrefix, type Route } from './route.ts';
import { apiHeaders } from './security-headers.ts';
import { headersOf, send, varyOf } from './send.ts';
import { csrfHeader } from './session-cookies.ts';

interface Trace extends Pick<Tracing, 'bind'> {
  serve(request: Request, work: () => void): void;
}

export interface AppDeps extends PipelineDeps {
  routes: readonly Route[];
  /** /health, /ready, /docs, /openapi.yaml: what is not about learning. */
  operations: express.Router;
  /** The reference dashboard at `/`. */
  dashboard: express.Router;
  /** Where a host without processes starts jobs by the clock; null = nowhere. */
  cron: express.Router | null;
  /** /metrics; null = there is none. */
  telemetry: express.Router | null;
  /** Refuses what is too much at once; null = nothing is. */
  shedding: RequestHandler | null;
  /** Answers what the edge asks for at a sealed address; null = there is no edge. */
  edge: RequestHandler | null;
  logger: Logger;
  /** Told of each request's end, for its line in the log and for figures. */
  onRequestEnd: OnRequestEnd;
  /** Puts a request into its trace; left out = there are none. */
  trace?: Trace | undefined;
  clock: Clock;
  newId: () => string;
  budgetMs: number;
  corsOrigins: readonly string[];
  trustProxy: number;
  /** True once shutting down has begun: connections are then not kept. */
  isDraining: () => boolean;
}

const untraced: Trace = { ...noTracing, serve: (_request, work) => work() };

/** Gives the request its scope, the answer its constant headers, and writes one line when it has ended. */
function openRequest(deps: AppDeps): RequestHandler {
  const { clock, budgetMs, newId, logger, onRequestEnd, isDraining, trace = untraced } = deps;
  const vary = varyOf(deps.cookies !== null);
  const open: RequestHandler = (request, response, next) => {
    const scope = new RequestScope(request, response, clock, budgetMs, newId);
    response.locals.scope = scope;
    const headers = [...apiHeaders, 'Vary', vary, 'X-Request-Id', scope.requestId];
    if (isDraining()) headers.push('Connection', 'close');
    response.locals.headers = headers;
    const end = () => {
      tellEnd(onRequestEnd, request.method, response, clock.now());
      logDefect(logger, response);
    };
    onceOver(request, response, trace.bind(end));
    next();
  };
  return (request, response, next) => trace.serve(request, () => open(request, response, next));
}

function tellEnd(tell: OnRequestEnd, method: string, response: Response, now: number): void {
  const { scope, served, route, error, viewer } = response.locals as {
    scope: RequestScope;
    served?: Served;
    route?: string;
    error?: AppError;
    viewer?: Partial<Viewer>;
  };
  tell({
    requestId: scope.requestId,
    traceId: scope.traceId,
    ...(scope.isSampled ? { isSampled: true } : {}),
    method,
    route: route ?? 'none',
    status: response.writableFinished ? response.statusCode : 499,
    ms: now - scope.startedAt,
    ...(served
      ? {
          form: served.form,
          dataSource: served.answer.meta.dataSource,
          suppressed: suppressedIn(served.answer.meta.missing),
        }
      : {}),
    ...(error ? { code: error.code } : {}),
    // The edge is limited by subjects, and knows no caller.
    viewer: viewer?.roles === undefined ? undefined : (viewer as Viewer),
  });
}

function allowCors(origins: readonly string[], takesCookies: boolean): RequestHandler {
  const apply = cors({
    origin: origins.includes('*') ? true : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    credentials: takesCookies,
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'If-None-Match',
      'Idempotency-Key',
      'Last-Event-ID',
      'X-Request-Id',
      'traceparent',
      'tracestate',
      ...(takesCookies ? [csrfHeader] : []),
    ],
    exposedHeaders: [
      'ETag',
      'Age',
      'Cache-Status',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'Deprecation',
      'Sunset',
      'Link',
      'X-Request-Id',
    ],
    maxAge: 600,
  });
  return (request, response, next) => {
    if (request.headers.origin === undefined || origins.length === 0) {
      next();
      return;
    }
    // A preflight is answered by the library.
    const headers = cacheHeaders('no-store');
    for (let at = 0; at < headers.length; at += 2)
      response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
    apply(request, response, next);
  };
}

/** Which methods a path has, for 405 and OPTIONS; empty for a path that is not ours. */
function makeAllowOf(routes: readonly Route[]): (path: string) => string[] {
  const patterns = routes.map((route) => ({
    pattern: new RegExp(`^${(apiPrefix + route.path).replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`),
    methods:
      route.method === 'get' && route.file === undefined ? ['GET', 'HEAD'] : [route.method.toUpperCase()],
  }));
  return (path) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return methods.length === 0 ? [] : [...new Set(methods), 'OPTIONS'];
  };
}

function noSuchRoute(routes: readonly Route[]): RequestHandler {
  const allowOf = makeAllowOf(routes);
  return (request, response) => {
    const allow = allowOf(request.path);
    if (allow.length === 0) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    headersOf(response).push('Allow', allow.join(', '));
    if (request.method === 'OPTIONS') {
      response.writeHead(204, [...headersOf(response), ...cacheHeaders('no-store')]).end();
      return;
    }
    throw new AppError('METHOD_NOT_ALLOWED', `Only ${allow.join(', ')} can be used here.`);
  };
}

function logDefect(logger: Logger, { locals }: Response): void {
  const { error, scope, route } = locals as { error?: AppError; scope: RequestScope; route?: string };
  if (error?.code !== 'INTERNAL_ERROR') return;
  const err = error.cause instanceof Error ? error.cause : new Error(String(error.cause));
  const { requestId, traceId } = scope;
  logger.error({ requestId, traceId, route: route ?? 'none', err }, 'defect');
}

const hasUnreadBody = ({ headers, complete }: Request): boolean =>
  !complete && (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;

/** The ids in a request: those of its path, and in its query and body what is named so. */
function idsIn(request: Request, pattern: string): string {
  const names = pattern.split('/');
  const inPath = request.path.split('/').filter((_, at) => names[at]?.startsWith(':'));
  const fields = [...Object.entries(Object(request.query)), ...Object.entries(Object(request.body))];
  const inFields = fields.filter(([name, value]) => name.endsWith('Id') && typeof value === 'string');
  return [...inPath, ...inFields.map(([, value]) => String(value))].join(' ');
}

/** Whoever is told again and again that something is not there, or not for them, looks for what is another's. */
function noteMissed(watch: Watch, { code }: AppError, request: Request, response: Response): void {
  const {
    viewer,
    route = '',
    scope,
  } = response.locals as {
    viewer?: Viewer;
    route?: string;
    scope: RequestScope;
  };
  // The edge has decided before; it knows no caller.
  if (viewer?.roles === undefined || (code !== 'FORBIDDEN' && code !== 'NOT_FOUND')) return;
  const thing = idsIn(request, route);
  if (thing !== '') watch.missed(viewer, thing, scope.requestId);
}

/** Who wanted whose data and was refused it, by which route and rule; a stranger has no name to put on record. */
function noteRefused(reads: Pick<ReadLog, 'refused'>, error: AppError, response: Response): void {
  const { viewer, route, scope } = response.locals as { viewer?: Viewer; route: string; scope: RequestScope };
  if (!(error instanceof RefusedError) || viewer?.roles === undefined) return;
  const { subject, code } = error;
  const { requestId } = scope;
  reads.refused({ viewer, subject, reason: code.toLowerCase(), route, requestId });
}

function sendProblem({ watch, reads }: AppDeps): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = asAppError(thrown);
    const scope = response.locals.scope as RequestScope;
    response.locals.error = error;
    noteMissed(watch, error, request, response);
    noteRefused(reads, error, response);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    // A body that nobody will read keeps its connection busy; neither side should wait for that.
    const headers = headersOf(response);
    if (hasUnreadBody(request)) headers.push('Connection', 'close');
    if (error.retryAfterSeconds !== undefined) headers.push('Retry-After', String(error.retryAfterSeconds));
    if (error.code === 'UNAUTHORIZED') headers.push('WWW-Authenticate', 'Bearer');
    const path = (response.locals.instance as string | undefined) ?? request.path;
    const body = Buffer.from(JSON.stringify(problemBody(error, path, scope.requestId, scope.traceId)));
    const contentType = 'application/problem+json; charset=utf-8';
    send(request, response, statusOf[error.code], body, { cacheControl: 'no-store', contentType });
  };
}

/** The Express application; nothing listens yet. */
export function makeApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.trustProxy);
  app.use(openRequest(deps));
  app.use(allowCors(deps.corsOrigins, deps.cookies !== null));
  if (deps.shedding !== null) app.use(deps.shedding);
  const refuse = noSuchRoute(deps.routes);
  for (const route of deps.routes) {
    // Express would let GET answer it.
    if (route.file !== undefined) app.head(`${apiPrefix}${route.path}`, refuse);
    app[route.method](`${apiPrefix}${route.path}`, makeHandler(route, deps));
  }
  app.use(deps.operations);
  app.use(deps.dashboard);
  if (deps.cron !== null) app.use(deps.cron);
  if (deps.telemetry !== null) app.use(deps.telemetry);
  if (deps.edge !== null) app.get(`${edgePrefix}:seal`, deps.edge);
  app.use(refuse);
  app.use(sendProblem(deps));
  return app;
}
