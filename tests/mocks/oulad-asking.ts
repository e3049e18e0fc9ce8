import { MockRefusal, type MockRoutes } from '../../mocks/route.ts';
import { UpstreamError } from '../../src/application/ports/upstream-error.ts';
import type { Upstreams } from '../../src/application/ports/upstreams.ts';
import type { Service } from '../../src/domain/provenance.ts';
import { clients } from '../../src/infrastructure/upstreams/clients.ts';
import type { Transport } from '../../src/infrastructure/upstreams/transport.ts';
import { makeWire } from '../../src/infrastructure/upstreams/wire.ts';

type Query = Record<string, string>;

function paramsOf(pattern: string, path: string): Query | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Query = {};
  for (const [place, part] of wanted.entries()) {
    const value = decodeURIComponent(given[place] ?? '');
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

/** What a service's table answers to `GET /users/7`; undefined = 404. A path that no route knows fails the test. */
export function ask(routes: MockRoutes, request: string, query: Query = {}, body?: unknown): unknown {
  const [method, path = ''] = request.split(' ');
  for (const [route, handler] of Object.entries(routes)) {
    const params = route.startsWith(`${method} `) ? paramsOf(route.slice(`${method} `.length), path) : null;
    if (params !== null) return handler({ params, query, body });
  }
  throw new Error(`no route for ${request}`);
}

const transportOf =
  (routes: MockRoutes): Transport =>
  async ({ method, path, query, body }) => {
    try {
      const answer = ask(routes, `${method} ${path}`, query, body);
      if (answer === undefined) throw new UpstreamError('not_found', 'there is no such thing');
      return JSON.parse(JSON.stringify(answer));
    } catch (error) {
      throw error instanceof MockRefusal ? new UpstreamError('rejected', error.message) : error;
    }
  };

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
