/**
 * `npm run history-check [-- --requests 1000000 --processes 4 --callers 12 --minutes 10]`: API processes with one Redis are asked
 * mixed questions over services whose facts have versions, while facts change and random processes are told of it by
 * webhooks and refreshes. Every answer is judged by `History`. Exit codes: 0, 1 for anything that does not hold, 69
 * without Redis.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { percentile } from '../bench/figures.ts';
import { servicePrefix } from '../src/environment.ts';
import { makeTokenSigner } from '../src/infrastructure/auth/tokens.ts';
import { ended } from './debian-server.ts';
import { History, type HistoryRules, violationKinds } from './history.ts';
import { findRedis, startRedis } from './redis-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const print = (line: string) => process.stdout.write(`${line}\n`);
const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    processes: { type: 'string', default: '4' },
    // Of each process, all the time.
    callers: { type: 'string', default: '12' },
    // Not begun after this long; what was judged until then is told.
    minutes: { type: 'string', default: '10' },
    'reach-ms': { type: 'string', default: '0' },
  },
});
const requests = Number(options.requests);
const servers = Number(options.processes);
const people = Array.from({ length: 40 }, (_, index) => `u-${index}`);
const callersOfEach = Number(options.callers);
const freshSeconds = 2;
const staleSeconds = 1;
const rules: HistoryRules = {
  servers,
  reachMs: Number(options['reach-ms']),
  freshMs: freshSeconds * 1000,
  staleMs: staleSeconds * 1000,
  callMs: 2000,
};
/** The services that are there. */
const asked = ['skills', 'assessment', 'directory'] as const;
const patientMs = '60000';
const secret = randomBytes(32).toString('hex');
const webhookSecret = randomBytes(32).toString('hex');
const history = new History(rules);
const pick = <T>(items: readonly T[]): T => items[randomInt(items.length)] as T;

/** Three services at one address. The name of a person's one skill tells the person and the version. */
function answerOf(path: string): unknown {
  const [, kind = '', id = '', list] =
    /^\/api\/v1\/(users|organizations)\/([^/?]+)(?:\/(\w+))?/.exec(path) ?? [];
  if (kind === 'organizations') return { id, name: null, timeZone: 'UTC', size: 40, industry: null };
  if (list === 'attempts') return { items: [], nextCursor: null };
  if (list === 'skills') {
    const name = `${id} v${history.versionOf(id)}`;
    const skill = { skillId: 's-1', name, category: null, level: 2, prerequisites: [] };
    return { items: [{ ...skill, requiredLevel: null, acquiredAt: null, history: [] }], nextCursor: null };
  }
  return { userId: id, organizationId: 'org-1', fullName: null, roles: ['learner'], isActive: true };
}

async function startServices() {
  const server = createServer((request, response) => {
    const text = JSON.stringify(answerOf(request.url ?? ''));
    // Some replies are slow: what was read before a change then arrives after its purge.
    const waitMs = randomInt(randomInt(8) === 0 ? 200 : 8);
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(text), waitMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Api {
  url: string;
  pool: Pool;
  process: ChildProcess;
}

async function startApi(servicesUrl: string, redisUrl: string): Promise<Api> {
  const urls = asked.map((service) => [`${servicePrefix[service]}_URL`, servicesUrl]);
  const child = fork(new URL('../src/main.ts', import.meta.url), [], {
    cwd: root,
    env: {
      ...process.env,
      ...Object.fromEntries(urls),
      PORT: '0',
      DATABASE: 'none',
      JOBS: 'off',
      LOG_LEVEL: 'error',
      MOCK_FALLBACK: 'never',
      JWT_SECRET: secret,
      WEBHOOK_SECRETS: `skills=${webhookSecret}`,
      REDIS_URL: redisUrl,
      // What is tried is what a purge reaches, not what a busy machine gives for want of time: older figures than these.
      REDIS_WAIT_MS: '200',
      CACHE_PATIENCE_MS: patientMs,
      MAX_WAIT_MS: patientMs,
      REQUEST_BUDGET_MS: patientMs,
      ...Object.fromEntries(asked.map((service) => [`${servicePrefix[service]}_TIMEOUT_MS`, patientMs])),
      CACHE_LEARNER_SECONDS: String(freshSeconds),
      CACHE_REVALIDATE_SECONDS: String(staleSeconds),
      UPSTREAM_REPLY_SECONDS: '1',
      RATE_STANDARD_PER_MINUTE: '10000000',
      RATE_ORGANIZATION_PER_MINUTE: '10000000',
      RATE_WEBHOOK_PER_MINUTE: '10000000',
      RATE_REFRESH_PER_10_MINUTES: '1000000',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`the API ended with code ${code}`)));
  });
  return { url, process: child, pool: new Pool(url, { connections: callersOfEach + 4 }) };
}

const signer = makeTokenSigner(
  { secret, issuer: 'learning-analytics', audience: 'learning-analytics', lifeSeconds: 3600 },
  { now: () => Date.now() },
);
const tokenOf = (userId: string, role: 'learner' | 'org_admin') => {
  const who = { userId, organizationId: 'org-1', roles: [role], sessionId: userId, asOf: Date.now() };
  return `Bearer ${signer.sign({ ...who, tokenId: randomUUID() }).token}`;
};
const ownTokens = new Map(people.map((id) => [id, tokenOf(id, 'learner')]));
const adminToken = tokenOf('u-admin', 'org_admin');

const mastery = '/api/v1/analytics/learner/mastery';
const pattern = /"skillName":"(u-\d+) v(\d+)"/;
const asOfPattern = /"asOf":"([^"]+)"/;

