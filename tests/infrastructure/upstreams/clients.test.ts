import { describe, expect, it } from 'vitest';
import { services } from '../../../src/domain/provenance.ts';
import { clients } from '../../../src/infrastructure/upstreams/clients.ts';
import { makeWire } from '../../../src/infrastructure/upstreams/wire.ts';

const window = { from: 0, to: 1 };
const calls = services.flatMap((service) => {
  const asked: string[] = [];
  const wire = makeWire(async ({ method, path }) => {
    asked.push(`${method} ${path}`);
    return {};
  });
  const client = clients[service](wire) as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  return Object.entries(client).map(([name, method]) => ({ name: `${service}.${name}`, method, asked }));
});

describe('the nine clients', () => {
  it('read every endpoint of the contract', async () => {
    await Promise.allSettled(calls.map(({ method }) => method('ID', window)));
    const asked = [...new Set(calls.flatMap((call) => call.asked))].sort();
    expect(asked).toEqual([
      'GET /.well-known/jwks.json',
      'GET /courses/ID/attempts',
      'GET /courses/ID/contents',
      'GET /courses/ID/enrollments',
      'GET /courses/ID/feedback',
      'GET /courses/ID/usage',
      'GET /organizations/ID',
      'GET /organizations/ID/enrollments',
      'GET /organizations/ID/goals',
      'GET /organizations/ID/members',
      'GET /organizations/ID/practice',
      'GET /organizations/ID/questions',
      'GET /organizations/ID/results',
      'GET /organizations/ID/skills',
      'GET /progress/ID',
      'GET /skills/demand',
      'GET /trainers/ID/courses',
      'GET /users/ID',
      'GET /users/ID/attempts',
      'GET /users/ID/learning-paths',
      'GET /users/ID/logins',
      'GET /users/ID/questions',
      'GET /users/ID/recommendations',
      'GET /users/ID/sessions',
      'GET /users/ID/skills',
      'GET /users/ID/views',
      'POST /auth/login',
    ]);
  });

  it.each(calls)('$name calls an empty object an invalid response, never a zero', async ({ method }) => {
    await expect(method('ID', window)).rejects.toMatchObject({ failure: 'invalid_response' });
  });
});
