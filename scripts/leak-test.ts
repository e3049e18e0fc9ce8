/**
 * `npm run leak-test [-- --requests 10000 --seed 1 --sabotage key|strip]`: several people, by token and by cookies, and keys of
 * two organizations ask at once through the middleware and a shared cache, and nobody may get what is another's. Each
 * answer is compared with the one that the API gives its caller directly; live events are listened to meanwhile, and
 * reports are asked for by whoever has ordered them and by everybody else. Exit codes: 0, 1 for any violation, 69 without Varnish.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { parse } from 'yaml';
import { draw, seededRandom } from '../src/domain/statistics/random.ts';
import { Complaint, ended } from './debian-server.ts';
import { type Caller, type DemoPerson, enter, listen, makeKey, orderReport } from './leak/callers.ts';
import { type ForbiddenIn, makeForbiddenIn, readMembers, readTrainers } from './leak/identifiers.ts';
import { credentialsStatus, findVarnish, installVarnish, startVarnish } from './varnish-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const print = (line: string) => process.stdout.write(`${line}\n`);
const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** What is broken on purpose, to see that it is noticed. */
    sabotage: { type: 'string', default: 'none' },
  },
});
const atOnce = 16;

/** Limits out of the way, and answers that stay the same as long as it takes. */
const settings = {
  PORT: '0',
  DATABASE: 'none',
  LOG_LEVEL: 'error',
  EDGE_SECRET: 'the secret of the leak test, only there',
  RATE_STANDARD_PER_MINUTE: '10000000',
  RATE_PREDICTIVE_PER_HOUR: '10000000',
  RATE_ORGANIZATION_PER_MINUTE: '10000000',
  RATE_ADDRESS_PER_MINUTE: '10000000',
  // What it does is what abuse looks like.
  ABUSE_PROBES_PER_10_MINUTES: '0',
  ABUSE_BAD_CREDENTIALS_PER_10_MINUTES: '0',
  ABUSE_PEOPLE_PER_10_MINUTES: '0',
  RATE_AUTH_PER_15_MINUTES: '1000',
  RATE_AUTH_ADDRESS_PER_15_MINUTES: '1000',
  REQUEST_BUDGET_MS: '60000',
  CACHE_LEARNER_SECONDS: '3600',
  CACHE_TRAINER_SECONDS: '3600',
  CACHE_ORGANIZATION_SECONDS: '3600',
  CACHE_COMPARISON_SECONDS: '3600',
  CACHE_GAMIFICATION_SECONDS: '3600',
  ACCESS_TOKEN_SECONDS: '7200',
  SESSION_COOKIES: 'true',
};

interface Demo {
  api: string;
  services: Record<string, { url: string }>;
  people: DemoPerson[];
}

async function startDemo(): Promise<{ child: ChildProcess; demo: Demo }> {
  const child = spawn(process.execPath, ['scripts/demo.ts', '--json'], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended(child).then(() => undefined),
  ]);
  if (line === undefined) throw new Error('the API and its services did not start');
  return { child, demo: JSON.parse(line) as Demo };
}

async function startProxy(cacheUrl: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(new URL('leak/proxy.ts', import.meta.url), [], {
    cwd: root,
    env: { ...process.env, ...settings, CACHE_URL: cacheUrl, SABOTAGE: options.sabotage },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ child, url: (message as { url: string }).url }));
    child.once('exit', (code) => reject(new Error(`the proxy ended with code ${code}`)));
  });
}

/** Every GET of the contract, below the host. */
function routes(): string[] {
  const text = readFileSync(new URL('../openapi.yaml', import.meta.url), 'utf8');
  const { paths } = parse(text) as { paths: Record<string, { get?: object }> };
  return Object.keys(paths).filter((path) => paths[path]?.get !== undefined);
}

/** They change with every request, or are streams without an end: looked through, not compared, or left out. */
const changing = /\/(audit|jobs|me\/export|people|integration)(\/|\?|$)/;
const endless = /\/events$/;
/** Never twice the same, and looked through: a link that ends the one before, when a key was used last. */
const onceOnly = /\/(reports\/|api-keys$)/;
/** For anybody, without a token: whom a demonstration lets one be, and how old sources are at this moment. */
const open = /\/(demo|status\/freshness)$/;

interface Asking {
  /** Null = nobody. */
  person: Caller | null;
  path: string;
  headers: Record<string, string>;
}

