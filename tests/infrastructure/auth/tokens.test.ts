import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import jwt, { type Algorithm } from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import type { JsonWebKey } from '../../../src/application/ports/upstreams.ts';
import { makeKeySet } from '../../../src/infrastructure/auth/jwks.ts';
import { MemorySessions } from '../../../src/infrastructure/auth/memory-sessions.ts';
import { makeTokenSigner, makeTokenVerifier } from '../../../src/infrastructure/auth/tokens.ts';
import { callScope, stoppedClock } from '../../fixtures/stubs.ts';

const own = { secret: 'x'.repeat(40), issuer: 'us', audience: 'api', lifeSeconds: 900 };
const clock = stoppedClock();
const nowSeconds = Math.floor(clock.now() / 1000);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (key: KeyObject, kid: string) =>
  ({ ...key.export({ format: 'jwk' }), kid }) as unknown as JsonWebKey;

const verifierFor = (
  algorithm: 'RS256' | 'ES256',
  keys: () => Promise<JsonWebKey[]>,
  sessions = new MemorySessions(clock),
) =>
  makeTokenVerifier(
    own,
    { issuer: 'them', algorithm, keyFor: makeKeySet(keys, algorithm, clock) },
    sessions,
    clock,
  );

const rsaKeys = async () => [jwk(rsa.publicKey, 'k1')];
const verifier = verifierFor('RS256', rsaKeys);
const claims = {
  sub: 'u-1',
  org: 'org-1',
  roles: ['Org-Admin', 'root'],
  jti: 'j-1',
  sid: 's-1',
  iss: 'us',
  aud: 'api',
  iat: nowSeconds,
  nbf: nowSeconds,
  exp: nowSeconds + 900,
};
const sign = (
  changes: object = {},
  key: KeyObject | string = own.secret,
  algorithm: Algorithm = 'HS256',
  header: object = {},
) =>
  jwt.sign(
    JSON.parse(JSON.stringify({ ...claims, ...changes })),
    typeof key === 'string' ? createSecretKey(Buffer.from(key)) : key,
    {
      algorithm,
      allowInvalidAsymmetricKeyTypes: true,
      noTimestamp: 'iat' in changes && changes.iat === undefined,
      header: { alg: algorithm, ...header } as jwt.JwtHeader,
    },
  );
const external = (changes: object = {}, header: object = { kid: 'k1' }) =>
  sign({ iss: 'them', ...changes }, rsa.privateKey, 'RS256', header);
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const verify = (token: string) => verifier.verify(token, callScope());

describe('a good token', () => {
  it('of our own says who asks, with roles as we know them', async () => {
    const { token } = makeTokenSigner(own, clock).sign({
      userId: 'u-1',
      organizationId: null,
      roles: ['trainer'],
      tokenId: 'j',
      sessionId: 's',
      asOf: clock.now() - 250,
    });
    expect(await verify(token)).toEqual({
      id: 'u-1',
      organizationId: null,
      roles: ['trainer'],
      tokenId: 'j',
      sessionId: 's',
      expiresAt: (nowSeconds + 900) * 1000,
      asOf: clock.now() - 250,
    });
    expect((await verify(sign())).roles).toEqual(['org_admin']);
  });

  it('of the Auth service is read with its key, RS256 and ES256 alike', async () => {
    expect((await verify(external())).id).toBe('u-1');
    const es = verifierFor('ES256', async () => [jwk(ec.publicKey, 'e1')]);
    const token = sign({ iss: 'them' }, ec.privateKey, 'ES256', { kid: 'e1' });
    expect((await es.verify(token, callScope())).id).toBe('u-1');
  });

  it('costs its cryptography once, and stops working when it ends or is revoked', async () => {
    const sessions = new MemorySessions(clock);
    const once = verifierFor('RS256', rsaKeys, sessions);
    const token = sign();
    expect(once.verifyCached(token)).toBeUndefined();
    const viewer = await once.verify(token, callScope());
    expect(once.verifyCached(token)).toBe(viewer);
    await sessions.revokeToken('j-1', viewer.expiresAt);
    expect(once.verifyCached(token)).toBeUndefined();
    await expect(once.verify(token, callScope())).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('is not taken for another with the same signature', async () => {
    const once = verifierFor('RS256', rsaKeys, new MemorySessions(clock));
    const token = sign();
    await once.verify(token, callScope());
    const [header, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'u-2' })).toString('base64url');
    for (const forged of [`${header}.${claims}.${signature}`, signature ?? '', token.slice(1), ` ${token}`])
      expect(once.verifyCached(forged)).toBeUndefined();
  });

  it('stops working with the whole log-in it came from', async () => {
    const sessions = new MemorySessions(clock);
    const once = verifierFor('RS256', rsaKeys, sessions);
    const token = sign();
    await once.verify(token, callScope());
    await sessions.revokeFamily('s-1');
    expect(once.verifyCached(token)).toBeUndefined();
  });
});

describe('a change of roles ends', () => {
  const sessions = new MemorySessions(clock);
  const verifier = verifierFor('RS256', rsaKeys, sessions);
  const refused = { code: 'UNAUTHORIZED' };
  const signer = makeTokenSigner(own, clock);
  const ours = (userId: string, asOf: number) =>
    signer.sign({
      userId,
      organizationId: null,
      roles: [],
      tokenId: `${userId} ${asOf}`,
      sessionId: 's',
      asOf,
    }).token;

  it('what was said of the user before, to the millisecond, and of nobody else', async () => {
    const before = ours('u-1', clock.now() - 1);
    await verifier.verify(before, callScope());
    await sessions.endUser('u-1', clock.now());
    expect(verifier.verifyCached(before)).toBeUndefined();
    await expect(verifier.verify(before, callScope())).rejects.toMatchObject(refused);
    await verifier.verify(ours('u-1', clock.now()), callScope());
    await verifier.verify(ours('u-2', clock.now() - 1), callScope());
  });

  it('tokens of the Auth service that may be of before, however its clock goes, and those that do not say', async () => {
    await sessions.endUser('u-1', clock.now());
    for (const iat of [nowSeconds - 60, nowSeconds + 4, undefined])
      await expect(verifier.verify(external({ iat }), callScope())).rejects.toMatchObject(refused);
    expect((await verifier.verify(external({ iat: nowSeconds + 5 }), callScope())).id).toBe('u-1');
  });
});

