import { UpstreamError } from '../src/application/ports/upstream-error.ts';
import { type Service, services } from '../src/domain/provenance.ts';
import type { Transport } from '../src/infrastructure/upstreams/transport.ts';
import { MockRefusal, type MockRoutes } from './route.ts';
import { makeMockRouter } from './router.ts';
import { worldServices } from './services.ts';
import type { WorldOptions } from './world/world.ts';

/** A mock service in process: the same routes as over HTTP, without the sockets. */
export function mockTransport(routes: MockRoutes): Transport {
  const find = makeMockRouter(routes);
  return async ({ method, path, query, body }) => {
    const match = find(method, path);
    try {
      const reply = match?.handler({ params: match.params, query, body });
      if (reply === undefined) throw new UpstreamError('not_found', 'status 404');
      return reply;
    } catch (error) {
      if (error instanceof MockRefusal)
        throw new UpstreamError('rejected', `status ${error.status}`, { status: error.status });
      throw error;
    }
  };
}

/** The nine services of the sample world, in process. */
export function makeMockTransports(options: WorldOptions): Record<Service, Transport> {
  const routes = worldServices(options);
  return Object.fromEntries(services.map((service) => [service, mockTransport(routes[service])])) as Record<
    Service,
    Transport
  >;
}
