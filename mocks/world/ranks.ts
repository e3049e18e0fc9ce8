import { organizationNumber } from './organizations.ts';
import { learnersIn } from './people.ts';
import { remember, type WorldDay } from './world.ts';

/** The learners of an organization by rank, which is user order; undefined = no such organization. */
export function ranksOf(
  day: WorldDay,
  organizationId: string,
): { organization: number; ranks: number[] } | undefined {
  const organization = organizationNumber(day, organizationId);
  if (organization === undefined) return undefined;
  const count = learnersIn(day, organization);
  const ranks = remember(day, `ranks ${organization}`, () =>
    Array.from({ length: count }, (_, rank) => rank),
  );
  return { organization, ranks };
}
