import type { MockRoutes } from '../../mocks/route.ts';
import { makeMockRouter } from '../../mocks/router.ts';
import { mockTransport } from '../../mocks/transport.ts';
import type { Upstreams } from '../../src/application/ports/upstreams.ts';
import type { Service } from '../../src/domain/provenance.ts';
import { clients } from '../../src/infrastructure/upstreams/clients.ts';
import type { Transport } from '../../src/infrastructure/upstreams/transport.ts';
import { makeWire } from '../../src/infrastructure/upstreams/wire.ts';

/** What a service's table answers to `GET /users/7`; undefined = 404. A path that no route knows fails the test. */
export function ask(
  routes: MockRoutes,
  request: string,
  query: Record<string, string> = {},
  body?: unknown,
): unknown {
  const [method = '', path = ''] = request.split(' ');
  const match = makeMockRouter(routes)(method, path);
  if (match === null) throw new Error(`no route for ${request}`);
  return match.handler({ params: match.params, query, body });
}

/** The mock transport, with what it answers made JSON as a socket would. */
function transportOf(routes: MockRoutes): Transport {
  const answer = mockTransport(routes);
  return async (call) => JSON.parse(JSON.stringify(await answer(call)));
}

/** The real clients over the tables: what they answer has passed the wire schemas. */
export function portsOver(services: Record<Service, MockRoutes>): Upstreams {
  const wireOf = (service: Service) => makeWire(transportOf(services[service]));
  return {
    auth: clients.auth(wireOf('auth')),
    directory: clients.directory(wireOf('directory')),
    courses: clients.courses(wireOf('courses')),
    content: clients.content(wireOf('content')),
    assessment: clients.assessment(wireOf('assessment')),
    skills: clients.skills(wireOf('skills')),
    learnerAi: clients.learnerAi(wireOf('learnerAi')),
    devlab: clients.devlab(wireOf('devlab')),
    rag: clients.rag(wireOf('rag')),
  };
}
