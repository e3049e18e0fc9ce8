/** The product as it is deployed, over nine services that answer as fast as one likes, for as many people as one likes. */
import { type Service, services } from '../src/domain/provenance.ts';
import { servicePrefix } from '../src/environment.ts';
import { ask, type Child, start, startChild } from './processes.ts';
import { tokenFor } from './tokens.ts';

type Urls = Record<(typeof services)[number], string>;

export interface World {
  urls: Urls;
  /** Every answer of a service takes as long from now on, milliseconds. */
  delay: (latencyMs: number) => void;
  /** The calls since the last time it was asked, as `service path`. */
  calls: () => Promise<string[]>;
  /** Somebody nobody has asked about before, with a token. */
  somebody: () => Person;
}

export interface Person {
  id: string;
  organizationId: string;
  headers: { authorization: string };
}

export const velocity = (id: string) => `/api/v1/analytics/learner/velocity/${id}`;

const original = { id: 'u-000000', organizationId: 'org-1' };

export async function startWorld(): Promise<World> {
  const addresses = await start<Record<Service, { url: string }>>('../mocks/serve.ts', {
    args: ['--learners', '500'],
  });
  const targets = Object.fromEntries(services.map((service) => [service, addresses[service].url]));
  const { child, said } = await startChild<Urls>('./servers/twins.ts', { first: { targets, original } });
  let people = 100_000;
  return {
    urls: said,
    delay: (latencyMs) => void child.send({ latencyMs }),
    calls: () => ask<string[]>(child, 'calls'),
    somebody: () => {
      people += 1;
      const [id, organizationId] = [`u-${people}`, `org-${people}`];
      const headers = { authorization: `Bearer ${tokenFor(id, organizationId, 'learner')}` };
      return { id, organizationId, headers };
    },
  };
}

/** Everything is on, the request log too; only nobody reads it here. */
export async function startApi(
  { urls }: World,
  more: Record<string, string> = {},
  preload?: string,
  file = '../src/start.js',
): Promise<{ child: Child; url: string }> {
  const env = {
    ...Object.fromEntries(services.map((service) => [`${servicePrefix[service]}_URL`, urls[service]])),
    PORT: '0',
    DATABASE: 'none',
    LOG_LEVEL: 'info',
    RATE_STANDARD_PER_MINUTE: '10000000',
    RATE_ORGANIZATION_PER_MINUTE: '10000000',
    RATE_ADDRESS_PER_MINUTE: '10000000',
    ABUSE_PEOPLE_PER_10_MINUTES: '10000000',
    MOCK_FALLBACK: 'never',
    // Callers who ask again at once are more than it would wait for; a row is about what it can do, not whom it refuses.
    MAX_WAIT_MS: '10000',
    ...more,
  };
  const options = { env, quiet: true, ...(preload === undefined ? {} : { preload }) };
  const { child, said } = await startChild<{ url: string }>(file, options);
  return { child, url: said.url };
}

/** @throws Error at any other status than 200 */
export async function get(url: string, headers: Record<string, string>): Promise<Response> {
  const answer = await fetch(url, { headers });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}
