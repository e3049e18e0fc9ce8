/** The parent's side of the process that is killed: started again whenever it has ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ask, Published, Told } from './messages.ts';
import type { CrashTarget } from './target.ts';

/** Whether the call has happened is not known: an award may be asked for again with the same key. */
export class CutError extends Error {}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

const script = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** After these the same request may be sent again. */
const passing = ['unavailable', 'in_flight'];

export class Victim {
  readonly published: Published[] = [];
  /** From the death of a process to the next one being ready; deaths while starting begin it anew. */
  readonly recoveriesMs: number[] = [];
  killedWhileStarting = 0;
  readonly #target: CrashTarget;
  readonly #waiting = new Map<number, Waiting>();
  readonly #failed = Promise.withResolvers<never>();
  #child: ChildProcess;
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  #isOver = false;
  #diedAt = 0;
  #lastId = 0;

  constructor(target: CrashTarget) {
    this.#target = target;
    // Whoever wants to hear of it asks for it.
    this.#failed.promise.catch(() => undefined);
    this.#child = this.#start();
  }

  /** Rejects when the process ends by itself: it cannot start, and would not a second time. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** @throws CutError when the process ended meanwhile or could not say; Error when it refused. */
  async call(fn: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    await Promise.race([this.#ready.promise, this.failed]);
    this.#lastId += 1;
    const ask: Ask = { id: this.#lastId, fn, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(ask.id, { resolve, reject });
      // It may have been killed since; then its end rejects whatever waits.
      this.#child.send(ask, () => undefined);
    });
  }

  /** Ends the process at once, whatever it is doing; another one is on its way when this resolves. */
  async kill(): Promise<void> {
    if (!this.#isReady) this.killedWhileStarting += 1;
    await this.#end();
  }

  /** The last kill: nobody takes its place. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  #start(): ChildProcess {
    const { engine, where } = this.#target;
    const child = fork(script, [engine, where], { execArgv: [], serialization: 'json' });
    child.on('message', (told: Told) => this.#hear(told));
    // Its last words, sent before it was killed, are heard before this.
    child.once('close', (code) => this.#bury(code));
    return child;
  }

  #hear(told: Told): void {
    if (told.kind === 'ready') {
      this.#isReady = true;
      if (this.#diedAt > 0) this.recoveriesMs.push(Date.now() - this.#diedAt);
      this.#ready.resolve();
    } else if (told.kind === 'published') {
      this.published.push(told.event);
    } else {
      const waiting = this.#waiting.get(told.id);
      this.#waiting.delete(told.id);
      if (told.kind === 'answered') waiting?.resolve(told.answer);
      else if (passing.includes(told.code)) waiting?.reject(new CutError(told.message));
      else waiting?.reject(new Error(`${told.code}: ${told.message}`));
    }
  }

  #bury(code: number | null): void {
    this.#diedAt = Date.now();
    if (this.#isReady) this.#ready = Promise.withResolvers();
    this.#isReady = false;
    // Without a code it was killed.
    if (code !== null) this.#failed.reject(new Error(`the process ended by itself, with code ${code}`));
    else if (!this.#isOver) this.#child = this.#start();
    const cut = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of cut) reject(new CutError('the process was killed'));
  }
}
