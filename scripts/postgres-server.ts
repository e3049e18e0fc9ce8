/**
 * A private PostgreSQL on a free loopback port, with its data in a temporary directory, stopped by its number whatever
 * happens. Without binaries Debian's package is installed, when we may.
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
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import {
  Complaint,
  directoryOf,
  ended,
  freePort,
  installDebian,
  isRoot,
  type PrivateServer,
} from './debian-server.ts';

const debianBinaries = '/usr/lib/postgresql';
const startTriesMs = 90_000;

/** The directory of the newest server's programs on this machine: Debian's, else of the PATH. */
export function findBinaries(): string | undefined {
  const versions = existsSync(debianBinaries) ? readdirSync(debianBinaries) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a));
  return directoryOf(
    'initdb',
    newest.map((version) => path.join(debianBinaries, version, 'bin')),
  );
}

/** Debian would make and start a server of its own on the usual port. */
function keepDebianFromStarting(): void {
  const conf = '/etc/postgresql-common/createcluster.conf';
  if (existsSync(conf)) return;
  mkdirSync(path.dirname(conf), { recursive: true });
  writeFileSync(conf, 'create_main_cluster = false\n');
}

function install(): string {
  installDebian('PostgreSQL', 'postgresql', keepDebianFromStarting);
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

/** @throws Complaint when it does not start. */
export async function startPostgres(): Promise<PrivateServer> {
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
