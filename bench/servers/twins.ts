/**
 * Stands in front of the nine mock services and plays what they said of one learner as what they say of any: the sample
 * world takes longer to make up a page than a service takes to read one. Learner `u-100123` is of `org-100123`.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Settings {
  targets: Record<string, string>;
  /** Whom the services are asked about. */
  original: { id: string; organizationId: string };
}
type Order = { latencyMs: number } | 'calls';

interface Reply {
  status: number;
  text: string;
}

const numbered = /\b(?:u|org)-(\d{6})\b/;

process.once('message', ({ targets, original }: Settings) => {
  const replies = new Map<string, Promise<Reply>>();
  let calls: string[] = [];
  let latencyMs = 0;

  const ofOriginal = (text: string, number: string) =>
    text.replaceAll(`u-${number}`, original.id).replaceAll(`org-${number}`, original.organizationId);
  const ofTwin = (text: string, number: string) =>
    text
      .replaceAll(`"${original.id}"`, `"u-${number}"`)
      .replaceAll(`"${original.organizationId}"`, `"org-${number}"`);

  function replyOf(url: string, authorization: string): Promise<Reply> {
    const known = replies.get(url);
    if (known !== undefined) return known;
    const asked = fetch(url, { headers: { authorization } }).then(async (answer) => ({
      status: answer.status,
      text: await answer.text(),
    }));
    replies.set(url, asked);
    return asked;
  }

  const serverOf = (service: string, target: string): Server =>
    createServer((request, response) => {
      const url = request.url ?? '/';
      const number = numbered.exec(url)?.[1] ?? '';
      calls.push(`${service} ${url}`);
      replyOf(target + ofOriginal(url, number), request.headers.authorization ?? '').then(
        ({ status, text }) => {
          const body = number === '' ? text : ofTwin(text, number);
          const send = () => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
          if (latencyMs > 0) setTimeout(send, latencyMs);
          else send();
        },
      );
    });

  process.on('message', (order: Order) => {
    if (order === 'calls') {
      process.send?.(calls);
      calls = [];
    } else latencyMs = order.latencyMs;
  });

  const servers = Object.entries(targets).map(async ([service, target]) => {
    const server = serverOf(service, target);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return [service, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
  });
  Promise.all(servers).then((addresses) => process.send?.(Object.fromEntries(addresses)));
});
