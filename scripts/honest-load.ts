/**
 * `npm run honest-load [-- --seconds 60 --clients 16 --seed 1]`: the people of the demonstration use the product as fast
 * as it answers, with every threshold as it is by default, and nobody may be taken for an abuser; then three abusers
 * come, and each has to be noticed. Exit codes: 0, 1 when either is not so.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { draw, seededRandom } from '../src/domain/statistics/random.ts';
import { ended } from './debian-server.ts';
import { type Person, readMembers, readTrainers } from './leak/identifiers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const print = (line: string) => process.stdout.write(`${line}\n`);
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  },
});

/** How much they ask is out of the way; what they ask for is judged. */
const settings = {
  PORT: '0',
  DATABASE: 'none',
  LOG_LEVEL: 'error',
  JOBS: 'off',
  RATE_STANDARD_PER_MINUTE: '10000000',
  RATE_PREDICTIVE_PER_HOUR: '10000000',
  RATE_ORGANIZATION_PER_MINUTE: '10000000',
  RATE_ADDRESS_PER_MINUTE: '10000000',
};
/** In ten minutes nobody opens the pages of more people than one in two seconds. */
const mostOpened = 300;

interface Demo {
  api: string;
  services: Record<string, { url: string }>;
  people: (Omit<Person, 'token'> & { password: string })[];
}

async function startDemo() {
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

async function logIn(api: string, { password, ...person }: Demo['people'][number]): Promise<Person> {
  const response = await fetch(`${api}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: person.email, password }),
  });
  const { data } = (await response.json()) as { data: { accessToken: string } };
  return { ...person, token: data.accessToken };
}

async function ask(url: string, token: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

/** `probing detected` → how often, and so on. */
async function countsOf(api: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${api}/metrics`)).text();
  const found = text.matchAll(/^abuse_(detected|refused)_total\{abuse="(\w+)"\} (\d+)/gm);
  return Object.fromEntries([...found].map(([, what, abuse, count]) => [`${abuse} ${what}`, Number(count)]));
}

const aboutLearner = ['velocity', 'engagement', 'mastery', 'performance', 'skill-gap'];

/** What somebody may click on: the own pages, and those of the people whom the role answers for. */
function pagesOf({ roles, organizationId }: Person, answersFor: readonly string[]): string[] {
  const own = [
    '/auth/me',
    '/dashboards/learner/me',
    '/gamification/leaderboard',
    '/gamification/stats/me',
    ...aboutLearner.map((name) => `/analytics/learner/${name}/me`),
  ];
  const opened = answersFor
    .slice(0, mostOpened)
    .flatMap((id) => aboutLearner.slice(0, 2).map((name) => `/analytics/learner/${name}/${id}`));
  const trainers = roles.includes('trainer') ? ['/dashboards/trainer/me'] : [];
  const admins = roles.includes('org_admin')
    ? [`/analytics/organization/learning-velocity/${organizationId}`]
    : [];
  return [...own, ...trainers, ...admins, ...opened];
}

async function useHonestly(api: string, people: readonly Person[], pages: ReadonlyMap<Person, string[]>) {
  const until = performance.now() + Number(options.seconds) * 1000;
  const random = seededRandom(Number(options.seed));
  const statuses = new Map<number, number>();
  const client = async () => {
    while (performance.now() < until) {
      const person = draw(people, random);
      const own = (person && pages.get(person)) ?? [];
      const status = await ask(`${api}/api/v1${draw(own, random)}`, person?.token ?? '');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: Number(options.clients) }, client));
  return statuses;
}

async function abuse(api: string, people: readonly Person[], everybody: readonly string[]): Promise<void> {
  const learner = people.find(({ roles }) => !roles.includes('trainer') && roles.includes('learner'));
  const admin = people.find(({ roles }) => roles.includes('admin'));
  for (let at = 0; at < 40; at += 1)
    await ask(`${api}/api/v1/analytics/learner/velocity/u-9${at}`, learner?.token ?? '');
  for (let at = 0; at < 120; at += 1) await ask(`${api}/api/v1/auth/me`, `made-up-${at}`);
  for (const id of everybody.slice(0, 900))
    await ask(`${api}/api/v1/analytics/learner/engagement/${id}`, admin?.token ?? '');
}

async function run(): Promise<boolean> {
  const { child, demo } = await startDemo();
  try {
    const people = await Promise.all(demo.people.map((person) => logIn(demo.api, person)));
    const members = await readMembers(demo.services);
    const learners = members.filter(({ roles }) => roles.includes('learner'));
    const trainersOf = await readTrainers(
      demo.services,
      learners.map(({ userId }) => userId),
    );
    const answersFor = (person: Person) =>
      learners
        .filter(({ userId, organizationId }) => {
          if (person.roles.includes('admin')) return true;
          if (organizationId !== person.organizationId) return false;
          return person.roles.includes('org_admin') || trainersOf.get(userId)?.includes(person.id) === true;
        })
        .map(({ userId }) => userId);
    const pages = new Map(people.map((person) => [person, pagesOf(person, answersFor(person))]));
    const statuses = await useHonestly(demo.api, people, pages);
    const honest = await countsOf(demo.api);
    const requests = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    const told = [...statuses].map(([status, count]) => `${status}: ${count}`).join(', ');
    print(`honest: ${requests} requests of ${people.length} people (${told}); ${JSON.stringify(honest)}`);
    await abuse(
      demo.api,
      people,
      learners.map(({ userId }) => userId),
    );
    const noticed = await countsOf(demo.api);
    print(`abusers: ${JSON.stringify(noticed)}`);
    const isQuiet = Object.values(honest).every((count) => count === 0) && !statuses.has(429);
    const isAwake = ['probing', 'spraying', 'scraping'].every((kind) => noticed[`${kind} detected`] === 1);
    return isQuiet && isAwake && requests > 0;
  } finally {
    child.kill('SIGINT');
    await ended(child);
  }
}

process.exitCode = (await run()) ? 0 : 1;
