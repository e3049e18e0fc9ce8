import type { Deprecated } from '../../application/analytics/define.ts';
import { apiPrefix, paramNames, type Route } from './route.ts';

const none: readonly string[] = [];

/** The successor's address for the same subject; what came in the address is not trusted in a header. */
const addressOf = (successor: string, params: Readonly<Record<string, unknown>>): string =>
  apiPrefix +
  successor.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? 'me')),
  );

/**
 * What every answer of a route that will end says of it, names and values in turn: `Deprecation` (RFC 9745, seconds
 * since 1970), `Sunset` (RFC 8594, an HTTP date) and a `Link` to what takes its place.
 */
export function lifeCycleHeaders(
  deprecated: Deprecated | undefined,
  params: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (deprecated === undefined) return none;
  const { since, sunset, successor } = deprecated;
  return [
    'Deprecation',
    `@${Date.parse(since) / 1000}`,
    'Sunset',
    new Date(sunset).toUTCString(),
    'Link',
    `<${addressOf(successor, params)}>; rel="successor-version"`,
  ];
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** @throws Error naming every route whose end nobody could follow. */
export function checkLifeCycles(
  routes: readonly Pick<Route, 'id' | 'method' | 'path' | 'deprecated'>[],
): void {
  const problems = routes.flatMap(({ id, method, path, deprecated }) => {
    if (deprecated === undefined) return [];
    const { since, sunset, successor } = deprecated;
    const next = routes.find((route) => route.path === successor && route.method === method);
    const isKnown = paramNames(successor).every((name) => paramNames(path).includes(name));
    return [
      ...(isDay(since) && isDay(sunset) && since < sunset
        ? []
        : [`${id}: since and sunset must be days in order`]),
      ...(next !== undefined && next.deprecated === undefined && isKnown
        ? []
        : [`${id}: ${successor} is no lasting route with its parameters`]),
    ];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
