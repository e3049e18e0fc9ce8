import type { Request, Response } from 'express';
import { cacheHeaders } from './cache-headers.ts';
import { asAppError, problemBody } from './problem.ts';
import type { EventStream, StreamEvent } from './route.ts';
import { headersOf } from './send.ts';

export const eventStream = 'text/event-stream';

/** Whether a caller would rather have events than JSON. */
export const wantsEvents = (request: Request): boolean =>
  request.headers.accept !== undefined && request.accepts(['application/json', eventStream]) === eventStream;

const frame = ({ event, data }: StreamEvent): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Resolves when the response takes more, or is gone. */
export const canTakeMore = (response: Response) =>
  new Promise<void>((resolve) => {
    const go = () => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });

async function write(response: Response, events: EventStream, requestId: string): Promise<void> {
  try {
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      if (response.destroyed) {
        await events.return(undefined);
        return;
      }
      if (!response.write(frame(next.value))) await canTakeMore(response);
    }
    const meta = typeof next.value === 'object' ? next.value : {};
    response.end(frame({ event: 'done', data: { meta: { requestId, ...meta } } }));
  } catch (thrown) {
    // The status has been sent: what went wrong now is an event of its own.
    const error = asAppError(thrown);
    response.locals.error = error;
    response.end(frame({ event: 'error', data: problemBody(error, response.req.path, requestId) }));
  }
}

/** Sends events as they come, and `done` after the last. A caller who leaves ends the work through the request's signal. */
export function sendEvents(response: Response, events: EventStream, requestId: string): void {
  const headers = headersOf(response);
  headers.push(
    'Content-Type',
    `${eventStream}; charset=utf-8`,
    ...cacheHeaders('no-store'),
    'X-Accel-Buffering',
    'no',
  );
  response.writeHead(200, headers);
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  // The caller hears at once that there will be an answer, not with its first part.
  response.flushHeaders();
  void write(response, events, requestId);
}
