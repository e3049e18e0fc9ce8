import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server whose behaviour a test sets, and which can wait for what becomes of its sockets. */
export function makeHttpServer() {
  let handler: Handler = (_, response) => response.end('{}');
  let server: Server;
  const requests: IncomingMessage[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request);
      handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    baseUrl: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handle: (next: Handler) => {
      requests.length = 0;
      handler = next;
    },
    /** Requests since the behaviour was set. */
    requests,
    /** Behaves as told, and resolves when the first such request's socket has closed. */
    closedSocket: (next: Handler) =>
      new Promise<void>((resolve) => {
        requests.length = 0;
        handler = (request, response) => {
          request.socket.once('close', () => resolve());
          next(request, response);
        };
      }),
  };
}
