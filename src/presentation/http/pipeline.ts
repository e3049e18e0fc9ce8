/**
 * A request's way, the same for every route:
 * authenticate → read the body → validate → authorize → rate limit → handle → envelope.
 * Authorization comes before every look into a cache.
 */
import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import type { CachePolicies } from '../../application/analytics/cache-policies.ts';
import type { KeyVerifier } from '../../application/auth/api-keys.ts';
import type { Authorizer, Permission, SubjectRef } from '../../application/auth/authorize.ts';
import type { Watch } from '../../application/auth/watch.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { ReadLog } from '../../application/ports/read-log.ts';
import { EndedTokenError, type TokenVerifier } from '../../application/ports/tokens.ts';
import { AppError, RefusedError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { once } from '../../domain/once.ts';
import { plainRule } from './cache-headers.ts';
import type { CachedLane } from './cached-lane.ts';
import { credentialOf } from './credentials.ts';
import { cacheHeadersOf, envelopeOf, plainEnvelope } from './envelope.ts';
import { lifeCycleHeaders } from './life-cycle.ts';
import { addressOf, classWhenCached, type RateLimiter } from './rate-limits.ts';
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
  type SubjectCall,
  type SubjectRoute,
} from './route.ts';
import { headersOf, send } from './send.ts';
import { sendEvents, wantsEvents } from './send-events.ts';
import { sendFile } from './send-file.ts';
import { sendLive } from './send-live.ts';
import { cookiesIn, type SessionCookies } from './session-cookies.ts';
import { validateParts } from './validate.ts';

export interface PipelineDeps {
  authenticator: TokenVerifier;
  keys: KeyVerifier;
  watch: Watch;
  /** Null = there are no log-ins by cookies. */
  cookies: SessionCookies | null;
  authorizer: Authorizer;
  limiter: RateLimiter;
  /** Told where a URL of a caller led to. */
  lane: Pick<CachedLane, 'remember'>;
  /** Told of what was answered, for the audit log. */
  reads: ReadLog;
  clock: Clock;
  policies: CachePolicies;
  bodyLimitBytes: number;
}

const unauthorized = () => new AppError('UNAUTHORIZED', 'A valid access token is needed.');

/** What its quota leaves is for the limiter to tell and to hold; nobody is asked anything for a key beyond it. */
async function keyHolder(
  { keys, limiter }: PipelineDeps,
  secret: string,
  request: Request,
  response: Response,
): Promise<Viewer> {
  const { viewer, quota } = await keys.verify(secret);
  response.locals.quota = quota;
  response.locals.viewer = viewer;
  if (quota.used > quota.limit) await limiter.count('standard', request, response);
  return viewer;
}

/** The caller; without a promise for a token that was seen before. Whoever shows no good one is counted. */
function authenticate(deps: PipelineDeps, request: Request, response: Response): Viewer | Promise<Viewer> {
  const refuse = async (error: unknown, admit: () => void = () => undefined): Promise<never> => {
    await deps.limiter.countStranger(request, response);
    admit();
    throw error;
  };
  const credential = credentialOf(request, deps.cookies !== null);
  if (credential === null) return refuse(unauthorized());
  const { kind, text, isByCookie } = credential;
  response.locals.isByCookie = isByCookie;
  const known = kind === 'token' ? deps.authenticator.verifyCached(text) : undefined;
  if (known !== undefined) return known;
  const read =
    kind === 'token'
      ? deps.authenticator.verify(text, response.locals.scope as RequestScope)
      : keyHolder(deps, text, request, response);
  return read.catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'UNAUTHORIZED') throw error;
    // A school that comes back in the morning shows many that have ended.
    if (error instanceof EndedTokenError) return refuse(error);
    const address = addressOf(request);
    deps.watch.failed(address, text, (response.locals.scope as RequestScope).requestId);
    return refuse(error, () => deps.watch.admitStranger(address));
  });
}

/** @throws AppError FORBIDDEN for a key without the route's scope; RefusedError where it names somebody. */
function checkScope({ scope, access }: Route, { scopes }: Viewer, subjectId: unknown): void {
  if (scopes === undefined || (scope !== undefined && scopes.includes(scope))) return;
  const details = [
    { field: 'scopes', message: scope === undefined ? 'no key may call this' : `${scope} is needed` },
  ];
  const message = 'This key may not do this.';
  const { data: id } = idSchema.safeParse(subjectId);
  if (access === 'public' || access === 'signed_in' || id === undefined)
    throw new AppError('FORBIDDEN', message, { details });
  throw new RefusedError('FORBIDDEN', message, { kind: access, id }, details);
}

/** @throws AppError VALIDATION_ERROR: there is nothing of a key's own. */
function checkNamed({ params }: SignedInCall, subjectParam: string | undefined): void {
  if (subjectParam === undefined || params[subjectParam] !== 'me') return;
  throw new AppError('VALIDATION_ERROR', 'Some fields are not valid.', {
    details: [{ field: `params.${subjectParam}`, message: 'must be an id; a key is nobody' }],
  });
}

