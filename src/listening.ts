/** The server of a process, with what keeps bad clients from harming good ones. */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

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

export function makeHttpServer(listener: RequestListener, own: ServerOptions = {}): Server {
  const server = createServer({ ...bounds, ...own }, listener);
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
