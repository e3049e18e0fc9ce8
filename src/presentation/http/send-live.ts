import type { Response } from 'express';
import type { LiveEvent, LiveSink, LiveStream } from '../../application/live/hub.ts';
import { cacheHeaders } from './cache-headers.ts';
import { headersOf } from './send.ts';
import { canTakeMore, eventStream } from './send-events.ts';

/** One text for all who get the same event. */
const frames = new WeakMap<LiveEvent, string>();

function frameOf(live: LiveEvent): string {
  const known = frames.get(live);
  if (known !== undefined) return known;
  const { position, type, data } = live;
  const frame = `id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  frames.set(live, frame);
  return frame;
}

const sinkOver = (response: Response): LiveSink => ({
  waitingBytes: () => response.writableLength,
  // An id without data is no event, but a reader that has had none yet comes back to where it began.
  begin: (position, retryMs) => void response.write(`retry: ${retryMs}\nid: ${position}\n\n`),
  event: (live) => void response.write(frameOf(live)),
  beat: () => void response.write(':\n\n'),
  end: (reason, retryMs) =>
    void response.end(`retry: ${retryMs}\nevent: end\ndata: ${JSON.stringify({ reason })}\n\n`),
  drop: () => void response.destroy(),
  drained: () => (response.writableNeedDrain ? canTakeMore(response) : Promise.resolve()),
});

/** Sends events until the reader leaves, or its stream ends. */
export function sendLive(response: Response, stream: LiveStream): void {
  response.once('close', () => stream.leave());
  if (response.destroyed) {
    stream.leave();
    return;
  }
  const headers = headersOf(response);
  headers.push('Content-Type', `${eventStream}; charset=utf-8`);
  headers.push(...cacheHeaders('no-store'), 'X-Accel-Buffering', 'no');
  // One that outlived its stream would hold up the end of the process.
  if (!headers.includes('Connection')) headers.push('Connection', 'close');
  response.writeHead(200, headers);
  if (response.req.method === 'HEAD') {
    stream.leave();
    response.end();
    return;
  }
  // An event is small, and its reader waits for it.
  response.socket?.setNoDelay(true);
  stream.attach(sinkOver(response));
}
