import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EndedTokenError } from '../../../src/application/ports/tokens.ts';
import { normaliseEmail } from '../../../src/domain/identity/email.ts';
import { MemorySessions } from '../../../src/infrastructure/auth/memory-sessions.ts';
import { makeTokenSigner, makeTokenVerifier } from '../../../src/infrastructure/auth/tokens.ts';
import { callScope, stoppedClock } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const seconds = Math.floor(clock.now() / 1000);
const secret = 'a secret of the test that is long enough';
const former = 'the one before it, which is long enough too';
const own = { secret, issuer: 'us', audience: 'api', lifeSeconds: 900 };
const base64 = (text: string) => Buffer.from(text).toString('base64url');

/** Signed as we do; the texts are taken as they are. */
function token(payload: string, { header = '{"alg":"HS256"}', key = secret } = {}): string {
  const signed = `${base64(header)}.${base64(payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
const claims = (changes: object = {}) =>
  JSON.stringify({
    sub: 'u-1',
    iss: 'us',
    aud: 'api',
    exp: seconds + 900,
    iat: seconds,
    jti: 'j-1',
    ...changes,
  });

const verify = (text: string, given: object = {}) =>
  makeTokenVerifier({ ...own, ...given }, undefined, new MemorySessions(clock), clock).verify(
    text,
    callScope(),
  );
const refused = { code: 'UNAUTHORIZED', message: 'A valid access token is needed.' };

describe('a token of our own', () => {
  it('may leave out tenant, roles, log-in and its own id', async () => {
    const text = token(claims({ jti: undefined, org: null }));
    expect(await verify(text)).toEqual({
      ...{ id: 'u-1', organizationId: null, roles: [], sessionId: null },
      tokenId: createHash('sha256').update(text).digest('base64url'),
      ...{ expiresAt: (seconds + 900) * 1000, asOf: seconds * 1000 },
    });
    expect(await verify(token(claims({ org: 'org-1', sid: 's-1', roles: 'trainer' })))).toMatchObject({
      ...{ organizationId: 'org-1', sessionId: 's-1', roles: ['trainer'], tokenId: 'j-1' },
    });
  });

  it('may be signed with the secret before, as long as there is one, and with no other', async () => {
    const old = token(claims(), { key: former });
    expect(await verify(old, { formerSecret: former })).toMatchObject({ id: 'u-1' });
    expect(await verify(token(claims()), { formerSecret: former })).toMatchObject({ id: 'u-1' });
    await expect(verify(old)).rejects.toMatchObject(refused);
    await expect(verify(token(claims(), { key: 'another' }), { formerSecret: former })).rejects.toMatchObject(
      refused,
    );
  });

  it.each([
    ['a claim that comes twice', token(claims().replace('{', '{"sub":"u-2",'))],
    ['a name in its header that comes twice', token(claims(), { header: '{"alg":"none","alg":"HS256"}' })],
    ['an issuer that nobody knows', token(claims({ iss: 'them' }))],
    ['no issuer', token(claims({ iss: undefined }))],
    ['a text for a payload', token('"us"')],
    ['nothing in it', ''],
    ['one part', base64(claims())],
    ['a header that is none', token(claims(), { header: '[]' })],
  ])('is refused with %s', async (_name, text) => {
    await expect(verify(text)).rejects.toMatchObject(refused);
  });
});

describe('the time in a token', () => {
  const bySecret = { secret, formerSecret: former };

  it('may be five seconds ahead of ours, and no more: it would outlast a change of roles', async () => {
    expect(await verify(token(claims({ iat: seconds + 5 })))).toMatchObject({ asOf: (seconds + 5) * 1000 });
    await expect(verify(token(claims({ iat: seconds + 5.001 })))).rejects.toMatchObject(refused);
  });

  it.each([
    ['the secret', { secret }, secret],
    ['the secret, while there is a former one', bySecret, secret],
    ['the former one', bySecret, former],
  ])('that is over says so of one signed with %s', async (_key, given, key) => {
    const ended = verify(token(claims({ exp: seconds - 6 }), { key }), given);
    await expect(ended).rejects.toBeInstanceOf(EndedTokenError);
  });

  it('says nothing of a token that nobody of us has signed', async () => {
    const ended = verify(token(claims({ exp: seconds - 6 }), { key: 'another' }), bySecret);
    await expect(ended).rejects.not.toBeInstanceOf(EndedTokenError);
  });
});

it('a token may have 4,096 characters and not one more', async () => {
  const longOf = (length: number) => {
    const short = token(claims({ padding: '' })).length;
    for (let size = Math.floor(((length - short) * 3) / 4) - 4; ; size += 1) {
      const text = token(claims({ padding: 'x'.repeat(size) }));
      if (text.length >= length) return text;
    }
  };
  expect(longOf(4096)).toHaveLength(4096);
  expect(await verify(longOf(4096))).toMatchObject({ id: 'u-1' });
  await expect(verify(longOf(4097))).rejects.toMatchObject(refused);
});

describe('tokens that were verified', () => {
  const verifierOf = (mostKept?: number) => {
    const moving = stoppedClock();
    return {
      moving,
      verifier: makeTokenVerifier(own, undefined, new MemorySessions(moving), moving, mostKept),
    };
  };
  const tokenOf = (jti: string) => token(claims({ jti }));

  it('are good without another look until they end', async () => {
    const { moving, verifier } = verifierOf();
    await verifier.verify(tokenOf('j-1'), callScope());
    moving.advance(900_000 - 1);
    expect(verifier.verifyCached(tokenOf('j-1'))).toMatchObject({ tokenId: 'j-1' });
    moving.advance(1);
    expect(verifier.verifyCached(tokenOf('j-1'))).toBeUndefined();
  });

  it('are kept up to a number, and with one more only that one is', async () => {
    const { verifier } = verifierOf(2);
    const kept = () =>
      ['j-1', 'j-2', 'j-3'].filter((jti) => verifier.verifyCached(tokenOf(jti)) !== undefined);
    await verifier.verify(tokenOf('j-1'), callScope());
    await verifier.verify(tokenOf('j-2'), callScope());
    expect(kept()).toEqual(['j-1', 'j-2']);
    await verifier.verify(tokenOf('j-3'), callScope());
    expect(kept()).toEqual(['j-3']);
  });

  it('are looked at anew when the secrets are others', async () => {
    const { moving, verifier } = verifierOf();
    const signer = makeTokenSigner(own, moving);
    const sign = () =>
      signer.sign({
        ...{ userId: 'u-1', organizationId: null, roles: [] },
        ...{ tokenId: 'j-1', sessionId: 's', asOf: moving.now() },
      }).token;
    const old = sign();
    await verifier.verify(old, callScope());
    const next = 'the one after it, which is long enough too';
    verifier.useSecrets({ secret: next, formerSecret: secret });
    signer.useSecrets({ secret: next });
    expect(verifier.verifyCached(old)).toBeUndefined();
    for (const text of [old, sign()])
      expect(await verifier.verify(text, callScope())).toMatchObject({ id: 'u-1' });
    verifier.useSecrets({ secret: next });
    expect(verifier.verifyCached(old)).toBeUndefined();
    await expect(verifier.verify(old, callScope())).rejects.toMatchObject(refused);
    expect(await verifier.verify(sign(), callScope())).toMatchObject({ id: 'u-1' });
  });
});

describe('a key of the Auth service', () => {
  it.each([
    ['in the name of somebody else', { iss: 'somebody' }, { alg: 'RS256', kid: 'k1' }],
    ['in our own name', { iss: 'us' }, { alg: 'RS256', kid: 'k1' }],
    ['without its id', { iss: 'them' }, { alg: 'RS256' }],
  ])('is not even asked for by a token %s', async (_whose, changes, header) => {
    const asked: unknown[] = [];
    const keyFor = async (kid: string) => {
      asked.push(kid);
      return undefined;
    };
    const verifier = makeTokenVerifier(
      own,
      { issuer: 'them', algorithm: 'RS256', keyFor },
      new MemorySessions(clock),
      clock,
    );
    const text = token(claims(changes), { header: JSON.stringify(header), key: 'another' });
    await expect(verifier.verify(text, callScope())).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
  });
});

it('an e-mail address is the same however it is written', () => {
  expect(normaliseEmail('  Ada@Example.ORG ')).toBe('ada@example.org');
});
