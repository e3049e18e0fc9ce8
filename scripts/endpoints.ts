/** docs/endpoints.md: every route of the contract on one page, from the table of routes. */

import { cachePolicies } from '../src/application/analytics/cache-policies.ts';
import { metricDictionary } from '../src/application/analytics/dictionary.ts';
import { audiences, registry } from '../src/application/analytics/registry.ts';
import { reachOfRoles } from '../src/domain/identity/policy.ts';
import { services } from '../src/domain/provenance.ts';
import { apiPrefix, paramNames, type Route } from '../src/presentation/http/route.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Whom a subject's figures are for; where it takes more than a token the description begins with “For …”. */
function whoOf({ access, path, description = '' }: Route): string {
  if (access === 'public') return 'anybody';
  if (access === 'signed_in') return /^For [^.]+/.exec(description)?.[0].toLowerCase() ?? 'anybody logged in';
  // The subject is the caller.
  if (paramNames(path).length === 0) return 'anybody logged in';
  return reachOfRoles(access)
    .map(({ relation, role }) => {
      const words = relation.replaceAll('_', ' ');
      return role === null ? words : `${role} (${words})`;
    })
    .join(', ');
}

function durationOf(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return `${seconds / 60} min`;
}

function keptFor({ cache }: Route): string {
  if (cache === undefined) return 'not kept';
  const { ttlSeconds, browserRevalidateSeconds } = cachePolicies[cache];
  return `${durationOf(ttlSeconds)}, shown again for ${durationOf(browserRevalidateSeconds)}`;
}

const sources = new Map(metricDictionary(registry).map((row) => [row.id, row.sources]));

function servicesOf({ id }: Route): string {
  const audience = audiences.find((one) => id === `dashboards.${one}`);
  const all = [...sources].flatMap(([metric, own]) =>
    metric === id || metric.startsWith(`${audience}.`) ? own : [],
  );
  return services.filter((service) => all.includes(service)).join(', ');
}

/** @param since by `get /api/v1/…`, from the last release. */
export function endpointsPage(routes: readonly Route[], since: ReadonlyMap<string, string>): string {
  const rows = routes.map((route) => {
    const path = `${apiPrefix}${route.path}`;
    const key = `${route.method} ${path.replaceAll(/:([A-Za-z]+)/g, '{$1}')}`;
    const end =
      route.deprecated && `until ${route.deprecated.sunset}, then \`${route.deprecated.successor}\``;
    const cells = [
      `\`${route.method.toUpperCase()} ${path}\``,
      whoOf(route),
      route.rate,
      keptFor(route),
      servicesOf(route),
      [since.get(key) ?? 'not released', end].filter((part) => part !== undefined).join('; '),
    ];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return [
    '# Endpoints',
    '',
    'Made by `npm run openapi` from the table of routes; what each answers stands in [openapi.yaml](../openapi.yaml). “Who” says how the caller has to stand to the subject. “Fresh” is how long figures count as fresh, and how long a browser may show old ones while it asks again. “Services” are those that figures are made of. “Since” is the release that brought the endpoint.',
    '',
    `There are ${routes.length}.`,
    '',
    '| endpoint | who | limit | fresh | services | since |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
