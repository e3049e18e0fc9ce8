/**
 * The whole product on one machine: nine services over HTTP and the API in front of them, on free loopback ports.
 * `--json` prints one line of JSON when all is ready; `--data oulad --day 90` feeds the services from OULAD. Ctrl-C stops
 * all of it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { hasOuladData, ouladDirectory, ouladInstant, ouladPeople } from '../mocks/oulad.ts';
import { type DemoPerson, demoPeople } from '../mocks/world/demo-people.ts';
import { type Service, services } from '../src/domain/provenance.ts';
import { servicePrefix } from '../src/environment.ts';
import { buildDashboard } from './dashboard-build.ts';

const usage = `Usage: npm run demo -- [options]
  --json               print one line of JSON on standard output when all is ready
  --data world|oulad   where the services' data come from (default: world, the synthetic one)
  --day N              oulad: the course day that is today (default 90)
  --course ID          oulad: the presentation whose day that is (default BBB-2013B)
PORT (default 3000) and HOST (default 127.0.0.1) say where the API listens; PORT=0 takes any free port.
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        data: { type: 'string', default: 'world' },
        day: { type: 'string', default: '90' },
        course: { type: 'string', default: 'BBB-2013B' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) leave(0, usage);
    if (values.data !== 'world' && values.data !== 'oulad')
      leave(64, `--data must be world or oulad\n${usage}`);
    if (!/^-?\d{1,3}$/.test(values.day)) leave(64, `--day must be a whole number\n${usage}`);
    return { ...values, day: Number(values.day) };
  } catch (error) {
    return leave(64, `${(error as Error).message}\n${usage}`);
  }
}

function leave(code: number, text: string): never {
  process.stderr.write(text);
  process.exit(code);
}

const options = readOptions();
const startedAt = clockStart();
const children: ChildProcess[] = [];
let stopping: Promise<void> | undefined;

/** Where every process's clock starts: now, or the course day that is asked for. */
function clockStart(): string {
  if (options.data === 'world') return process.env.CLOCK_START || new Date().toISOString();
  if (!hasOuladData(ouladDirectory())) {
    leave(66, `There are no OULAD files in ${ouladDirectory()}. Set OULAD_DIR to where they are.\n`);
  }
  return ouladInstant(options.course, options.day);
}

/** Starts a process and waits for the one message in which it says where it listens. */
function start<T>(file: string, args: string[], env: Record<string, string>): Promise<T> {
  const child = fork(new URL(file, import.meta.url), args, {
    env: { ...process.env, ...env },
    // Standard output is ours alone: it may have to be one line of JSON.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C in a terminal goes to the whole group; we want to stop the API before its services.
    detached: true,
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => {
      reject(new Error(`${file} ${args.join(' ')} ended with code ${code}`));
      if (stopping === undefined) void stop(1);
    });
  });
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((resolve) => child.once('exit', () => resolve()));

/** The API first, so that it can finish what it is doing while its services still answer. */
async function stopAll(): Promise<void> {
  const [api, ...rest] = [...children].reverse();
  api?.kill('SIGTERM');
  if (api) await ended(api);
  for (const child of rest) child.kill('SIGTERM');
  await Promise.all(rest.map(ended));
}

