import type { Role } from '../../src/domain/identity/roles.ts';
import { ouladZone } from './course-days.ts';
import { byUserId, type OuladData, type Student } from './data.ts';
import { enrolmentsBy } from './known.ts';

export const ouladOrganization = {
  id: 'oulad',
  name: 'Open University (OULAD)',
  timeZone: ouladZone,
} as const;

/** Somebody of another organization has to exist, so that tenants can be told apart. Synthetic, without data. */
export const otherOrganization = {
  id: 'other',
  name: 'Another organization (made up, without data)',
  timeZone: 'UTC',
} as const;

/** Everyone's: OULAD has no secrets to guard and no credentials of its own. */
export const ouladPassword = 'oulad-demo';

/** A person as Auth and Directory know them. Names are not in the data. */
export interface Person {
  userId: string;
  email: string;
  roles: Role[];
  organizationId: string;
  timeZone: string;
  /** Null for those who are made up: staff and the outsider. */
  student: Student | null;
}

const madeUp = (userId: string, role: Role, organization: { id: string; timeZone: string }): Person => ({
  userId,
  email: `${userId.toLowerCase()}@${organization.id}.example`,
  roles: [role],
  organizationId: organization.id,
  timeZone: organization.timeZone,
  student: null,
});

/** One trainer per module, an org_admin, an admin and the outsider; none of them is in the data. */
function madeUpPeople({ presentations }: OuladData): Person[] {
  const trainers = new Set([...presentations.values()].map(({ trainerId }) => trainerId));
  return [
    ...[...trainers].map((trainerId) => madeUp(trainerId, 'trainer', ouladOrganization)),
    madeUp('oulad-admin', 'org_admin', ouladOrganization),
    madeUp('oulad-platform-admin', 'admin', ouladOrganization),
    madeUp('outsider', 'learner', otherOrganization),
  ];
}

const studentPerson = (student: Student): Person => ({
  userId: student.userId,
  email: `student-${student.userId}@${ouladOrganization.id}.example`,
  roles: ['learner'],
  organizationId: ouladOrganization.id,
  timeZone: ouladZone,
  student,
});

export interface People {
  /** Undefined for nobody, and for a student who has not registered for anything yet. */
  find(userId: string): Person | undefined;
  withEmail(email: string): Person | undefined;
  /** In user order. */
  of(organizationId: string): Person[];
}

export function makePeople(data: OuladData, now: () => number): People {
  const staff = madeUpPeople(data);
  const everyone = [...staff, ...[...data.students.values()].map(studentPerson)].sort(byUserId);
  const byId = new Map(everyone.map((person) => [person.userId, person]));
  const byEmail = new Map(everyone.map((person) => [person.email, person]));
  const isThere = ({ student }: Person, at: number) =>
    student === null || enrolmentsBy(student, at).length > 0;
  const ifThere = (person: Person | undefined) => (person && isThere(person, now()) ? person : undefined);
  return {
    find: (userId) => ifThere(byId.get(userId)),
    withEmail: (email) => ifThere(byEmail.get(email.trim().toLowerCase())),
    of: (organizationId) => {
      const at = now();
      return everyone.filter((person) => person.organizationId === organizationId && isThere(person, at));
    },
  };
}
