/**
 * A bare node:http server that sends given headers and bytes, as few writes as can be: the most that Node can do. Several
 * can have one port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Settings {
  body: string;
  /** Names and values in turn; those that Node adds by itself, and the length, are not among them. */
  headers: string[];
  port?: number;
}

process.once('message', (message: Settings) => {
  // Each character a byte: Node joins such a string with the headers to one write.
  const bytes = Buffer.from(message.body).toString('latin1');
  const headers = [...message.headers, 'Content-Length', String(bytes.length)];
  const server = createServer((_request, response) => {
    response.writeHead(200, headers).end(bytes, 'latin1');
  });
  // Told to callers in a header, so that it is the product's.
  server.keepAliveTimeout = 65_000;
  const { port = 0 } = message;
  server.listen({ port, host: '127.0.0.1', reusePort: port !== 0 }, () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
});
