/** A private Redis on a free loopback port, with its data in a temporary directory. Nothing outlives `stop`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Complaint, directoryOf, ended, freePort, installIdle, type PrivateServer } from './debian-server.ts';

const program = 'redis-server';
const startTriesMs = 90_000;

/** The program's directory; undefined without one. */
export const findRedis = (): string | undefined => directoryOf(program, ['/usr/bin', '/usr/local/bin']);

export function installRedis(): void {
  installIdle('Redis', 'redis-server');
  if (findRedis() === undefined) throw new Complaint('Redis was installed, but its program is nowhere.');
}

async function waitUntilReady(server: ChildProcess, url: string, log: string): Promise<void> {
  const until = Date.now() + startTriesMs;
  while (Date.now() < until && server.exitCode === null) {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 500 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch {
      await delay(20);
    } finally {
      client.disconnect();
    }
  }
  throw new Complaint(`Redis did not start:\n${readFileSync(log, 'utf8')}`);
}

/** A server that can be hurt: each fault leaves the address as it is. */
export interface RedisServer extends PrivateServer {
  /** SIGSTOP: connections stay and nothing answers. */
  pause: () => void;
  resume: () => void;
  /** kill -9; what it held is lost, as nothing is written to disk. */
  kill: () => Promise<void>;
  /** After `kill`, on the same port. */
  start: () => Promise<void>;
}

/** @param settings more of redis.conf, as `--maxmemory` and its value. @throws Complaint when it does not start. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const directory = findRedis();
  if (directory === undefined) throw new Complaint('There is no Redis on this machine.');
  const home = mkdtempSync(path.join(tmpdir(), 'with-redis-'));
  const log = path.join(home, 'log');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const flags = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  let server: ChildProcess | undefined;

  const start = async () => {
    server = spawn(path.join(directory, program), [...flags, '--dir', home, ...settings], {
      cwd: home,
      stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
      // Ctrl-C goes to the whole group; the server must outlive the command.
      detached: true,
    });
    await waitUntilReady(server, url, log);
  };
  const kill = async () => {
    server?.kill('SIGKILL');
    if (server) await ended(server);
  };
  const stop = async () => {
    // SIGKILL also ends one that is paused; there is nothing to save.
    await kill();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    stop,
    start,
    kill,
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
  };
}
