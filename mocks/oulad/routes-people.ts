import { pageOfRows } from '../paging.ts';
import { MockRefusal, type MockRoutes } from '../route.ts';
import { otherOrganization, ouladOrganization, ouladPassword, type People, type Person } from './people.ts';

const organizations = new Map([ouladOrganization, otherOrganization].map((one) => [one.id as string, one]));

/** Auth's user. Names and locales are not in the data: null. */
const wireUser = ({ userId, email, roles, organizationId, timeZone }: Person) => ({
  id: userId,
  email,
  fullName: null,
  roles,
  organizationId,
  locale: null,
  timeZone,
});

/** Directory's member. Departments, teams, positions and the rest are not in the data: null. */
const wireMember = ({ userId, roles, organizationId }: Person) => ({
  userId,
  organizationId,
  fullName: null,
  departmentId: null,
  departmentName: null,
  teamId: null,
  managerId: null,
  position: null,
  roles,
  hiredAt: null,
  isActive: null,
});

function field(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}

export const authRoutes = (people: People): MockRoutes => ({
  'POST /auth/login': ({ body }) => {
    const person = people.withEmail(field(body, 'email'));
    if (person === undefined || field(body, 'password') !== ouladPassword)
      throw new MockRefusal(401, 'no such person or another password');
    return { user: wireUser(person) };
  },
  'GET /users/:id': ({ params }) => {
    const person = people.find(params.id ?? '');
    return person && wireUser(person);
  },
  // No tokens are issued here, so there are no keys to publish.
  'GET /.well-known/jwks.json': () => undefined,
});

export const directoryRoutes = (people: People): MockRoutes => ({
  'GET /organizations/:id': ({ params }) => {
    const organization = organizations.get(params.id ?? '');
    return organization && { ...organization, size: people.of(organization.id).length, industry: null };
  },
  'GET /organizations/:id/members': (request) => {
    const id = request.params.id ?? '';
    return organizations.has(id) ? pageOfRows(request, people.of(id).map(wireMember)) : undefined;
  },
  'GET /users/:id': ({ params }) => {
    const person = people.find(params.id ?? '');
    return person && wireMember(person);
  },
  // The data hold neither goals nor log-ins: not known, which is not "none".
  'GET /organizations/:id/goals': () => undefined,
  'GET /users/:id/logins': () => undefined,
});
