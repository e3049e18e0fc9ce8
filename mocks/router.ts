import type { MockHandler, MockRoutes } from './route.ts';

export interface Match {
  handler: MockHandler;
  params: Record<string, string>;
}

interface Compiled {
  method: string;
  segments: string[];
  handler: MockHandler;
}

const compile = (routes: MockRoutes): Compiled[] =>
  Object.entries(routes).map(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, segments: path.split('/'), handler };
  });

function paramsOf(segments: readonly string[], path: readonly string[]): Record<string, string> | null {
  if (segments.length !== path.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const given = path[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(given);
    else if (segment !== given) return null;
  }
  return params;
}

/** Finds the handler of a request in a service's table. */
export function makeMockRouter(routes: MockRoutes): (method: string, path: string) => Match | null {
  const table = compile(routes);
  return (method, path) => {
    const parts = path.split('/');
    for (const { method: own, segments, handler } of table) {
      const params = own === method ? paramsOf(segments, parts) : null;
      if (params !== null) return { handler, params };
    }
    return null;
  };
}