/** One request at random: mostly plain ones of somebody, about themselves, each other or nobody. */
function makeAsking(people: readonly Caller[], seed: number): () => Asking {
  const random = seededRandom(seed);
  const paths = routes().filter((path) => !endless.test(path) && !open.test(path));
  const pick = <T>(values: readonly T[]): T => draw(values, random) as T;
  const reports = people.flatMap(({ reportId }) => (reportId === null ? [] : [reportId]));
  const ids = (person: Caller) => ({
    userId: ['me', 'me', person.id, pick(people).id, 'nobody-at-all'],
    trainerId: ['me', person.id, pick(people).id],
    id: [person.reportId ?? 'none', pick(reports), 'none'],
    orgId: [person.organizationId, person.organizationId, 'org-1', 'org-2', 'org-999'],
  });
  return () => {
    const person = pick(people);
    const known = ids(person);
    const path = pick(paths).replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      pick(known[name as keyof typeof known] ?? ['none']),
    );
    const what = random();
    if (what < 0.04) return { person: null, path, headers: {} };
    if (what < 0.06) return { person: null, path, headers: { authorization: 'Bearer bad' } };
    if (what < 0.08) return { person: null, path: `/api/edge/${pick(people).token.slice(-60)}`, headers: {} };
    const headers: Record<string, string> = { ...pick(person.credentials) };
    if (what < 0.11) headers.cookie ??= `who=${person.id}`;
    if (what < 0.14) headers['x-request-id'] = `of-${person.id}`;
    if (what > 0.97) return { person, path: `${path}?completeness=full`, headers };
    return { person, path, headers };
  };
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

