import { generateKeyPairSync } from 'node:crypto';
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios';
import { describe, expect, it } from 'vitest';
import type { JsonWebKey } from '../../../src/application/ports/upstreams.ts';
import { fetchKeySet, makeKeySet } from '../../../src/infrastructure/auth/jwks.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const url = 'https://auth.example/keys/now?v=2';

function adapterWith(answer: string | Error) {
  const asked: InternalAxiosRequestConfig[] = [];
  const adapter: AxiosAdapter = async (config) => {
    asked.push(config);
    if (answer instanceof Error) throw answer;
    return { data: answer, status: 200, statusText: 'OK', headers: {}, config };
  };
  return { adapter, asked };
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const key = (changes: Partial<JsonWebKey> = {}, from = rsa) =>
  ({ ...from.export({ format: 'jwk' }), ...changes }) as JsonWebKey;

describe('a set of keys', () => {
  it('is asked for at its one address, without a proxy or a redirect, in bounded size', async () => {
    const { adapter, asked } = adapterWith('{"keys": [{"kty": "RSA", "kid": "k1"}]}');
    expect(await fetchKeySet(url, adapter)).toEqual([{ kty: 'RSA', kid: 'k1' }]);
    expect(asked).toMatchObject([
      {
        ...{ baseURL: 'https://auth.example', url: '/keys/now?v=2', proxy: false, maxRedirects: 0 },
        ...{ maxContentLength: 65_536, responseType: 'text' },
      },
    ]);
    expect(asked[0]?.signal).toBeInstanceOf(AbortSignal);
  });

  it('that cannot be had and one that cannot be read are told apart, as failures of Auth', async () => {
    const failure = (answer: string | Error) => fetchKeySet(url, adapterWith(answer).adapter);
    await expect(failure(new Error('no way'))).rejects.toMatchObject({
      ...{ failure: 'unavailable', service: 'auth', message: 'the key set cannot be fetched' },
    });
    for (const bad of ['<html>', '{}', '{"keys": [{}]}', '{"keys": {}}'])
      await expect(failure(bad)).rejects.toMatchObject({
        ...{ failure: 'invalid_response', service: 'auth', message: 'the key set cannot be read' },
      });
  });

  it('has only keys of the one algorithm, for signing, with a name', async () => {
    const keys = [
      key({ kid: 'plain' }),
      key({ kid: 'said', alg: 'RS256', use: 'sig' }),
      key({ kid: 'other algorithm', alg: 'RS512' }),
      key({ kid: 'for encryption', use: 'enc' }),
      key({ kid: 'other type' }, ec),
      key(),
    ];
    const found = async (algorithm: 'RS256' | 'ES256') => {
      const keyFor = makeKeySet(async () => keys, algorithm, stoppedClock());
      const kids = keys.map(({ kid }) => kid ?? 'undefined');
      const known = await Promise.all(
        kids.map(async (kid) => [kid, (await keyFor(kid)) !== undefined] as const),
      );
      return known.filter(([, is]) => is).map(([kid]) => kid);
    };
    expect(await found('RS256')).toEqual(['plain', 'said']);
    expect(await found('ES256')).toEqual(['other type']);
  });

  it('is kept for ten minutes, and asked for anew at most every thirty seconds', async () => {
    const clock = stoppedClock();
    let fetched = 0;
    const keyFor = makeKeySet(
      async () => {
        fetched += 1;
        return [key({ kid: 'k1' })];
      },
      'RS256',
      clock,
    );
    const fetchedAfter = async (ms: number, kid: string) => {
      clock.advance(ms);
      await keyFor(kid);
      return fetched;
    };
    expect(await fetchedAfter(0, 'k1')).toBe(1);
    expect(await fetchedAfter(29_999, 'k2')).toBe(1);
    expect(await fetchedAfter(1, 'k2')).toBe(2);
    expect(await fetchedAfter(599_999, 'k1')).toBe(2);
    expect(await fetchedAfter(1, 'k1')).toBe(3);
  });
});
