/** Every route of a running server as every role, and everything else it can say: what caches are told of it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { makeSeal } from '../../src/infrastructure/auth/seal.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';
import { sealQuestion } from '../../src/presentation/edge/question.ts';
import { cacheHeaders, ownRule } from '../../src/presentation/http/cache-headers.ts';

const edgeSecret = 'a secret that is long enough to be one';
const read = readConfig({
  MOCK_LEARNERS: '240',
  DATABASE: 'none',
  LOG_LEVEL: 'silent',
  EDGE_SECRET: edgeSecret,
  CORS_ORIGINS: 'https://dashboard.example',
  RATE_STANDARD_PER_MINUTE: '100000',
  RATE_AUTH_PER_15_MINUTES: '100000',
  RATE_AUTH_ADDRESS_PER_15_MINUTES: '100000',
  RATE_ADDRESS_PER_MINUTE: '100000',
});
if (!read.ok) throw new Error(read.problems.join('\n'));
const { config } = read;

const people = demoPeople();
const callers = ['thriving', 'a trainer', 'org_admin', 'admin of the platform', 'another organization'].map(
  (text) => {
    const person = people.find(({ note }) => note.includes(text));
    if (person === undefined) throw new Error(`nobody is ${text}`);
    return person;
  },
);
const signer = makeTokenSigner(
  { secret: config.JWT_SECRET, issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE, lifeSeconds: 900 },
  { now: () => Date.now() },
);
let tokens = 0;
/** A new one each time: some routes end the log-in they are asked with. */
function tokenOf({ id, organizationId, roles }: (typeof callers)[number]): string {
  tokens += 1;
  return signer.sign({
    userId: id,
    organizationId,
    roles,
    tokenId: `t-${tokens}`,
    sessionId: `s-${tokens}`,
    asOf: Date.now(),
  }).token;
}

let container: Container;
let server: Server;
let base: string;
beforeAll(async () => {
  container = await makeContainer(config);
  server = createServer(container.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await container.close();
});

const never = ['no-store', 'no-store', 'no-store'];
const names = ['cache-control', 'cdn-cache-control', 'vercel-cdn-cache-control'];
const toldIn = ({ headers }: Response) => names.map((name) => headers.get(name));
/** A header that is there twice reads as no rule that we have. */
const isPrivate = ([own, ...shared]: (string | null)[]) =>
  (own === 'no-store' || /^private, max-age=0, stale-while-revalidate=\d+$/.test(own ?? '')) &&
  shared.every((value) => value === 'no-store');

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(base + path, init);
  await response.body?.cancel();
  return response;
}

const aboutNobody = new Set(['/metrics/definitions', '/health']);

describe('what caches are told', () => {
  it('lets nobody but the caller keep anything of any route, whoever asks and however it ends', async () => {
    const wrong: string[] = [];
    const statuses = new Set<number>();
    const headersOf: Record<string, string>[] = [
      {},
      { authorization: 'Bearer bad' },
      { origin: 'https://dashboard.example' },
    ];
    for (const { method, path } of container.routes) {
      const ids = path.includes(':')
        ? ['me', 'org-1', 'org-2', people[0]?.id ?? '', 'nobody', 'a%20b']
        : ['-'];
      for (const id of ids) {
        const at = `/api/v1${path.replaceAll(/:[A-Za-z]+/g, id)}`;
        const asked = callers.map(
          (person): Record<string, string> => ({ authorization: `Bearer ${tokenOf(person)}` }),
        );
        for (const headers of [...headersOf, ...asked])
          for (const query of ['', '?completeness=full', '?unheard=of']) {
            const body = method === 'get' ? {} : { body: '{}' };
            const response = await ask(at + query, {
              method: method.toUpperCase(),
              headers: { 'content-type': 'application/json', ...headers },
              ...body,
            });
            statuses.add(response.status);
            const told = toldIn(response);
            const isOpen = aboutNobody.has(path) && response.status === 200;
            const isGood = isOpen ? told.join() === 'no-cache,no-store,no-store' : isPrivate(told);
            if (!isGood) wrong.push(`${method} ${at}${query}: ${response.status} ${told.join(' | ')}`);
          }
      }
    }
    expect(wrong).toEqual([]);
    expect([...statuses].toSorted()).toEqual(expect.arrayContaining([200, 400, 401, 403, 404]));
  });

  it.each([
    ['no address of ours', '/nothing', {}],
    ['a method that a route does not have', '/api/v1/health', { method: 'PUT' }],
    ['its methods', '/api/v1/health', { method: 'OPTIONS' }],
    [
      'a preflight',
      '/api/v1/auth/me',
      {
        method: 'OPTIONS',
        headers: { origin: 'https://dashboard.example', 'access-control-request-method': 'GET' },
      },
    ],
    ['the state of the process', '/health', {}],
    ['whether it is ready', '/ready', {}],
    ['a cron route that is not there', '/api/v1/cron/snapshots', {}],
    ['a guessed address of the edge', '/api/edge/AAAAAAAAAAAAAAAAAAAAAAAAAAAA', {}],
    ['a file that is not there', '/docs/assets/none.css', {}],
  ] as [string, string, RequestInit][])('lets nobody keep %s', async (_what, path, init) => {
    expect(toldIn(await ask(path, init))).toEqual(never);
  });

  it('lets only files of the documentation be kept by everyone', async () => {
    expect(toldIn(await ask('/docs/assets/swagger-ui.css'))).toEqual([
      'public, max-age=86400',
      'max-age=86400',
      'max-age=86400',
    ]);
    for (const path of ['/docs', '/docs/init.js', '/openapi.yaml'])
      expect(toldIn(await ask(path)), path).toEqual(['no-cache', 'no-store', 'no-store']);
  });

  it('is the same for a stream, for HEAD and for what is unchanged', async () => {
    const [learner] = callers as [(typeof callers)[number]];
    const authorization = `Bearer ${tokenOf(learner)}`;
    const at = '/api/v1/metrics/definitions';
    expect(toldIn(await ask(at, { method: 'HEAD' }))).toEqual(['no-cache', 'no-store', 'no-store']);
    const page = `/api/v1/dashboards/learner/${learner.id}`;
    const events = await ask(page, { headers: { authorization, accept: 'text/event-stream' } });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    expect(toldIn(events)).toEqual(never);
    const velocity = '/api/v1/analytics/learner/velocity/me';
    const etag = (await ask(velocity, { headers: { authorization } })).headers.get('etag') ?? '';
    const unchanged = await ask(velocity, { headers: { authorization, 'if-none-match': etag } });
    expect(isPrivate(toldIn(unchanged))).toBe(true);
  });

  it('lets nobody share sample figures, not even at a sealed address', async () => {
    const [learner] = callers as [(typeof callers)[number]];
    const subject = { kind: 'learner', id: learner.id, organizationId: learner.organizationId } as const;
    const question = { analyticId: 'learner.velocity', subject, query: '' };
    const response = await ask(`/api/edge/${sealQuestion(question, makeSeal(edgeSecret), Date.now())}`);
    expect(response.status).toBe(200);
    expect(toldIn(response)).toEqual(never);
  });

  it('makes one rule of one time', () => {
    expect(ownRule(60)).toBe(ownRule(60));
    expect(cacheHeaders(ownRule(60))).not.toEqual(cacheHeaders(ownRule(61)));
  });
});
