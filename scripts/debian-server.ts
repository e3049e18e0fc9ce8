/** What the scripts share that run a command beside a private server of one of Debian's packages. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import path from 'node:path';

const aptGet = '/usr/bin/apt-get';

export const isRoot = process.getuid?.() === 0;

/** What the user must hear instead of a stack. */
export class Complaint extends Error {}

/** A started server, and how to end it and its files. */
export interface PrivateServer {
  url: string;
  stop: () => Promise<void>;
}

/** The first directory that holds a program: those given, then the PATH. */
export function directoryOf(program: string, directories: readonly string[] = []): string | undefined {
  const all = [...directories, ...(process.env.PATH ?? '').split(path.delimiter)];
  return all.find((directory) => existsSync(path.join(directory, program)));
}

/**
 * Installs a Debian package, or several with spaces between them, when we may. `prepare` runs before, to keep Debian from starting a server of its own.
 * @throws Complaint when we may not.
 */
export function installDebian(name: string, packageName: string, prepare: () => void): void {
  if (!isRoot || !existsSync(aptGet))
    throw new Complaint(
      `No ${name} was found. Install it (Debian: apt-get install ${packageName}) and try again.`,
    );
  prepare();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, stdio: ['ignore', 2, 2] as ['ignore', number, number] };
  execFileSync(aptGet, ['update', '-q'], options);
  const keepConf = ['-o', 'Dpkg::Options::=--force-confold'];
  execFileSync(
    aptGet,
    ['install', '-qy', '--no-install-recommends', ...keepConf, ...packageName.split(' ')],
    options,
  );
}

/** Debian asks this program whether a package may start its server. One that is there already is somebody's choice. */
const policy = '/usr/sbin/policy-rc.d';

/** The same for a package that would start its server at once. @throws Complaint when we may not. */
export function installIdle(name: string, packageName: string): void {
  const isOurs = !existsSync(policy);
  try {
    installDebian(name, packageName, () => {
      if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    });
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The command's exit code, as a shell would say it. */
async function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env, stdio: 'inherit' });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Complaint(`Cannot run ${file}: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

async function runBeside(
  script: string,
  variable: string,
  start: () => Promise<PrivateServer>,
): Promise<number> {
  const given = process.argv.slice(2);
  // npm takes the first separator away, a shell does not.
  const command = given[0] === '--' ? given.slice(1) : given;
  if (command.length === 0) {
    process.stderr.write(`Usage: node scripts/${script} <command> [arguments]\n`);
    return 64;
  }
  // A signal while the server starts must not leave it behind.
  let early: NodeJS.Signals | undefined;
  for (const signal of signals) process.once(signal, () => (early ??= signal));
  const server = await start();
  try {
    if (early) return 128 + constants.signals[early];
    return await run(command, { ...process.env, [variable]: server.url });
  } finally {
    await server.stop();
  }
}

/** The whole of such a script: the command's exit code, 64 without a command, 69 without a server. */
export async function commandBeside(
  script: string,
  variable: string,
  start: () => Promise<PrivateServer>,
): Promise<void> {
  process.exitCode = await runBeside(script, variable, start).catch((error: unknown) => {
    if (!(error instanceof Complaint)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 69;
  });
}
