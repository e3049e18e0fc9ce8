/** A bare node:http server that sends given bytes: the most that Node can do. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

process.once('message', (message: { body: string; headers: Record<string, string> }) => {
  const bytes = Buffer.from(message.body);
  const headers = { ...message.headers, 'content-length': String(bytes.length) };
  const server = createServer((_request, response) => {
    response.writeHead(200, headers);
    response.end(bytes);
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
});
