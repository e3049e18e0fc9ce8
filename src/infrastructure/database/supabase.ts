import { createClient } from '@supabase/supabase-js';
import type { RpcOptions } from '../../application/ports/rpc.ts';
import { Calls, longTimeoutMs, type WatchCall } from './calls.ts';
import type { Database } from './database.ts';
import { ServerLink } from './server-link.ts';

export interface SupabaseOptions {
  url: string;
  /** A secret: it passes row-level security. */
  serviceRoleKey: string;
  /** Longest time of one call, milliseconds. */
  timeoutMs: number;
  /** The same of a call that `isLong`; ten minutes when it is left out. The project's own limit ends it earlier. */
  longTimeoutMs?: number;
  /** Told when the project does not answer in time, and when it does again. */
  onState?: ((isUp: boolean) => void) | undefined;
  /** Told of each call that the database has no function for. */
  onUnknownFunction?: ((fn: string) => void) | undefined;
  watch?: WatchCall | undefined;
}

/** Longest wait of a probe for its answer, milliseconds. */
const probeMs = 1000;

/**
 * Supabase over `rpc()`, always as POST: the library retries GETs by itself for seconds. It has no replica to
 * choose, so `readOnly` changes nothing. Schema `api` must be among the project's exposed schemas.
 */
export class SupabaseDatabase implements Database {
  readonly #client;
  readonly #timeoutMs: number;
  readonly #longMs: number;
  readonly #calls: Calls;
  readonly #link: ServerLink;
  #suspicion: Promise<void> | undefined;

  constructor(options: SupabaseOptions) {
    const { url, serviceRoleKey, timeoutMs, longTimeoutMs: longMs = longTimeoutMs } = options;
    this.#calls = new Calls(options.onUnknownFunction, options.watch);
    this.#timeoutMs = timeoutMs;
    this.#longMs = longMs;
    this.#client = createClient(url, serviceRoleKey, {
      db: { schema: 'api' },
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    });
    this.#link = new ServerLink({
      probe: () => this.#probe(),
      onState: options.onState ?? (() => undefined),
    });
  }

  call(
    fn: string,
    args: Readonly<Record<string, unknown>>,
    { isLong = false }: RpcOptions = {},
  ): Promise<unknown> {
    return this.#calls.run(fn, async () => {
      this.#link.check();
      const limit = AbortSignal.timeout(isLong ? this.#longMs : this.#timeoutMs);
      try {
        return await this.#post(fn, args, limit);
      } catch (error) {
        if (limit.aborted) this.#suspect();
        throw error;
      }
    });
  }

  close(): Promise<void> {
    this.#link.close();
    return this.#calls.close();
  }

  async #probe(): Promise<void> {
    await this.#post('ping', {}, AbortSignal.timeout(probeMs));
  }

  /** One call was too slow for us, which the project need not know of: the way shuts if it answers nothing else either. */
  #suspect(): void {
    this.#suspicion ??= this.#probe()
      .catch(() => this.#link.shut())
      .finally(() => {
        this.#suspicion = undefined;
      });
  }

  /** The library answers errors as values, and by itself waits for ever. */
  async #post(fn: string, args: Readonly<Record<string, unknown>>, limit: AbortSignal): Promise<unknown> {
    const { data, error } = await this.#client.rpc(fn, args).abortSignal(limit);
    if (error) throw error;
    return data;
  }
}
