import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What waits for the end of requests, by their connection. */
const waiting = new WeakMap<Socket, Set<() => void>>();

function waitingFor(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const all = new Set<() => void>();
  waiting.set(socket, all);
  socket.once('close', () => {
    for (const end of all) end();
  });
  return all;
}

/**
 * Calls back once when a request is over: answered, or its caller has left. Of requests that came in one write, those
 * whose turn to be answered has not come hear nothing by themselves when their connection ends.
 */
export function onceOver({ socket }: IncomingMessage, response: ServerResponse, done: () => void): void {
  const all = waitingFor(socket);
  const end = () => {
    if (all.delete(end)) done();
  };
  all.add(end);
  response.once('close', end);
  if (socket.closed) end();
}
