import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { normaliseEmail } from '../../../src/domain/identity/email.ts';
import { MemorySessions } from '../../../src/infrastructure/auth/memory-sessions.ts';
import { makeTokenVerifier } from '../../../src/infrastructure/auth/tokens.ts';
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

it('an e-mail address is the same however it is written', () => {
  expect(normaliseEmail('  Ada@Example.ORG ')).toBe('ada@example.org');
});
