import { createPublicKey, type KeyObject } from 'node:crypto';
import axios, { type AxiosAdapter } from 'axios';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { UpstreamError } from '../../application/ports/upstream-error.ts';

const keysLiveMs = 10 * 60_000;
/** An unknown key id makes us look again, but no flood of them makes a flood of look-ups. */
const refetchPauseMs = 30_000;
/** After a failure that left us without any key. */
const retryPauseMs = 1000;

const keyTypes: Record<'RS256' | 'ES256', string> = { RS256: 'RSA', ES256: 'EC' };

/** Of the other members any may be anything: a key that cannot be used must not cost us the others. */
const publicKey = z.looseObject({ kty: z.string() });
type PublicKey = z.output<typeof publicKey>;
const keySet = z.object({ keys: z.array(publicKey) });
const largestKeySetBytes = 64 * 1024;
const fetchTimeoutMs = 3000;

/** The keys at an address of configuration. @throws UpstreamError unavailable or invalid_response. */
export async function fetchKeySet(url: string, adapter: AxiosAdapter): Promise<PublicKey[]> {
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
    return keySet.parse(JSON.parse(reply.data)).keys;
  } catch {
    throw new UpstreamError('invalid_response', 'the key set cannot be read', { service: 'auth' });
  }
}

/** Null for one that cannot be read. */
function publicKeyOf(key: PublicKey): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return null;
  }
}

/** Public keys by id, fetched when needed and kept for ten minutes. @throws UpstreamError while there are none. */
export function makeKeySet(
  fetchKeys: () => Promise<readonly PublicKey[]>,
  algorithm: 'RS256' | 'ES256',
  clock: Clock,
): (kid: string) => Promise<KeyObject | undefined> {
  let keys = new Map<string, KeyObject>();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;
  /** Why there is not a single key. */
  let failure: unknown;

  const usable = ({ kty, alg, use }: PublicKey) =>
    kty === keyTypes[algorithm] && (alg ?? algorithm) === algorithm && (use ?? 'sig') === 'sig';

  async function load(): Promise<void> {
    triedAt = clock.now();
    const found = (await fetchKeys()).filter(usable);
    keys = new Map(
      found.flatMap((key): [string, KeyObject][] => {
        const { kid } = key;
        const read = publicKeyOf(key);
        return typeof kid !== 'string' || read === null ? [] : [[kid, read]];
      }),
    );
    fetchedAt = clock.now();
    failure = undefined;
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
    const mayTry = now - triedAt >= (failure === undefined ? refetchPauseMs : retryPauseMs);
    if (loading !== undefined || (mayTry && (old || !keys.has(kid)))) {
      // Old keys are better than none: a key set that cannot be fetched now leaves what is known.
      await refresh().catch((error: unknown) => {
        if (keys.size === 0) failure = error;
      });
    }
    // A good token must not be refused because its key could not be had a moment ago.
    if (failure !== undefined) throw failure;
    return keys.get(kid);
  };
}
