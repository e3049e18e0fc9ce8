import { rolesOf } from './auth.ts';
import { iso } from './iso.ts';
import { pageOf, pageOfRows, windowOf } from './paging.ts';
import type { MockRoutes } from './route.ts';
import { goalsOf } from './world/goals.ts';
import { findHistory } from './world/history.ts';
import { organizationAt, organizationNumber } from './world/organizations.ts';
import {
  findPerson,
  learnerOf,
  learnersIn,
  managerIdOf,
  type Person,
  staffIn,
  staffOf,
} from './world/people.ts';
import { dayMs, type World, type WorldDay } from './world/world.ts';

function wireMember(day: WorldDay, person: Person) {
  const { department, organization } = person;
  return {
    userId: person.userId,
    organizationId: organizationAt(organization).id,
    fullName: person.fullName,
    departmentId: department?.departmentId ?? null,
    departmentName: department?.name ?? null,
    teamId: department
      ? `team-${department.departmentId.slice('dept-'.length)}-${(person.index % 4) + 1}`
      : null,
    managerId: managerIdOf(day, person),
    position: person.position,
    roles: rolesOf(person),
    hiredAt: iso((day.today - person.joinedAgo) * dayMs),
    isActive: person.kind === 'staff' || person.leftAgo === null,
  };
}

function wireOrganization(day: WorldDay, number: number) {
  const { id, name, timeZone, industry } = organizationAt(number);
  return { id, name, timeZone, size: staffIn(day, number) + learnersIn(day, number), industry };
}

/** The person of a place in an organization's list: the staff come first, which is user order. */
function memberAt(day: WorldDay, organization: number, place: number): Person {
  const staff = staffIn(day, organization);
  return place < staff
    ? staffOf(day, { organization, rank: place })
    : learnerOf(day, { organization, rank: place - staff });
}

/** Directory: organizations, their people, their goals and visits. */
export const directoryRoutes = (world: World): MockRoutes => ({
  'GET /organizations/:id': ({ params }) => {
    const day = world.day();
    const number = organizationNumber(day, params.id ?? '');
    return number === undefined ? undefined : wireOrganization(day, number);
  },
  'GET /organizations/:id/members': (request) => {
    const day = world.day();
    const number = organizationNumber(day, request.params.id ?? '');
    if (number === undefined) return undefined;
    const places = Array.from({ length: wireOrganization(day, number).size }, (_, place) => place);
    return pageOf(request, places, (place) => [wireMember(day, memberAt(day, number, place))]);
  },
  'GET /users/:id': ({ params }) => {
    const day = world.day();
    const person = findPerson(day, params.id ?? '');
    return person && wireMember(day, person);
  },
  'GET /organizations/:id/goals': (request) => {
    const day = world.day();
    const number = organizationNumber(day, request.params.id ?? '');
    return number === undefined ? undefined : pageOfRows(request, goalsOf(day, number));
  },
  'GET /users/:id/logins': (request) => {
    const history = findHistory(world.day(), request.params.id ?? '');
    if (history === undefined) return undefined;
    const { from, to } = windowOf(request);
    const logins = history.logins.filter(({ at }) => at >= from && at <= to);
    return pageOfRows(
      request,
      logins.map(({ at, seconds }) => ({ at: iso(at), durationSeconds: seconds })),
    );
  },
});
