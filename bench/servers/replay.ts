/**
 * Stands in front of a mock service and plays its answers again: the sample world takes longer to make up a page than
 * a service takes to read one. The first time through nothing is delayed; then every answer takes `latencyMs`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Settings {
  target: string;
  latencyMs: number;
}

process.once('message', ({ target, latencyMs }: Settings) => {
  const bodies = new Map<string, { status: number; body: Buffer }>();
  let calls = 0;
  let isReplaying = false;

  async function answerOf(url: string, authorization: string) {
    const known = bodies.get(url);
    if (known !== undefined) return known;
    const reply = await fetch(`${target}${url}`, { headers: { authorization } });
    const answer = { status: reply.status, body: Buffer.from(await reply.arrayBuffer()) };
    bodies.set(url, answer);
    return answer;
  }

  const server = createServer((request, response) => {
    calls += 1;
    answerOf(request.url ?? '/', request.headers.authorization ?? '').then(({ status, body }) => {
      const send = () =>
        response
          .writeHead(status, { 'content-type': 'application/json', 'content-length': body.length })
          .end(body);
      if (isReplaying) setTimeout(send, latencyMs);
      else send();
    });
  });
  process.on('message', (ask: 'replay' | 'calls') => {
    if (ask === 'replay') isReplaying = true;
    process.send?.({ calls });
    calls = 0;
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
});
