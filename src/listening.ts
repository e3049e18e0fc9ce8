/** The server of a process, with what keeps bad clients from harming good ones. */
import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

const bounds = {
  // A client that sends its request slowly must not hold a socket for long.
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  // How often is looked for those; Node's own half a minute would be the longer time.
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  // A request without a body is no stream that somebody has to read to its end.
  optimizeEmptyRequests: true,
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
  const connections = new WeakMap<Socket, { unanswered: number }>();
  // One for all: it stands in every request's way.
  function answered(this: ServerResponse) {
    const connection = connections.get(this.req.socket);
    if (connection !== undefined) connection.unanswered -= 1;
  }
  return (request, response) => {
    const { socket } = request;
    let connection = connections.get(socket);
    if (connection === undefined) {
      connection = { unanswered: 0 };
      connections.set(socket, connection);
    }
    if (connection.unanswered >= mostPipelined) {
      socket.destroy();
      return;
    }
    connection.unanswered += 1;
    response.on('close', answered);
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
