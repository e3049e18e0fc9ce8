import { createClient } from '@supabase/supabase-js';
import { RpcError } from '../../application/ports/rpc.ts';
import type { Database } from './database.ts';
import { checkFunctionName, rpcErrorOf } from './rpc-errors.ts';

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
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor({ url, serviceRoleKey, timeoutMs }: SupabaseOptions) {
    this.#client = createClient(url, serviceRoleKey, {
      db: { schema: 'api' },
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: { fetch: fetchWithin(timeoutMs) },
    });
  }

  async call(fn: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    checkFunctionName(fn);
    if (this.#closed) throw new RpcError('unavailable', `${fn}: the database is closed`);
    const running = this.#post(fn, args);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw rpcErrorOf(fn, error);
    } finally {
      this.#running.delete(running);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  /** The library answers errors as values. */
  async #post(fn: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { data, error } = await this.#client.rpc(fn, args);
    if (error) throw error;
    return data;
  }
}
