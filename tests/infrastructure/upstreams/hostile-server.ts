/** All nine services in one server that may do anything; it answers from the sample world until it is told otherwise. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeMockRouter } from '../../../mocks/router.ts';
import { worldServices } from '../../../mocks/services.ts';
import { type Service, services } from '../../../src/domain/provenance.ts';

export interface Call {
  service: Service;
  path: string;
  request: IncomingMessage;
  response: ServerResponse;
  /** What the sample world says; undefined = it knows nothing of it. */
  honest: () => unknown;
}

/** False = it is left to the sample world. */
export type Attack = (call: Call) => unknown;

export interface HostileServer {
  url: (service: Service) => string;
  attack: (next: Attack) => void;
  /** Open connections now. */
  sockets: () => number;
  /** Calls since the attack began. */
  calls: () => number;
  close: () => Promise<void>;
}

export async function startHostileServer(learners: number): Promise<HostileServer> {
  const routes = worldServices({ seed: 1, learners, now: Date.now });
  const find = Object.fromEntries(services.map((service) => [service, makeMockRouter(routes[service])]));
  let attack: Attack = () => false;
  let calls = 0;

  const server: Server = createServer((request, response) => {
    calls += 1;
    const url = new URL(request.url ?? '/', 'http://x');
    const [, service = '', , , ...rest] = url.pathname.split('/');
    const path = `/${rest.join('/')}`;
    const match = find[service]?.(request.method ?? 'GET', path);
    const query = Object.fromEntries(url.searchParams);
    const honest = () => match?.handler({ params: match.params, query, body: undefined });
    if (attack({ service: service as Service, path, request, response, honest }) !== false) return;
    const said = honest();
    response.writeHead(said === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(said ?? {}));
  });
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    // Whoever is attacked hangs up.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (service) => `http://127.0.0.1:${port}/${service}`,
    attack: (next) => {
      calls = 0;
      attack = next;
    },
    sockets: () => open,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
