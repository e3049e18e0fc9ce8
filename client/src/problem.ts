import type { components } from './schema.ts';

type Code = components['schemas']['Problem']['error']['code'];
type FieldError = components['schemas']['Problem']['error']['details'][number];

interface Told<C extends string> {
  code: C;
  message: string;
}

/** What the API refused or could not do; one member per code of the contract. */
type ApiProblemOf<C extends Code> = Told<C> & {
  status: number;
  /** Every field that is wrong, by the name the caller knows it by; empty when nothing is. */
  details: readonly FieldError[];
  /** To be told to whoever looks into the logs. */
  requestId: string | null;
  /** Seconds after which it is worth trying again; null = not told. */
  retryAfterSeconds: number | null;
};
export type ApiProblem = { [C in Code]: ApiProblemOf<C> }[Code];

/**
 * What went wrong before there was an answer that could be read: no connection, no answer in time, the caller's own
 * abort, or something that is not this API (a proxy's page).
 */
export type TransportProblem =
  | Told<'NETWORK'>
  | Told<'TIMEOUT'>
  | Told<'ABORTED'>
  | (Told<'UNREADABLE_ANSWER'> & { status: number });

/** Everything that can go wrong; `code` tells which it is. */
export type Problem = ApiProblem | TransportProblem;
export type ProblemCode = Problem['code'];

/** The one thing that this client throws. `switch (error.problem.code)` narrows to what the code brings with it. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options: { cause?: unknown } = {}) {
    super(`${problem.code}: ${problem.message}`, options);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;

const passing: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'NETWORK',
  'TIMEOUT',
  'RATE_LIMIT_EXCEEDED',
  'INTERNAL_ERROR',
  'UPSTREAM_INVALID',
  'UPSTREAM_UNAVAILABLE',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
  'UNREADABLE_ANSWER',
]);

/** Whether the same question may be answered later. */
export const mayPass = ({ code }: Problem): boolean => passing.has(code);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function retryAfterOf(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** The problem that an answer tells of. A code that is newer than this client is kept as it is. */
export function problemOf(response: Response, body: unknown): Problem {
  const { status, headers } = response;
  const error = isRecord(body) && body.success === false && isRecord(body.error) ? body.error : null;
  if (error === null || typeof error.code !== 'string')
    return { code: 'UNREADABLE_ANSWER', status, message: `The answer (${status}) is not one of this API.` };
  const { requestId } = isRecord((body as Record<string, unknown>).meta)
    ? (body as { meta: Record<string, unknown> }).meta
    : {};
  return {
    code: error.code as Code,
    status,
    message: typeof error.message === 'string' ? error.message : '',
    details: Array.isArray(error.details) ? (error.details as FieldError[]) : [],
    requestId: typeof requestId === 'string' ? requestId : null,
    retryAfterSeconds: retryAfterOf(headers),
  };
}

/** Whatever was thrown on the way, as an ApiError. `signal` is the caller's own. */
export function asApiError(thrown: unknown, signal?: AbortSignal | null): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const name = isRecord(thrown) ? thrown.name : undefined;
  const cause = { cause: thrown };
  if (signal?.aborted) return new ApiError({ code: 'ABORTED', message: 'The caller gave up.' }, cause);
  if (name === 'TimeoutError')
    return new ApiError({ code: 'TIMEOUT', message: 'There was no answer in time.' }, cause);
  if (name === 'SyntaxError')
    return new ApiError({ code: 'UNREADABLE_ANSWER', status: 200, message: 'It is not JSON.' }, cause);
  return new ApiError({ code: 'NETWORK', message: 'The API cannot be reached.' }, cause);
}
