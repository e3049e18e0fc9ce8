import { AppError } from '../../domain/errors.ts';
import { UpstreamError } from '../ports/upstream-error.ts';
import type { Served } from './answer.ts';

const secondsAfter = (ms = 5000) => Math.max(1, Math.ceil(ms / 1000));

/** The error a client sees when the ladder has no rung left. */
export function asAppError(error: unknown): unknown {
  if (!(error instanceof UpstreamError)) return error;
  const { failure, retryAfterMs } = error;
  const service = error.service ?? 'a source';
  const details = [{ field: service, message: failure }];
  if (failure === 'cancelled') return new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.');
  if (error.goesOn)
    return new AppError('UPSTREAM_UNAVAILABLE', 'The figures are being worked out; ask again in a moment.', {
      // Waiting helps here, and a page may say so; while a service is away it need not.
      details: [{ field: service, message: 'in_progress' }],
      retryAfterSeconds: secondsAfter(retryAfterMs),
      cause: error,
    });
  if (failure === 'timeout')
    return new AppError('DEADLINE_EXCEEDED', 'A needed service did not answer in time.', {
      details,
      cause: error,
    });
  if (failure === 'invalid_response')
    return new AppError('UPSTREAM_INVALID', 'A needed service gave an answer that cannot be used.', {
      details,
      cause: error,
    });
  return new AppError('UPSTREAM_UNAVAILABLE', 'A needed service cannot be reached.', {
    details,
    retryAfterSeconds: secondsAfter(retryAfterMs),
    cause: error,
  });
}

/** @throws AppError UPSTREAM_UNAVAILABLE, with what is missing. */
export function refusePartial(served: Served): Served {
  if (served.answer.meta.complete) return served;
  const details = served.answer.meta.missing.map(({ field, reason }) => ({ field, message: reason }));
  throw new AppError('UPSTREAM_UNAVAILABLE', 'Some figures are missing and a full answer was asked for.', {
    details,
    retryAfterSeconds: 5,
  });
}
