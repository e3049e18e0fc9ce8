/** A bare node:http server that sends given bytes: the most that Node can do. Several can have one port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Settings {
  body: string;
  headers: Record<string, string>;
  port?: number;
}

process.once('message', (message: Settings) => {
  const bytes = Buffer.from(message.body);
  const headers = { ...message.headers, 'content-length': String(bytes.length) };
  const server = createServer((_request, response) => {
    response.writeHead(200, headers);
    response.end(bytes);
  });
  const { port = 0 } = message;
  server.listen({ port, host: '127.0.0.1', reusePort: port !== 0 }, () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
});
