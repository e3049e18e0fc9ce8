/** What the drills share: nine services that can be hurt, processes of the API over them, and people who ask. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Faults } from '../../mocks/faults.ts';
import { startMockServices } from '../../mocks/server.ts';
import { worldServices } from '../../mocks/services.ts';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { type Service, services } from '../../src/domain/provenance.ts';
import { servicePrefix } from '../../src/environment.ts';
import { ended } from '../debian-server.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Long enough for production, and nobody's. */
export const drillSecrets = {
  JWT_SECRET: 'only for the drill, of no use to anybody else',
  SERVICE_TOKEN_SECRET: 'between the drill and its services, and nowhere else',
  METRICS_TOKEN: 'read-the-metrics-of-the-drill',
};

/** The product as it is deployed, only that nobody is refused who asks much: drills ask as one person. */
export const asInProduction = {
  ...drillSecrets,
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'info',
  RATE_STANDARD_PER_MINUTE: '10000000',
  RATE_ORGANIZATION_PER_MINUTE: '10000000',
  RATE_AUTH_PER_15_MINUTES: '100000',
  RATE_AUTH_ADDRESS_PER_15_MINUTES: '1000000',
  RATE_ADDRESS_PER_MINUTE: '10000000',
};

export interface DrillServices {
  /** The variables that point the API at them. */
  env: Record<string, string>;
  /** Until `heal`. */
  hurt: (service: Service, faults: Partial<Faults>) => Promise<void>;
  heal: () => Promise<void>;
  close: () => Promise<void>;
}

/** All nine in this process, on free loopback ports. */
export async function startServices(learners = 300): Promise<DrillServices> {
  const { now } = Date;
  const running = await startMockServices({
    routesByService: worldServices({ seed: 1, learners, now }),
    now,
  });
  const controlOf = (service: Service) => `${running.services[service]?.control}/faults`;
  return {
    env: Object.fromEntries(
      services.map((service) => [`${servicePrefix[service]}_URL`, running.services[service]?.url ?? '']),
    ),
    hurt: async (service, faults) => {
      const answer = await fetch(controlOf(service), { method: 'PUT', body: JSON.stringify(faults) });
      if (!answer.ok) throw new Error(`${service} takes no such fault: ${await answer.text()}`);
    },
    heal: async () => {
      await Promise.all(services.map((service) => fetch(controlOf(service), { method: 'DELETE' })));
    },
    close: running.close,
  };
}

export interface DrillApi {
  url: string;
  process: ChildProcess;
  /** Lines of its log at ERROR. */
  errors: string[];
  /** SIGTERM, and waits for its end. */
  stop: () => Promise<void>;
}

interface ApiOptions {
  env: Record<string, string>;
  /** Where it is, and how it is started; this checkout and `npm start` without. */
  cwd?: string;
  command?: readonly string[];
  /** Who it runs as. */
  uid?: number;
}

/** A process of the API. Nothing of our own environment reaches it but the PATH. @throws Error when it does not start. */
export async function startApi({ env, cwd = root, command, uid }: ApiOptions): Promise<DrillApi> {
  const { PATH = '' } = process.env;
  const [file = '', ...args] = command ?? [process.execPath, 'src/start.js'];
  const child = spawn(file, args, {
    cwd,
    env: { PATH, ...asInProduction, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const errors: string[] = [];
  const last: string[] = [];
  if (child.stderr)
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (/"level":[56]0/.test(line)) errors.push(line);
      last.push(line);
      if (last.length > 20) last.shift();
    });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`the API ended with code ${code}\n${last.join('\n')}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended(child);
  };
  return { url, process: child, errors, stop };
}

/** Logs a demo person in. @param name what their address begins with. @returns the headers to ask with. */
export async function logIn(url: string, name: string): Promise<{ authorization: string }> {
  const person = demoPeople().find(({ email }) => email.startsWith(`${name}@`));
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: person?.email, password: person?.password }),
  });
  if (!answer.ok) throw new Error(`${name} cannot log in: ${answer.status} ${await answer.text()}`);
  const { data } = (await answer.json()) as { data: { accessToken: string } };
  return { authorization: `Bearer ${data.accessToken}` };
}
