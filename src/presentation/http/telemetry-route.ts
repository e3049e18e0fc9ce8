import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type RequestHandler, type Router } from 'express';
import { AppError } from '../../domain/errors.ts';
import { send } from './send.ts';

export interface TelemetryRouteDeps {
  telemetry: { contentType: string; render: () => Promise<string> };
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
    const body = Buffer.from(await telemetry.render());
    send(request, response, 200, body, { cacheControl: 'no-store', contentType: telemetry.contentType });
  };
  router.get('/metrics', handle);
  return router;
}