/**
 * Runs a parser, and refuses a body as soon as it is longer than allowed: the parser itself reads it to its end before
 * it says so, and whoever sends without end would keep it reading.
 */
function parseWithin(
  limitBytes: number,
  parse: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const tooLong = () => reject(new AppError('PAYLOAD_TOO_LARGE', 'The body is larger than allowed.'));
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
      tooLong();
      return;
    }
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) tooLong();
    };
    request.on('data', count);
    parse(request, response, (error?: unknown) => {
      request.off('data', count);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Reads a JSON body. @throws AppError UNSUPPORTED_MEDIA_TYPE; body-parser's own errors for the rest. */
function bodyReader(limitBytes: number): (request: Request, response: Response) => Promise<void> {
  const parse: RequestHandler = express.json({ limit: limitBytes, type: () => true });
  return async (request, response) => {
    if (request.is('application/json') === false)
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
    await parseWithin(limitBytes, parse, request, response);
  };
}

/** Reads a body as it was sent. Packed ones are refused: what is signed is what travels. */
function bytesReader(limitBytes: number): (request: Request, response: Response) => Promise<Buffer> {
  const parse: RequestHandler = express.raw({ limit: limitBytes, type: () => true, inflate: false });
  return async (request, response) => {
    if (request.is('application/json') === false)
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
    await parseWithin(limitBytes, parse, request, response);
    return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  };
}

type Validated = Omit<Call, 'scope'>;

/** Of the request's headers those that a schema names; Node writes their names in small letters. */
const headersFor = ({ shape }: z.ZodObject, { headers }: Request): Record<string, unknown> =>
  Object.fromEntries(Object.keys(shape).map((name) => [name, headers[name.toLowerCase()]]));

/** Validates the parts of a request that its route has; `me` stands for the caller's own id. */
function validator(
  route: Route,
  hasJson: boolean,
): (request: Request, viewer: Viewer | undefined) => Validated {
  const names = paramNames(route.path);
  // When it is first needed: a start does not wait for the parsers of a hundred routes.
  const params = once(() => z.strictObject(Object.fromEntries(names.map((name) => [name, idSchema]))));
  const withoutQuery = once(() => route.query.safeParse({}).data);

  const given = (request: Request, viewer: Viewer | undefined) =>
    Object.fromEntries(
      Object.entries(request.params).map(([name, value]) => [
        name,
        value === 'me' && viewer && viewer.scopes === undefined ? viewer.id : value,
      ]),
    );

  /** The common request, without anything to parse: plain ids, no query, no body. */
  function plain(request: Request, own: Record<string, unknown>): Validated | undefined {
    const hasMore = hasJson || route.headers !== undefined;
    if (hasMore || request.originalUrl.includes('?')) return undefined;
    const query = withoutQuery();
    if (query === undefined || !names.every((name) => idPattern.test(String(own[name])))) return undefined;
    return { params: own as Record<string, string>, query, body: undefined };
  }

  return (request, viewer) => {
    const own = given(request, viewer);
    const known = plain(request, own);
    if (known !== undefined) return known;
    const parts = validateParts({
      params: { schema: params(), value: own },
      query: { schema: route.query, value: request.query },
      ...(route.headers === undefined
        ? {}
        : { headers: { schema: route.headers, value: headersFor(route.headers, request) } }),
      ...(route.body === undefined || !hasJson
        ? {}
        : { body: { schema: route.body, value: request.body ?? {} } }),
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
  if ('live' in result) {
    sendLive(response, result.live);
    return;
  }
  if ('file' in result) {
    sendFile(request, response, result.file);
    return;
  }
  if ('served' in result) {
    const { served } = result;
    const headers = cacheHeadersOf(served, deps.clock.now(), deps.policies[route.cache ?? 'learner']);
    response.locals.served = served;
    send(request, response, 200, envelopeOf(served, requestId), headers);
    return;
  }
  if ('checked' in result) {
    const body = plainEnvelope(result.checked, requestId, result.meta);
    send(request, response, 200, body, { cacheControl: plainRule(route) });
    return;
  }
  const body = plainEnvelope(route.data.parse(result.data), requestId, route.meta?.parse(result.meta));
  for (const cookie of result.cookies ?? []) headersOf(response).push('Set-Cookie', cookie);
  send(request, response, result.status ?? 200, body, { cacheControl: plainRule(route) });
}

/** Goes on with a value when it is there: at once when it is not a promise, for a cached answer waits for nothing. */
const then = <T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then(next) : next(value);

/** The Express handler of a route. */
export function makeHandler(route: Route, deps: PipelineDeps): RequestHandler {
  const readBody = bodyReader(deps.bodyLimitBytes);
  const bytesUpTo = route.access === 'public' ? route.bytesUpTo : undefined;
  const readBytes = bytesReader(Math.min(deps.bodyLimitBytes, bytesUpTo ?? 0));
  const validate = validator(route, route.body !== undefined && bytesUpTo === undefined);
  const [subjectParam] = paramNames(route.path);
  const pattern = `${apiPrefix}${route.path}`;

  /** Whoever signs wrongly is counted as whoever shows no good token. */
  async function handleSigned(route: PublicRoute, request: Request, response: Response): Promise<Result> {
    const scope = response.locals.scope as RequestScope;
    await deps.limiter.count(route.rate, request, response);
    const body = await readBytes(request, response);
    try {
      return await route.handle({ scope, ...validate(request, undefined), body });
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHORIZED')
        await deps.limiter.countStranger(request, response);
      throw error;
    }
  }

  async function handlePublic(route: PublicRoute, request: Request, response: Response): Promise<Result> {
    const scope = response.locals.scope as RequestScope;
    if (route.body !== undefined) await readBody(request, response);
    // Attempts count even when they are not valid, or a guesser would get them for nothing.
    await deps.limiter.count(route.rate, request, response);
    const cookies = route.readsCookies === true ? { cookies: cookiesIn(request) } : {};
    return route.handle({ scope, ...validate(request, undefined), ...cookies });
  }

  /** A prediction that is kept costs no prediction. */
  function countSubject(
    route: SubjectRoute,
    call: SubjectCall,
    request: Request,
    response: Response,
  ): Promise<void> {
    const also = route.countsAlsoAs?.(call);
    if (also !== undefined) return deps.limiter.count(route.rate, request, response, also);
    const cached = classWhenCached(route.rate);
    const atHand = route.isAtHand?.(call) ?? false;
    // What others have is looked for while it is counted: neither waits for the other's way to Redis.
    if (cached === route.rate) return deps.limiter.count(cached, request, response);
    return Promise.resolve(atHand).then((isAtHand) =>
      deps.limiter.count(isAtHand ? cached : route.rate, request, response),
    );
  }

  function handleSubject(route: SubjectRoute, call: SignedInCall, request: Request, response: Response) {
    const { viewer, scope } = call;
    checkNamed(call, subjectParam);
    const ref: SubjectRef = { kind: route.access, id: call.params[subjectParam ?? ''] ?? viewer.id };
    const decided = deps.authorizer.peek(viewer, ref) ?? deps.authorizer.authorize(viewer, ref, scope);
    const admitted = (subject: Permission) =>
      then(route.admit?.({ ...call, subject }), () =>
        countSubject(route, { ...call, subject }, request, response),
      );
    return then(decided, (subject) =>
      then(admitted(subject), (): Result | Promise<Result> => {
        deps.watch.saw(viewer, subject, scope.requestId);
        const subjectCall = { ...call, subject };
        const { requestId } = scope;
        const read = { viewer, subject, relation: subject.relation, route: pattern, requestId };
        if (route.stream !== undefined && wantsEvents(request)) {
          deps.reads.note(read);
          return { stream: route.stream(subjectCall) };
        }
        return then(route.handle(subjectCall), (result) => {
          deps.reads.note(read);
          if ('served' in result && result.key !== undefined && viewer.scopes === undefined)
            deps.lane.remember(viewer, request.originalUrl, {
              pattern,
              ref,
              organizationId: subject.organizationId,
              rate: route.rate,
              policy: deps.policies[route.cache ?? 'learner'],
              key: result.key,
              headers: lifeCycleHeaders(route.deprecated, request.params),
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
    if (route.isAlwaysOpen !== true) deps.watch.admit(viewer);
    checkScope(route, viewer, request.params[subjectParam ?? '']);
    const isByCookie = response.locals.isByCookie === true;
    if (isByCookie) deps.cookies?.check(request, viewer.sessionId);
    return then(route.body === undefined ? undefined : readBody(request, response), () => {
      const call = { scope, viewer, isByCookie, ...validate(request, viewer) };
      if (route.access !== 'signed_in') return handleSubject(route, call, request, response);
      return then(deps.limiter.count(route.rate, request, response), () => route.handle(call));
    });
  }

  function handle(request: Request, response: Response): Result | Promise<Result> {
    if (route.access === 'public' && bytesUpTo !== undefined) return handleSigned(route, request, response);
    if (route.access === 'public') return handlePublic(route, request, response);
    return then(authenticate(deps, request, response), (viewer) =>
      handleSignedIn(route, viewer, request, response),
    );
  }

  // Express hands what is thrown or rejected here on to the error handler.
  return (request: Request, response: Response) => {
    response.locals.route = pattern;
    headersOf(response).push(...lifeCycleHeaders(route.deprecated, request.params));
    return then(handle(request, response), (result) => respond(route, deps, request, response, result));
  };
}
