import type { MockRoutes } from '../../mocks/route.ts';
import { worldServices } from '../../mocks/services.ts';
import type { WorldOptions } from '../../mocks/world/world.ts';
import type { Service } from '../../src/domain/provenance.ts';

export const noon = Date.parse('2026-03-10T12:00:00Z');
export const dayMs = 86_400_000;

export const learnerId = (index: number) => `u-${String(index).padStart(6, '0')}`;

type Row = Record<string, unknown>;
export interface WirePage {
  items: Row[];
  nextCursor: string | null;
}

/** A world asked by route, as its services answer. */
export interface Asking {
  one(service: Service, route: string, id?: string, query?: Record<string, string>): unknown;
  /** All pages of a list. */
  list<T = Row>(service: Service, route: string, id?: string, query?: Record<string, string>): T[];
}

export function asking(options: Partial<WorldOptions> = {}): Asking {
  const routes: Record<Service, MockRoutes> = worldServices({ now: () => noon, ...options });
  const one: Asking['one'] = (service, route, id = '', query = {}) => {
    const handler = routes[service][`GET ${route}`];
    if (handler === undefined) throw new Error(`${service} has no route ${route}`);
    return handler({ params: { id, userId: id }, query, body: undefined });
  };
  return {
    one,
    list: <T>(service: Service, route: string, id = '', query: Record<string, string> = {}) => {
      const items: Row[] = [];
      let cursor: string | null = null;
      do {
        const page = one(service, route, id, cursor === null ? query : { ...query, cursor }) as WirePage;
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return items as T[];
    },
  };
}

export const userRoutes: [Service, string][] = [
  ['auth', '/users/:id'],
  ['directory', '/users/:id'],
  ['directory', '/users/:id/logins'],
  ['courses', '/progress/:userId'],
  ['content', '/users/:id/views'],
  ['assessment', '/users/:id/attempts'],
  ['skills', '/users/:id/skills'],
  ['learnerAi', '/users/:id/learning-paths'],
  ['learnerAi', '/users/:id/recommendations'],
  ['devlab', '/users/:id/sessions'],
  ['rag', '/users/:id/questions'],
];
export const organizationRoutes: [Service, string][] = [
  ['directory', '/organizations/:id'],
  ['directory', '/organizations/:id/members'],
  ['directory', '/organizations/:id/goals'],
  ['courses', '/organizations/:id/enrollments'],
  ['assessment', '/organizations/:id/results'],
  ['skills', '/organizations/:id/skills'],
  ['devlab', '/organizations/:id/practice'],
  ['rag', '/organizations/:id/questions'],
];
export const courseRoutes: [Service, string][] = [
  ['courses', '/courses/:id/enrollments'],
  ['courses', '/courses/:id/feedback'],
  ['content', '/courses/:id/contents'],
  ['content', '/courses/:id/usage'],
  ['assessment', '/courses/:id/attempts'],
];

/** Everything that nine services say about one person, as bytes. */
export const everythingAbout = (world: Asking, id: string): string =>
  JSON.stringify(userRoutes.map(([service, route]) => world.one(service, route, id)));