async function stop(code: number): Promise<void> {
  stopping ??= stopAll();
  await stopping;
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

interface ServiceAddress {
  url: string;
  control: string;
}

/** The sample world's seed and size, as the API itself is given them. */
const worldArgs = [
  ['--seed', process.env.MOCK_SEED],
  ['--learners', process.env.MOCK_LEARNERS],
].flatMap(([name = '', value]) => (value ? [name, value] : []));

/** In one process, so that their world is made once; each listens on a port of its own. */
const startServices = () =>
  start<Record<Service, ServiceAddress>>(
    '../mocks/serve.ts',
    ['--data', options.data, '--clock-start', startedAt, ...worldArgs],
    {},
  );

async function startApi(
  addresses: Record<Service, ServiceAddress>,
  people: readonly DemoPerson[],
): Promise<string> {
  const urls = Object.fromEntries(
    services.map((service) => [`${servicePrefix[service]}_URL`, addresses[service].url]),
  );
  const defaults = { LOG_LEVEL: process.env.LOG_LEVEL || 'warn' };
  const { url } = await start<{ url: string }>('../src/main.ts', [], {
    ...defaults,
    ...urls,
    // What people earn and choose lasts from one demo to the next, each kind of data by itself.
    DATA_DIR: process.env.DATA_DIR || `./data/${options.data}`,
    CLOCK_START: startedAt,
    DEMO_PEOPLE: JSON.stringify(people.map(({ email, password, roles }) => ({ email, password, roles }))),
  });
  return url;
}

const colour = (code: number, text: string) => (process.stderr.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = (text: string) => colour(1, text);
const green = (text: string) => colour(32, text);
const dim = (text: string) => colour(2, text);

function summary(
  api: string,
  addresses: Record<Service, ServiceAddress>,
  people: readonly DemoPerson[],
): string {
  const [first] = people;
  const credentials = JSON.stringify({ email: first?.email, password: first?.password });
  const login = `curl -s ${api}/api/v1/auth/login -H 'content-type: application/json' -d '${credentials}'`;
  const token = `$(${login} | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`;
  return [
    '',
    `${bold('Learning analytics')} ${green('is ready')}   ${dim('Ctrl-C stops everything')}`,
    '',
    `  Dashboard      ${bold(api)}/`,
    `  API            ${api}/api/v1   documentation ${api}/docs`,
    ...services.map(
      (service) =>
        `  ${service.padEnd(14)} ${addresses[service].url} ${dim(`faults: ${addresses[service].control}`)}`,
    ),
    '',
    bold('Log in as'),
    ...people.map(
      (person) => `  ${person.email.padEnd(34)} ${dim(`password ${person.password}`)}  ${person.note}`,
    ),
    '',
    bold('Try'),
    `  curl -s ${api}/api/v1/analytics/learner/velocity/me -H "authorization: Bearer ${token}"`,
    '',
    '',
  ].join('\n');
}

const complain = (error: Error) =>
  process.stderr.write(`The dashboard could not be built: ${error.message}\n`);

function peopleOf(): DemoPerson[] {
  if (options.data === 'world') return demoPeople(Number(process.env.MOCK_SEED || 1));
  const people = ouladPeople({ dir: ouladDirectory(), now: Date.parse(startedAt), courseId: options.course });
  return people.map(({ userId: id, ...person }) => ({ id, ...person }));
}

/**
 * The first leaderboard of an organization is made of everybody's timeline, which takes seconds: it is begun while
 * nobody waits for it. Whatever goes wrong here, whoever asks first begins it again.
 */
async function beginLeaderboards(api: string, people: readonly DemoPerson[]): Promise<void> {
  const learners = people.filter(({ roles }) => roles.includes('learner'));
  const ofEach = [...new Map(learners.map((person) => [person.organizationId, person])).values()];
  const call = (path: string, init: RequestInit) => fetch(`${api}/api/v1${path}`, init);
  for (const { email, password } of ofEach) {
    const response = await call('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    const { data } = (await response.json()) as { data: { accessToken: string } };
    const headers = { authorization: `Bearer ${data.accessToken}` };
    await call('/gamification/leaderboard', { headers });
    await call('/auth/logout', { method: 'POST', headers });
  }
}

try {
  // A demo without its dashboard is better than none; the tests ask for it by themselves.
  const built = buildDashboard().catch((error: Error) => complain(error));
  const addresses = await startServices();
  const people = peopleOf();
  const api = await startApi(addresses, people);
  await built;
  if (options.json) process.stdout.write(`${JSON.stringify({ api, services: addresses, people })}\n`);
  else {
    process.stderr.write(summary(api, addresses, people));
    if (options.data === 'world') await beginLeaderboards(api, people).catch(() => undefined);
  }
} catch (error) {
  process.stderr.write(`The demo could not start: ${(error as Error).message}\n`);
  await stop(1);
}
