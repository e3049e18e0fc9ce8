import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type RequestHandler, type Router } from 'express';
import { AppError } from '../../domain/errors.ts';
import { send } from './send.ts';

export interface TelemetryRouteDeps {
  telemetry: { render: (accept?: string) => Promise<{ contentType: string; text: string }> };
  /** What the caller must show; undefined = nothing. */
  token: string | undefined;
}

const digestOf = (text: string) => createHash('sha256').update(text).digest();

/** `GET /metrics`, for the one who operates this process. */
export function makeTelemetryRouter({ telemetry, token }: TelemetryRouteDeps): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const handle: RequestHandler = async (request, response) => {
    const given = request.headers.authorization ?? '';
    if (token !== undefined && !timingSafeEqual(digestOf(given), digestOf(`Bearer ${token}`)))
      throw new AppError('UNAUTHORIZED', 'The token for metrics is needed.');
    response.locals.route = '/metrics';
    const { contentType, text } = await telemetry.render(request.headers.accept);
    send(request, response, 200, Buffer.from(text), { cacheControl: 'no-store', contentType });
  };
  router.get('/metrics', handle);
  return router;
}
