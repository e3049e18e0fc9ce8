/**
 * `node scripts/with-postgres.ts npm test …`: runs a command beside a private PostgreSQL, whose address is
 * in TEST_DATABASE_URL, and ends with the command's exit code. The server listens on a free loopback port,
 * keeps its data in a temporary directory and is stopped by its number whatever happens. Without binaries
 * Debian's package is installed, when we may.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const debianBinaries = '/usr/lib/postgresql';
const aptGet = '/usr/bin/apt-get';
const startTriesMs = 30_000;
const isRoot = process.getuid?.() === 0;

/** What the user must hear instead of a stack. */
class Complaint extends Error {}

/** The newest server on this machine: Debian's directory, else the PATH. */
function findBinaries(): string | undefined {
  const versions = existsSync(debianBinaries) ? readdirSync(debianBinaries) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a));
  const directories = [
    ...newest.map((version) => path.join(debianBinaries, version, 'bin')),
    ...(process.env.PATH ?? '').split(path.delimiter),
  ];
  return directories.find((directory) => existsSync(path.join(directory, 'initdb')));
}

function install(): string {
  if (!isRoot || !existsSync(aptGet)) {
    throw new Complaint(
      'No PostgreSQL was found. Install it (Debian: apt-get install postgresql) and try again.',
    );
  }
  // Debian would make and start a server of its own on the usual port.
  const conf = '/etc/postgresql-common/createcluster.conf';
  if (!existsSync(conf)) {
    mkdirSync(path.dirname(conf), { recursive: true });
    writeFileSync(conf, 'create_main_cluster = false\n');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, stdio: ['ignore', 2, 2] as ['ignore', number, number] };
  execFileSync(aptGet, ['update', '-q'], options);
  const keepConf = ['-o', 'Dpkg::Options::=--force-confold'];
  execFileSync(aptGet, ['install', '-qy', '--no-install-recommends', ...keepConf, 'postgresql'], options);
  const found = findBinaries();
  if (found === undefined) throw new Complaint('PostgreSQL was installed, but initdb is nowhere.');
  return found;
}

interface ServerUser {
  uid: number;
  gid: number;
}

/** Who runs the server: it refuses to be root. Somebody else than us is needed only then. */
function serverUser(): ServerUser | undefined {
  if (!isRoot) return undefined;
  const idOf = (flag: string, user: string) =>
    Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', user), gid: idOf('-g', user) };
    } catch {}
  }
  throw new Complaint('PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

const logOf = (home: string) => path.join(home, 'log');

async function waitUntilReady(server: ChildProcess, url: string, home: string): Promise<void> {
  const until = Date.now() + startTriesMs;
  while (Date.now() < until && server.exitCode === null) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Complaint(`PostgreSQL did not start:\n${readFileSync(logOf(home), 'utf8')}`);
}

/** fsync and the like off: these data live as long as the command. */
const settings = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  log_min_messages: 'fatal',
};

interface Server {
  url: string;
  stop: () => Promise<void>;
}

/** Makes the data directory; the server's owner has the password that everybody must show. */
function initialize(binaries: string, home: string, user: ServerUser | undefined): string {
  const password = randomBytes(16).toString('hex');
  const passwordFile = path.join(home, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const name of user ? [home, passwordFile] : []) chownSync(name, user?.uid ?? 0, user?.gid ?? 0);
  const flags = ['-U', 'postgres', '-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256', '--no-sync'];
  execFileSync(
    path.join(binaries, 'initdb'),
    ['-D', path.join(home, 'data'), ...flags, `--pwfile=${passwordFile}`],
    { ...user, cwd: home, stdio: ['ignore', 'ignore', 2] },
  );
  return password;
}

function launch(binaries: string, home: string, port: number, user: ServerUser | undefined): ChildProcess {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['-D', path.join(home, 'data'), '-k', home, '-p', String(port), ...flags];
  return spawn(path.join(binaries, 'postgres'), args, {
    ...user,
    cwd: home,
    // Connections that a test cuts are no news; the log is shown when the server does not start.
    stdio: ['ignore', 'ignore', openSync(logOf(home), 'a')],
    // Ctrl-C goes to the whole group; the server must outlive the command.
    detached: true,
  });
}

async function startServer(): Promise<Server> {
  const binaries = findBinaries() ?? install();
  const user = serverUser();
  const home = mkdtempSync(path.join(tmpdir(), 'with-postgres-'));
  let server: ChildProcess | undefined;
  const stop = async () => {
    // Fast shutdown: connections are cut, nothing is left half written.
    server?.kill('SIGINT');
    if (server) await ended(server);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const password = initialize(binaries, home, user);
    const port = await freePort();
    server = launch(binaries, home, port, user);
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    await waitUntilReady(server, url, home);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

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

async function main(): Promise<number> {
  const given = process.argv.slice(2);
  // npm takes the first separator away, a shell does not.
  const command = given[0] === '--' ? given.slice(1) : given;
  if (command.length === 0) {
    process.stderr.write('Usage: node scripts/with-postgres.ts <command> [arguments]\n');
    return 64;
  }
  // A signal while the server starts must not leave it behind.
  let early: NodeJS.Signals | undefined;
  for (const signal of signals) process.once(signal, () => (early ??= signal));
  const server = await startServer();
  try {
    if (early) return 128 + constants.signals[early];
    return await run(command, { ...process.env, TEST_DATABASE_URL: server.url });
  } finally {
    await server.stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof Complaint)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 69;
});
