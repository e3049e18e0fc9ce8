import { RpcError } from '../../application/ports/rpc.ts';
import { checkFunctionName, rpcErrorOf } from './rpc-errors.ts';

/** The limit of calls with `isLong`, milliseconds. */
export const longTimeoutMs = 600_000;

/**
 * What every adapter does around a call: the name, the errors, and what still runs when the database closes.
 */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();
  readonly #onUnknownFunction: (fn: string) => void;
  #closed = false;

  /** @param onUnknownFunction told of each call that the database has no function for. */
  constructor(onUnknownFunction: (fn: string) => void = () => undefined) {
    this.#onUnknownFunction = onUnknownFunction;
  }

  /** @throws RpcError, whatever `work` throws. */
  async run(fn: string, work: () => Promise<unknown>): Promise<unknown> {
    checkFunctionName(fn);
    if (this.#closed) throw new RpcError('unavailable', `${fn}: the database is closed`);
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      const told = rpcErrorOf(fn, error);
      if (told.code === 'unknown_function') this.#onUnknownFunction(fn);
      throw told;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Refuses whatever comes from now on; resolves when the last running call has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }
}
