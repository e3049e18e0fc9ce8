/** Every way a request can end badly. HTTP statuses live in presentation/http/problem.ts, not here. */
export const errorCodes = [
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'PREDICTION_OPTED_OUT',
  'NOT_FOUND',
  'FEATURE_OFF',
  'METHOD_NOT_ALLOWED',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'INSUFFICIENT_DATA',
  'COHORT_TOO_SMALL',
  'UNPROCESSABLE',
  'RATE_LIMIT_EXCEEDED',
  'CLIENT_CLOSED_REQUEST',
  'INTERNAL_ERROR',
  'UPSTREAM_INVALID',
  'UPSTREAM_UNAVAILABLE',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** One thing that is wrong, by the name the caller knows it by. */
export interface ErrorDetail {
  /** Where: `query.startDate`, `params.userId`, `body.email`, or a figure's name. */
  field: string;
  /** A snake_case code or a short English sentence; never internals. */
  message: string;
}

/** The one error that use cases throw on purpose; anything else is a defect and becomes INTERNAL_ERROR. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];
  /** Seconds after which trying again makes sense (sent as Retry-After). */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: readonly ErrorDetail[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Whom or what somebody wanted, when a rule has refused it. */
export interface RefusedSubject {
  /** What `id` is: learner, trainer, organization or report. */
  kind: string;
  id: string;
}

/** A rule does not let the caller have what is known of a subject; told as the AppError it is, and put on record. */
export class RefusedError extends AppError {
  readonly subject: RefusedSubject;

  constructor(
    code: 'FORBIDDEN' | 'PREDICTION_OPTED_OUT' | 'NOT_FOUND',
    message: string,
    { kind, id }: RefusedSubject,
    details: readonly ErrorDetail[] = [],
  ) {
    super(code, message, { details });
    this.subject = { kind, id };
  }
}