describe('a bad token is refused in the same words', () => {
  const [, payload = ''] = sign().split('.');
  const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const bad: [string, string][] = [
    ['nothing', ''],
    ['noise', 'not.a.token'],
    ['alg none', `${base64({ alg: 'none', typ: 'JWT' })}.${payload}.`],
    ['alg None with a signature', `${base64({ alg: 'None' })}.${payload}.abc`],
    ['another secret', sign({}, 'y'.repeat(40))],
    ['HS512 with the right secret', sign({}, own.secret, 'HS512')],
    ['HS256 signed with the public key', sign({ iss: 'them' }, publicPem, 'HS256', { kid: 'k1' })],
    ['RS256 in our own name', sign({}, rsa.privateKey, 'RS256', { kid: 'k1' })],
    ['HS256 in the Auth service’s name', sign({ iss: 'them' }, own.secret, 'HS256', { kid: 'k1' })],
    ['PS256 instead of RS256', sign({ iss: 'them' }, rsa.privateKey, 'PS256', { kid: 'k1' })],
    [
      'a key of its own in the header',
      external({}, { kid: 'evil', jwk: rsa.publicKey.export({ format: 'jwk' }) }),
    ],
    [
      'a key address in the header',
      external({}, { kid: 'evil', jku: 'https://evil.example/keys', x5u: 'https://evil.example' }),
    ],
    ['a path for a key id', external({}, { kid: '../../etc/passwd' })],
    ['no key id', external({}, {})],
    ['an unknown issuer', sign({ iss: 'somebody' })],
    ['no issuer', sign({ iss: undefined })],
    ['another audience', sign({ aud: 'elsewhere' })],
    ['no audience', sign({ aud: undefined })],
    ['ended', sign({ exp: nowSeconds - 6 })],
    ['no end', sign({ exp: undefined })],
    ['not valid yet', sign({ nbf: nowSeconds + 60 })],
    ['a subject that is no text', sign({ sub: undefined })],
    ['a subject with other letters', sign({ sub: 'ü/..' })],
    ['too long', sign({ padding: 'x'.repeat(5000) })],
    ['changed after signing', sign().replace(/\.[^.]+\./, `.${base64({ ...claims, roles: ['admin'] })}.`)],
  ];
  it.each(bad)('%s', async (_name, token) => {
    await expect(verify(token)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'A valid access token is needed.',
    });
  });
});

describe('keys of the Auth service', () => {
  it('are fetched again for an unknown key id, but not for a flood of them', async () => {
    const moving = stoppedClock();
    let fetched = 0;
    let keys = [jwk(rsa.publicKey, 'k1')];
    const keyFor = makeKeySet(
      async () => {
        fetched += 1;
        return keys;
      },
      'RS256',
      moving,
    );
    expect(await keyFor('k1')).toBeDefined();
    await Promise.all(Array.from({ length: 50 }, (_, index) => keyFor(`unknown-${index}`)));
    expect(fetched).toBe(1);
    keys = [jwk(rsa.publicKey, 'k2')];
    moving.advance(31_000);
    expect(await keyFor('k2')).toBeDefined();
    expect(fetched).toBe(2);
  });

  it('that cannot be fetched are our trouble: 503, not 401', async () => {
    const failing = verifierFor('RS256', () => Promise.reject(new UpstreamError('unavailable', 'down')));
    // The second time too, although nobody is asked again so soon.
    for (let times = 0; times < 2; times += 1)
      await expect(failing.verify(external(), callScope())).rejects.toMatchObject({
        ...{ code: 'UPSTREAM_UNAVAILABLE', message: 'Tokens cannot be checked now.' },
        retryAfterSeconds: 5,
      });
  });

  it('are asked for again a second after they could not be had, and not before', async () => {
    const moving = stoppedClock();
    let fetched = 0;
    const keyFor = makeKeySet(
      async () => {
        fetched += 1;
        if (fetched === 1) throw new UpstreamError('unavailable', 'down');
        return rsaKeys();
      },
      'RS256',
      moving,
    );
    for (let times = 0; times < 20; times += 1) await expect(keyFor('k1')).rejects.toThrow('down');
    expect(fetched).toBe(1);
    moving.advance(1000);
    expect(await keyFor('k1')).toBeDefined();
  });

  it('are read without the one among them that cannot be', async () => {
    const broken = { kty: 'RSA', kid: 'k0', n: 7, e: 'AQAB' } as unknown as JsonWebKey;
    const keyFor = makeKeySet(async () => [broken, ...(await rsaKeys())], 'RS256', clock);
    expect(await keyFor('k1')).toBeDefined();
    expect(await keyFor('k0')).toBeUndefined();
  });

  it('stay in use when they cannot be fetched anew', async () => {
    const moving = stoppedClock();
    let down = false;
    const keyFor = makeKeySet(() => (down ? Promise.reject(new Error('down')) : rsaKeys()), 'RS256', moving);
    await keyFor('k1');
    down = true;
    moving.advance(3_600_000);
    expect(await keyFor('k1')).toBeDefined();
  });
});
