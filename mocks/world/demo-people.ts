import type { Role } from '../../src/domain/identity/roles.ts';
import { learnerParts, staffParts } from './demo-cast.ts';
import { learnerAt, type Person, staffAt } from './people.ts';
import { countIn, indexAt } from './shares.ts';
import { makeWorld, type WorldSize } from './world.ts';

/** Someone to log in as. */
export interface DemoPerson {
  id: string;
  email: string;
  /** No secret: it opens nothing but the sample world. */
  password: string;
  roles: Role[];
  organizationId: string;
  note: string;
}

const asDemo = (person: Person, key: string, note: string, role: Role): DemoPerson => ({
  id: person.userId,
  email: person.email,
  password: `demo-${key}`,
  roles: [role],
  organizationId: `org-${person.organization + 1}`,
  note,
});

/**
 * Whom to log in as; those whom a small world has no room for are left out. A seed stands for the world of usual
 * size with that seed.
 */
export function demoPeople(of: WorldSize | number = 1): DemoPerson[] {
  const size = typeof of === 'number' ? makeWorld({ seed: of, now: () => 0 }).size : of;
  const { organizations, learners, staff } = size;
  const isThere = (place: { organization: number; rank: number }, total: number) =>
    place.organization < organizations && place.rank < countIn(organizations, place.organization, total);
  return [
    ...learnerParts
      .filter((part) => isThere(part, learners))
      .map((part) => asDemo(learnerAt(size, indexAt(organizations, part)), part.key, part.note, 'learner')),
    ...staffParts
      .filter((part) => isThere(part, staff))
      .map((part) => asDemo(staffAt(size, indexAt(organizations, part)), part.key, part.note, part.role)),
  ];
}
