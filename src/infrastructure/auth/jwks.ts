import { createPublicKey, type KeyObject } from 'node:crypto';
import axios, { type AxiosAdapter } from 'axios';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { JsonWebKey } from '../../application/ports/upstreams.ts';

const keysLiveMs = 10 * 60_000;
/** An unknown key id makes us look again, but no flood of them makes a flood of look-ups. */
const refetchPauseMs = 30_000;

const keyTypes: Record<'RS256' | 'ES256', string> = { RS256: 'RSA', ES256: 'EC' };

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const largestKeySetBytes = 64 * 1024;
const fetchTimeoutMs = 3000;

/** The keys at an address of configuration. @throws UpstreamError unavailable or invalid_response. */
export async function fetchKeySet(url: string, adapter: AxiosAdapter): Promise<JsonWebKey[]> {
  const { origin, pathname, search } = new URL(url);
  const reply = await axios
    .request<string>({
      baseURL: origin,
      url: `${pathname}${search}`,
      adapter,
      proxy: false,
      maxRedirects: 0,
      maxContentLength: largestKeySetBytes,
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      signal: AbortSignal.timeout(fetchTimeoutMs),
    })
    .catch(() => {
      throw new UpstreamError('unavailable', 'the key set cannot be fetched', { service: 'auth' });
    });
  try {
    return keySet.parse(JSON.parse(reply.data)).keys as unknown as JsonWebKey[];
  } catch {
    throw new UpstreamError('invalid_response', 'the key set cannot be read', { service: 'auth' });
  }
}

/** Public keys by id, fetched when needed and kept for ten minutes. */
export function makeKeySet(
  fetchKeys: () => Promise<JsonWebKey[]>,
  algorithm: 'RS256' | 'ES256',
  clock: Clock,
): (kid: string) => Promise<KeyObject | undefined> {
  let keys = new Map<string, KeyObject>();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  const usable = (key: JsonWebKey) =>
    key.kty === keyTypes[algorithm] && (key.alg ?? algorithm) === algorithm && (key.use ?? 'sig') === 'sig';

  async function load(): Promise<void> {
    triedAt = clock.now();
    const found = (await fetchKeys()).filter(usable);
    keys = new Map(
      found.flatMap((key) =>
        key.kid === undefined ? [] : [[key.kid, createPublicKey({ key, format: 'jwk' })]],
      ),
    );
    fetchedAt = clock.now();
  }

  function refresh(): Promise<void> {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  return async (kid) => {
    const now = clock.now();
    const old = now - fetchedAt >= keysLiveMs;
    const mayTry = now - triedAt >= refetchPauseMs;
    if (loading !== undefined || (mayTry && (old || !keys.has(kid)))) {
      // Old keys are better than none: a key set that cannot be fetched now leaves what is known.
      await refresh().catch((error: unknown) => {
        if (keys.size === 0) throw error;
      });
    }
    return keys.get(kid);
  };
}
