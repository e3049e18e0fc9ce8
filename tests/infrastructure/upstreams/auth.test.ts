import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeAuthClient } from '../../../src/infrastructure/upstreams/auth.ts';
import { failureFrom, lowerUuid, makeService, testWire, upperUuid } from './service.ts';

const service = makeService();
const client = () => makeAuthClient(testWire());
const wireUser = {
  id: 'u1',
  email: 'ada@example.org',
  fullName: 'Ada',
  roles: ['learner', 'Org-Admin'],
  organizationId: 'o1',
  locale: 'en',
  timeZone: 'Europe/London',
};
const user = { ...wireUser, roles: ['learner', 'org_admin'] };
const credentials = { email: 'ada@example.org', password: 'pw' };

describe('auth client', () => {
  it('logs in with the credentials as JSON and answers the user', async () => {
    service.answer('/auth/login', { user: wireUser });
    expect(await client().login(credentials)).toEqual(user);
    expect(service.asked[0]).toMatchObject({ method: 'POST', path: '/api/v1/auth/login' });
    expect(JSON.parse(service.asked[0]?.body ?? '')).toEqual(credentials);
  });

  it('answers null on bad credentials, and fails when the service does', async () => {
    service.answer('/auth/login', { error: 'bad credentials' }, 401);
    expect(await client().login(credentials)).toBeNull();
    service.answer('/auth/login', {}, 500);
    expect(await failureFrom(client().login(credentials))).toBe('unavailable');
  });

  it.each([
    ['an empty object', {}],
    ['an error body', { error: 'bad credentials' }],
    ['a user without an id', { user: { ...wireUser, id: null } }],
  ])('lets nobody in on %s with status 200', async (_, body) => {
    service.answer('/auth/login', body);
    expect(await failureFrom(client().login(credentials))).toBe('invalid_response');
  });

  it('strips secrets', async () => {
    service.answer('/users/u1', { ...wireUser, password_hash: '$2b$', mfaSecret: 'x' });
    expect(await client().user('u1')).toEqual(user);
  });

  it('answers null for an unknown user', async () => {
    service.answer('/users/u1', {}, 404);
    expect(await client().user('u1')).toBeNull();
  });

  it('reads what is left out as null', async () => {
    service.answer('/users/u1', { id: 'u1', roles: [] });
    expect(await client().user('u1')).toEqual({
      id: 'u1',
      email: null,
      fullName: null,
      roles: [],
      organizationId: null,
      locale: null,
      timeZone: null,
    });
  });

  it('takes a UUID in another case for the same id', async () => {
    service.answer(`/users/${lowerUuid}`, { ...wireUser, id: upperUuid });
    expect((await client().user(lowerUuid))?.id).toBe(lowerUuid);
    service.answer(`/users/${upperUuid}`, { ...wireUser, id: lowerUuid });
    expect((await client().user(upperUuid))?.id).toBe(lowerUuid);
  });

  it('refuses a reply about somebody else', async () => {
    service.answer('/users/u1', { ...wireUser, id: 'u2' });
    expect(await failureFrom(client().user('u1'))).toBe('invalid_response');
  });

  it('reads JSON inside a JSON string, sent as text', async () => {
    service.answerWith('/users/u1', () => HttpResponse.text(JSON.stringify(JSON.stringify(wireUser))));
    expect(await client().user('u1')).toEqual(user);
  });

  it('answers public keys and drops their private members', async () => {
    const key = { kid: 'k1', kty: 'RSA', alg: 'RS256', use: 'sig', n: 'AQAB', e: 'AQAB' };
    service.answer('/.well-known/jwks.json', { keys: [{ ...key, d: 'private', p: 'private' }] });
    expect(await client().jwks()).toEqual([key]);
  });

  it('fails when there is no key set, and does not answer an empty one', async () => {
    service.answer('/.well-known/jwks.json', {}, 404);
    expect(await failureFrom(client().jwks())).toBe('not_found');
    service.answer('/.well-known/jwks.json', {});
    expect(await failureFrom(client().jwks())).toBe('invalid_response');
  });
});
