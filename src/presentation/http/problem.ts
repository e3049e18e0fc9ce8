import { RpcError, type RpcErrorCode } from '../../application/ports/rpc.ts';
import { AppError, type ErrorCode } from '../../domain/errors.ts';
import { edgePrefix } from '../edge/question.ts';

/** The status of every error; a new code without a status does not compile. */
export const statusOf: Record<ErrorCode, number> = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  PREDICTION_OPTED_OUT: 403,
  NOT_FOUND: 404,
  FEATURE_OFF: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INSUFFICIENT_DATA: 422,
  COHORT_TOO_SMALL: 422,
  UNPROCESSABLE: 422,
  RATE_LIMIT_EXCEEDED: 429,
  CLIENT_CLOSED_REQUEST: 499,
  INTERNAL_ERROR: 500,
  UPSTREAM_INVALID: 502,
  UPSTREAM_UNAVAILABLE: 503,
  OVERLOADED: 503,
  DEADLINE_EXCEEDED: 504,
};

const titleOf: Record<ErrorCode, string> = {
  VALIDATION_ERROR: 'The request is not valid',
  UNAUTHORIZED: 'Log in first',
  FORBIDDEN: 'Not allowed',
  PREDICTION_OPTED_OUT: 'No predictions about this person',
  NOT_FOUND: 'Not found',
  FEATURE_OFF: 'Switched off',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  CONFLICT: 'Conflict',
  PAYLOAD_TOO_LARGE: 'The body is too large',
  UNSUPPORTED_MEDIA_TYPE: 'Unsupported media type',
  INSUFFICIENT_DATA: 'Not enough data yet',
  COHORT_TOO_SMALL: 'The group is too small',
  UNPROCESSABLE: 'This cannot be done as asked',
  RATE_LIMIT_EXCEEDED: 'Too many requests',
  CLIENT_CLOSED_REQUEST: 'The caller left',
  INTERNAL_ERROR: 'Something went wrong here',
  UPSTREAM_INVALID: 'A service gave an unusable answer',
  UPSTREAM_UNAVAILABLE: 'A service is unavailable',
  OVERLOADED: 'Overloaded',
  DEADLINE_EXCEEDED: 'It took too long',
};

/** One body that is both our envelope and RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  success: false;
  error: { code: ErrorCode; message: string; details: readonly { field: string; message: string }[] };
  meta: { requestId: string; traceId?: string };
}

/** What body-parser and Express throw, in our words; null when it is not theirs. */
function fromHttpError(error: unknown): AppError | null {
  const { type, status } = (typeof error === 'object' && error !== null ? error : {}) as {
    type?: string;
    status?: number;
  };
  if (type === 'entity.too.large')
    return new AppError('PAYLOAD_TOO_LARGE', 'The body is larger than allowed.');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new AppError('UNSUPPORTED_MEDIA_TYPE', 'The body’s encoding or charset is not supported.');
  if (type === 'entity.parse.failed')
    return new AppError('VALIDATION_ERROR', 'The body is not valid JSON.', {
      details: [{ field: 'body', message: 'is not valid JSON' }],
    });
  if (type === 'request.aborted') return new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.');
  if (error instanceof URIError)
    return new AppError('VALIDATION_ERROR', 'The path is not valid.', {
      details: [{ field: 'path', message: 'has a broken percent escape' }],
    });
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AppError('VALIDATION_ERROR', 'The request could not be read.');
  return null;
}

const databaseAway = (cause: RpcError) =>
  new AppError('UPSTREAM_UNAVAILABLE', 'This cannot be kept or read now; nothing was changed half.', {
    details: [{ field: 'database', message: cause.code }],
    retryAfterSeconds: 5,
    cause,
  });

/** What a function of the database refused; its own words are for logs. */
const refusals: Record<RpcErrorCode, (cause: RpcError) => AppError> = {
  unavailable: databaseAway,
  unknown_function: databaseAway,
  invalid: (cause) => new AppError('VALIDATION_ERROR', 'Something in the request is not valid.', { cause }),
  not_found: (cause) => new AppError('NOT_FOUND', 'There is no such thing.', { cause }),
  conflict: (cause) => new AppError('CONFLICT', 'Something else has changed this meanwhile.', { cause }),
  gone: (cause) => new AppError('NOT_FOUND', 'There is no such subject.', { cause }),
  unprocessable: (cause) => new AppError('UNPROCESSABLE', 'This cannot be done as asked.', { cause }),
  in_flight: (cause) =>
    new AppError('CONFLICT', 'The same request is being worked on.', { retryAfterSeconds: 1, cause }),
};

/** Any thrown thing as an AppError; what nobody threw on purpose is a defect. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof RpcError) return refusals[error.code](error);
  return (
    fromHttpError(error) ?? new AppError('INTERNAL_ERROR', 'The defect has been logged.', { cause: error })
  );
}

/** The body of an error. `path` is the request's path without its query; a sealed one is not repeated. */
export function problemBody(error: AppError, path: string, requestId: string, traceId?: string): Problem {
  return {
    type: `urn:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf[error.code],
    status: statusOf[error.code],
    detail: error.message,
    instance: path.startsWith(edgePrefix) ? edgePrefix : path,
    success: false,
    error: { code: error.code, message: error.message, details: error.details },
    meta: { requestId, ...(traceId === undefined ? {} : { traceId }) },
  };
}
