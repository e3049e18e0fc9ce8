import { describe, expect, it } from 'vitest';
import { MockRefusal, type MockRequest } from '../../mocks/route.ts';
import { makeMockTransports, mockTransport } from '../../mocks/transport.ts';
import { failureOf } from '../../src/application/ports/upstream-error.ts';
import { services } from '../../src/domain/provenance.ts';
import { clients } from '../../src/infrastructure/upstreams/clients.ts';
import { makeWire } from '../../src/infrastructure/upstreams/wire.ts';
import { noon } from './world-asking.ts';

const transport = mockTransport({
  'GET /things/:id/parts': (request: MockRequest) => request,
  'GET /nothing': () => undefined,
  'POST /login': () => {
    throw new MockRefusal(401, 'bad credentials');
  },
  'GET /broken': () => {
    throw new TypeError('a defect of the mock');
  },
});
const get = (path: string, query = {}) => transport({ method: 'GET', path, query });
const failure = (work: Promise<unknown>) => work.then(() => 'none', failureOf);

describe('the transport in process', () => {
  it('hands the decoded parts of the path, the query and the body to the route', async () => {
    expect(await get('/things/a%2Fb/parts', { limit: '5' })).toEqual({
      params: { id: 'a/b' },
      query: { limit: '5' },
      body: undefined,
    });
  });

  it('turns "not there" and unknown paths into not_found, and a refusal into rejected', async () => {
    expect(await failure(get('/nothing'))).toBe('not_found');
    expect(await failure(get('/elsewhere'))).toBe('not_found');
    expect(await failure(get('/things/1/parts/2'))).toBe('not_found');
    expect(await failure(transport({ method: 'POST', path: '/nothing', query: {} }))).toBe('not_found');
    expect(await failure(transport({ method: 'POST', path: '/login', query: {} }))).toBe('rejected');
  });

  it('does not hide a defect of a mock', async () => {
    await expect(get('/broken')).rejects.toThrow(TypeError);
  });

  it('is there for all nine services', () => {
    expect(Object.keys(makeMockTransports({ now: () => noon })).sort()).toEqual([...services].sort());
  });
});

describe('logging in', () => {
  const auth = clients.auth(makeWire(makeMockTransports({ now: () => noon }).auth));
  const email = 'thriving@org-1.example';

  it('works for demo people with their own password, in any case of the address', async () => {
    const user = await auth.login({ email: ` ${email.toUpperCase()}`, password: 'demo-thriving' });
    expect(user).toMatchObject({ id: 'u-000000', email, roles: ['learner'], organizationId: 'org-1' });
  });

  it.each([
    [email, 'demo-fading'],
    [email, 'DEMO-THRIVING'],
    [email, ''],
    ['nobody@org-1.example', 'demo-thriving'],
    ['', ''],
  ])('fails as %s with "%s"', async (given, password) => {
    expect(await auth.login({ email: given, password })).toBeNull();
  });

  it('fails for ordinary people of the world, who have no password', async () => {
    const ordinary = await auth.user('u-000010');
    expect(ordinary?.email).toBeTruthy();
    expect(await auth.login({ email: ordinary?.email ?? '', password: 'demo' })).toBeNull();
  });
});