async function askOnce(base: string, { path, headers }: Asking): Promise<Answer> {
  const response = await fetch(base + path, { headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}

const isOverloaded = ({ status, text }: Answer) => status === 503 && text.includes('"OVERLOADED"');

const mostBrokenConnections = 3;

/**
 * Whoever is told that there is too much to do comes back later, as often as it takes; whose connection was closed at
 * the very moment of asking, as an idle one may be, asks again, but not for long.
 */
async function ask(base: string, asking: Asking): Promise<Answer> {
  for (let broken = 0; ; ) {
    const answer = await askOnce(base, asking).catch((error: unknown) => {
      broken += 1;
      if (!(error instanceof TypeError) || broken > mostBrokenConnections) throw error;
      return null;
    });
    if (answer !== null && !isOverloaded(answer)) return answer;
    await wait(200);
  }
}

/** What two answers to one question have in common: all but when, how and under which id they were given. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'meta' && key !== 'instance');
  return Object.fromEntries(kept.map(([key, part]) => [key, comparable(part)]));
}

const told = ['cache-control', 'cdn-cache-control', 'vercel-cdn-cache-control'];

/** Everything about an answer that must not be. */
function wrongWith(asking: Asking, answer: Answer, direct: Answer, forbiddenIn: ForbiddenIn): string[] {
  const { person, path } = asking;
  const wrong: string[] = [];
  if (answer.status === credentialsStatus) wrong.push('credentials reached a sealed address');
  if (answer.status !== direct.status) wrong.push(`${answer.status}, directly ${direct.status}`);
  else if (
    ![changing, onceOnly].some((one) => one.test(path)) &&
    !isDeepStrictEqual(comparable(answer.body), comparable(direct.body))
  )
    wrong.push('another answer than directly');
  if (person === null && answer.status === 200 && !/\/(metrics|health|auth\/session$)/.test(path))
    wrong.push('figures for nobody');
  const asked = /\/reports\/([^/?]+)/.exec(path)?.[1];
  if (asked !== undefined && answer.status === 200 && asked !== person?.reportId)
    wrong.push('another’s report');
  // A record of acts names who has acted, whoever that was; it must come from the origin each time.
  const isRecord = changing.test(path);
  if (answer.headers.get('x-cache') === 'hit' && (isRecord || answer.headers.get('x-sealed') !== 'true'))
    wrong.push('kept under an address that is not sealed');
  if (person !== null && !isRecord)
    for (const text of forbiddenIn(person, path, answer.body)) wrong.push(`tells of ${text}`);
  if (told.some((name) => /public|s-maxage/.test(answer.headers.get(name) ?? '')))
    wrong.push('a cache in front may keep it');
  if (answer.headers.get('vercel-cache-tag') !== null) wrong.push('cache tags');
  if (!path.startsWith('/api/edge/') && answer.text.includes('/api/edge/')) wrong.push('a sealed address');
  const names = answer.headers.get('vary') ?? '';
  if (person !== null && answer.status === 200 && !/authorization/i.test(names))
    wrong.push('a browser could give it to whoever logs in next');
  return wrong;
}

/** Everything that a stream of live events must not have told, and the one thing that it must have. */
function wrongInStream(
  persons: readonly Caller[],
  at: number,
  text: string,
  forbiddenIn: ForbiddenIn,
): string[] {
  const person = persons[at];
  if (person === undefined) return ['a stream of nobody'];
  const events = [...text.matchAll(/^data: ?(\{.*)$/gm)].map(([, data = '']): unknown => JSON.parse(data));
  const reports = persons.flatMap(({ reportId }) =>
    reportId !== null && text.includes(reportId) ? [reportId] : [],
  );
  const wrong = forbiddenIn(person, '/api/v1/events', events).map((what) => `tells of ${what}`);
  if (!isDeepStrictEqual(reports, [person.reportId])) wrong.push(`tells of reports ${reports.join(', ')}`);
  return wrong.map((one) => `${person.note}: /api/v1/events: ${one}`);
}

interface Score {
  requests: number;
  sealed: number;
  hits: number;
  violations: string[];
}

/** @returns once every request has been asked and judged. */
async function attack(
  proxy: string,
  api: string,
  next: () => Asking,
  forbiddenIn: ForbiddenIn,
): Promise<Score> {
  const score: Score = { requests: 0, sealed: 0, hits: 0, violations: [] };
  const wanted = Number(options.requests);
  const one = async () => {
    while (score.requests < wanted) {
      score.requests += 1;
      const asking = next();
      const [answer, direct] = await Promise.all([ask(proxy, asking), ask(api, asking)]);
      if (answer.headers.get('x-sealed') === 'true') score.sealed += 1;
      if (answer.headers.get('x-cache') === 'hit') score.hits += 1;
      const by = asking.person?.note ?? 'nobody';
      for (const wrong of wrongWith(asking, answer, direct, forbiddenIn))
        score.violations.push(`${by}: ${asking.path}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return score;
}

/** The people of whom it tells: two learners of one organization, one who teaches, those who answer for two, an admin. */
async function everybody(demo: Demo) {
  const people = await Promise.all(demo.people.map((person) => enter(demo.api, person)));
  const members = await readMembers(demo.services);
  const ofInterest = members.filter(({ roles }) => roles.includes('learner')).map(({ userId }) => userId);
  return { people, members, trainersOf: await readTrainers(demo.services, ofInterest) };
}

async function run(): Promise<boolean> {
  const startedAt = performance.now();
  const { child, demo } = await startDemo();
  const stops: (() => Promise<unknown>)[] = [
    () => {
      child.kill('SIGINT');
      return ended(child);
    },
  ];
  try {
    const cache = await startVarnish(demo.api, { ignoresSeal: options.sabotage === 'key' });
    stops.unshift(cache.stop);
    const proxy = await startProxy(cache.url);
    stops.unshift(() => {
      proxy.child.kill('SIGTERM');
      return ended(proxy.child);
    });
    const { people, members, trainersOf } = await everybody(demo);
    const forbiddenIn = makeForbiddenIn(people, members, trainersOf);
    const streams = await Promise.all(people.map((person) => listen(proxy.url, person)));
    const persons = await Promise.all(people.map((person) => orderReport(proxy.url, person)));
    const admin = persons.find(({ roles }) => roles.includes('admin'));
    if (admin === undefined) throw new Error('nobody runs the platform');
    const organizations = [...new Set(persons.map(({ organizationId }) => organizationId))];
    const keys = await Promise.all(organizations.map((id) => makeKey(demo.api, admin, id)));
    const next = makeAsking([...persons, ...keys], Number(options.seed));
    const { requests, sealed, hits, violations } = await attack(proxy.url, demo.api, next, forbiddenIn);
    const told = await Promise.all(streams.map((stream, at) => stream.end(persons[at]?.reportId ?? null)));
    for (const [at, text] of told.entries())
      violations.push(...wrongInStream(persons, at, text, forbiddenIn));
    const share = (part: number, of: number) => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;
    for (const violation of violations.slice(0, 20)) print(`VIOLATION ${violation}`);
    print(
      `${requests} requests of ${people.length} people and ${keys.length} keys, ${sealed} at sealed addresses (${share(sealed, requests)}), ` +
        `${hits} from the edge (${share(hits, requests)} of all, ${share(hits, sealed)} of these), ` +
        `${violations.length} violations, ${((performance.now() - startedAt) / 1000).toFixed(0)} s, seed ${options.seed}`,
    );
    // Without hits nothing was tested.
    return violations.length === 0 && hits > 0;
  } finally {
    for (const stop of stops) await stop();
  }
}

try {
  if (findVarnish() === undefined) installVarnish();
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  print(error.message);
  process.exitCode = 69;
}
