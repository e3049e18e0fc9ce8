/** Debian's nginx with the configuration that is deployed; only addresses and files are of this machine. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Complaint, ended, freePort, type PrivateServer } from '../debian-server.ts';
import { ensureTool } from '../debian-tools.ts';

const deployed = new URL('../../deploy/nginx/nginx.conf', import.meta.url);
const startTriesMs = 90_000;

interface Here {
  home: string;
  port: number;
  /** host:port of the processes of the API, one for each that the deployed configuration names. */
  processes: readonly string[];
}

function configurationOf({ home, port, processes }: Here): string {
  const text = readFileSync(deployed, 'utf8')
    .replaceAll('/tmp/nginx', `${home}/nginx`)
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace(/server api-(\d):3000/g, (_, number) => `server ${processes[Number(number) - 1]}`)
    // As root it would give its work to somebody who may not read a private directory.
    .replace(
      'worker_processes auto;',
      process.getuid?.() === 0 ? 'user root;\nworker_processes 1;' : 'worker_processes 1;',
    );
  if (text.includes('undefined')) throw new Error('nginx.conf names more processes than there are');
  return text;
}

function write(processes: readonly string[], port: number): { home: string; file: string } {
  const home = mkdtempSync(path.join(tmpdir(), 'nginx-'));
  const file = path.join(home, 'nginx.conf');
  writeFileSync(file, configurationOf({ home, port, processes }));
  return { home, file };
}

/** What `nginx -t` says of the deployed configuration. @throws Error with it when it is not well. */
export function testNginx(): void {
  const { home, file } = write(['127.0.0.1:1', '127.0.0.1:2'], 8080);
  try {
    execFileSync(ensureTool('nginx'), ['-t', '-q', '-e', 'stderr', '-c', file], {
      stdio: 'pipe',
      encoding: 'utf8',
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** On a free loopback port. Nothing outlives `stop`. @throws Complaint when it does not start. */
export async function startNginx(processes: readonly string[]): Promise<PrivateServer> {
  const program = ensureTool('nginx');
  const port = await freePort();
  const { home, file } = write(processes, port);
  const log = openSync(path.join(home, 'log'), 'a');
  const server = spawn(program, ['-e', 'stderr', '-c', file, '-g', 'daemon off;'], {
    cwd: home,
    stdio: ['ignore', log, log],
    detached: true,
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    server.kill('SIGTERM');
    await ended(server);
    rmSync(home, { recursive: true, force: true });
  };
  for (const end = Date.now() + startTriesMs; Date.now() < end && server.exitCode === null; await delay(50)) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return { url, stop };
  }
  const said = readFileSync(path.join(home, 'log'), 'utf8');
  await stop();
  throw new Complaint(`nginx did not start:\n${said}`);
}
