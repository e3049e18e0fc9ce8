import { between, hash, pick, seededRandom, stream } from './random.ts';
import { countIn, indexAt } from './shares.ts';
import { skillAt } from './skill-catalogue.ts';
import type { WorldSize } from './world.ts';

export interface Organization {
  id: string;
  name: string;
  industry: string;
  timeZone: string;
  /**
   * Hours (UTC) in which its people learn. Chosen so that they lie within one calendar day both in UTC and in the
   * organization's zone, summer and winter: a day means the same to both.
   */
  firstHour: number;
  lastHour: number;
  /** Days without work, 0 = Sunday. */
  weekend: readonly number[];
  locale: string;
}

const table: readonly [Omit<Organization, 'id'>, ...Omit<Organization, 'id'>[]] = [
  {
    name: 'Tamar Systems',
    industry: 'software',
    timeZone: 'Asia/Jerusalem',
    firstHour: 5,
    lastHour: 19,
    weekend: [5, 6],
    locale: 'he-IL',
  },
  {
    name: 'Hudson Mutual',
    industry: 'insurance',
    timeZone: 'America/New_York',
    firstHour: 12,
    lastHour: 23,
    weekend: [0, 6],
    locale: 'en-US',
  },
  {
    name: 'Spreewerk',
    industry: 'manufacturing',
    timeZone: 'Europe/Berlin',
    firstHour: 6,
    lastHour: 19,
    weekend: [0, 6],
    locale: 'de-DE',
  },
  {
    name: 'Northgate Health',
    industry: 'healthcare',
    timeZone: 'Europe/London',
    firstHour: 7,
    lastHour: 20,
    weekend: [0, 6],
    locale: 'en-GB',
  },
  {
    name: 'Deccan Logistics',
    industry: 'logistics',
    timeZone: 'Asia/Kolkata',
    firstHour: 3,
    lastHour: 15,
    weekend: [0],
    locale: 'en-IN',
  },
];

const made: Organization[] = [];

/** The n-th organization, the same for every seed; beyond the table names repeat with a number. */
export function organizationAt(number: number): Organization {
  const found = made[number];
  if (found !== undefined) return found;
  const model = table[number % table.length] ?? table[0];
  const lap = Math.floor(number / table.length);
  const organization = {
    id: `org-${number + 1}`,
    ...model,
    name: lap === 0 ? model.name : `${model.name} ${lap + 1}`,
  };
  made[number] = organization;
  return organization;
}

/** The number of an organization by its id; undefined when there is none. */
export function organizationNumber(size: WorldSize, id: string): number | undefined {
  const [, digits] = /^org-([1-9]\d{0,5})$/.exec(id) ?? [];
  const number = Number(digits) - 1;
  return digits !== undefined && number < size.organizations ? number : undefined;
}

export interface Department {
  departmentId: string;
  name: string;
  /** Skills its people need. */
  required: { skillId: string; level: number }[];
  position: string;
  /** How many of the organization's people it has, relative to the others. */
  weight: number;
}

type Outline = readonly [name: string, position: string];
const outlines: readonly [Outline, ...Outline[]] = [
  ['Engineering', 'Software engineer'],
  ['Sales', 'Account manager'],
  ['Operations', 'Operations specialist'],
  ['Customer success', 'Customer success manager'],
  ['Finance', 'Financial analyst'],
  ['People', 'People partner'],
  ['Marketing', 'Campaign manager'],
  ['Research', 'Research scientist'],
];

const skillsRequired = 7;

function departmentAt(size: WorldSize, number: number, rank: number, isLast: boolean): Department {
  const [name, position] = outlines[rank % outlines.length] ?? outlines[0];
  const lap = Math.floor(rank / outlines.length);
  const random = seededRandom(hash(size.seed, stream.skill, number));
  const first = between(random, 0, 23);
  return {
    departmentId: `dept-${String(number + 1).padStart(2, '0')}`,
    name: lap === 0 ? name : `${name} ${lap + 1}`,
    position,
    required: Array.from({ length: skillsRequired }, (_, place) => ({
      skillId: skillAt(first + place * 5).skillId,
      level: pick(random, [2, 2, 3, 3, 4]),
    })),
    // The last one is so small that figures about it have to be suppressed.
    weight: isLast && rank > 0 ? 0.05 : 1 + (rank % 3),
  };
}

const known = new WeakMap<WorldSize, Map<number, Department[]>>();

/** An organization's departments; a handful. */
export function departmentsOf(size: WorldSize, organization: number): Department[] {
  const all = known.get(size) ?? new Map<number, Department[]>();
  known.set(size, all);
  const found = all.get(organization);
  if (found !== undefined) return found;
  const count = countIn(size.organizations, organization, size.departments);
  const made = Array.from({ length: count }, (_, rank) =>
    departmentAt(size, indexAt(size.organizations, { organization, rank }), rank, rank === count - 1),
  );
  all.set(organization, made);
  return made;
}
