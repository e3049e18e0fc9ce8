/**
 * A request's way, the same for every route:
 * authenticate → read the body → validate → authorize → rate limit → handle → envelope.
 * Authorization comes before every look into a cache.
 */
import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import type { CachePolicies } from '../../application/analytics/cache-policies.ts';
import type { Authorizer, SubjectRef } from '../../application/auth/authorize.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { CallScope } from '../../application/ports/reply.ts';
import type { TokenVerifier } from '../../application/ports/tokens.ts';
import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { CachedLane } from './cached-lane.ts';
import { cacheHeadersOf, envelopeOf, plainEnvelope } from './envelope.ts';
import type { RateLimiter } from './rate-limits.ts';
import type { RequestScope } from './request-scope.ts';
import {
  apiPrefix,
  type Call,
  idPattern,
  idSchema,
  type PublicRoute,
  paramNames,
  type Result,
  type Route,
  type SignedInCall,
  type SignedInRoute,
  type SubjectRoute,
} from './route.ts';
import { send } from './send.ts';
import { sendEvents, wantsEvents } from './send-events.ts';
import { validateParts } from './validate.ts';

export interface PipelineDeps {
  authenticator: TokenVerifier;
  authorizer: Authorizer;
  limiter: RateLimiter;
  /** Told where a URL of a caller led to. */
  lane: Pick<CachedLane, 'remember'>;
  clock: Clock;
  policies: CachePolicies;
  bodyLimitBytes: number;
}

const unauthorized = () => new AppError('UNAUTHORIZED', 'A valid access token is needed.');

const scheme = /^bearer +/i;

function bearerOf(request: Request): string {
  const { authorization = '' } = request.headers;
  const token = authorization.replace(scheme, '');
  if (token === authorization || token === '' || token.includes(' ')) throw unauthorized();
  return token;
}

/** The caller; without a promise for a token that was seen before. */
function authenticate(deps: PipelineDeps, request: Request, scope: CallScope): Viewer | Promise<Viewer> {
  const token = bearerOf(request);
  return deps.authenticator.verifyCached(token) ?? deps.authenticator.verify(token, scope);
}

/** Reads a JSON body. @throws AppError UNSUPPORTED_MEDIA_TYPE; body-parser's own errors for the rest. */
function bodyReader(limitBytes: number): (request: Request, response: Response) => Promise<void> {
  const parse: RequestHandler = express.json({ limit: limitBytes, type: () => true });
  return async (request, response) => {
    if (request.is('application/json') === false)
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
  };
}

type Validated = Omit<Call, 'scope'>;

/** Validates the parts of a request that its route has; `me` stands for the caller's own id. */
function validator(route: Route): (request: Request, viewer: Viewer | undefined) => Validated {
  const names = paramNames(route.path);
  const params = z.strictObject(Object.fromEntries(names.map((name) => [name, idSchema])));
  const withoutQuery = route.query.safeParse({}).data;

  const given = (request: Request, viewer: Viewer | undefined) =>
    Object.fromEntries(
      Object.entries(request.params).map(([name, value]) => [
        name,
        value === 'me' && viewer ? viewer.id : value,
      ]),
    );

  /** The common request, without anything to parse: plain ids, no query, no body. */
  function plain(request: Request, own: Record<string, unknown>): Validated | undefined {
    if (withoutQuery === undefined || route.body !== undefined || request.originalUrl.includes('?'))
      return undefined;
    if (!names.every((name) => idPattern.test(String(own[name])))) return undefined;
    return { params: own as Record<string, string>, query: withoutQuery, body: undefined };
  }

  return (request, viewer) => {
    const own = given(request, viewer);
    const known = plain(request, own);
    if (known !== undefined) return known;
    const parts = validateParts({
      params: { schema: params, value: own },
      query: { schema: route.query, value: request.query },
      ...(route.body === undefined ? {} : { body: { schema: route.body, value: request.body ?? {} } }),
    });
    return { body: undefined, ...parts } as Validated;
  };
}

function respond(
  route: Route,
  deps: PipelineDeps,
  request: Request,
  response: Response,
  result: Result,
): void {
  const { requestId } = response.locals.scope as RequestScope;
  if ('stream' in result) {
    sendEvents(response, result.stream, requestId);
    return;
  }
  if ('served' in result) {
    const { served } = result;
    const headers = cacheHeadersOf(served, deps.clock.now(), deps.policies[route.cache ?? 'learner']);
    response.locals.served = served;
    send(request, response, 200, envelopeOf(served, requestId), headers);
    return;
  }
  const cacheControl = route.access === 'public' && route.method === 'get' ? 'no-cache' : 'no-store';
  send(request, response, 200, plainEnvelope(route.data.parse(result.data), requestId), { cacheControl });
}

/** Goes on with a value when it is there: at once when it is not a promise, for a cached answer waits for nothing. */
const then = <T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then(next) : next(value);

/** The Express handler of a route. */
export function makeHandler(route: Route, deps: PipelineDeps): RequestHandler {
  const readBody = bodyReader(deps.bodyLimitBytes);
  const validate = validator(route);
  const [subjectParam] = paramNames(route.path);
  const pattern = `${apiPrefix}${route.path}`;

  async function handlePublic(route: PublicRoute, request: Request, response: Response): Promise<Result> {
    const scope = response.locals.scope as RequestScope;
    if (route.body !== undefined) await readBody(request, response);
    // Attempts count even when they are not valid, or a guesser would get them for nothing.
    await deps.limiter.count(route.rate, request, response);
    return route.handle({ scope, ...validate(request, undefined) });
  }

  function handleSubject(route: SubjectRoute, call: SignedInCall, request: Request, response: Response) {
    const { viewer, scope } = call;
    const ref: SubjectRef = { kind: route.access, id: call.params[subjectParam ?? ''] ?? viewer.id };
    const decided = deps.authorizer.peek(viewer, ref) ?? deps.authorizer.authorize(viewer, ref, scope);
    return then(decided, (subject) =>
      then(deps.limiter.count(route.rate, request, response), (): Result | Promise<Result> => {
        const subjectCall = { ...call, subject };
        if (route.stream !== undefined && wantsEvents(request)) return { stream: route.stream(subjectCall) };
        return then(route.handle(subjectCall), (result) => {
          if ('served' in result && result.key !== undefined)
            deps.lane.remember(viewer, request.originalUrl, {
              pattern,
              ref,
              organizationId: subject.organizationId,
              rate: route.rate,
              policy: deps.policies[route.cache ?? 'learner'],
              key: result.key,
            });
          return result;
        });
      }),
    );
  }

  function handleSignedIn(
    route: SignedInRoute | SubjectRoute,
    viewer: Viewer,
    request: Request,
    response: Response,
  ): Result | Promise<Result> {
    const scope = response.locals.scope as RequestScope;
    response.locals.viewer = viewer;
    return then(route.body === undefined ? undefined : readBody(request, response), () => {
      const call = { scope, viewer, ...validate(request, viewer) };
      if (route.access !== 'signed_in') return handleSubject(route, call, request, response);
      return then(deps.limiter.count(route.rate, request, response), () => route.handle(call));
    });
  }

  function handle(request: Request, response: Response): Result | Promise<Result> {
    if (route.access === 'public') return handlePublic(route, request, response);
    return then(authenticate(deps, request, response.locals.scope as RequestScope), (viewer) =>
      handleSignedIn(route, viewer, request, response),
    );
  }

  // Express hands what is thrown or rejected here on to the error handler.
  return (request: Request, response: Response) => {
    response.locals.route = pattern;
    return then(handle(request, response), (result) => respond(route, deps, request, response, result));
  };
}
