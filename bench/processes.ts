import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { benchSecret } from './tokens.ts';

/** A process of the benchmark, with what it said when it was ready. */
export type Child = ChildProcess & { said?: unknown };

const children: Child[] = [];

interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  /** A first message, for servers that wait for one. */
  first?: object;
  /** A module that is loaded before the process's own code. */
  preload?: string;
  quiet?: boolean;
}

/** Starts a process and waits for the message in which it says where it listens. */
export function startChild<T>(file: string, options: StartOptions = {}): Promise<{ child: Child; said: T }> {
  const preload = options.preload && fileURLToPath(new URL(options.preload, import.meta.url));
  const child: Child = fork(new URL(file, import.meta.url), options.args ?? [], {
    env: { ...process.env, JWT_SECRET: benchSecret, ...options.env },
    stdio: ['ignore', 'ignore', options.quiet ? 'ignore' : 'inherit', 'ipc'],
    execArgv: preload ? ['--import', preload] : [],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      child.said = message;
      resolve({ child, said: message as T });
    });
    child.once('exit', (code) => reject(new Error(`${file} ended with code ${code}`)));
    if (options.first !== undefined) child.send(options.first);
  });
}

/** `startChild` for those who need nothing but what it says. */
export const start = async <T>(file: string, options: StartOptions = {}): Promise<T> =>
  (await startChild<T>(file, options)).said;

/** Asks a process a question and waits for its answer. */
export function ask<T>(child: Child, question: string | object): Promise<T> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as T));
    child.send(question);
  });
}

export function stopAll(): void {
  for (const child of children) child.kill('SIGTERM');
}
