/** API processes of the drills, and what can be seen of them from outside. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ApiProcess {
  url: string;
  child: ChildProcess;
  /** Lines that would wake somebody. */
  errors: string[];
  /** Resident memory, MB. */
  memoryMb: () => number;
  /** Asks it to end in good order; its exit code. */
  stop: () => Promise<number | null>;
}

export async function startApiProcess(
  env: Record<string, string>,
  execArgv: string[] = [],
  main = new URL('../../src/main.ts', import.meta.url),
): Promise<ApiProcess> {
  const child = fork(main, [], {
    cwd: root,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'warn', ...env },
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const errors: string[] = [];
  if (child.stderr)
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (/"level":(50|60)/.test(line) || !line.startsWith('{')) errors.push(line);
    });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await Promise.race([
    once(child, 'message').then(([message]) => (message as { url: string }).url),
    exited.then((code) => {
      throw new Error(`the API ended with code ${code}: ${errors.join('\n')}`);
    }),
  ]);
  return {
    url,
    child,
    errors,
    memoryMb: () => {
      const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Number(kb) / 1024;
    },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