interface Known {
  etag: string;
  found: { person: string; version: number; asOf: number; isStale: boolean };
}
/** What each reader last got, to ask whether it has changed. */
const lastOf = new Map<string, Known>();
const counts = { reads: 0, unchanged: 0, purges: 0, changes: 0, refused: 0 };
const times: number[] = [];
const purgeTimes = { webhook: [] as number[], refresh: [] as number[] };

async function read(api: Api, server: number): Promise<void> {
  const person = pick(people);
  const dice = randomInt(100);
  const own = ownTokens.get(person) ?? '';
  const known = dice < 10 ? lastOf.get(person) : undefined;
  const path =
    dice < 85
      ? `${mastery}/me`
      : dice < 92
        ? `${mastery}/${person}`
        : dice < 96
          ? `${mastery}/me?completeness=full`
          : `/api/v1/dashboards/learner/me?include=mastery`;
  const authorization = dice >= 85 && dice < 92 ? adminToken : own;
  const startedAt = Date.now();
  const required = history.required(person, server, startedAt);
  const at = performance.now();
  const { statusCode, headers, body } = await api.pool.request({
    method: 'GET',
    path,
    headers: { authorization, ...(known === undefined ? {} : { 'if-none-match': known.etag }) },
  });
  const text = await body.text();
  times.push(performance.now() - at);
  counts.reads += 1;
  const endedAt = Date.now();
  if (statusCode === 304 && known !== undefined) {
    counts.unchanged += 1;
    history.judge({ person, server, startedAt, endedAt, found: known.found }, required);
    return;
  }
  const [, of, version] = pattern.exec(text) ?? [];
  const [, asOf] = asOfPattern.exec(text.slice(text.lastIndexOf('"meta":{"requestId"'))) ?? [];
  if (statusCode !== 200 || of === undefined || asOf === undefined) {
    counts.refused += 1;
    if (counts.refused < 4) print(`  BROKEN ${statusCode} ${path} ${text.slice(0, 200)}`);
    return;
  }
  const found = {
    person: of,
    version: Number(version),
    asOf: Date.parse(asOf),
    isStale: text.includes('"dataSource":"stale"'),
  };
  history.judge({ person, server, startedAt, endedAt, found }, required);
  const { etag } = headers;
  if (typeof etag === 'string' && !found.isStale && found.person === person)
    lastOf.set(person, { etag, found });
}

