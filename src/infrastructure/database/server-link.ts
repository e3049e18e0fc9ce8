import { RpcError } from '../../application/ports/rpc.ts';

export interface ServerLinkOptions {
  /** Asks the server for next to nothing, over a connection of its own; fails soon when there is no answer. */
  probe: () => Promise<void>;
  /** Told when the way shuts, and when it opens again. */
  onState: (isUp: boolean) => void;
}

const probeEveryMs = 250;

/**
 * The way to one server, for which nobody has to wait long: the first answer that does not come in time shuts it, and
 * then callers are told `unavailable` at once until a probe in the background was answered. An error that comes at
 * once costs nobody anything, and leaves it open.
 */
export class ServerLink {
  readonly #options: ServerLinkOptions;
  #isUp = true;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ServerLinkOptions) {
    this.#options = options;
  }

  /** @throws RpcError unavailable while the way is shut. */
  check(): void {
    if (!this.#isUp)
      throw new RpcError('unavailable', 'the server has not answered in time, and is being probed');
  }

  /** An answer has not come in time. */
  shut(): void {
    if (!this.#isUp || this.#isClosed) return;
    this.#isUp = false;
    this.#options.onState(false);
    this.#probeLater();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #probeLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#probe(), probeEveryMs).unref();
  }

  async #probe(): Promise<void> {
    try {
      await this.#options.probe();
    } catch {
      this.#probeLater();
      return;
    }
    if (this.#isClosed) return;
    this.#isUp = true;
    this.#options.onState(true);
  }
}
