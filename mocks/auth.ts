import { MockRefusal, type MockRoutes } from './route.ts';
import { demoPeople } from './world/demo-people.ts';
import { organizationAt } from './world/organizations.ts';
import { findPerson, type Person } from './world/people.ts';
import type { World } from './world/world.ts';

export function rolesOf(person: Person): string[] {
  if (person.kind === 'learner') return ['learner'];
  return person.role === null ? [] : [person.role];
}

function wireUser(person: Person) {
  const { id, locale, timeZone } = organizationAt(person.organization);
  return {
    id: person.userId,
    email: person.email,
    fullName: person.fullName,
    roles: rolesOf(person),
    organizationId: id,
    locale,
    timeZone,
  };
}

const textOf = (body: unknown, name: string): string => {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
};

/** Auth: everybody is known, the demo people can log in. Tokens are not issued here, so there are no keys. */
export function authRoutes({ size }: World): MockRoutes {
  const demo = demoPeople(size);
  const user = (id: string) => {
    const person = findPerson(size, id);
    return person && wireUser(person);
  };
  return {
    'POST /auth/login': ({ body }) => {
      const email = textOf(body, 'email').trim().toLowerCase();
      const known = demo.find((one) => one.email === email && one.password === textOf(body, 'password'));
      if (known === undefined) throw new MockRefusal(401, 'no such person or another password');
      return { user: user(known.id) };
    },
    'GET /users/:id': ({ params }) => user(params.id ?? ''),
    'GET /.well-known/jwks.json': () => ({ keys: [] }),
  };
}
