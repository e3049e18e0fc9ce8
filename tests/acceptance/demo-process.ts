/** Starts the product as a user would and talks to it over HTTP; nothing here knows its code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface DemoPerson {
  id: string;
  email: string;
  password: string;
  roles: string[];
  organizationId: string | null;
  note: string;
}

export interface Demo {
  api: string;
  services: Record<string, { url: string; control: string }>;
  people: DemoPerson[];
  process: ChildProcess;
  stdout: string[];
  stderr: () => string;
  stop: () => Promise<number | null>;
}

/** Limits out of the way: these tests are about other things. */
const roomy = {
  RATE_STANDARD_PER_MINUTE: '1000000',
  RATE_AUTH_PER_15_MINUTES: '1000',
  RATE_AUTH_ADDRESS_PER_15_MINUTES: '1000',
  ABUSE_PROBES_PER_10_MINUTES: '0',
  ABUSE_BAD_CREDENTIALS_PER_10_MINUTES: '0',
  ABUSE_PEOPLE_PER_10_MINUTES: '0',
  // Many demos run at once, and none should find what another has left.
  DATABASE: 'none',
  // Large enough for every group that is told about, and read in a third of the time.
  MOCK_LEARNERS: '400',
  // Words are the rules', whatever key lies about on this machine.
  GEMINI_API_KEY: '',
  // No test waits for the clock to begin a job.
  JOBS: 'off',
};

export async function startDemo(args: string[] = [], env: Record<string, string> = {}): Promise<Demo> {
  const child = spawn(process.execPath, ['scripts/demo.ts', '--json', ...args], {
    cwd: root,
    env: { ...process.env, ...roomy, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout.push(line);
      resolve(line);
    });
    void exited.then((code) => reject(new Error(`the demo ended with code ${code}\n${errors}`)));
  });
  const { api, services, people } = JSON.parse(await ready) as Pick<Demo, 'api' | 'services' | 'people'>;
  return {
    api,
    services,
    people,
    process: child,
    stdout,
    stderr: () => errors,
    stop: () => {
      child.kill('SIGINT');
      return exited;
    },
  };
}

export interface Answer {
  status: number;
  headers: Headers;
  body: {
    success: boolean;
    // biome-ignore lint/suspicious/noExplicitAny: the suite judges bodies from outside, by their JSON
    data: any;
    // biome-ignore lint/suspicious/noExplicitAny: as above
    meta: any;
    error: { code: string; message: string; details: { field: string; message: string }[] };
  };
}

export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const body = text === '' ? null : JSON.parse(text);
  return { status: response.status, headers: response.headers, body };
}

/** A caller who is logged in. */
export interface Session {
  person: DemoPerson;
  accessToken: string;
  refreshToken: string;
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
}

export async function logIn(demo: Demo, person: DemoPerson): Promise<Session> {
  const { status, body } = await call(`${demo.api}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: person.email, password: person.password }),
  });
  if (status !== 200) throw new Error(`${person.email} cannot log in: ${status} ${JSON.stringify(body)}`);
  const { accessToken, refreshToken } = body.data as { accessToken: string; refreshToken: string };
  return {
    person,
    accessToken,
    refreshToken,
    get: (path, headers = {}) =>
      call(`${demo.api}/api/v1${path}`, { headers: { authorization: `Bearer ${accessToken}`, ...headers } }),
  };
}

/** The first demo person that fits. */
export function personWho(demo: Demo, fits: (person: DemoPerson) => boolean): DemoPerson {
  const person = demo.people.find(fits);
  if (person === undefined) throw new Error('no demo person fits');
  return person;
}

export async function setFault(demo: Demo, service: string, fault: object): Promise<void> {
  const response = await fetch(`${demo.services[service]?.control}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!response.ok)
    throw new Error(`${service} takes no faults: ${response.status} ${await response.text()}`);
}

export async function clearFaults(demo: Demo): Promise<void> {
  await Promise.all(
    Object.values(demo.services).map(({ control }) => fetch(`${control}/faults`, { method: 'DELETE' })),
  );
}

export interface LoggedRequest {
  method: string;
  path: string;
}

export async function requestsOf(demo: Demo, service: string): Promise<LoggedRequest[]> {
  const response = await fetch(`${demo.services[service]?.control}/requests`);
  const body = (await response.json()) as LoggedRequest[] | { requests: LoggedRequest[] };
  return Array.isArray(body) ? body : body.requests;
}

export async function forgetRequests(demo: Demo): Promise<void> {
  await Promise.all(
    Object.values(demo.services).map(({ control }) => fetch(`${control}/requests`, { method: 'DELETE' })),
  );
}
