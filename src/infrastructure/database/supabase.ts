import { createClient } from '@supabase/supabase-js';
import type { RpcOptions } from '../../application/ports/rpc.ts';
import { Calls, longTimeoutMs } from './calls.ts';
import type { Database } from './database.ts';

export interface SupabaseOptions {
  url: string;
  /** A secret: it passes row-level security. */
  serviceRoleKey: string;
  /** Longest time of one call, milliseconds. */
  timeoutMs: number;
  /** The same of a call that `isLong`; ten minutes when it is left out. The project's own limit ends it earlier. */
  longTimeoutMs?: number;
  /** Told of each call that the database has no function for. */
  onUnknownFunction?: ((fn: string) => void) | undefined;
}

/**
 * Supabase over `rpc()`, always as POST: the library retries GETs by itself for seconds. It has no replica to
 * choose, so `readOnly` changes nothing. Schema `api` must be among the project's exposed schemas.
 */
export class SupabaseDatabase implements Database {
  readonly #client;
  readonly #timeoutMs: number;
  readonly #longMs: number;
  readonly #calls: Calls;

  constructor(options: SupabaseOptions) {
    const { url, serviceRoleKey, timeoutMs, longTimeoutMs: longMs = longTimeoutMs } = options;
    this.#calls = new Calls(options.onUnknownFunction);
    this.#timeoutMs = timeoutMs;
    this.#longMs = longMs;
    this.#client = createClient(url, serviceRoleKey, {
      db: { schema: 'api' },
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    });
  }

  call(
    fn: string,
    args: Readonly<Record<string, unknown>>,
    { isLong = false }: RpcOptions = {},
  ): Promise<unknown> {
    return this.#calls.run(fn, () => this.#post(fn, args, isLong ? this.#longMs : this.#timeoutMs));
  }

  close(): Promise<void> {
    return this.#calls.close();
  }

  /** The library answers errors as values, and by itself waits for ever. */
  async #post(fn: string, args: Readonly<Record<string, unknown>>, limitMs: number): Promise<unknown> {
    const { data, error } = await this.#client.rpc(fn, args).abortSignal(AbortSignal.timeout(limitMs));
    if (error) throw error;
    return data;
  }
}
