/** The server of a process, with what keeps bad clients from harming good ones. */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';

const bounds = {
  // A client that sends its request slowly must not hold a socket for long.
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  // How often is looked for those; Node's own half a minute would be the longer time.
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
} satisfies ServerOptions;

const refusal = (status: string) =>
  `HTTP/1.1 ${status}\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n`;

/** What is no request is told so once, and its connection ends. */
const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: refusal('431 Request Header Fields Too Large'),
  ERR_HTTP_REQUEST_TIMEOUT: refusal('408 Request Timeout'),
};

/** Requests of one connection whose answers have not gone out; whoever sends more does not read. */
const mostPipelined = 100;

/** Ends connections that ask and ask without waiting: Node reads a whole write of requests before it looks up. */
function withoutFloods(listener: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > mostPipelined) {
      socket.destroy();
      return;
    }
    unanswered.set(socket, count);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    listener(request, response);
  };
}

export function makeHttpServer(listener: RequestListener, own: ServerOptions = {}): Server {
  const server = createServer({ ...bounds, ...own }, withoutFloods(listener));
  server.maxRequestsPerSocket = 0;
  // An expectation that nobody meets would wait for ever.
  server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { Connection: 'close', 'Content-Length': '0' }).end();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(refusals[error.code ?? ''] ?? refusal('400 Bad Request'));
  });
  return server;
}
