import { createClient } from '@supabase/supabase-js';
import { Calls } from './calls.ts';
import type { Database } from './database.ts';

export interface SupabaseOptions {
  url: string;
  /** A secret: it passes row-level security. */
  serviceRoleKey: string;
  /** Longest time of one call, milliseconds. */
  timeoutMs: number;
}

/** supabase-js itself waits for ever. */
const fetchWithin =
  (timeoutMs: number): typeof fetch =>
  (input, init) => {
    const limit = AbortSignal.timeout(timeoutMs);
    return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
  };

/**
 * Supabase over `rpc()`, always as POST: the library retries GETs by itself for seconds. It has no replica to
 * choose, so `readOnly` changes nothing. Schema `api` must be among the project's exposed schemas.
 */
export class SupabaseDatabase implements Database {
  readonly #client;
  readonly #calls = new Calls();

  constructor({ url, serviceRoleKey, timeoutMs }: SupabaseOptions) {
    this.#client = createClient(url, serviceRoleKey, {
      db: { schema: 'api' },
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: { fetch: fetchWithin(timeoutMs) },
    });
  }

  call(fn: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#calls.run(fn, () => this.#post(fn, args));
  }

  close(): Promise<void> {
    return this.#calls.close();
  }

  /** The library answers errors as values. */
  async #post(fn: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { data, error } = await this.#client.rpc(fn, args);
    if (error) throw error;
    return data;
  }
}
