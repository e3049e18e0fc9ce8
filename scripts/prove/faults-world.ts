/** The product over nine services, and over Redis and PostgreSQL where there are any, each behind a proxy that spoils. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { startMockServices } from '../../mocks/server.ts';
import { worldServices } from '../../mocks/services.ts';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { services } from '../../src/domain/provenance.ts';
import { servicePrefix } from '../../src/environment.ts';
import { ToxicProxy } from './toxic-proxy.ts';

export const dependencies = [...services, 'redis', 'postgres'] as const;
export type Dependency = (typeof dependencies)[number];

/** How patient a world is: of a call, of an answer, and what a busy machine may add, ms. */
export interface Patience {
  attemptMs: number;
  budgetMs: number;
  slackMs: number;
}
export const usualPatience: Patience = { attemptMs: 800, budgetMs: 3000, slackMs: 1500 };
export const secret = 'a-secret-for-the-drill-only-0123456789';
const learners = 400;

/** An API that listens. */
export interface Api {
  url: string;
  container: Container;
  /** Lines that would wake somebody. */
  errors: string[];
}

export interface FaultsWorld {
  patience: Patience;
  /** The next who has learned for long enough; nobody is named twice before all have been. */
  somebody: () => string;
  proxies: ReadonlyMap<Dependency, ToxicProxy>;
  /** Sample data may stand in here, and may not there. */
  apis: Record<'allowed' | 'forbidden', Api>;
  close: () => Promise<void>;
}

/** The nine services, once for all worlds. */
export async function startServices() {
  const routesByService = worldServices({ seed: 1, learners, now: Date.now });
  const running = await startMockServices({ routesByService, now: Date.now });
  const progressOf = routesByService.courses['GET /progress/:userId'];
  const long = Date.now() - 60 * 86_400_000;
  const hasLearned = (userId: string) => {
    const said = progressOf?.({ params: { userId }, query: {}, body: undefined });
    const days = [...JSON.stringify(said ?? null).matchAll(/"completedAt":"([^"]+)"/g)];
    return days.filter(([, day = '']) => Date.parse(day) < long).length >= 5;
  };
  const people = Array.from({ length: learners }, (_, number) => learnerId(number)).filter(hasLearned);
  return { urls: running.services, people, close: running.close };
}
export type Services = Awaited<ReturnType<typeof startServices>>;

const portOf = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });

function through(url: string, proxy: ToxicProxy): string {
  const changed = new URL(url);
  changed.host = `127.0.0.1:${proxy.port}`;
  return changed.href.replace(/\/$/, '');
}

async function startApi(env: Record<string, string>): Promise<Api & { server: Server }> {
  const read = readConfig({
    JWT_SECRET: secret,
    LOG_LEVEL: 'info',
    DATABASE: 'none',
    JOBS: 'off',
    MOCK_LEARNERS: String(learners),
    UPSTREAM_REPLY_SECONDS: '0',
    ORGANIZATION_REPLY_SECONDS: '0',
    CACHE_REVALIDATE_SECONDS: '0',
    CACHE_LEARNER_SECONDS: '0',
    CACHE_ORGANIZATION_SECONDS: '0',
    CACHE_PREDICTIVE_SECONDS: '0',
    CACHE_GAMIFICATION_SECONDS: '0',
    RATE_STANDARD_PER_MINUTE: '1000000',
    RATE_PREDICTIVE_PER_HOUR: '1000000',
    RATE_AUTH_PER_15_MINUTES: '1000000',
    RATE_AUTH_ADDRESS_PER_15_MINUTES: '1000000',
    DATABASE_TIMEOUT_MS: '500',
    DATABASE_CONNECTIONS: '3',
    ...env,
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const errors: string[] = [];
  const container = await makeContainer(read.config, {
    write: (line: string) => {
      if ((JSON.parse(line) as { level: number }).level >= 50) errors.push(line);
    },
  });
  const server = createServer(container.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, container, errors, server };
}

/** @param own addresses of Redis and of a migrated PostgreSQL, where there are any. */
export async function startFaultsWorld(
  nine: Services,
  own: { redis?: string; postgres?: string } = {},
  patience: Patience = usualPatience,
): Promise<FaultsWorld> {
  const proxies = new Map<Dependency, ToxicProxy>();
  const behind = async (name: Dependency, url: string) => {
    const proxy = new ToxicProxy(portOf(url));
    await proxy.open();
    proxies.set(name, proxy);
    return through(url, proxy);
  };
  const env: Record<string, string> = { REQUEST_BUDGET_MS: String(patience.budgetMs) };
  for (const service of services) {
    const prefix = servicePrefix[service];
    env[`${prefix}_URL`] = await behind(service, nine.urls[service]?.url ?? '');
    env[`${prefix}_TIMEOUT_MS`] = String(patience.attemptMs);
    env[`${prefix}_RETRIES`] = '1';
  }
  if (own.redis !== undefined) env.REDIS_URL = await behind('redis', own.redis);
  if (own.postgres !== undefined)
    Object.assign(env, { DATABASE: 'auto', DATABASE_URL: await behind('postgres', own.postgres) });
  let named = 0;
  const allowed = await startApi({ ...env, MOCK_FALLBACK: 'always' });
  const forbidden = await startApi({ ...env, MOCK_FALLBACK: 'never' });
  return {
    patience,
    proxies,
    apis: { allowed, forbidden },
    somebody: () => {
      named += 1;
      return nine.people[named % nine.people.length] ?? '';
    },
    close: async () => {
      for (const { server, container } of [allowed, forbidden]) {
        server.closeAllConnections();
        server.close();
        await container.stopWork();
        await container.close();
      }
      for (const proxy of proxies.values()) await proxy.close();
    },
  };
}

/** Somebody of the sample world, as a token of the drill says. */
export function tokenOf(id: string, role = 'learner', org = 'org-1'): string {
  const claims = { sub: id, org, roles: [role], jti: `${id} ${role}`, sid: `${id} ${role}` };
  const options = { issuer: 'learning-analytics', audience: 'learning-analytics', expiresIn: 7200 } as const;
  return jwt.sign(claims, secret, options);
}

const learnerId = (number: number): string => `u-${String(number).padStart(6, '0')}`;
export const someLogin = (): { email: string; password: string } => {
  const [{ email, password } = { email: '', password: '' }] = demoPeople(1);
  return { email, password };
};

export interface Reply {
  status: number;
  headers: Headers;
  ms: number;
  // biome-ignore lint/suspicious/noExplicitAny: the drill judges bodies from outside, by their JSON
  body: any;
}

export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const startedAt = performance.now();
  const response = await fetch(url, init);
  const text = await response.text();
  const body = text === '' ? null : JSON.parse(text);
  return { status: response.status, headers: response.headers, body, ms: performance.now() - startedAt };
}
