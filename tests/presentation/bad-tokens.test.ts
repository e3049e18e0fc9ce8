/** Every bad token over HTTP, against the whole application: all are refused, and all alike. */
import {
  constants,
  createHmac,
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { type BadToken, badTokens, type Key } from '../fixtures/bad-tokens.ts';

const secret = 'the-secret-of-this-test-which-is-long-enough';
const former = 'the-secret-before-it-which-is-long-enough-too';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const signers: Record<Key, (bytes: string, algorithm: string) => Buffer> = {
  secret: (bytes, algorithm) => hmac(secret, bytes, algorithm),
  former: (bytes, algorithm) => hmac(former, bytes, algorithm),
  'another secret': (bytes, algorithm) => hmac('', bytes, algorithm),
  'public key as secret': (bytes, algorithm) =>
    hmac(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), bytes, algorithm),
  rsa: (bytes, algorithm) => asymmetric(rsa.privateKey, bytes, algorithm),
  'another rsa': (bytes, algorithm) => asymmetric(otherRsa.privateKey, bytes, algorithm),
  ec: (bytes) => signBytes('sha256', Buffer.from(bytes), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
  none: () => Buffer.alloc(0),
};
const bitsOf = (algorithm: string) => /\d{3}$/.exec(algorithm)?.[0] ?? '256';
const hmac = (text: string, bytes: string, algorithm: string) =>
  createHmac(`sha${bitsOf(algorithm)}`, createSecretKey(Buffer.from(text)))
    .update(bytes)
    .digest();
const asymmetric = (key: KeyObject, bytes: string, algorithm: string) =>
  signBytes(
    `sha${bitsOf(algorithm)}`,
    Buffer.from(bytes),
    algorithm.startsWith('PS')
      ? {
          key: createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' })),
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32,
        }
      : key,
  );
const base64 = (text: string) => Buffer.from(text).toString('base64url');
const inSeconds = new Set(['exp', 'nbf', 'iat']);

function make({
  issuer,
  claims = {},
  header = {},
  payload,
  rawHeader,
  mangle,
  ...bad
}: Omit<BadToken, 'name'>) {
  const algorithm = bad.algorithm ?? (issuer === 'us' ? 'HS256' : 'RS256');
  const key = bad.key ?? (issuer === 'us' ? 'secret' : 'rsa');
  const now = Math.floor(Date.now() / 1000);
  const good = {
    ...{ sub: 'u-000001', org: 'org-1', roles: ['learner'], jti: 'j-1', sid: 's-1' },
    ...{ iss: issuer === 'us' ? 'learning-analytics' : 'the-auth-service', aud: 'learning-analytics' },
  };
  const changed = Object.entries(claims).map(([name, value]) => [
    name,
    inSeconds.has(name) && typeof value === 'number' ? now + value : value,
  ]);
  const times = { iat: now, nbf: now, exp: now + 900 };
  const body =
    payload?.replace('%', JSON.stringify(good).slice(1, -1)) ??
    JSON.stringify({ ...good, ...times, ...Object.fromEntries(changed) });
  const head =
    rawHeader ??
    JSON.stringify({ alg: algorithm, typ: 'JWT', ...(issuer === 'auth' ? { kid: 'k1' } : {}), ...header });
  const text = `${base64(head)}.${base64(body)}`;
  const token = `${text}.${signers[key](text, algorithm).toString('base64url')}`;
  return mangle?.(token) ?? token;
}

let keys: Server;
let fetches = 0;
let container: Container;
let server: Server;
let api: string;
const listening = async (one: Server) => {
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
};

beforeAll(async () => {
  keys = createServer((_request, response) => {
    fetches += 1;
    const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  const config = readConfig({
    ...{ DATABASE: 'none', LOG_LEVEL: 'silent', MOCK_LEARNERS: '50', RATE_ADDRESS_PER_MINUTE: '100000' },
    ...{ ABUSE_BAD_CREDENTIALS_PER_10_MINUTES: '0' },
    ...{ JWT_SECRET: secret, JWT_FORMER_SECRET: former },
    ...{ AUTH_JWKS_URL: await listening(keys), AUTH_JWKS_ISSUER: 'the-auth-service' },
  });
  if (!config.ok) throw new Error(config.problems.join('\n'));
  container = await makeContainer(config.config);
  server = createServer(container.listener);
  api = await listening(server);
});
afterAll(async () => {
  server.close();
  keys.close();
  await container.close();
});

async function ask(token: string) {
  const response = await fetch(`${api}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } });
  const { meta: _requestId, ...body } = (await response.json()) as { meta: object };
  const {
    'x-request-id': _id,
    date: _date,
    ratelimit: _left,
    ...headers
  } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body };
}

describe('tokens over HTTP', () => {
  it('that are good are taken, of each issuer, with the secret and the one before it', async () => {
    for (const good of [
      { issuer: 'us' },
      { issuer: 'us', key: 'former' },
      { issuer: 'auth' },
      { issuer: 'auth', header: { typ: 'at+jwt' } },
      { issuer: 'us', header: { typ: undefined } },
      { issuer: 'us', claims: { aud: ['courses', 'learning-analytics'] } },
    ] as const)
      expect((await ask(make(good))).status, JSON.stringify(good)).toBe(200);
  });

  it('that are bad are refused, all in the same words, and cost one look at the keys of Auth', async () => {
    const nothing = await ask('');
    expect(nothing.status).toBe(401);
    const wrong: string[] = [];
    for (const { name, ...bad } of badTokens) {
      const answer = await ask(make(bad));
      if (JSON.stringify(answer) !== JSON.stringify(nothing)) wrong.push(`${name}: ${answer.status}`);
    }
    expect(wrong).toEqual([]);
    expect(badTokens.length).toBeGreaterThan(90);
    expect(fetches).toBe(1);
  });
});
