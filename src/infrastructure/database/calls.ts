import { RpcError } from '../../application/ports/rpc.ts';
import { checkFunctionName, rpcErrorOf } from './rpc-errors.ts';

/** The limit of calls with `isLong`, milliseconds. */
export const longTimeoutMs = 600_000;

/** Does one call of a function. @throws what the call throws. */
export type WatchCall = (fn: string, call: () => Promise<unknown>) => Promise<unknown>;

/**
 * What every adapter does around a call: the name, the errors, and what still runs when the database closes.
 */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();
  readonly #onUnknownFunction: (fn: string) => void;
  #watch: WatchCall;
  #closed = false;

  /**
   * @param onUnknownFunction told of each call that the database has no function for.
   * @param watch does each call, for operators to see how long it took and how it ended.
   */
  constructor(
    onUnknownFunction: (fn: string) => void = () => undefined,
    watch: WatchCall = (_fn, call) => call(),
  ) {
    this.#onUnknownFunction = onUnknownFunction;
    this.#watch = watch;
  }

  /** From now on `watch` does each call. */
  watchWith(watch: WatchCall): void {
    this.#watch = watch;
  }

  /** @throws RpcError, whatever `work` throws. */
  async run(fn: string, work: () => Promise<unknown>): Promise<unknown> {
    checkFunctionName(fn);
    if (this.#closed) throw new RpcError('unavailable', `${fn}: the database is closed`);
    const running = this.#watch(fn, () => this.#told(fn, work));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** With errors in our words. */
  async #told(fn: string, work: () => Promise<unknown>): Promise<unknown> {
    try {
      return await work();
    } catch (error) {
      const told = rpcErrorOf(fn, error);
      if (told.code === 'unknown_function') this.#onUnknownFunction(fn);
      throw told;
    }
  }

  /** Refuses whatever comes from now on; resolves when the last running call has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }
}
