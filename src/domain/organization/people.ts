import type { Member } from '../learning/person.ts';

/** Where people are who are in no department. */
export const unassigned = 'unassigned';

export interface Department {
  departmentId: string;
  name: string | null;
}

/**
 * The learners of an organization, as places in columns: a person is a number, and what is known of all of them
 * is one typed array each. About a hundred bytes a person, so that medians, percentiles and exact de-duplication
 * are possible for 100,000 people at once.
 */
export interface People {
  /** The zone of the organization's days; UTC when it is not known. */
  zone: string;
  places: ReadonlyMap<string, number>;
  departments: readonly Department[];
  /** Index into `departments` by place. */
  departmentOf: Uint16Array;
  /** Ids of those who teach. */
  trainerIds: readonly string[];
}

export interface PeopleBuilder {
  add(members: readonly Member[]): void;
  done(): People;
}

/**
 * Who counts as a learner, in every figure of an organization, among peers and on leaderboards: whoever is not known
 * to have left and has the role. An empty list of roles says that somebody has none, as managers who only lead; a
 * directory that says nothing of roles breaks its contract and is not read.
 */
export const isLearner = ({ isActive, roles }: Pick<Member, 'isActive' | 'roles'>): boolean =>
  isActive !== false && roles.includes('learner');

/** Numbers the learners of an organization while its pages come by; each person once, in the first row's department. */
export function peopleBuilder(zone: string): PeopleBuilder {
  const places = new Map<string, number>();
  const departments: Department[] = [];
  const numbers = new Map<string, number>();
  const departmentOf: number[] = [];
  const trainerIds = new Set<string>();

  function departmentNumber({ departmentId, departmentName }: Member): number {
    const id = departmentId ?? unassigned;
    const known = numbers.get(id);
    const department = known === undefined ? undefined : departments[known];
    if (known !== undefined && department !== undefined) {
      department.name ??= departmentName;
      return known;
    }
    departments.push({ departmentId: id, name: departmentName });
    numbers.set(id, departments.length - 1);
    return departments.length - 1;
  }

  return {
    add: (members) => {
      for (const member of members) {
        if (member.isActive !== false && member.roles.includes('trainer')) trainerIds.add(member.userId);
        if (!isLearner(member) || places.has(member.userId)) continue;
        places.set(member.userId, places.size);
        departmentOf.push(departmentNumber(member));
      }
    },
    done: () => ({
      zone,
      places,
      departments,
      departmentOf: Uint16Array.from(departmentOf),
      trainerIds: [...trainerIds],
    }),
  };
}

/** How many people each department has, in the order of `departments`. */
export function departmentSizes({ departments, departmentOf }: People): number[] {
  const sizes = departments.map(() => 0);
  for (const department of departmentOf) sizes[department] = (sizes[department] ?? 0) + 1;
  return sizes;
}