function webhookOf(person: string) {
  const body = JSON.stringify({
    id: randomUUID(),
    type: 'skill.acquired',
    occurredAt: new Date().toISOString(),
    subject: { userId: person },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    path: '/api/v1/webhooks/skills',
    body,
    headers: {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': `v1=${createHmac('sha256', webhookSecret).update(`${timestamp}.${body}`).digest('hex')}`,
      'x-webhook-id': randomUUID(),
    },
  };
}

const refreshOf = (person: string) => ({
  path: '/api/v1/analytics/refresh',
  body: JSON.stringify({ subject: { kind: 'learner', id: 'me' } }),
  headers: { 'content-type': 'application/json', authorization: ownTokens.get(person) ?? '' },
});

async function purge(apis: readonly Api[]): Promise<void> {
  const person = pick(people);
  const server = randomInt(apis.length);
  const version = history.change(person, Date.now());
  const kind = randomInt(2) === 0 ? 'webhook' : 'refresh';
  const message = kind === 'webhook' ? webhookOf(person) : refreshOf(person);
  const at = performance.now();
  const { statusCode, body } = await (apis[server] as Api).pool.request({ method: 'POST', ...message });
  const text = await body.text();
  purgeTimes[kind].push(performance.now() - at);
  if (statusCode !== 202) throw new Error(`a purge was answered ${statusCode} ${text}`);
  history.acknowledge(person, version, server, Date.now());
  counts.purges += 1;
}

async function drive(apis: readonly Api[]): Promise<void> {
  const end = Date.now() + Number(options.minutes) * 60_000;
  let begun = 0;
  let isOver = false;
  const until = async (work: () => Promise<void>, longestMs: number) => {
    for (; !isOver; await delay(randomInt(longestMs))) await work();
  };
  const changes = [
    until(() => purge(apis), 20),
    until(() => purge(apis), 20),
    // Nobody is told of these: only time helps.
    until(async () => {
      history.change(pick(people), Date.now());
      counts.changes += 1;
    }, 100),
  ];
  const callers = apis.flatMap((api, server) =>
    Array.from({ length: callersOfEach }, async () => {
      while (begun < requests && Date.now() < end) {
        begun += 1;
        await read(api, server);
      }
    }),
  );
  try {
    await Promise.all(callers);
  } finally {
    isOver = true;
    await Promise.all(changes);
  }
}

const span = (label: string, values: readonly number[]) =>
  `${label} p50 ${percentile(values, 50).toFixed(1)} ms, p99 ${percentile(values, 99).toFixed(1)} ms, max ${percentile(values, 100).toFixed(1)} ms`;

/** How purges came to be acknowledged, of all processes together, as `/metrics` tells. */
async function outcomesOf(apis: readonly Api[]): Promise<string> {
  const told = new Map<string, number>();
  for (const { pool } of apis) {
    const { body } = await pool.request({ method: 'GET', path: '/metrics' });
    for (const [, how = '', count] of (await body.text()).matchAll(
      /^purges_acknowledged_total\{how="(\w+)"\} (\d+)/gm,
    ))
      told.set(how, (told.get(how) ?? 0) + Number(count));
  }
  return [...told].map(([how, count]) => `${how} ${count}`).join(', ');
}

function report(seconds: number, outcomes: string): boolean {
  const { violations } = history;
  const reaches = history.reaches();
  const reach = percentile(reaches, 99);
  const { reads, unchanged, purges, changes, refused } = counts;
  print(
    `${reads} reads (${unchanged} of them 304) by ${servers} processes in ${seconds.toFixed(0)} s, ${purges} purges, ${changes} changes that nobody was told of`,
  );
  print(span('reads', times));
  print(`${span('webhooks', purgeTimes.webhook)}; ${span('refreshes', purgeTimes.refresh)}`);
  print(`purges acknowledged: ${outcomes}`);
  print(
    `purged figures read after the acknowledgement: of ${reaches.filter((ms) => ms > 0).length} purges, ${span('at the latest', reaches)}`,
  );
  print(
    `oldest figures read: ${(history.mostStaleMs / 1000).toFixed(2)} s behind, of ${freshSeconds + staleSeconds} s`,
  );
  const kinds = Map.groupBy(violations, ({ kind }) => kind);
  const byKind = violationKinds.map((kind) => `${kind} ${kinds.get(kind)?.length ?? 0}`);
  print(`violations: ${byKind.join(', ')}; refused: ${refused}`);
  for (const { kind, read } of violations.slice(0, 5)) print(`  BROKEN ${kind}: ${JSON.stringify(read)}`);
  return violations.length === 0 && refused === 0 && purges > 0 && unchanged > 0 && reach <= rules.reachMs;
}

async function run(): Promise<boolean> {
  const redis = await startRedis();
  const services = await startServices();
  const apis: Api[] = [];
  try {
    for (let index = 0; index < servers; index += 1) apis.push(await startApi(services.url, redis.url));
    const startedAt = performance.now();
    await drive(apis);
    return report((performance.now() - startedAt) / 1000, await outcomesOf(apis));
  } finally {
    for (const { process: child, pool } of apis) {
      await pool.destroy();
      child.kill('SIGTERM');
      await ended(child);
    }
    services.server.closeAllConnections();
    services.server.close();
    await redis.stop();
  }
}

if (findRedis() === undefined) {
  print('There is no redis-server; scripts/with-redis.ts installs it where it may.');
  process.exitCode = 69;
} else process.exitCode = (await run()) ? 0 : 1;
