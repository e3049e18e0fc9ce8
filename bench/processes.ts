import { type ChildProcess, fork } from 'node:child_process';

const children: ChildProcess[] = [];

/** Starts a process, hands it `first`, and waits for the message in which it says where it listens. */
export function start<T>(
  file: string,
  options: { args?: string[]; env?: Record<string, string>; first?: object; quiet?: boolean } = {},
): Promise<T> {
  const child = fork(new URL(file, import.meta.url), options.args ?? [], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'ignore', options.quiet ? 'ignore' : 'inherit', 'ipc'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`${file} ended with code ${code}`)));
    if (options.first !== undefined) child.send(options.first);
  });
}

export function stopAll(): void {
  for (const child of children) child.kill('SIGTERM');
}
